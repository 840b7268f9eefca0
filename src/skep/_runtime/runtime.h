/* The data plane's shared vocabulary: what native programs, maps, helpers and run loops agree on.
 *
 * Everything that a program calls, and every program itself, has one signature: five 64-bit arguments, then the
 * run that it belongs to. On x86-64 and arm64 all six travel in registers, and tail calls between any two programs
 * can be real jumps because all prototypes are equal.
 */
#ifndef SKEP_RUNTIME_H
#define SKEP_RUNTIME_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct skep_run;
typedef uint64_t (*skep_fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, struct skep_run *);

typedef uint64_t skep_helper_fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, struct skep_run *);

/* Defines a helper: its five registers are r1..r5. */
#define SKEP_HELPER(name)                                                                                   \
	uint64_t name(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5, struct skep_run *run); \
	uint64_t name(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5, struct skep_run *run)

/* The kernel's own errno for operations that a type lacks; libc does not know it. */
#define ENOTSUPP 524

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define round_up(x, n) (((x) + (n)-1) & ~((__typeof__(x))(n)-1))

/* Where a redirect helper sent the packet; the hook (or the test) reads it after the program. */
enum skep_redirect_kind { SKEP_REDIRECT_NONE, SKEP_REDIRECT_DEV, SKEP_REDIRECT_PEER, SKEP_REDIRECT_NEIGH, SKEP_REDIRECT_MAP };

struct skep_redirect {
	uint32_t kind, ifindex;
	uint64_t flags;
	struct skep_map *map; /* SKEP_REDIRECT_MAP: the map and the index in it */
	uint64_t key;
};

/* One invocation of a program; lives on the stack of the thread that runs it. */
struct skep_run {
	uint32_t cpu;        /* virtual CPU that this run is pinned to */
	uint32_t tail_calls; /* made so far; MAX_TAIL_CALL_CNT is 33 */
	uint64_t ctx;        /* the context that the entry got in r1 */
	struct skep_kernel *kernel;
	const struct skep_prog *prog; /* program that was entered first */
	struct skep_redirect redirect;
	uint64_t attach_cookie; /* that whoever attached the program gave */
	uint64_t scratch[4];
	struct skep_catcher *catcher; /* where an exception goes; see control.c */
	/* Of runs that take long; see pause.h. */
	uint32_t ticks, stop;    /* iterations of its loops; why they end, enum skep_stop */
	uint32_t locks, answers; /* spin locks that it holds; whether signals may end it */
	uint64_t since, asked;   /* when that was looked at first, and signals last */
	const uint32_t *wanted;  /* not 0 when who started it wants its end; NULL for nobody */
	void *failure[3];        /* what a signal's handler raised */
};

/* What the kernel knows about a program at run time; prog_array slots point to these. */
struct skep_prog {
	skep_fn entry;
	uint32_t id;
	uint32_t type;
};

/* Tunnel metadata of a packet; addresses of IPv4 take the first word. See tunnel.c. */
struct skep_tunnel {
	uint32_t id, source[4], destination[4], label, flags, options_len;
	uint8_t tos, ttl, v6, options[256];
};

/* One virtual CPU. A run owns its CPU, so per-CPU data needs no locks. */
struct skep_cpu {
	uint64_t owner;    /* thread that runs on it, 0 when idle */
	uint32_t depth;    /* runs of that thread inside one another */
	uint64_t entered;  /* counts entries and exits: odd while a run is on it */
	uint64_t rng[4];   /* state of bpf_get_prandom_u32 */
	uint8_t *packet;   /* buffer in which packets stand while programs see them */
	struct skep_tunnel tunnel; /* of the packet that the CPU works on */
	uint32_t distributed; /* the CPU that bpf_cpumask_any_distribute gave it last */
	uint32_t *waits_for; /* the resilient spin lock that the run on it waits for */
} __attribute__((aligned(64)));

