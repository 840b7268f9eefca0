// SPDX-License-Identifier: Apache-2.0
// Reading kernel structures whose layout is only known when the program is loaded (CO-RE).
// The compiler records each access; the loader puts in the offsets of the kernel at hand.
#ifndef __SKEP_BPF_CORE_READ_H
#define __SKEP_BPF_CORE_READ_H

#include <bpf/bpf_helpers.h>

// What __builtin_preserve_field_info and its relatives are asked for; the numbers are the compiler's.
enum bpf_field_info_kind {
	BPF_FIELD_BYTE_OFFSET = 0,
	BPF_FIELD_BYTE_SIZE = 1,
	BPF_FIELD_EXISTS = 2,
	BPF_FIELD_SIGNED = 3,
	BPF_FIELD_LSHIFT_U64 = 4,
	BPF_FIELD_RSHIFT_U64 = 5,
};

enum bpf_type_id_kind {
	BPF_TYPE_ID_LOCAL = 0,
	BPF_TYPE_ID_TARGET = 1,
};

enum bpf_type_info_kind {
	BPF_TYPE_EXISTS = 0,
	BPF_TYPE_SIZE = 1,
	BPF_TYPE_MATCHES = 2,
};

enum bpf_enum_value_kind {
	BPF_ENUMVAL_EXISTS = 0,
	BPF_ENUMVAL_VALUE = 1,
};

#define ___bpf_typeof(x) typeof(x)

// Own copies of the counting macros: a macro cannot be used in what it is itself expanding, and these are used in
// the arguments of the others (BPF_KSYSCALL reads its arguments with BPF_CORE_READ).
#define __skep_core_paste2(a, b) a##b
#define __skep_core_paste(a, b) __skep_core_paste2(a, b)
#define __skep_core_apply(name, ...) __skep_core_paste(name, __skep_count(__VA_ARGS__))(__VA_ARGS__)

// A field is named as an expression (ptr->field) or as (type, field).
#define __skep_field1(field) (field)
#define __skep_field2(type, field) (((typeof(type) *)0)->field)
#define __skep_field(field...) __skep_core_apply(__skep_field, field)
#define __skep_field_info(kind, field...) __builtin_preserve_field_info(__skep_field(field), kind)

#define bpf_core_field_exists(field...) __skep_field_info(BPF_FIELD_EXISTS, field)
#define bpf_core_field_size(field...) __skep_field_info(BPF_FIELD_BYTE_SIZE, field)
#define bpf_core_field_offset(field...) __skep_field_info(BPF_FIELD_BYTE_OFFSET, field)

#define bpf_core_type_id_local(type)                                                                          \
	__builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_LOCAL)
#define bpf_core_type_id_kernel(type)                                                                         \
	__builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_TARGET)
#define bpf_core_type_exists(type)                                                                            \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_EXISTS)
#define bpf_core_type_matches(type)                                                                           \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_MATCHES)
#define bpf_core_type_size(type)                                                                              \
	__builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_SIZE)

#ifdef __clang__
#define __skep_enum_value(type, value) (*(typeof(type) *)value)
#else
#define __skep_enum_value(type, value) ((typeof(type))value)
#endif
#define bpf_core_enum_value_exists(type, value)                                                               \
	__builtin_preserve_enum_value(__skep_enum_value(type, value), BPF_ENUMVAL_EXISTS)
#define bpf_core_enum_value(type, value)                                                                      \
	__builtin_preserve_enum_value(__skep_enum_value(type, value), BPF_ENUMVAL_VALUE)

#define bpf_core_cast(ptr, type) ((typeof(type) *)bpf_rdonly_cast((ptr), bpf_core_type_id_kernel(type)))
extern void *bpf_rdonly_cast(const void *obj__ign, __u32 btf_id__k) __ksym __weak;

