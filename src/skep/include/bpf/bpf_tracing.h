// SPDX-License-Identifier: Apache-2.0
// Arguments of traced functions: the registers of each machine by name, and program signatures in plain C.
// __TARGET_ARCH_<name> says which machine; skep defines it when it compiles.
#ifndef __SKEP_BPF_TRACING_H
#define __SKEP_BPF_TRACING_H

#include <bpf/bpf_helpers.h>

// Register of each argument (PARM), of each system call argument where that differs, and of the rest.
#if defined(__TARGET_ARCH_x86)
#define bpf_target_x86
#define __SKEP_REGS struct pt_regs
// The kernel's own names, and those that it gives user programs in <asm/ptrace.h>.
#if !defined(__SKEP_USER_REGISTERS) && (defined(__VMLINUX_H__) || defined(__KERNEL__))
#define __skep_x86(kernel, user) kernel
#else
#define __skep_x86(kernel, user) user
#endif
#define __SKEP_PARM1 __skep_x86(di, rdi)
#define __SKEP_PARM2 __skep_x86(si, rsi)
#define __SKEP_PARM3 __skep_x86(dx, rdx)
#define __SKEP_PARM4 __skep_x86(cx, rcx)
#define __SKEP_PARM5 r8
#define __SKEP_PARM6 r9
#define __SKEP_SYSCALL1 __SKEP_PARM1
#define __SKEP_SYSCALL4 r10
#define __SKEP_RET __SKEP_SP
#define __SKEP_FP __skep_x86(bp, rbp)
#define __SKEP_RC __skep_x86(ax, rax)
#define __SKEP_SP __skep_x86(sp, rsp)
#define __SKEP_IP __skep_x86(ip, rip)
#define __SKEP_SYSCALL_WRAPPER "__x64_"
#elif defined(__TARGET_ARCH_arm64)
#define bpf_target_arm64
struct pt_regs___arm64 {
	unsigned long orig_x0;
} __attribute__((preserve_access_index));
#define __SKEP_REGS struct user_pt_regs
#define __SKEP_PARM1 regs[0]
#define __SKEP_PARM2 regs[1]
#define __SKEP_PARM3 regs[2]
#define __SKEP_PARM4 regs[3]
#define __SKEP_PARM5 regs[4]
#define __SKEP_PARM6 regs[5]
#define __SKEP_PARM7 regs[6]
#define __SKEP_PARM8 regs[7]
#define __SKEP_SYSCALL1 orig_x0
#define __SKEP_SYSCALL1_REGS struct pt_regs___arm64
#define __SKEP_SYSCALL4 regs[3]
#define __SKEP_RET regs[30]
#define __SKEP_FP regs[29]
#define __SKEP_RC regs[0]
#define __SKEP_SP sp
#define __SKEP_IP pc
#define __SKEP_SYSCALL_WRAPPER "__arm64_"
#elif defined(__TARGET_ARCH_s390)
#define bpf_target_s390
struct pt_regs___s390 {
	unsigned long orig_gpr2;
} __attribute__((preserve_access_index));
#define __SKEP_REGS user_pt_regs
#define __SKEP_PARM1 gprs[2]
#define __SKEP_PARM2 gprs[3]
#define __SKEP_PARM3 gprs[4]
#define __SKEP_PARM4 gprs[5]
#define __SKEP_PARM5 gprs[6]
#define __SKEP_SYSCALL1 orig_gpr2
#define __SKEP_SYSCALL1_REGS struct pt_regs___s390
#define __SKEP_SYSCALL4 gprs[5]
#define __SKEP_RET gprs[14]
#define __SKEP_FP gprs[11]
#define __SKEP_RC gprs[2]
#define __SKEP_SP gprs[15]
#define __SKEP_IP psw.addr
#define __SKEP_SYSCALL_WRAPPER "__s390x_"
#elif defined(__TARGET_ARCH_riscv)
#define bpf_target_riscv
#define __SKEP_REGS struct user_regs_struct
#define __SKEP_PARM1 a0
#define __SKEP_PARM2 a1
#define __SKEP_PARM3 a2
#define __SKEP_PARM4 a3
#define __SKEP_PARM5 a4
#define __SKEP_PARM6 a5
#define __SKEP_PARM7 a6
#define __SKEP_PARM8 a7
#define __SKEP_SYSCALL1 a0
#define __SKEP_SYSCALL4 a3
#define __SKEP_RET ra
#define __SKEP_FP s0
#define __SKEP_RC a0
#define __SKEP_SP sp
#define __SKEP_IP pc
#define __SKEP_SYSCALL_WRAPPER "__riscv_"
#elif defined(__TARGET_ARCH_arm)
#define bpf_target_arm
#define __SKEP_REGS struct pt_regs
#define __SKEP_PARM1 uregs[0]
#define __SKEP_PARM2 uregs[1]
#define __SKEP_PARM3 uregs[2]
#define __SKEP_PARM4 uregs[3]
#define __SKEP_PARM5 uregs[4]
#define __SKEP_PARM6 uregs[5]
#define __SKEP_PARM7 uregs[6]
#define __SKEP_SYSCALL1 uregs[0]
#define __SKEP_SYSCALL4 uregs[3]
#define __SKEP_RET uregs[14]
#define __SKEP_FP uregs[11]
#define __SKEP_RC uregs[0]
#define __SKEP_SP uregs[13]
#define __SKEP_IP uregs[15]
#elif defined(__TARGET_ARCH_powerpc)
#define bpf_target_powerpc
#define __SKEP_REGS struct pt_regs
#define __SKEP_PARM1 gpr[3]
#define __SKEP_PARM2 gpr[4]
#define __SKEP_PARM3 gpr[5]
#define __SKEP_PARM4 gpr[6]
#define __SKEP_PARM5 gpr[7]
#define __SKEP_PARM6 gpr[8]
#define __SKEP_PARM7 gpr[9]
#define __SKEP_PARM8 gpr[10]
#define __SKEP_SYSCALL1 orig_gpr3
#define __SKEP_SYSCALL4 gpr[6]
#define __SKEP_RET link
#define __SKEP_FP gpr[31]
#define __SKEP_RC gpr[3]
#define __SKEP_SP gpr[1]
#define __SKEP_IP nip
#elif defined(__TARGET_ARCH_mips)
#define bpf_target_mips
#define __SKEP_REGS struct pt_regs
#define __SKEP_PARM1 regs[4]
#define __SKEP_PARM2 regs[5]
#define __SKEP_PARM3 regs[6]
#define __SKEP_PARM4 regs[7]
#define __SKEP_PARM5 regs[8]
#define __SKEP_PARM6 regs[9]
#define __SKEP_PARM7 regs[10]
#define __SKEP_PARM8 regs[11]
#define __SKEP_SYSCALL1 regs[4]
#define __SKEP_SYSCALL4 regs[7]
#define __SKEP_RET regs[31]
#define __SKEP_FP regs[30]
#define __SKEP_RC regs[2]
#define __SKEP_SP regs[29]
#define __SKEP_IP cp0_epc
#elif defined(__TARGET_ARCH_sparc)
#define bpf_target_sparc
#define __SKEP_REGS struct pt_regs
#define __SKEP_PARM1 u_regs[8]
#define __SKEP_PARM2 u_regs[9]
#define __SKEP_PARM3 u_regs[10]
#define __SKEP_PARM4 u_regs[11]
#define __SKEP_PARM5 u_regs[12]
#define __SKEP_PARM6 u_regs[13]
#define __SKEP_SYSCALL1 u_regs[8]
#define __SKEP_SYSCALL4 u_regs[11]
#define __SKEP_RET u_regs[15]
#define __SKEP_FP u_regs[14]
#define __SKEP_RC u_regs[8]
#define __SKEP_SP u_regs[14]
#define __SKEP_IP tpc
#elif defined(__TARGET_ARCH_loongarch)
#define bpf_target_loongarch
#define __SKEP_REGS struct user_pt_regs
#define __SKEP_PARM1 regs[4]
#define __SKEP_PARM2 regs[5]
#define __SKEP_PARM3 regs[6]
#define __SKEP_PARM4 regs[7]
#define __SKEP_PARM5 regs[8]
#define __SKEP_PARM6 regs[9]
#define __SKEP_PARM7 regs[10]
#define __SKEP_PARM8 regs[11]
#define __SKEP_SYSCALL1 orig_a0
#define __SKEP_SYSCALL4 regs[7]
#define __SKEP_RET regs[1]
#define __SKEP_FP regs[22]
#define __SKEP_RC regs[4]
#define __SKEP_SP regs[3]
#define __SKEP_IP csr_era
#elif defined(__TARGET_ARCH_arc)
#define bpf_target_arc
#define __SKEP_REGS struct user_regs_struct
#define __SKEP_PARM1 scratch.r0
#define __SKEP_PARM2 scratch.r1
#define __SKEP_PARM3 scratch.r2
#define __SKEP_PARM4 scratch.r3
#define __SKEP_PARM5 scratch.r4
#define __SKEP_PARM6 scratch.r5
#define __SKEP_PARM7 scratch.r6
#define __SKEP_PARM8 scratch.r7
#define __SKEP_SYSCALL1 scratch.r0
#define __SKEP_SYSCALL4 scratch.r3
#define __SKEP_RET scratch.blink
#define __SKEP_FP scratch.fp
#define __SKEP_RC scratch.r0
#define __SKEP_SP scratch.sp
#define __SKEP_IP scratch.ret
#endif

