/* One C program in two forms: an XDP program for the bpf target, and a function of a shared library for the
 * machine's own compiler. PROGRAM is written once; it gets the packet's bounds. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

#ifdef __bpf__
struct xdp_md {
	u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

#define PROGRAM                                                                   \
	INLINE int body(u8 *data, u8 *data_end);                                  \
	__attribute__((section("xdp"), used)) int program(struct xdp_md *ctx)     \
	{                                                                         \
		return body((u8 *)(long)ctx->data, (u8 *)(long)ctx->data_end);    \
	}                                                                         \
	INLINE int body(u8 *data, u8 *data_end)
#else
struct context {
	u8 *data, *data_end;
};

#define PROGRAM                                                                   \
	static int body(u8 *data, u8 *data_end);                                  \
	int program(struct context *ctx) { return body(ctx->data, ctx->data_end); } \
	static int body(u8 *data, u8 *data_end)

/* As PROG_TEST_RUN does: one call per round through a pointer. */
int repeat(struct context *ctx, int (*volatile entry)(struct context *), unsigned int rounds)
{
	int result = 0;

	for (unsigned int round = 0; round < rounds; round++)
		result = entry(ctx);
	return result;
}
#endif
