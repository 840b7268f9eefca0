/* Helpers about sockets: what one is, the one of a packet, and the cgroups that sockets and tasks are in. */
#include "native.h"
#include "net.h"

SKEP_HELPER(bpf_sk_fullsock)
{
	struct skep_sock *sk = sock_of(r1);

	return is_full(sk) ? (uintptr_t)sk : 0;
}

SKEP_HELPER(bpf_get_listener_sock)
{
	struct skep_sock *sk = sock_of(r1);

	return sk->state == TCP_LISTEN ? (uintptr_t)sk : 0;
}

SKEP_HELPER(bpf_tcp_sock)
{
	struct skep_sock *sk = sock_of(r1);

	return is_full(sk) && is_tcp(sk) ? (uintptr_t)sk : 0;
}

/* ── casts to structures of the kernel's types ── */

static uint64_t cast(const struct skep_sock *sk, bool is_one)
{
	return is_one && sk->has_view ? (uintptr_t)sk + SOCKET_VIEW : 0;
}

SKEP_HELPER(bpf_skc_to_tcp_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_full(sk) && is_tcp(sk)) : 0;
}

SKEP_HELPER(bpf_skc_to_tcp6_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_full(sk) && is_tcp(sk) && sk->family == AF_INET6) : 0;
}

SKEP_HELPER(bpf_skc_to_tcp_timewait_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_tcp(sk) && sk->state == TCP_TIME_WAIT) : 0;
}

SKEP_HELPER(bpf_skc_to_tcp_request_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_tcp(sk) && sk->state == TCP_NEW_SYN_RECV) : 0;
}

SKEP_HELPER(bpf_skc_to_udp6_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_full(sk) && sk->protocol == IPPROTO_UDP && sk->family == AF_INET6) : 0;
}

SKEP_HELPER(bpf_skc_to_unix_sock)
{
	const struct skep_sock *sk = r1 ? sock_of(r1) : NULL;

	return sk ? cast(sk, is_full(sk) && sk->family == AF_UNIX) : 0;
}

/* No socket is a subflow of another. */
SKEP_HELPER(bpf_skc_to_mptcp_sock)
{
	return 0;
}

/* ── the socket of a packet ── */

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
	const struct skep_sock *sk = socket_of(r1);

	if (!sk || !is_full(sk))
		return 65534;
	return sk->cgroup ? sk->uid : (uint32_t)run->kernel->uid_gid; /* one of the test run's own is the caller's */
}

SKEP_HELPER(bpf_get_netns_cookie)
{
	return run->kernel->net ? run->kernel->net->cookie : 1; /* there is one network namespace */
}

SKEP_HELPER(bpf_get_route_realm)
{
	return 0; /* no packet has a route */
}

/* ── cgroups ── */

static const struct skep_cgroup *cgroup_of(const struct skep_sock *sk, const struct skep_run *run)
{
	if (!sk || !is_full(sk))
		return NULL;
	return sk->cgroup ? sk->cgroup : run->kernel->cgroup;
}

static uint64_t id_of(const struct skep_cgroup *cgroup)
{
	return cgroup ? cgroup->id : 0;
}

static uint64_t ancestor_of(const struct skep_cgroup *cgroup, int32_t level)
{
	if (level < 0 || !cgroup || (uint32_t)level > cgroup->level)
		return 0;
	while (cgroup->level > (uint32_t)level)
		cgroup = cgroup->parent;
	return cgroup->id;
}

SKEP_HELPER(bpf_get_current_cgroup_id)
{
	return id_of(run->kernel->cgroup);
}

SKEP_HELPER(bpf_get_current_ancestor_cgroup_id)
{
	return ancestor_of(run->kernel->cgroup, r1);
}

SKEP_HELPER(bpf_skb_cgroup_id)
{
	return id_of(cgroup_of(socket_of(r1), run));
}

SKEP_HELPER(bpf_skb_ancestor_cgroup_id)
{
	return ancestor_of(cgroup_of(socket_of(r1), run), r2);
}

SKEP_HELPER(bpf_sk_cgroup_id)
{
	return r1 ? id_of(cgroup_of(sock_of(r1), run)) : 0;
}

SKEP_HELPER(bpf_sk_ancestor_cgroup_id)
{
	return r1 ? ancestor_of(cgroup_of(sock_of(r1), run), r2) : 0;
}

/* Whether a group is the one in a slot of a cgroup array, or below it. */
static uint64_t is_under(const struct skep_cgroup *cgroup, uint64_t map_address, uint32_t index)
{
	const struct skep_map *map = (const struct skep_map *)map_address;

	if (index >= map->max_entries)
		return -E2BIG;
	const struct skep_cgroup *above = __atomic_load_n((const struct skep_cgroup **)map->values + index, __ATOMIC_ACQUIRE);
	if (!above)
		return -EAGAIN;
	while (cgroup && cgroup != above)
		cgroup = cgroup->parent;
	return cgroup != NULL;
}

SKEP_HELPER(bpf_current_task_under_cgroup)
{
	return is_under(run->kernel->cgroup, r1, r2);
}

SKEP_HELPER(bpf_skb_under_cgroup)
{
	const struct skep_sock *sk = socket_of(r1);

	return sk && is_full(sk) ? is_under(cgroup_of(sk, run), r2, r3) : (uint64_t)-ENOENT;
}

static uint64_t classid_of(const struct skep_cgroup *cgroup)
{
	return cgroup ? cgroup->classid : 0;
}

SKEP_HELPER(bpf_get_cgroup_classid)
{
	return classid_of(run->kernel->cgroup);
}

SKEP_HELPER(bpf_skb_cgroup_classid)
{
	return classid_of(cgroup_of(socket_of(r1), run));
}

const struct skep_symbol skep_sock_symbols[] = {
	SKEP_SYMBOL(bpf_current_task_under_cgroup),
	SKEP_SYMBOL(bpf_skb_under_cgroup),
	SKEP_SYMBOL(bpf_sk_fullsock),
	SKEP_SYMBOL(bpf_get_listener_sock),
	SKEP_SYMBOL(bpf_tcp_sock),
	SKEP_SYMBOL(bpf_skc_to_tcp_sock),
	SKEP_SYMBOL(bpf_skc_to_tcp6_sock),
	SKEP_SYMBOL(bpf_skc_to_tcp_timewait_sock),
	SKEP_SYMBOL(bpf_skc_to_tcp_request_sock),
	SKEP_SYMBOL(bpf_skc_to_udp6_sock),
	SKEP_SYMBOL(bpf_skc_to_unix_sock),
	SKEP_SYMBOL(bpf_skc_to_mptcp_sock),
	SKEP_SYMBOL(bpf_get_socket_cookie),
	SKEP_SYMBOL(bpf_get_socket_uid),
	SKEP_SYMBOL(bpf_get_netns_cookie),
	SKEP_SYMBOL(bpf_get_route_realm),
	SKEP_SYMBOL(bpf_get_current_cgroup_id),
	SKEP_SYMBOL(bpf_get_current_ancestor_cgroup_id),
	SKEP_SYMBOL(bpf_skb_cgroup_id),
	SKEP_SYMBOL(bpf_skb_ancestor_cgroup_id),
	SKEP_SYMBOL(bpf_sk_cgroup_id),
	SKEP_SYMBOL(bpf_sk_ancestor_cgroup_id),
	SKEP_SYMBOL(bpf_get_cgroup_classid),
	SKEP_SYMBOL(bpf_skb_cgroup_classid),
	{ NULL },
};
