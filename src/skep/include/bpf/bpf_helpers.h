// SPDX-License-Identifier: Apache-2.0
// What BPF programs in C are written with: sections, map definitions, attributes, printing, loops.
// The names are those of libbpf, so that programs compile with either.
#ifndef __SKEP_BPF_HELPERS_H
#define __SKEP_BPF_HELPERS_H

#include <bpf/bpf_helper_defs.h>

// Where a program or variable goes decides what it is.
#if __GNUC__ && !__clang__
#define SEC(name) __attribute__((section(name), used))
#else
#define SEC(name)                                                                                             \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"")             \
	__attribute__((section(name), used)) _Pragma("GCC diagnostic pop")
#endif

// A map is a struct in SEC(".maps") whose member types carry the numbers: int (*name)[number].
#define __skep_paste2(a, b) a##b
#define __skep_paste(a, b) __skep_paste2(a, b)
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val)                                                                                    \
	enum { __skep_paste(__unique_value, __COUNTER__) = val } name

// Older kernel headers define these too.
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#ifndef __hidden
#define __hidden __attribute__((visibility("hidden")))
#endif

#define __kconfig __attribute__((section(".kconfig")))
#define __ksym __attribute__((section(".ksyms")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))

// Promises about the arguments of global functions, which are verified on their own.
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute((btf_decl_tag("arg:arena")))

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifndef container_of
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

// The compiler must not move memory accesses over this, or must take `var` for changed.
#ifndef barrier
#define barrier() asm volatile("" ::: "memory")
#endif
#ifndef barrier_var
#define barrier_var(var) asm volatile("" : "+r"(var))
#endif

// A call that does not exist: reaching it is a verifier error and not undefined behaviour.
#ifndef __bpf_unreachable
#define __bpf_unreachable() __builtin_trap()
#endif

// A tail call with the slot as constant, which the JIT turns into a direct jump.
#if __clang_major__ >= 8 && defined(__bpf__)
static __always_inline void bpf_tail_call_static(void *ctx, const void *map, const unsigned int slot)
{
	if (!__builtin_constant_p(slot))
		__bpf_unreachable();
	asm volatile("r1 = %[ctx]\n\t"
		     "r2 = %[map]\n\t"
		     "r3 = %[slot]\n\t"
		     "call 12"
		     :: [ctx] "r"(ctx), [map] "r"(map), [slot] "i"(slot)
		     : "r0", "r1", "r2", "r3", "r4", "r5");
}
#endif

enum libbpf_pin_type {
	LIBBPF_PIN_NONE,
	LIBBPF_PIN_BY_NAME,
};

enum libbpf_tristate {
	TRI_NO = 0,
	TRI_YES = 1,
	TRI_MODULE = 2,
};

#define bpf_ksym_exists(sym)                                                                                  \
	({                                                                                                    \
		_Static_assert(!__builtin_constant_p(!!sym), #sym " should be marked as __weak");             \
		!!sym;                                                                                        \
	})

// Counting arguments: __skep_count(a, b) is 2.
#define __skep_nth(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19,   \
		   _20, _21, _22, _23, _24, n, ...)                                                           \
	n
#define __skep_count(...)                                                                                     \
	__skep_nth(_, ##__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, \
		   3, 2, 1, 0)
#define __skep_apply(name, ...) __skep_paste(name, __skep_count(__VA_ARGS__))(__VA_ARGS__)

