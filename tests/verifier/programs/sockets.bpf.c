// SPDX-License-Identifier: Apache-2.0
// Sockets by lookup and from contexts, socket storage, congestion control, cgroup and socket-map programs.
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} ports SEC(".maps");

SEC("tc")
int lookup(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk, *full;
	struct bpf_tcp_sock *tp;
	u64 *count;
	int ret = 0;

	tuple.ipv4.daddr = skb->mark;
	sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return 0;
	full = bpf_sk_fullsock(sk);
	if (full) {
		ret = full->priority;
		tp = bpf_tcp_sock(full);
		if (tp)
			ret += tp->snd_cwnd;
		count = bpf_sk_storage_get(&storage, full, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (count)
			*count += 1;
	}
	bpf_sk_release(sk);
	return ret & 1;
}

SEC("cgroup_skb/egress")
int of_skb(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct bpf_tcp_sock *tp;

	if (!sk)
		return 1;
	sk = bpf_sk_fullsock(sk);
	if (!sk || sk->family != 2)
		return 1;
	tp = bpf_tcp_sock(sk);
	return tp ? tp->rtt_min != 3 : 0;
}

SEC("sk_lookup")
int choose(struct bpf_sk_lookup *ctx)
{
	struct bpf_sock *sk;
	u32 key = 1;
	long err;

	if (ctx->local_port != 80 || ctx->protocol != 6)
		return 1;
	sk = bpf_map_lookup_elem(&sockets, &key);
	if (!sk)
		return 0;
	err = bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);
	return err ? 0 : 1;
}

SEC("sk_reuseport")
int select(struct sk_reuseport_md *md)
{
	u32 key = md->hash & 3;

	return bpf_sk_select_reuseport(md, &ports, &key, 0) ? 0 : 1;
}

SEC("sockops")
int ops(struct bpf_sock_ops *skops)
{
	u32 key = 0;

	if (skops->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		bpf_sock_map_update(skops, &sockets, &key, 0);
		bpf_sock_ops_cb_flags_set(skops, skops->bpf_sock_ops_cb_flags | 1);
	}
	if (skops->sk && skops->is_fullsock)
		skops->reply = skops->sk->src_port + skops->snd_cwnd;
	return 1;
}

SEC("sk_skb/stream_verdict")
int verdict(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (data + 4 > end)
		return 0;
	if (bpf_skb_pull_data(skb, 8))
		return 1;
	data = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	if (data + 8 > end)
		return 0;
	return bpf_sk_redirect_map(skb, &sockets, ((u8 *)data)[7] & 3, 0);
}

SEC("sk_msg")
int message(struct sk_msg_md *msg)
{
	u8 *data = msg->data, *end = msg->data_end;

	if (data + 2 > end) {
		bpf_msg_pull_data(msg, 0, 2, 0);
		return 1;
	}
	bpf_msg_apply_bytes(msg, data[1]);
	return bpf_msg_redirect_map(msg, &sockets, 0, 0);
}

SEC("cgroup/getsockopt")
int option(struct bpf_sockopt *ctx)
{
	u8 *start = ctx->optval, *end = ctx->optval_end;

	if (ctx->level != 6 || start + 1 > end)
		return 1;
	*start = 3;
	ctx->optlen = 1;
	ctx->retval = 0;
	return 1;
}

SEC("cgroup/sysctl")
int sysctl(struct bpf_sysctl *ctx)
{
	char name[32] = {};
	unsigned long value = 0;

	if (ctx->write)
		return 0;
	if (bpf_sysctl_get_name(ctx, name, sizeof(name), 0) < 0)
		return 0;
	if (bpf_strtoul(name, 8, 0, &value) < 0)
		return 1;
	return value == 3;
}

SEC("cgroup/connect4")
int connect(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	if (ctx->user_port == bpf_htons(80) && sk)
		ctx->user_ip4 = sk->src_ip4;
	ctx->user_port = bpf_htons(8080);
	return 1;
}

struct tcp_congestion_ops;

static inline struct tcp_sock *tcp_sk(const struct sock *sk)
{
	return (struct tcp_sock *)sk;
}

SEC("struct_ops")
void cc_init(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];

	tcp_sk(sk)->snd_cwnd = tcp_sk(sk)->snd_cwnd_clamp & 15;
}

SEC("struct_ops")
u32 cc_ssthresh(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];

	return tcp_sk(sk)->snd_cwnd >> 1;
}

SEC("struct_ops")
u32 cc_undo(u64 *ctx)
{
	const struct tcp_sock *tp = tcp_sk((void *)ctx[0]);

	return tp->snd_cwnd > tp->prior_cwnd ? tp->snd_cwnd : tp->prior_cwnd;
}

SEC("struct_ops")
void cc_avoid(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];

	tcp_sk(sk)->snd_ssthresh = ctx[2];
}

SEC(".struct_ops")
struct tcp_congestion_ops cc = {
	.init = (void *)cc_init,
	.ssthresh = (void *)cc_ssthresh,
	.undo_cwnd = (void *)cc_undo,
	.cong_avoid = (void *)cc_avoid,
	.name = "skep_cc",
};

char _license[] SEC("license") = "GPL";
