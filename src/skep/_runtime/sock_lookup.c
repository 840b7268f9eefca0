/* Looking for the socket that a packet belongs to.
 *
 * Connections first, by all four of addresses and ports; then who listens on the local port: a socket bound to the
 * local address before one bound to all, and among these the one that is bound most closely.
 */
#include "native.h"
#include "net.h"
#include "packet.h"
#include "uapi.h"

struct tuple {
	const uint8_t *remote, *local;
	uint16_t remote_port, local_port; /* network order, host order */
	uint32_t family, protocol, device;
};

enum { TUPLE_V4 = 12, TUPLE_V6 = 36 };

static const uint8_t any[16];

static uint32_t address_size(const struct tuple *tuple)
{
	return tuple->family == AF_INET ? 4 : 16;
}

static const void *local_of(const struct skep_sock *sk, const struct tuple *tuple)
{
	return tuple->family == AF_INET ? (const void *)&sk->src_ip4 : sk->src_ip6;
}

static const void *remote_of(const struct skep_sock *sk, const struct tuple *tuple)
{
	return tuple->family == AF_INET ? (const void *)&sk->dst_ip4 : sk->dst_ip6;
}

static bool same(const void *a, const void *b, const struct tuple *tuple)
{
	return !memcmp(a, b, address_size(tuple));
}

static bool fits(const struct skep_sock *sk, const struct tuple *tuple)
{
	if (sk->src_port != tuple->local_port || sk->protocol != tuple->protocol)
		return false;
	if (sk->bound_dev_if && sk->bound_dev_if != tuple->device)
		return false;
	return tuple->family == AF_INET ? !sk->ipv6_only : sk->family == AF_INET6;
}

static bool is_connection(const struct skep_sock *sk, const struct tuple *tuple)
{
	return sk->dst_port == tuple->remote_port && same(remote_of(sk, tuple), tuple->remote, tuple) &&
	       same(local_of(sk, tuple), tuple->local, tuple);
}

/* How closely a socket that waits for all comers, or a connected UDP socket, is bound; -1 when it does not want the
 * packet. */
static int score(const struct skep_sock *sk, const struct tuple *tuple, const void *local)
{
	int points = 1 + (sk->family == tuple->family) + (sk->bound_dev_if ? 4 : 0);

	if (!same(local_of(sk, tuple), local, tuple))
		return -1;
	if (tuple->protocol == IPPROTO_TCP)
		return sk->state == TCP_LISTEN ? points : -1;
	if (sk->dst_port) {
		if (sk->dst_port != tuple->remote_port || !same(remote_of(sk, tuple), tuple->remote, tuple))
			return -1;
		points += 8;
	}
	return points;
}

static struct skep_sock *best(struct skep_sock *first, const struct tuple *tuple, const void *local)
{
	struct skep_sock *found = NULL;
	int most = 0;

	for (struct skep_sock *sk = first; sk; sk = sk->next) {
		int points = fits(sk, tuple) ? score(sk, tuple, local) : -1;
		if (points > most) {
			most = points;
			found = sk;
		}
	}
	return found;
}

static struct skep_sock *lookup(const struct skep_net *net, const struct tuple *tuple)
{
	struct skep_sock *first = net->sockets[tuple->local_port % SOCKET_BUCKETS];

	for (struct skep_sock *sk = first; sk && tuple->protocol == IPPROTO_TCP; sk = sk->next)
		if (sk->state != TCP_LISTEN && fits(sk, tuple) && is_connection(sk, tuple))
			return sk;
	struct skep_sock *found = best(first, tuple, tuple->local);
	return found ? found : best(first, tuple, any);
}

/* The device that a context came in by. */
static uint32_t device_of(const struct skep_run *run, uint64_t ctx)
{
	if (run->prog && run->prog->type == BPF_PROG_TYPE_XDP)
		return ((const struct skep_xdp_buff *)ctx)->ingress_ifindex;
	return ((const struct skep_sk_buff *)ctx)->ifindex;
}

static struct skep_sock *find(const struct skep_run *run, uint32_t protocol, uint64_t ctx, const uint8_t *bytes,
			      uint32_t size, uint64_t netns, uint64_t flags)
{
	struct tuple tuple = { .protocol = protocol, .device = device_of(run, ctx) };
	uint32_t address = size == TUPLE_V4 ? 4 : 16;

	if ((size != TUPLE_V4 && size != TUPLE_V6) || flags || !run->kernel->net)
		return NULL;
	if ((int32_t)netns >= 0) /* namespaces with an id: there are none */
		return NULL;
	tuple.family = size == TUPLE_V4 ? AF_INET : AF_INET6;
	tuple.remote = bytes;
	tuple.local = bytes + address;
	memcpy(&tuple.remote_port, bytes + 2 * address, 2);
	memcpy(&tuple.local_port, bytes + 2 * address + 2, 2);
	tuple.local_port = BE16(tuple.local_port);
	return lookup(run->kernel->net, &tuple);
}

static uint64_t find_full(const struct skep_run *run, uint32_t protocol, uint64_t ctx, const uint8_t *tuple,
			  uint32_t size, uint64_t netns, uint64_t flags)
{
	struct skep_sock *sk = find(run, protocol, ctx, tuple, size, netns, flags);

	return sk && is_full(sk) ? (uintptr_t)sk : 0;
}

SKEP_HELPER(bpf_sk_lookup_tcp)
{
	return find_full(run, IPPROTO_TCP, r1, (const uint8_t *)r2, r3, r4, r5);
}

SKEP_HELPER(bpf_sk_lookup_udp)
{
	return find_full(run, IPPROTO_UDP, r1, (const uint8_t *)r2, r3, r4, r5);
}

SKEP_HELPER(bpf_skc_lookup_tcp)
{
	return (uintptr_t)find(run, IPPROTO_TCP, r1, (const uint8_t *)r2, r3, r4, r5);
}

/* Sockets live as long as the network that they are in; what programs hold needs no count. */
SKEP_HELPER(bpf_sk_release)
{
	return 0;
}

/* Only on the way in can a packet be given to a socket, and PROG_TEST_RUN's is on no way. */
SKEP_HELPER(bpf_sk_assign)
{
	return r3 ? -EINVAL : -EOPNOTSUPP;
}

const struct skep_symbol skep_sock_lookup_symbols[] = {
	SKEP_SYMBOL(bpf_sk_lookup_tcp), SKEP_SYMBOL(bpf_sk_lookup_udp), SKEP_SYMBOL(bpf_skc_lookup_tcp),
	SKEP_SYMBOL(bpf_sk_release),    SKEP_SYMBOL(bpf_sk_assign),     { NULL },
};