// An array of 64-bit values from up to 12 arguments.
#define __skep_u64(x) ((unsigned long long)(x))
#define __skep_list0()
#define __skep_list1(x) __skep_u64(x)
#define __skep_list2(x, ...) __skep_u64(x), __skep_list1(__VA_ARGS__)
#define __skep_list3(x, ...) __skep_u64(x), __skep_list2(__VA_ARGS__)
#define __skep_list4(x, ...) __skep_u64(x), __skep_list3(__VA_ARGS__)
#define __skep_list5(x, ...) __skep_u64(x), __skep_list4(__VA_ARGS__)
#define __skep_list6(x, ...) __skep_u64(x), __skep_list5(__VA_ARGS__)
#define __skep_list7(x, ...) __skep_u64(x), __skep_list6(__VA_ARGS__)
#define __skep_list8(x, ...) __skep_u64(x), __skep_list7(__VA_ARGS__)
#define __skep_list9(x, ...) __skep_u64(x), __skep_list8(__VA_ARGS__)
#define __skep_list10(x, ...) __skep_u64(x), __skep_list9(__VA_ARGS__)
#define __skep_list11(x, ...) __skep_u64(x), __skep_list10(__VA_ARGS__)
#define __skep_list12(x, ...) __skep_u64(x), __skep_list11(__VA_ARGS__)
#define __skep_params(args...)                                                                                \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                 \
	unsigned long long ___params[] = { __skep_apply(__skep_list, args) };                                 \
	_Pragma("GCC diagnostic pop")

// Formatted text into a seq_file or a buffer; the format has to be a constant of the object.
#define BPF_SEQ_PRINTF(seq, fmt, args...)                                                                     \
	({                                                                                                    \
		static const char ___fmt[] = fmt;                                                             \
		__skep_params(args)                                                                           \
		bpf_seq_printf(seq, ___fmt, sizeof(___fmt), ___params, sizeof(___params));                    \
	})
#define BPF_SNPRINTF(out, out_size, fmt, args...)                                                             \
	({                                                                                                    \
		static const char ___fmt[] = fmt;                                                             \
		__skep_params(args)                                                                           \
		bpf_snprintf(out, out_size, ___fmt, ___params, sizeof(___params));                            \
	})

// To the trace pipe: trace_printk takes three arguments, trace_vprintk an array of them.
#ifdef BPF_NO_GLOBAL_DATA
#define __skep_fmt_storage
#else
#define __skep_fmt_storage static const
#endif
#define __bpf_printk(fmt, ...)                                                                                \
	({                                                                                                    \
		__skep_fmt_storage char ____fmt[] = fmt;                                                      \
		bpf_trace_printk(____fmt, sizeof(____fmt), ##__VA_ARGS__);                                    \
	})
#define __bpf_vprintk(fmt, args...)                                                                           \
	({                                                                                                    \
		static const char ___fmt[] = fmt;                                                             \
		__skep_params(args)                                                                           \
		bpf_trace_vprintk(___fmt, sizeof(___fmt), ___params, sizeof(___params));                      \
	})
#define __skep_printk(...)                                                                                    \
	__skep_nth(_, ##__VA_ARGS__, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk,              \
		   __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk,  \
		   __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk,  \
		   __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_printk,   \
		   __bpf_printk, __bpf_printk, __bpf_printk)
#define bpf_printk(fmt, args...) __skep_printk(args)(fmt, ##args)

// Open-coded iterators: bpf_for_each(name, element, arguments of bpf_iter_<name>_new) { ... }
struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

#ifndef bpf_for_each
#define bpf_for_each(type, cur, args...)                                                                      \
	for (struct bpf_iter_##type ___it __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))),    \
	     *___started __attribute__((unused)) =                                                            \
		     (bpf_iter_##type##_new(&___it, ##args),                                                  \
		      (void)bpf_iter_##type##_destroy, (void *)0);                                            \
	     ((cur) = bpf_iter_##type##_next(&___it));)
#endif
#ifndef bpf_for
#define bpf_for(i, start, end)                                                                                \
	for (struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))),            \
	     *___started __attribute__((unused)) = (bpf_iter_num_new(&___it, (start), (end)),                 \
						    (void)bpf_iter_num_destroy, (void *)0);                   \
	     ({                                                                                               \
		     int *___next = bpf_iter_num_next(&___it);                                                \
		     ___next && ((i) = *___next, (i) >= (start) && (i) < (end));                              \
	     });)
#endif
#ifndef bpf_repeat
#define bpf_repeat(N)                                                                                         \
	for (struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))),            \
	     *___started __attribute__((unused)) =                                                            \
		     (bpf_iter_num_new(&___it, 0, (N)), (void)bpf_iter_num_destroy, (void *)0);               \
	     bpf_iter_num_next(&___it);)
#endif

#endif
