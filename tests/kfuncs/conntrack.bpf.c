// Tracked connections: each program returns a number that is the same on all engines.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

struct opts { s32 netns_id; s32 error; u8 l4proto; u8 dir; u16 zone; u8 zone_dir; u8 reserved[3]; };
#define CORE __attribute__((preserve_access_index))
union nf_inet_addr { __be32 ip; __u32 all[4]; };
union nf_conntrack_man_proto { __be16 all; };
struct nf_conntrack_man { union nf_inet_addr u3; union nf_conntrack_man_proto u; } CORE;
struct nf_conntrack_tuple {
	struct nf_conntrack_man src;
	struct { union nf_inet_addr u3; union { __be16 all; } u; u8 protonum; u8 dir; } dst;
} CORE;
struct nf_conntrack_tuple_hash { struct nf_conntrack_tuple tuple; } CORE;
struct nf_conn { struct nf_conntrack_tuple_hash tuplehash[2]; unsigned long status; u32 mark; } CORE;
struct nf_conn___init { int dummy; } CORE;
#define ANY __weak __ksym
extern struct nf_conn___init *bpf_xdp_ct_alloc(struct xdp_md *xdp, struct bpf_sock_tuple *tuple, u32 tuple__sz,
					       struct opts *opts, u32 opts__sz) ANY;
extern struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *xdp, struct bpf_sock_tuple *tuple, u32 tuple__sz,
					 struct opts *opts, u32 opts__sz) ANY;
extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, u32 tuple__sz,
					 struct opts *opts, u32 opts__sz) ANY;
extern struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *nfct) ANY;
extern void bpf_ct_release(struct nf_conn *nfct) ANY;
extern void bpf_ct_set_timeout(struct nf_conn___init *nfct, u32 timeout) ANY;
extern int bpf_ct_change_timeout(struct nf_conn *nfct, u32 timeout) ANY;
extern int bpf_ct_set_status(const struct nf_conn___init *nfct, u32 status) ANY;
extern int bpf_ct_change_status(struct nf_conn *nfct, u32 status) ANY;

static __always_inline void fill(struct bpf_sock_tuple *tuple)
{
	__builtin_memset(tuple, 0, sizeof(*tuple));
	tuple->ipv4.saddr = bpf_get_prandom_u32();
	tuple->ipv4.daddr = bpf_htonl(0x0a000001);
	tuple->ipv4.sport = bpf_htons(1234);
	tuple->ipv4.dport = bpf_htons(80);
}

static __always_inline int refused(void *ctx, struct opts *opts, u32 opts_size, u32 size)
{
	struct bpf_sock_tuple tuple;
	struct nf_conn *ct;
	fill(&tuple);
	ct = size == 12 ? bpf_xdp_ct_lookup(ctx, &tuple, 12, opts, opts_size) :
	     size == 36 ? bpf_xdp_ct_lookup(ctx, &tuple, 36, opts, opts_size) :
			  bpf_xdp_ct_lookup(ctx, &tuple, 13, opts, opts_size);
	if (ct) {
		bpf_ct_release(ct);
		return 1;
	}
	return opts->error;
}

#define REFUSED(name, size, opts_size, ...) \
	SEC("xdp") int name(struct xdp_md *ctx) { \
		struct opts opts = { .netns_id = -1, .l4proto = 6 }; \
		__VA_ARGS__; \
		return refused(ctx, &opts, opts_size, size); \
	}

REFUSED(is_not_there, 12, 16, )
REFUSED(is_not_there_with_old_options, 12, 12, )
REFUSED(is_not_there_for_ipv6, 36, 16, )
REFUSED(of_a_bad_size, 13, 16, )
REFUSED(with_bad_options_size, 12, 15, )
REFUSED(with_reserved_options, 12, 16, opts.reserved[1] = 1)
REFUSED(with_a_zone_in_old_options, 12, 12, opts.zone = 3)
REFUSED(of_another_protocol, 12, 16, opts.l4proto = 1)
REFUSED(in_a_bad_namespace, 12, 16, opts.netns_id = -2)
REFUSED(in_no_namespace, 12, 16, opts.netns_id = 0x7fff)

SEC("xdp") int makes_and_finds(struct xdp_md *ctx)
{
	struct opts opts = { .netns_id = -1, .l4proto = 17 };
	struct bpf_sock_tuple tuple, back;
	struct nf_conn___init *made;
	struct nf_conn *ct;
	int result = 0;
	fill(&tuple);
	made = bpf_xdp_ct_alloc(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!made)
		return -1000 + opts.error;
	bpf_ct_set_timeout(made, 10000);
	result += bpf_ct_set_status(made, 8) == -16;  // IPS_CONFIRMED
	ct = bpf_ct_insert_entry(made);
	if (!ct)
		return -2;
	result += 2 * (ct->status == 8) + 4 * (ct->mark == 0);
	bpf_ct_release(ct);
	ct = bpf_xdp_ct_lookup(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!ct)
		return -3000 + opts.error;
	result += 8 * (opts.dir == 0);
	result += 16 * (bpf_ct_change_status(ct, 8 | 2) == 0) + 32 * (ct->status == 10);  // IPS_SEEN_REPLY
	result += 64 * (bpf_ct_change_status(ct, 8) == -16);
	result += 128 * (bpf_ct_change_timeout(ct, 20000) == 0);
	result += 256 * (ct->tuplehash[0].tuple.dst.protonum == 17) + 512 * (ct->tuplehash[1].tuple.dst.dir == 1);
	bpf_ct_release(ct);
	__builtin_memset(&back, 0, sizeof(back));
	back.ipv4.saddr = tuple.ipv4.daddr;
	back.ipv4.daddr = tuple.ipv4.saddr;
	back.ipv4.sport = tuple.ipv4.dport;
	back.ipv4.dport = tuple.ipv4.sport;
	ct = bpf_xdp_ct_lookup(ctx, &back, sizeof(back.ipv4), &opts, sizeof(opts));
	if (!ct)
		return -4;
	result += 1024 * (opts.dir == 1);
	bpf_ct_release(ct);
	made = bpf_xdp_ct_alloc(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!made)
		return -5;
	ct = bpf_ct_insert_entry(made);  // there is one already
	if (ct)
		bpf_ct_release(ct);
	else
		result += 2048;
	opts.zone = 5;
	ct = bpf_xdp_ct_lookup(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (ct)
		bpf_ct_release(ct);
	else
		result += 4096;
	return result;
}

SEC("tc") int finds_the_given_one(struct __sk_buff *ctx)
{
	struct opts opts = { .netns_id = -1, .l4proto = 6, .zone = 7 };
	struct bpf_sock_tuple tuple = {};
	struct nf_conn *ct;
	int result;
	tuple.ipv4.saddr = bpf_htonl(0x0a000001);
	tuple.ipv4.daddr = bpf_htonl(0x0a000002);
	tuple.ipv4.sport = bpf_htons(1000);
	tuple.ipv4.dport = bpf_htons(80);
	ct = bpf_skb_ct_lookup(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!ct)
		return opts.error;
	result = ct->mark;
	bpf_ct_release(ct);
	return result;
}

char LICENSE[] SEC("license") = "GPL";
