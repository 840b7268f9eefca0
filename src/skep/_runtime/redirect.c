/* Helpers that send a packet elsewhere. They say where in the run; the hook acts on the verdict. */
#include "native.h"
#include "uapi.h"

static uint64_t send_to(struct skep_run *run, enum skep_redirect_kind kind, uint32_t ifindex, uint64_t flags,
			uint64_t verdict)
{
	run->redirect.kind = kind;
	run->redirect.ifindex = ifindex;
	run->redirect.flags = flags;
	return verdict;
}

static bool is_xdp(const struct skep_run *run)
{
	return run->prog && run->prog->type == BPF_PROG_TYPE_XDP;
}

/* One number, two contracts: XDP programs know no flags and other verdicts. */
SKEP_HELPER(bpf_redirect)
{
	if (is_xdp(run))
		return r2 ? XDP_ABORTED : send_to(run, SKEP_REDIRECT_DEV, r1, r2, XDP_REDIRECT);
	if (r2 & ~(uint64_t)BPF_F_INGRESS)
		return TC_ACT_SHOT;
	return send_to(run, SKEP_REDIRECT_DEV, r1, r2, TC_ACT_REDIRECT);
}

SKEP_HELPER(bpf_redirect_peer)
{
	return r2 ? TC_ACT_SHOT : send_to(run, SKEP_REDIRECT_PEER, r1, r2, TC_ACT_REDIRECT);
}

/* r2, r3: struct bpf_redir_neigh and its size, 20 bytes, or nothing. */
SKEP_HELPER(bpf_redirect_neigh)
{
	int32_t size = r3;

	if ((size && (uint32_t)size < 20) || r4)
		return TC_ACT_SHOT;
	return send_to(run, SKEP_REDIRECT_NEIGH, r1, r4, TC_ACT_REDIRECT);
}

/* r1: a map of devices, CPUs or AF_XDP sockets; r2: the key. Nothing in the slot: the verdict in the low bits of r3. */
SKEP_HELPER(bpf_redirect_map)
{
	struct skep_map *map = (struct skep_map *)r1;
	bool devices = map->type == BPF_MAP_TYPE_DEVMAP || map->type == BPF_MAP_TYPE_DEVMAP_HASH;
	uint64_t verdict = r3 & 3, known = 3 | (devices ? BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS : 0);
	uint32_t key = r2;

	if (r3 & ~known)
		return XDP_ABORTED;
	if (!(r3 & BPF_F_BROADCAST) && !map->ops->lookup(map, &key, run)) {
		run->redirect.kind = SKEP_REDIRECT_NONE;
		return verdict;
	}
	run->redirect.map = map;
	run->redirect.key = key;
	return send_to(run, SKEP_REDIRECT_MAP, 0, r3 & ~3ull, XDP_REDIRECT);
}

const struct skep_symbol skep_redirect_symbols[] = {
	SKEP_SYMBOL(bpf_redirect),
	SKEP_SYMBOL(bpf_redirect_peer),
	SKEP_SYMBOL(bpf_redirect_neigh),
	SKEP_SYMBOL(bpf_redirect_map),
	{ NULL },
};