/* What programs can observe of the machine outside maps and contexts. */
struct skep_kernel {
	uint32_t ncpus;
	uint32_t numa_node;
	uint32_t clock_stopped;   /* the clock stands at clock_ns (tests), else it runs */
	uint32_t reserved;
	uint64_t clock_ns;        /* the stopped clock's reading, CLOCK_MONOTONIC */
	uint64_t boot_offset;     /* CLOCK_BOOTTIME minus CLOCK_MONOTONIC */
	uint64_t real_offset;     /* CLOCK_TAI minus CLOCK_MONOTONIC, for a stopped clock */
	uint64_t pid_tgid, uid_gid, last_cookie;
	uint64_t map_random; /* state of what gives each map its random number */
	char comm[16];
	struct skep_cpu *cpus;
	const struct skep_net *net;       /* see net.h */
	const struct skep_cgroup *cgroup; /* the current task's */
	uint64_t cookie_keys[4];          /* of SYN cookies */
	struct skep_objects *objects; /* that programs allocated */
	struct skep_timers *timers;
	uint64_t run_limit_ns; /* that one run may take; 0: any time */
	uint64_t memory_limit, memory_used; /* bytes of maps; 0: no limit */
};

/* Takes so many bytes out of what maps may have; false when they are not left. */
static inline bool skep_charge(struct skep_kernel *kernel, uint64_t bytes)
{
	uint64_t used = __atomic_add_fetch(&kernel->memory_used, bytes, __ATOMIC_RELAXED);

	if (likely(!kernel->memory_limit || used <= kernel->memory_limit))
		return true;
	__atomic_sub_fetch(&kernel->memory_used, bytes, __ATOMIC_RELAXED);
	return false;
}

static inline void skep_uncharge(struct skep_kernel *kernel, uint64_t bytes)
{
	__atomic_sub_fetch(&kernel->memory_used, bytes, __ATOMIC_RELAXED);
}

struct skep_map;

/* The elements of some buckets of a hash map, on their way out. */
struct skep_bucket {
	uint32_t number; /* where to begin; afterwards, where to go on */
	uint32_t room, count; /* elements that fit, that came (or would have, with -ENOSPC) */
	bool delete;
	void *keys, *values;
};

struct skep_map_ops {
	/* For programs. */
	void *(*lookup)(struct skep_map *, const void *key, struct skep_run *);
	long (*update)(struct skep_map *, const void *key, const void *value, uint64_t flags, struct skep_run *);
	long (*delete)(struct skep_map *, const void *key, struct skep_run *);
	/* Maps without keys: queue, stack, bloom filter. */
	long (*push)(struct skep_map *, const void *value, uint64_t flags);
	long (*pop)(struct skep_map *, void *value);
	long (*peek)(struct skep_map *, void *value);
	void *(*lookup_percpu)(struct skep_map *, const void *key, uint32_t cpu);
	/* Calls a program's function with map, key, value, ctx until it returns non-zero; the number of calls. */
	long (*for_each)(struct skep_map *, skep_fn callback, uint64_t ctx, struct skep_run *);
	/* For bpf(2): whole values, which for per-CPU maps are those of all CPUs, each rounded up to 8 bytes. */
	long (*sys_lookup)(struct skep_map *, const void *key, void *value);
	long (*sys_update)(struct skep_map *, const void *key, const void *value, uint64_t flags);
	long (*sys_pop)(struct skep_map *, const void *key, void *value);
	long (*next_key)(struct skep_map *, const void *key, void *next);
	/* The first bucket from `number` on that is not empty, and 0; -ENOSPC when it does not fit, -ENOENT after
	 * the last bucket, which may have come along. */
	int (*bucket)(struct skep_map *, struct skep_bucket *);
	/* Calls for every value that may hold something, also those without a key. */
	void (*each_value)(struct skep_map *, void (*visit)(struct skep_map *, void *value));
	/* The value that an address points into, for the checked interpreter; *size is value_size unless changed. */
	bool (*region)(struct skep_map *, uintptr_t address, uintptr_t *start, size_t *size);
	void (*free)(struct skep_map *);
};

