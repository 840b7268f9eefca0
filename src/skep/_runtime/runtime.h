/* The data plane's shared vocabulary: what native programs, maps, helpers and run loops agree on.
 *
 * Everything that a program calls, and every program itself, has one signature: five 64-bit arguments, then the
 * run that it belongs to. On x86-64 and arm64 all six travel in registers, and tail calls between any two programs
 * can be real jumps because all prototypes are equal.
 */
#ifndef SKEP_RUNTIME_H
#define SKEP_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct skep_run;
typedef uint64_t (*skep_fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, struct skep_run *);

/* One invocation of a program; lives on the stack of the thread that runs it. */
struct skep_run {
	uint32_t cpu;        /* virtual CPU that this run is pinned to */
	uint32_t tail_calls; /* made so far; MAX_TAIL_CALL_CNT is 33 */
	uint64_t ctx;        /* the context that the entry got in r1 */
	struct skep_kernel *kernel;
	const struct skep_prog *prog; /* program that was entered first */
	uint64_t scratch[4]; /* for hooks: redirect target and the like */
};

/* What the kernel knows about a program at run time; prog_array slots point to these. */
struct skep_prog {
	skep_fn entry;
	uint32_t id;
	uint32_t type;
};

struct skep_map;
struct skep_map_ops {
	void *(*lookup)(struct skep_map *, const void *key, struct skep_run *);
	long (*update)(struct skep_map *, const void *key, const void *value, uint64_t flags, struct skep_run *);
	long (*delete)(struct skep_map *, const void *key, struct skep_run *);
};

/* Header of every map; a program holds its address (ld_imm64 of a map). Families append their own fields. */
struct skep_map {
	const struct skep_map_ops *ops;
	uint32_t type, key_size, value_size, max_entries, flags, id;
	uint32_t elem_size; /* value_size rounded up to 8: the stride of arrays */
	uint32_t ncpus;
	uint8_t *values;    /* array families: first element (per-CPU: of CPU 0); else NULL */
	uint64_t cpu_stride; /* per-CPU arrays: bytes from one CPU's elements to the next's */
};

/* Contexts as the userspace kernel keeps them; fixups turn accesses to the uapi structs into accesses to these.
 * Each field of the uapi struct has a field here of at least its width. */
struct skep_xdp_buff {
	uint8_t *data, *data_end, *data_meta, *data_hard_start;
	uint32_t frame_sz, flags, ingress_ifindex, rx_queue_index, egress_ifindex;
};

struct skep_sk_buff {
	uint8_t *head, *data, *data_end, *data_meta, *end; /* head <= data_meta <= data <= data_end <= end */
	void *sk, *flow_keys;
	uint64_t tstamp, hwtstamp;
	uint32_t len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
	uint32_t ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, napi_id, family;
	uint32_t remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
	uint32_t wire_len, gso_segs, gso_size, tstamp_type;
};

#endif
