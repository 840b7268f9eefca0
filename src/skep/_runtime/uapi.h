/* The numbers of linux/bpf.h that the data plane knows, as of Linux 6.18: the headers of a build machine may be
 * older. tests/runtime holds them against skep.uapi.
 */
#ifndef SKEP_UAPI_H
#define SKEP_UAPI_H

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
};

enum { BPF_PROG_TYPE_XDP = 6 };

/* map creation and update */
enum {
	BPF_F_ZERO_SEED = 0x40,
	BPF_NOEXIST = 1,
	BPF_EXIST = 2,
	BPF_F_LOCK = 4,
};

/* skb_store_bytes, l3_csum_replace, l4_csum_replace, redirect */
enum {
	BPF_F_RECOMPUTE_CSUM = 0x1,
	BPF_F_INVALIDATE_HASH = 0x2,
	BPF_F_HDR_FIELD_MASK = 0xf,
	BPF_F_PSEUDO_HDR = 0x10,
	BPF_F_MARK_MANGLED_0 = 0x20,
	BPF_F_MARK_ENFORCE = 0x40,
	BPF_F_IPV6 = 0x80,
	BPF_F_INGRESS = 0x1,
};

enum { BPF_HDR_START_MAC, BPF_HDR_START_NET };
enum { BPF_CSUM_LEVEL_QUERY, BPF_CSUM_LEVEL_INC, BPF_CSUM_LEVEL_DEC, BPF_CSUM_LEVEL_RESET };

/* skb_adjust_room */
enum { BPF_ADJ_ROOM_NET, BPF_ADJ_ROOM_MAC };
enum {
	BPF_F_ADJ_ROOM_FIXED_GSO = 0x1,
	BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 = 0x2,
	BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 = 0x4,
	BPF_F_ADJ_ROOM_ENCAP_L4_GRE = 0x8,
	BPF_F_ADJ_ROOM_ENCAP_L4_UDP = 0x10,
	BPF_F_ADJ_ROOM_NO_CSUM_RESET = 0x20,
	BPF_F_ADJ_ROOM_ENCAP_L2_ETH = 0x40,
	BPF_F_ADJ_ROOM_DECAP_L3_IPV4 = 0x80,
	BPF_F_ADJ_ROOM_DECAP_L3_IPV6 = 0x100,
	BPF_ADJ_ROOM_ENCAP_L2_MASK = 0xff,
	BPF_ADJ_ROOM_ENCAP_L2_SHIFT = 56,
};

/* verdicts */
enum { XDP_ABORTED = 0, XDP_REDIRECT = 4 };
enum { TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };

enum { PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST };

#endif