#ifdef __SKEP_REGS

#ifndef __SKEP_SYSCALL1_REGS
#define __SKEP_SYSCALL1_REGS __SKEP_REGS
#endif
#ifdef __SKEP_SYSCALL_WRAPPER
#define SYS_PREFIX __SKEP_SYSCALL_WRAPPER
#else
#define SYS_PREFIX ""
#endif
#define __skep_regs(ctx) ((const __SKEP_REGS *)(ctx))

#define PT_REGS_PARM1(x) (__skep_regs(x)->__SKEP_PARM1)
#define PT_REGS_PARM2(x) (__skep_regs(x)->__SKEP_PARM2)
#define PT_REGS_PARM3(x) (__skep_regs(x)->__SKEP_PARM3)
#define PT_REGS_PARM4(x) (__skep_regs(x)->__SKEP_PARM4)
#define PT_REGS_PARM5(x) (__skep_regs(x)->__SKEP_PARM5)
#ifdef __SKEP_PARM6
#define PT_REGS_PARM6(x) (__skep_regs(x)->__SKEP_PARM6)
#endif
#ifdef __SKEP_PARM7
#define PT_REGS_PARM7(x) (__skep_regs(x)->__SKEP_PARM7)
#define PT_REGS_PARM8(x) (__skep_regs(x)->__SKEP_PARM8)
#endif
#define PT_REGS_RET(x) (__skep_regs(x)->__SKEP_RET)
#define PT_REGS_FP(x) (__skep_regs(x)->__SKEP_FP)
#define PT_REGS_RC(x) (__skep_regs(x)->__SKEP_RC)
#define PT_REGS_SP(x) (__skep_regs(x)->__SKEP_SP)
#define PT_REGS_IP(x) (__skep_regs(x)->__SKEP_IP)

