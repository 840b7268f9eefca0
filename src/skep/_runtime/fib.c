/* bpf_fib_lookup and bpf_check_mtu: where a packet would go, and whether it is too long for the way. */
#include "native.h"
#include "net.h"
#include "packet.h"
#include "uapi.h"

/* struct bpf_fib_lookup; what a member means changes with the call. */
struct fib_params {
	uint8_t family, l4_protocol;
	uint16_t sport, dport, tot_len; /* out: the MTU */
	uint32_t ifindex, tos;          /* tos out: the metric */
	uint8_t src[16], dst[16];
	uint32_t table; /* out: the VLAN tag */
	uint8_t smac[6], dmac[6];
};

enum { RTN_UNICAST = 1, RTN_LOCAL = 2, RTN_BLACKHOLE = 6, RTN_UNREACHABLE = 7, RTN_PROHIBIT = 8 };
enum { TABLE_DEFAULT = 253, TABLE_MAIN = 254 };

#define FIB_FLAGS                                                                                                 \
	(BPF_FIB_LOOKUP_DIRECT | BPF_FIB_LOOKUP_OUTPUT | BPF_FIB_LOOKUP_SKIP_NEIGH | BPF_FIB_LOOKUP_TBID |      \
	 BPF_FIB_LOOKUP_SRC | BPF_FIB_LOOKUP_MARK)

static uint32_t address_size(uint32_t family)
{
	return family == AF_INET ? 4 : 16;
}

static bool has_prefix(const uint8_t *address, const uint8_t *prefix, uint32_t bits)
{
	uint32_t bytes = bits / 8, rest = bits % 8;

	if (memcmp(address, prefix, bytes))
		return false;
	return !rest || !((address[bytes] ^ prefix[bytes]) & (0xff00 >> rest));
}

/* Link-local, multicast and loopback addresses of IPv6 are never forwarded. */
static bool is_strict(const uint8_t *address)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	return address[0] == 0xff || (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) ||
	       !memcmp(address, loopback, 16);
}

/* IPv4 keeps the main and the local table in one, as long as there are no rules of one's own. */
static bool is_in(const struct skep_route *route, uint32_t table)
{
	if (!table)
		return route->table >= TABLE_DEFAULT;
	if (route->family == AF_INET && table >= TABLE_MAIN)
		return route->table >= TABLE_MAIN;
	return route->table == table;
}

/* A table of 0: those that packets are routed by without further rules; routes are in their order. `device` restricts to routes that leave by it. */
static const struct skep_route *find_route(const struct skep_net *net, const struct fib_params *params, uint32_t table,
					   uint32_t device)
{
	for (uint32_t i = 0; i < net->nroutes; i++) {
		const struct skep_route *route = &net->routes[i];
		if (route->family == params->family && is_in(route, table) &&
		    (!device || !route->ifindex || route->ifindex == device) &&
		    has_prefix(params->dst, route->prefix, route->length))
			return route;
	}
	return NULL;
}

static long route_result(const struct skep_route *route)
{
	switch (route ? route->type : 0) {
	case RTN_UNICAST:
		return BPF_FIB_LKUP_RET_SUCCESS;
	case RTN_BLACKHOLE:
		return BPF_FIB_LKUP_RET_BLACKHOLE;
	case RTN_UNREACHABLE:
		return BPF_FIB_LKUP_RET_UNREACHABLE;
	case RTN_PROHIBIT:
		return BPF_FIB_LKUP_RET_PROHIBIT;
	default:
		return BPF_FIB_LKUP_RET_NOT_FWDED;
	}
}

static const struct skep_neighbour *find_neighbour(const struct skep_net *net, const struct fib_params *params)
{
	for (uint32_t i = 0; i < net->nneighbours; i++) {
		const struct skep_neighbour *neighbour = &net->neighbours[i];
		if (neighbour->valid && neighbour->ifindex == params->ifindex &&
		    neighbour->family == params->family &&
		    !memcmp(neighbour->address, params->dst, address_size(params->family)))
			return neighbour;
	}
	return NULL;
}

static long fill_addresses(const struct skep_net *net, struct fib_params *params, const struct skep_route *route,
			   uint64_t flags)
{
	uint32_t size = address_size(params->family);

	if (flags & BPF_FIB_LOOKUP_SRC) {
		static const uint8_t none[16];
		if (params->family == AF_INET6 && !memcmp(route->source, none, 16))
			return BPF_FIB_LKUP_RET_NO_SRC_ADDR;
		memcpy(params->src, route->source, size);
	}
	if (route->gateway_family) {
		params->family = route->gateway_family;
		memcpy(params->dst, route->gateway, address_size(params->family));
	}
	if (flags & BPF_FIB_LOOKUP_SKIP_NEIGH)
		return BPF_FIB_LKUP_RET_SUCCESS;
	const struct skep_neighbour *neighbour = find_neighbour(net, params);
	if (!neighbour)
		return BPF_FIB_LKUP_RET_NO_NEIGH;
	memcpy(params->dmac, neighbour->mac, 6);
	memcpy(params->smac, net_device(net, params->ifindex)->mac, 6);
	return BPF_FIB_LKUP_RET_SUCCESS;
}

