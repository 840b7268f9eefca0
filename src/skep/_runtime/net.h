/* The network as programs see it: devices, routes, neighbours and sockets that the kernel's maker put there.
 *
 * Python owns all of it (kernel/model/network.py) and replaces whole tables; programs only read.
 */
#ifndef SKEP_NET_H
#define SKEP_NET_H

#include "runtime.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

/* States of include/net/tcp_states.h. */
enum { TCP_ESTABLISHED = 1, TCP_TIME_WAIT = 6, TCP_CLOSE = 7, TCP_LISTEN = 10, TCP_NEW_SYN_RECV = 12 };

struct skep_netdev {
	uint32_t ifindex, mtu, hard_header_len, flags;
	uint32_t forwarding4, forwarding6;
	uint8_t mac[8];
};

/* Addresses of IPv4 take the first 4 bytes. `type` is one of RTN_*. */
struct skep_route {
	uint8_t prefix[16], gateway[16], source[16];
	uint32_t family, length, table, metric; /* tables: 253 default, 254 main, 255 local, others below 253 */
	uint32_t type, gateway_family, ifindex, mtu;
};

struct skep_neighbour {
	uint8_t address[16], mac[8];
	uint32_t family, ifindex, valid, reserved;
};

#define SOCKET_BUCKETS 64 /* by local port */

struct skep_net {
	uint32_t ndevices, nroutes, nneighbours;
	uint32_t syncookies; /* net.ipv4.tcp_syncookies */
	uint64_t cookie;     /* of the namespace */
	const struct skep_netdev *devices;
	const struct skep_route *routes; /* in the order of lookup: the first that fits is it */
	const struct skep_neighbour *neighbours;
	struct skep_sock *sockets[SOCKET_BUCKETS];
};

struct skep_cgroup {
	uint64_t id;
	uint32_t level, classid;
	const struct skep_cgroup *parent;
};

static inline const struct skep_netdev *net_device(const struct skep_net *net, uint32_t ifindex)
{
	for (uint32_t i = 0; net && i < net->ndevices; i++)
		if (net->devices[i].ifindex == ifindex)
			return &net->devices[i];
	return NULL;
}

/* A socket of a kernel with types has a second form, a structure of those types, which stands at this distance behind
 * the first; of an address that is one of both, bit 5 says which. */
#define SOCKET_VIEW (1024 + 32)

static inline struct skep_sock *sock_of(uint64_t address)
{
	return (struct skep_sock *)(uintptr_t)(address & 32 ? address - SOCKET_VIEW : address);
}

static inline bool is_full(const struct skep_sock *sk)
{
	return sk->state != TCP_TIME_WAIT && sk->state != TCP_NEW_SYN_RECV;
}

static inline bool is_tcp(const struct skep_sock *sk)
{
	return sk->protocol == IPPROTO_TCP && (sk->family == AF_INET || sk->family == AF_INET6);
}

/* The clock that programs read. */
skep_helper_fn bpf_ktime_get_ns;

#endif