#define PT_REGS_PARM1_SYSCALL(x) (((const __SKEP_SYSCALL1_REGS *)(x))->__SKEP_SYSCALL1)
#define PT_REGS_PARM2_SYSCALL(x) PT_REGS_PARM2(x)
#define PT_REGS_PARM3_SYSCALL(x) PT_REGS_PARM3(x)
#define PT_REGS_PARM4_SYSCALL(x) (__skep_regs(x)->__SKEP_SYSCALL4)
#define PT_REGS_PARM5_SYSCALL(x) PT_REGS_PARM5(x)
#define PT_REGS_PARM6_SYSCALL(x) PT_REGS_PARM6(x)

// The same where the registers are behind a pointer that the program may not follow itself.
#define __skep_core(x, reg) BPF_CORE_READ(__skep_regs(x), reg)
#define PT_REGS_PARM1_CORE(x) __skep_core(x, __SKEP_PARM1)
#define PT_REGS_PARM2_CORE(x) __skep_core(x, __SKEP_PARM2)
#define PT_REGS_PARM3_CORE(x) __skep_core(x, __SKEP_PARM3)
#define PT_REGS_PARM4_CORE(x) __skep_core(x, __SKEP_PARM4)
#define PT_REGS_PARM5_CORE(x) __skep_core(x, __SKEP_PARM5)
#define PT_REGS_PARM6_CORE(x) __skep_core(x, __SKEP_PARM6)
#define PT_REGS_RET_CORE(x) __skep_core(x, __SKEP_RET)
#define PT_REGS_FP_CORE(x) __skep_core(x, __SKEP_FP)
#define PT_REGS_RC_CORE(x) __skep_core(x, __SKEP_RC)
#define PT_REGS_SP_CORE(x) __skep_core(x, __SKEP_SP)
#define PT_REGS_IP_CORE(x) __skep_core(x, __SKEP_IP)
#define PT_REGS_PARM1_CORE_SYSCALL(x) BPF_CORE_READ((const __SKEP_SYSCALL1_REGS *)(x), __SKEP_SYSCALL1)
#define PT_REGS_PARM2_CORE_SYSCALL(x) PT_REGS_PARM2_CORE(x)
#define PT_REGS_PARM3_CORE_SYSCALL(x) PT_REGS_PARM3_CORE(x)
#define PT_REGS_PARM4_CORE_SYSCALL(x) __skep_core(x, __SKEP_SYSCALL4)
#define PT_REGS_PARM5_CORE_SYSCALL(x) PT_REGS_PARM5_CORE(x)
#define PT_REGS_PARM6_CORE_SYSCALL(x) PT_REGS_PARM6_CORE(x)

