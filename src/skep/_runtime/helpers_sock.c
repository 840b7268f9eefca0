/* Helpers about the socket of a packet. */
#include "native.h"

/* States of include/net/tcp_states.h. */
enum { TCP_TIME_WAIT = 6, TCP_LISTEN = 10, TCP_NEW_SYN_RECV = 12 };

SKEP_HELPER(bpf_sk_fullsock)
{
	const struct skep_sock *sk = (const struct skep_sock *)r1;

	return sk->state == TCP_TIME_WAIT || sk->state == TCP_NEW_SYN_RECV ? 0 : r1;
}

SKEP_HELPER(bpf_get_listener_sock)
{
	return ((const struct skep_sock *)r1)->state == TCP_LISTEN ? r1 : 0;
}

static struct skep_sock *socket_of(uint64_t skb)
{
	return ((struct skep_sk_buff *)skb)->sk;
}

/* A socket gets its cookie when someone first asks. */
SKEP_HELPER(bpf_get_socket_cookie)
{
	struct skep_sock *sk = socket_of(r1);

	if (!sk)
		return 0;
	if (!sk->cookie)
		sk->cookie = __atomic_add_fetch(&run->kernel->last_cookie, 1, __ATOMIC_RELAXED);
	return sk->cookie;
}

/* The user who owns the socket; 65534, nobody, for a packet without one. */
SKEP_HELPER(bpf_get_socket_uid)
{
	return socket_of(r1) ? (uint32_t)run->kernel->uid_gid : 65534;
}

SKEP_HELPER(bpf_get_netns_cookie)
{
	return 1; /* there is one network namespace */
}

SKEP_HELPER(bpf_get_cgroup_classid)
{
	return 0; /* no task is in a net_cls cgroup */
}

SKEP_HELPER(bpf_get_route_realm)
{
	return 0; /* no packet has a route */
}

const struct skep_symbol skep_sock_symbols[] = {
	SKEP_SYMBOL(bpf_sk_fullsock),       SKEP_SYMBOL(bpf_get_listener_sock), SKEP_SYMBOL(bpf_get_socket_cookie),
	SKEP_SYMBOL(bpf_get_socket_uid),    SKEP_SYMBOL(bpf_get_netns_cookie),  SKEP_SYMBOL(bpf_get_cgroup_classid),
	SKEP_SYMBOL(bpf_get_route_realm),   { NULL },
};