/* Header of every map; a program holds its address (ld_imm64 of a map). Families append their own fields. */
struct skep_map {
	const struct skep_map_ops *ops;
	uint32_t type, key_size, value_size, max_entries, flags;
	uint32_t elem_size; /* value_size rounded up to 8: the stride of arrays; prog_array: 8, a struct skep_prog * */
	uint32_t ncpus;
	uint8_t *values;     /* array families: first element (per-CPU: of CPU 0); else NULL */
	uint64_t cpu_stride; /* per-CPU maps: bytes from one CPU's value to the next one's */
	uint64_t random;     /* the map's own random number, from its kernel's source: keys of hashes */
	uint64_t extra;      /* map_extra of bpf(2) */
	struct skep_kernel *kernel;
	const struct skep_record *record; /* special fields of a value; NULL for none */
	uint32_t no_users;  /* only programs refer to the map: no timer may start any more */
	uint32_t callbacks; /* of its timers, that are running */
	uint32_t id;        /* from the table of maps; programs may read it */
};

/* Contexts as the userspace kernel keeps them; fixups turn accesses to the uapi structs into accesses to these.
 * Each field of the uapi struct has a field here of at least its width. */
struct skep_xdp_buff {
	uint8_t *data, *data_end, *data_meta, *data_hard_start;
	uint32_t frame_sz, flags, ingress_ifindex, rx_queue_index, egress_ifindex;
	uint32_t frags_size; /* bytes beyond data_end, in frags */
	uint8_t *frags;
};

/* The fields of struct bpf_sock, and what else programs see of a socket. */
struct skep_sock {
	uint32_t bound_dev_if, family, type, protocol, mark, priority, src_ip4, src_ip6[4], src_port, dst_port;
	uint32_t dst_ip4, dst_ip6[4], state;
	int32_t rx_queue_mapping;
	uint64_t cookie;
	/* What no program reads. */
	uint32_t ipv6_only, has_view; /* see SOCKET_VIEW */
	uint32_t uid, user_mss;
	uint64_t cookies_sent; /* when it last sent a SYN cookie */
	const struct skep_cgroup *cgroup; /* NULL: that of the current task */
	struct skep_sock *next;           /* with the same local port, or nearly */
} __attribute__((aligned(64)));

/* The fields of struct bpf_tcp_sock behind those of its socket. */
struct skep_tcp_sock {
	struct skep_sock sk;
	uint32_t snd_cwnd, srtt_us, rtt_min, snd_ssthresh, rcv_nxt, snd_nxt, snd_una, mss_cache, ecn_flags;
	uint32_t rate_delivered, rate_interval_us, packets_out, retrans_out, total_retrans, segs_in, data_segs_in;
	uint32_t segs_out, data_segs_out, lost_out, sacked_out;
	uint64_t bytes_received, bytes_acked;
	uint32_t dsack_dups, delivered, delivered_ce, icsk_retransmits;
};

struct skep_sk_buff {
	uint8_t *head, *data, *data_end, *data_meta, *end; /* head <= data_meta <= data <= data_end <= end */
	struct skep_sock *sk;
	void *flow_keys;
	uint64_t tstamp, hwtstamp;
	uint32_t len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
	uint32_t ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, napi_id, family;
	uint32_t remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
	uint32_t wire_len, gso_segs, gso_size, tstamp_type;
	/* What no program reads but helpers keep. */
	uint8_t *mac_header, *network_header;
	/* Room that Linux would have in front, and the transport header's place from there: see packet.h. */
	uint32_t headroom, transport;
	struct skep_tunnel *tunnel; /* metadata that a program gave it: tunnel.c */
	uint32_t ip_summed, csum, csum_start, csum_offset, csum_level, hash_valid, encapsulation, mac_len;
};

#endif