// Kernels that wrap system calls pass the registers behind the first argument.
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
#define PT_REGS_SYSCALL_REGS(ctx)                                                                             \
	(LINUX_HAS_SYSCALL_WRAPPER ? (struct pt_regs *)PT_REGS_PARM1(ctx) : (ctx))

#endif // __SKEP_REGS

// The arguments behind the context: f(ctx, 3 arguments) from a 64-bit array or from registers.
#define ___bpf_concat(a, b) __skep_paste(a, b)
#define __skep_ctx0() ctx
#define __skep_ctx1(x) __skep_ctx0(), (void *)ctx[0]
#define __skep_ctx2(x, args...) __skep_ctx1(args), (void *)ctx[1]
#define __skep_ctx3(x, args...) __skep_ctx2(args), (void *)ctx[2]
#define __skep_ctx4(x, args...) __skep_ctx3(args), (void *)ctx[3]
#define __skep_ctx5(x, args...) __skep_ctx4(args), (void *)ctx[4]
#define __skep_ctx6(x, args...) __skep_ctx5(args), (void *)ctx[5]
#define __skep_ctx7(x, args...) __skep_ctx6(args), (void *)ctx[6]
#define __skep_ctx8(x, args...) __skep_ctx7(args), (void *)ctx[7]
#define __skep_ctx9(x, args...) __skep_ctx8(args), (void *)ctx[8]
#define __skep_ctx10(x, args...) __skep_ctx9(args), (void *)ctx[9]
#define __skep_ctx11(x, args...) __skep_ctx10(args), (void *)ctx[10]
#define __skep_ctx12(x, args...) __skep_ctx11(args), (void *)ctx[11]

