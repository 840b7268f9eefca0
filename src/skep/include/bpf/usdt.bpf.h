// SPDX-License-Identifier: Apache-2.0
// Statically defined tracepoints of user programs (USDT): where each argument is found when a program is called.
// Who attaches the program fills two maps: __bpf_usdt_specs has a row per kind of place, and the place is known by
// the cookie of the attachment, or by its instruction's address through __bpf_usdt_ip_to_spec_id.
#ifndef __SKEP_USDT_BPF_H
#define __SKEP_USDT_BPF_H

#ifndef __VMLINUX_H__
#include <linux/bpf.h>
#include <linux/ptrace.h>
#endif
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#ifndef BPF_USDT_MAX_SPEC_CNT
#define BPF_USDT_MAX_SPEC_CNT 256
#endif
#ifndef BPF_USDT_MAX_IP_CNT
#define BPF_USDT_MAX_IP_CNT (4 * BPF_USDT_MAX_SPEC_CNT)
#endif
#define BPF_USDT_MAX_ARG_CNT 12

enum __bpf_usdt_arg_type {
	BPF_USDT_ARG_CONST,	// the value is val_off
	BPF_USDT_ARG_REG,	// it is in the register at reg_off of struct pt_regs
	BPF_USDT_ARG_REG_DEREF, // it is in memory, val_off behind what that register holds
	BPF_USDT_ARG_SIB,	// the same with a second register, scaled
};

// 16 bytes, of which the members of SIB lie in what older loaders leave zero.
struct __bpf_usdt_arg_spec {
	__u64 val_off;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	enum __bpf_usdt_arg_type arg_type : 8;
	__u8 __reserved : 8;
	__u16 idx_reg_off : 12;
	__u16 scale_bitshift : 4;
#else
	__u16 scale_bitshift : 4;
	__u16 idx_reg_off : 12;
	__u8 __reserved : 8;
	enum __bpf_usdt_arg_type arg_type : 8;
#endif
	short reg_off;
	_Bool arg_signed;
	char arg_bitshift; // 64 less the argument's bits
};

struct __bpf_usdt_spec {
	struct __bpf_usdt_arg_spec args[BPF_USDT_MAX_ARG_CNT];
	__u64 usdt_cookie;
	short arg_cnt;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_USDT_MAX_SPEC_CNT);
	__type(key, int);
	__type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_USDT_MAX_IP_CNT);
	__type(key, long);
	__type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const _Bool LINUX_HAS_BPF_COOKIE __kconfig;

static __always_inline struct __bpf_usdt_spec *__skep_usdt_spec(struct pt_regs *ctx)
{
	int id;

	if (LINUX_HAS_BPF_COOKIE) {
		id = bpf_get_attach_cookie(ctx);
	} else {
		long ip = PT_REGS_IP(ctx);
		int *found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);

		id = found ? *found : -1;
	}
	return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

// How many arguments the tracepoint has; -ESRCH when it is not known.
__weak __hidden int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __skep_usdt_spec(ctx);

	return spec ? spec->arg_cnt : -3;
}

// The value that user memory or a register has there, as 64 bits of the argument's own width.
static __always_inline long __skep_usdt_fetch(struct pt_regs *ctx, const struct __bpf_usdt_arg_spec *arg,
					      unsigned long *val)
{
	unsigned long index;
	int err;

	if (arg->arg_type == BPF_USDT_ARG_CONST) {
		*val = arg->val_off;
		return 0;
	}
	err = bpf_probe_read_kernel(val, sizeof(*val), (void *)ctx + arg->reg_off);
	if (err || arg->arg_type == BPF_USDT_ARG_REG)
		return err;
	if (arg->arg_type == BPF_USDT_ARG_SIB) {
		err = bpf_probe_read_kernel(&index, sizeof(index), (void *)ctx + arg->idx_reg_off);
		if (err)
			return err;
		*val += index << arg->scale_bitshift;
	} else if (arg->arg_type != BPF_USDT_ARG_REG_DEREF) {
		return -22;
	}
	err = bpf_probe_read_user(val, sizeof(*val), (void *)*val + arg->val_off);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	*val >>= arg->arg_bitshift;
#endif
	return err;
}

// Argument `arg_num`, from 0, into *res. -ESRCH: unknown tracepoint; -ENOENT: no such argument; what reading its
// memory gave.
__weak __hidden int bpf_usdt_arg(struct pt_regs *ctx, __u64 arg_num, long *res)
{
	struct __bpf_usdt_spec *spec;
	struct __bpf_usdt_arg_spec *arg;
	unsigned long val;
	int err;

	*res = 0;
	spec = __skep_usdt_spec(ctx);
	if (!spec)
		return -3;
	if (arg_num >= BPF_USDT_MAX_ARG_CNT)
		return -2;
	barrier_var(arg_num);
	if (arg_num >= spec->arg_cnt)
		return -2;
	arg = &spec->args[arg_num];
	err = __skep_usdt_fetch(ctx, arg, &val);
	if (err)
		return err;
	val <<= arg->arg_bitshift;
	*res = arg->arg_signed ? (long)val >> arg->arg_bitshift : (long)(val >> arg->arg_bitshift);
	return 0;
}

// Bytes of that argument; the same errors.
__weak __hidden int bpf_usdt_arg_size(struct pt_regs *ctx, __u64 arg_num)
{
	struct __bpf_usdt_spec *spec = __skep_usdt_spec(ctx);

	if (!spec)
		return -3;
	if (arg_num >= BPF_USDT_MAX_ARG_CNT)
		return -2;
	barrier_var(arg_num);
	if (arg_num >= spec->arg_cnt)
		return -2;
	return (64 - spec->args[arg_num].arg_bitshift) >> 3;
}

// The cookie that was given when the program was attached; 0 when the tracepoint is not known.
__weak __hidden long bpf_usdt_cookie(struct pt_regs *ctx)
{
	struct __bpf_usdt_spec *spec = __skep_usdt_spec(ctx);

	return spec ? spec->usdt_cookie : 0;
}

// SEC("usdt") int BPF_USDT(name, int first, void *second): up to twelve arguments, each as wide as it is declared.
#define __skep_usdt_arg(n) ({ long ___x; bpf_usdt_arg(ctx, n, &___x); (void *)___x; })
#define __skep_usdt0() ctx
#define __skep_usdt1(x) __skep_usdt0(), __skep_usdt_arg(0)
#define __skep_usdt2(x, args...) __skep_usdt1(args), __skep_usdt_arg(1)
#define __skep_usdt3(x, args...) __skep_usdt2(args), __skep_usdt_arg(2)
#define __skep_usdt4(x, args...) __skep_usdt3(args), __skep_usdt_arg(3)
#define __skep_usdt5(x, args...) __skep_usdt4(args), __skep_usdt_arg(4)
#define __skep_usdt6(x, args...) __skep_usdt5(args), __skep_usdt_arg(5)
#define __skep_usdt7(x, args...) __skep_usdt6(args), __skep_usdt_arg(6)
#define __skep_usdt8(x, args...) __skep_usdt7(args), __skep_usdt_arg(7)
#define __skep_usdt9(x, args...) __skep_usdt8(args), __skep_usdt_arg(8)
#define __skep_usdt10(x, args...) __skep_usdt9(args), __skep_usdt_arg(9)
#define __skep_usdt11(x, args...) __skep_usdt10(args), __skep_usdt_arg(10)
#define __skep_usdt12(x, args...) __skep_usdt11(args), __skep_usdt_arg(11)
#define BPF_USDT(name, args...) __skep_program(name, struct pt_regs, , __skep_usdt, ##args)

#endif