static long forward(const struct skep_net *net, struct fib_params *params, uint64_t flags, bool check_mtu)
{
	const struct skep_netdev *device = net_device(net, params->ifindex);
	uint32_t table = 0;

	if (params->family == AF_INET6 && (is_strict(params->dst) || is_strict(params->src)))
		return BPF_FIB_LKUP_RET_NOT_FWDED;
	if (!device)
		return -ENODEV;
	if (!(params->family == AF_INET ? device->forwarding4 : device->forwarding6))
		return BPF_FIB_LKUP_RET_FWD_DISABLED;
	if (flags & BPF_FIB_LOOKUP_DIRECT) {
		table = TABLE_MAIN;
		if (flags & BPF_FIB_LOOKUP_TBID) {
			table = params->table ? params->table : TABLE_MAIN;
			params->table = 0;
		}
	}
	const struct skep_route *route =
		find_route(net, params, table, flags & BPF_FIB_LOOKUP_OUTPUT ? params->ifindex : 0);
	long result = route_result(route);
	if (result)
		return result;
	uint32_t mtu = route->mtu ? route->mtu : net_device(net, route->ifindex)->mtu;
	if (check_mtu && params->tot_len > mtu) {
		params->tot_len = mtu;
		return BPF_FIB_LKUP_RET_FRAG_NEEDED;
	}
	params->tos = route->metric;
	params->ifindex = route->ifindex;
	result = fill_addresses(net, params, route, flags);
	if (result)
		return result;
	params->table = 0; /* no VLAN */
	if (check_mtu)
		params->tot_len = mtu;
	return BPF_FIB_LKUP_RET_SUCCESS;
}

static bool is_xdp(const struct skep_run *run)
{
	return run->prog && run->prog->type == BPF_PROG_TYPE_XDP;
}

SKEP_HELPER(bpf_fib_lookup)
{
	const struct skep_net *net = run->kernel->net;
	struct fib_params *params = (struct fib_params *)r2;
	bool check_mtu = is_xdp(run) || params->tot_len;

	if ((int32_t)r3 < (int32_t)sizeof(*params) || (uint32_t)r4 & ~FIB_FLAGS)
		return -EINVAL;
	if (params->family != AF_INET && params->family != AF_INET6)
		return -EAFNOSUPPORT;
	long result = forward(net, params, (uint32_t)r4, check_mtu);
	if (result || check_mtu)
		return result;
	const struct skep_sk_buff *skb = (const struct skep_sk_buff *)r1;
	const struct skep_netdev *device = net_device(net, params->ifindex);
	params->tot_len = device->mtu;
	/* is_skb_forwardable(): a VLAN tag may come on top; packets that are still to be cut fit. */
	if (!is_gso(skb) && skb->len > device->mtu + device->hard_header_len + VLAN_HLEN)
		return BPF_FIB_LKUP_RET_FRAG_NEEDED;
	return BPF_FIB_LKUP_RET_SUCCESS;
}

/* ── MTU ── */

static long check_skb(const struct skep_sk_buff *skb, uint32_t ifindex, uint32_t *mtu_len, int32_t difference,
		      uint64_t flags, const struct skep_net *net)
{
	if (flags & ~(uint64_t)BPF_MTU_CHK_SEGS || (flags && (difference || *mtu_len)))
		return -EINVAL;
	const struct skep_netdev *device = net_device(net, ifindex ? ifindex : skb->ifindex);
	if (!device)
		return -ENODEV;
	int32_t length = (*mtu_len ? *mtu_len + device->hard_header_len : skb->len) + difference;
	long result = MTU_CHK_RET_SUCCESS;
	if (length > (int32_t)(device->mtu + device->hard_header_len)) {
		result = MTU_CHK_RET_FRAG_NEEDED;
		if (is_gso(skb))
			result = flags && skb->gso_size + mac_header_len(skb) > device->mtu ?
					 MTU_CHK_RET_SEGS_TOOBIG : MTU_CHK_RET_SUCCESS;
	}
	*mtu_len = device->mtu;
	return result;
}

static long check_xdp(const struct skep_xdp_buff *xdp, uint32_t ifindex, uint32_t *mtu_len, int32_t difference,
		      uint64_t flags, const struct skep_net *net)
{
	if (flags)
		return -EINVAL;
	const struct skep_netdev *device = net_device(net, ifindex ? ifindex : xdp->ingress_ifindex);
	if (!device)
		return -ENODEV;
	int32_t length = xdp->data_end - xdp->data;
	if (*mtu_len)
		length = *mtu_len + device->hard_header_len;
	*mtu_len = device->mtu;
	return length + difference > (int32_t)(device->mtu + device->hard_header_len) ? MTU_CHK_RET_FRAG_NEEDED :
										       MTU_CHK_RET_SUCCESS;
}

SKEP_HELPER(bpf_check_mtu)
{
	const struct skep_net *net = run->kernel->net;
	uint32_t *mtu_len = (uint32_t *)r3;

	if (is_xdp(run))
		return check_xdp((const struct skep_xdp_buff *)r1, r2, mtu_len, r4, r5, net);
	return check_skb((const struct skep_sk_buff *)r1, r2, mtu_len, r4, r5, net);
}

const struct skep_symbol skep_fib_symbols[] = { SKEP_SYMBOL(bpf_fib_lookup), SKEP_SYMBOL(bpf_check_mtu), { NULL } };