#define __skep_reg0() ctx
#define __skep_reg1(x) __skep_reg0(), (unsigned long long)PT_REGS_PARM1(ctx)
#define __skep_reg2(x, args...) __skep_reg1(args), (unsigned long long)PT_REGS_PARM2(ctx)
#define __skep_reg3(x, args...) __skep_reg2(args), (unsigned long long)PT_REGS_PARM3(ctx)
#define __skep_reg4(x, args...) __skep_reg3(args), (unsigned long long)PT_REGS_PARM4(ctx)
#define __skep_reg5(x, args...) __skep_reg4(args), (unsigned long long)PT_REGS_PARM5(ctx)
#define __skep_reg6(x, args...) __skep_reg5(args), (unsigned long long)PT_REGS_PARM6(ctx)
#define __skep_reg7(x, args...) __skep_reg6(args), (unsigned long long)PT_REGS_PARM7(ctx)
#define __skep_reg8(x, args...) __skep_reg7(args), (unsigned long long)PT_REGS_PARM8(ctx)

#define __skep_rc0() ctx
#define __skep_rc1(x) ctx, (unsigned long long)PT_REGS_RC(ctx)

#define __skep_sys0() ctx
#define __skep_sys1(x) __skep_sys0(), (unsigned long long)PT_REGS_PARM1_CORE_SYSCALL(regs)
#define __skep_sys2(x, args...) __skep_sys1(args), (unsigned long long)PT_REGS_PARM2_CORE_SYSCALL(regs)
#define __skep_sys3(x, args...) __skep_sys2(args), (unsigned long long)PT_REGS_PARM3_CORE_SYSCALL(regs)
#define __skep_sys4(x, args...) __skep_sys3(args), (unsigned long long)PT_REGS_PARM4_CORE_SYSCALL(regs)
#define __skep_sys5(x, args...) __skep_sys4(args), (unsigned long long)PT_REGS_PARM5_CORE_SYSCALL(regs)
#define __skep_sys6(x, args...) __skep_sys5(args), (unsigned long long)PT_REGS_PARM6_CORE_SYSCALL(regs)

// Each writes the program `name(ctx)` that calls the body, which has typed arguments.
#define __skep_program(name, ctx_type, prologue, arguments, args...)                                          \
	name(ctx_type *ctx);                                                                                  \
	static __always_inline typeof(name(0)) ____##name(ctx_type *ctx, ##args);                             \
	typeof(name(0)) name(ctx_type *ctx)                                                                   \
	{                                                                                                     \
		prologue                                                                                      \
		_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wint-conversion\"")         \
		return ____##name(__skep_apply(arguments, args));                                             \
		_Pragma("GCC diagnostic pop")                                                                 \
	}                                                                                                     \
	static __always_inline typeof(name(0)) ____##name(ctx_type *ctx, ##args)