// Reading memory at a relocated address, from the kernel or from user space.
#define bpf_core_read(dst, size, src)                                                                         \
	bpf_probe_read_kernel(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user(dst, size, src)                                                                    \
	bpf_probe_read_user(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_str(dst, size, src)                                                                     \
	bpf_probe_read_kernel_str(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user_str(dst, size, src)                                                                \
	bpf_probe_read_user_str(dst, size, (const void *)__builtin_preserve_access_index(src))

// A bitfield: the bytes around it, then two shifts that bring it down with its sign.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __skep_bitfield_place(dst, size) (void *)(dst)
#else
#define __skep_bitfield_place(dst, size) ((void *)(dst) + (8 - (size)))
#endif
#define __skep_bitfield_value(s, field, raw)                                                                  \
	({                                                                                                    \
		unsigned long long ___v = (raw) << __skep_field_info(BPF_FIELD_LSHIFT_U64, (s)->field);      \
		if (__skep_field_info(BPF_FIELD_SIGNED, (s)->field))                                          \
			___v = ((long long)___v) >> __skep_field_info(BPF_FIELD_RSHIFT_U64, (s)->field);      \
		else                                                                                          \
			___v = ___v >> __skep_field_info(BPF_FIELD_RSHIFT_U64, (s)->field);                   \
		___v;                                                                                         \
	})

#define BPF_CORE_READ_BITFIELD_PROBED(s, field)                                                               \
	({                                                                                                    \
		unsigned long long ___raw = 0;                                                                \
		unsigned int ___size = __skep_field_info(BPF_FIELD_BYTE_SIZE, (s)->field);                    \
		bpf_probe_read_kernel(__skep_bitfield_place(&___raw, ___size), ___size,                       \
				      (const void *)(s) +                                                     \
					      __skep_field_info(BPF_FIELD_BYTE_OFFSET, (s)->field));          \
		__skep_bitfield_value(s, field, ___raw);                                                      \
	})

#define BPF_CORE_READ_BITFIELD(s, field)                                                                      \
	({                                                                                                    \
		const void *___p = (const void *)(s) + __skep_field_info(BPF_FIELD_BYTE_OFFSET, (s)->field);  \
		unsigned long long ___raw = 0;                                                                \
		/* One of the cases remains once the size is known; its load must keep this width. */         \
		barrier_var(___p);                                                                            \
		switch (__skep_field_info(BPF_FIELD_BYTE_SIZE, (s)->field)) {                                 \
		case 1: ___raw = *(const unsigned char *)___p; break;                                         \
		case 2: ___raw = *(const unsigned short *)___p; break;                                        \
		case 4: ___raw = *(const unsigned int *)___p; break;                                          \
		case 8: ___raw = *(const unsigned long long *)___p; break;                                    \
		}                                                                                             \
		__skep_bitfield_value(s, field, ___raw);                                                      \
	})

#define BPF_CORE_WRITE_BITFIELD(s, field, new_value)                                                          \
	({                                                                                                    \
		void *___p = (void *)(s) + __skep_field_info(BPF_FIELD_BYTE_OFFSET, (s)->field);              \
		unsigned int ___size = __skep_field_info(BPF_FIELD_BYTE_SIZE, (s)->field);                    \
		unsigned int ___l = __skep_field_info(BPF_FIELD_LSHIFT_U64, (s)->field);                      \
		unsigned int ___r = __skep_field_info(BPF_FIELD_RSHIFT_U64, (s)->field);                      \
		unsigned long long ___mask = (~0ULL << ___r) >> ___l;                                         \
		unsigned long long ___new = ((unsigned long long)(new_value) << ___r) >> ___l;                \
		barrier_var(___p);                                                                            \
		switch (___size) {                                                                            \
		case 1: *(unsigned char *)___p = (*(unsigned char *)___p & ~___mask) | ___new; break;         \
		case 2: *(unsigned short *)___p = (*(unsigned short *)___p & ~___mask) | ___new; break;       \
		case 4: *(unsigned int *)___p = (*(unsigned int *)___p & ~___mask) | ___new; break;           \
		case 8: *(unsigned long long *)___p = (*(unsigned long long *)___p & ~___mask) | ___new; break; \
		}                                                                                             \
	})

// Chains: BPF_CORE_READ(task, mm, owner, pid) reads task->mm, then ->owner of that, then its ->pid.
// __skep_lastN names the last of N; __skep_pathN the type of the expression up to there.
#define __skep_arrow1(a) a
#define __skep_arrow2(a, b) a->b
#define __skep_arrow3(a, b, c) a->b->c
#define __skep_arrow4(a, b, c, d) a->b->c->d
#define __skep_arrow5(a, b, c, d, e) a->b->c->d->e
#define __skep_arrow6(a, b, c, d, e, f) a->b->c->d->e->f
#define __skep_arrow7(a, b, c, d, e, f, g) a->b->c->d->e->f->g
#define __skep_arrow8(a, b, c, d, e, f, g, h) a->b->c->d->e->f->g->h
#define __skep_arrow9(a, b, c, d, e, f, g, h, i) a->b->c->d->e->f->g->h->i
#define __skep_arrow10(a, b, c, d, e, f, g, h, i, j) a->b->c->d->e->f->g->h->i->j
#define ___arrow(...) __skep_core_apply(__skep_arrow, __VA_ARGS__)
#define ___type(...) typeof(___arrow(__VA_ARGS__))

// `step` reads a pointer on the way, `final` the last member.
#define __skep_hop(read, dst, src, accessor, ptr_type) read((void *)(dst), sizeof(*(dst)), &((ptr_type)(src))->accessor)
#define __skep_walk2(step, final, out, size, src, a)                                                          \
	final((void *)(out), size, &((typeof(src))(src))->a)
#define __skep_walk3(step, final, out, size, src, a, b)                                                       \
	({                                                                                                    \
		const void *__t;                                                                              \
		__skep_hop(step, &__t, src, a, typeof(src));                                                  \
		final((void *)(out), size, &((___type((src), a))(__t))->b);                                   \
	})
#define __skep_walk4(step, final, out, size, src, a, b, c)                                                    \
	({                                                                                                    \
		const void *__t;                                                                              \
		__skep_hop(step, &__t, src, a, typeof(src));                                                  \
		__skep_hop(step, &__t, __t, b, ___type((src), a));                                            \
		final((void *)(out), size, &((___type((src), a, b))(__t))->c);                                \
	})
#define __skep_walk5(step, final, out, size, src, a, b, c, d)                                                 \
	({                                                                                                    \
		const void *__t;                                                                              \
		__skep_hop(step, &__t, src, a, typeof(src));                                                  \
		__skep_hop(step, &__t, __t, b, ___type((src), a));                                            \
		__skep_hop(step, &__t, __t, c, ___type((src), a, b));                                         \
		final((void *)(out), size, &((___type((src), a, b, c))(__t))->d);                             \
	})
#define __skep_walk6(step, final, out, size, src, a, b, c, d, e)                                              \
	({                                                                                                    \
		const void *__t;                                                                              \
		__skep_hop(step, &__t, src, a, typeof(src));                                                  \
		__skep_hop(step, &__t, __t, b, ___type((src), a));                                            \
		__skep_hop(step, &__t, __t, c, ___type((src), a, b));                                         \
		__skep_hop(step, &__t, __t, d, ___type((src), a, b, c));                                      \
		final((void *)(out), size, &((___type((src), a, b, c, d))(__t))->e);                          \
	})
#define __skep_walk7(step, final, out, size, src, a, b, c, d, e, f)                                           \
	({                                                                                                    \
		const void *__t;                                                                              \
		__skep_hop(step, &__t, src, a, typeof(src));                                                  \
		__skep_hop(step, &__t, __t, b, ___type((src), a));                                            \
		__skep_hop(step, &__t, __t, c, ___type((src), a, b));                                         \
		__skep_hop(step, &__t, __t, d, ___type((src), a, b, c));                                      \
		__skep_hop(step, &__t, __t, e, ___type((src), a, b, c, d));                                   \
		final((void *)(out), size, &((___type((src), a, b, c, d, e))(__t))->f);                       \
	})
#define __skep_walk(step, final, out, size, src, args...)                                                     \
	__skep_core_paste(__skep_walk, __skep_count(src, args))(step, final, out, size, src, args)

#define BPF_CORE_READ_INTO(dst, src, a, ...)                                                                  \
	__skep_walk(bpf_core_read, bpf_core_read, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER_INTO(dst, src, a, ...)                                                             \
	__skep_walk(bpf_core_read_user, bpf_core_read_user, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_CORE_READ_STR_INTO(dst, src, a, ...)                                                              \
	__skep_walk(bpf_core_read, bpf_core_read_str, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER_STR_INTO(dst, src, a, ...)                                                         \
	__skep_walk(bpf_core_read_user, bpf_core_read_user_str, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_INTO(dst, src, a, ...)                                                                 \
	__skep_walk(bpf_probe_read_kernel, bpf_probe_read_kernel, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER_INTO(dst, src, a, ...)                                                            \
	__skep_walk(bpf_probe_read_user, bpf_probe_read_user, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_STR_INTO(dst, src, a, ...)                                                             \
	__skep_walk(bpf_probe_read_kernel, bpf_probe_read_kernel_str, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER_STR_INTO(dst, src, a, ...)                                                        \
	__skep_walk(bpf_probe_read_user, bpf_probe_read_user_str, dst, sizeof(*(dst)), src, a, ##__VA_ARGS__)

#define __skep_read(into, src, a, ...)                                                                        \
	({                                                                                                    \
		___type((src), a, ##__VA_ARGS__) __r;                                                         \
		into(&__r, (src), a, ##__VA_ARGS__);                                                          \
		__r;                                                                                          \
	})
#define BPF_CORE_READ(src, a, ...) __skep_read(BPF_CORE_READ_INTO, src, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER(src, a, ...) __skep_read(BPF_CORE_READ_USER_INTO, src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ(src, a, ...) __skep_read(BPF_PROBE_READ_INTO, src, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER(src, a, ...) __skep_read(BPF_PROBE_READ_USER_INTO, src, a, ##__VA_ARGS__)

#endif