#define BPF_PROG(name, args...) __skep_program(name, unsigned long long, , __skep_ctx, ##args)
#define BPF_KPROBE(name, args...) __skep_program(name, struct pt_regs, , __skep_reg, ##args)
#define BPF_KRETPROBE(name, args...) __skep_program(name, struct pt_regs, , __skep_rc, ##args)
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)
#define BPF_KSYSCALL(name, args...)                                                                           \
	__skep_program(name, struct pt_regs, struct pt_regs *regs = PT_REGS_SYSCALL_REGS(ctx);, __skep_sys, ##args)
#define BPF_KPROBE_SYSCALL(name, args...) BPF_KSYSCALL(name, ##args)

// Arguments wider than a register come in several words; BPF_PROG2 counts the words of each argument.
#define __skep_words(t) (sizeof(t) > 8 ? 2 : 1)
// An argument of a machine word's size or less is the low end of its word, in either byte order.
#define __skep_low(type, t, at)                                                                               \
	if (sizeof(t) == sizeof(type)) {                                                                      \
		type ___w = (type)ctx[at];                                                                    \
		__builtin_memcpy(&___v, &___w, sizeof(t) == sizeof(type) ? sizeof(type) : 0);                 \
	} else
#define __skep_word(t, at)                                                                                    \
	({                                                                                                    \
		typeof(t) ___v;                                                                               \
		__skep_low(unsigned char, t, at) __skep_low(unsigned short, t, at)                            \
		__skep_low(unsigned int, t, at) __builtin_memcpy(&___v, &ctx[at], sizeof(___v));              \
		___v;                                                                                         \
	})
#define __skep_decl2(t, x) , t x
#define __skep_decl4(t, x, args...) , t x __skep_decl2(args)
#define __skep_decl6(t, x, args...) , t x __skep_decl4(args)
#define __skep_decl8(t, x, args...) , t x __skep_decl6(args)
#define __skep_decl10(t, x, args...) , t x __skep_decl8(args)
#define __skep_decl12(t, x, args...) , t x __skep_decl10(args)
#define __skep_decl14(t, x, args...) , t x __skep_decl12(args)
#define __skep_decl16(t, x, args...) , t x __skep_decl14(args)
#define __skep_decl18(t, x, args...) , t x __skep_decl16(args)
#define __skep_decl20(t, x, args...) , t x __skep_decl18(args)
#define __skep_decl22(t, x, args...) , t x __skep_decl20(args)
#define __skep_decl24(t, x, args...) , t x __skep_decl22(args)
#define __skep_decl0()
#define __skep_pass0(at)
#define __skep_pass2(at, t, x) , __skep_word(t, at)
#define __skep_pass4(at, t, x, args...) , __skep_word(t, at) __skep_pass2((at) + __skep_words(t), args)
#define __skep_pass6(at, t, x, args...) , __skep_word(t, at) __skep_pass4((at) + __skep_words(t), args)
#define __skep_pass8(at, t, x, args...) , __skep_word(t, at) __skep_pass6((at) + __skep_words(t), args)
#define __skep_pass10(at, t, x, args...) , __skep_word(t, at) __skep_pass8((at) + __skep_words(t), args)
#define __skep_pass12(at, t, x, args...) , __skep_word(t, at) __skep_pass10((at) + __skep_words(t), args)
#define __skep_pass14(at, t, x, args...) , __skep_word(t, at) __skep_pass12((at) + __skep_words(t), args)
#define __skep_pass16(at, t, x, args...) , __skep_word(t, at) __skep_pass14((at) + __skep_words(t), args)
#define __skep_pass18(at, t, x, args...) , __skep_word(t, at) __skep_pass16((at) + __skep_words(t), args)
#define __skep_pass20(at, t, x, args...) , __skep_word(t, at) __skep_pass18((at) + __skep_words(t), args)
#define __skep_pass22(at, t, x, args...) , __skep_word(t, at) __skep_pass20((at) + __skep_words(t), args)
#define __skep_pass24(at, t, x, args...) , __skep_word(t, at) __skep_pass22((at) + __skep_words(t), args)
#define BPF_PROG2(name, args...)                                                                              \
	name(unsigned long long *ctx);                                                                        \
	static __always_inline typeof(name(0))                                                                \
	____##name(unsigned long long *ctx __skep_apply(__skep_decl, args));                                  \
	typeof(name(0)) name(unsigned long long *ctx)                                                         \
	{                                                                                                     \
		return ____##name(ctx __skep_paste(__skep_pass, __skep_count(args))(0, ##args));              \
	}                                                                                                     \
	static __always_inline typeof(name(0))                                                                \
	____##name(unsigned long long *ctx __skep_apply(__skep_decl, args))

#endif
