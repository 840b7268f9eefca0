"""Rejections about control flow, sections in which little is allowed, and limits."""

from __future__ import annotations

from skep.explain.kind import Groups, Kind

_SECTION = (
    r"(?:bpf_spin_lock|bpf_rcu_read_lock|bpf_preempt_disable|bpf_local_irq_save|bpf_local_irq_disable|"
    r"IRQ-disabled|non-preemptible|rcu_read_lock)"
)
#: What closes a section, by what the messages call it.
_CLOSES = (
    ("spin_lock", "a spin lock is held", "bpf_spin_unlock(&value->lock);"),
    ("rcu", "an RCU section is open", "bpf_rcu_read_unlock();"),
    ("preempt", "preemption is off", "bpf_preempt_enable();"),
    ("irq", "interrupts are off", "bpf_local_irq_restore(&flags);"),
)


def _range(groups: Groups) -> Groups:
    low, _, high = groups["range"].strip("[]").partition(", ")
    words = f"from {low} to {high}" if low != high else low
    return {"range": words if groups["range"] else "a number"}


def _closing(groups: Groups) -> Groups:
    words, code = next(((words, code) for name, words, code in _CLOSES if name in groups["section"].lower()),
                       ("a section is open", "bpf_rcu_read_unlock();"))  # fmt: skip
    return {"words": words, "close": code}


RULE_KINDS = (
    Kind(
        name="too-large",
        pattern=r"BPF program is too large\. Processed (?P<count>\d+) insn|"
        r"The sequence of (?P<jumps>\d+) jumps is too complex",
        title="the program is too much to verify",
        means="""
            The verifier goes through every path, and gave up: after one million instructions, or when
            8192 branches were waiting to be looked at. Mostly this comes from a loop of many rounds, or
            from branches in a row that each double the work.""",
        way_out="""
            Use loops whose body is verified only until nothing new is learnt: bpf_loop(), bpf_for(),
            may_goto (cond_break). Let a round change little that the next one sees. Move parts into
            functions that are not static: those are verified once, not once for each call.""",
        code="""
            int i;
            bpf_for(i, 0, n) {
                ...
            }""",
        show="heat",
    ),
    Kind(
        name="endless-loop",
        pattern=r"infinite loop detected at insn (?P<insn>\d+)|"
        r"back-edge from insn (?P<insn2>\d+) to (?P<to>\d+)",
        title="a loop whose end the verifier cannot see",
        means="""
            The path comes back to the same place and nothing that the verifier follows has changed, so
            the loop might go on for ever. (Kernels before 5.3, and loads without CAP_BPF, permit no loops
            at all.)""",
        way_out="""
            Count the rounds in a variable with a constant limit, or use bpf_for(), bpf_loop() or
            cond_break, which end by themselves.""",
        code="""
            for (int i = 0; i < 64 && more; i++)
                ...""",
        show="heat",
    ),
    Kind(
        name="return-value",
        pattern=r"At (?P<where>[\w ]+) the register R(?P<reg>\d+) (?:has|is)"
        r"(?:.*should have been in (?P<range>\[.*\]))?",
        title="a return value that has no meaning here",
        means="""
            What this program (or callback) returns is an order to the kernel, and only some numbers are
            one: r{reg} has to be {range}, and on this path it may be something else.""",
        way_out="""
            Return one of the constants that the program type names, or limit the value just before the
            return.""",
        code="return ret < 0 ? 0 : 1;",
        derive=_range,
    ),
    Kind(
        name="control-flow",
        pattern=r"unreachable insn (?P<insn>\d+)|jump out of range from insn (?P<insn2>\d+)|"
        r"last insn is not an exit or jmp|"
        r"jump into the middle of ldimm64 insn (?P<insn3>\d+)|invalid insn idx|"
        r"jump out of range",
        title="the control flow is broken",
        means="""
            An instruction cannot be reached, or control would leave the function other than by returning.""",
        way_out="""
            From C this comes from functions that never return, or from undefined behaviour that the
            compiler takes as a promise: read its warnings. In assembly look at the offsets of jumps and
            at the last instruction.""",
        show="nothing",
    ),
    Kind(
        name="stack-too-deep",
        pattern=r"combined stack size of (?P<calls>\d+) calls is (?P<size>\d+)\. Too large|"
        r"the call stack of (?P<frames>\d+) frames is too deep",
        title="the functions together need too much stack",
        means="""
            All functions that are in a call at the same time share 512 bytes of stack (each takes a
            multiple of 32 bytes), and at most eight can be.""",
        way_out="""
            Move arrays and structures off the stack into a per-CPU array map, or let the compiler inline
            small functions.""",
        code="""
            struct {
                __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
                __uint(max_entries, 1);
                __type(key, __u32);
                __type(value, struct scratch);
            } scratch SEC(".maps");""",
        show="nothing",
    ),
    Kind(
        name="open-section",
        pattern=rf"(?:BPF_EXIT|tail_call|bpf_throw|BPF_LD_).* cannot be used inside (?P<section>{_SECTION})",
        title="the program would end while {words}",
        means="""
            What is locked or switched off has to be unlocked or switched on again in the same function,
            on every path. On this one it is not.""",
        way_out="Close the section before this return too, as in an early return after an error.",
        code="""
            if (error) {
                {close}
                return 0;
            }""",
        show="since",
        calls="spin_|rcu_|preempt_|irq_",
        derive=_closing,
    ),
    Kind(
        name="in-critical-section",
        pattern=rf"cannot be used inside {_SECTION}|function calls are not allowed while holding a lock|"
        rf"is not allowed (?:inside|in) {_SECTION}|sleepable helper|helper call might sleep|"
        r"kernel func (?P<name>\w+) is sleepable within|(?:sleepable|might sleep)",
        title="something is done that must not happen here",
        means="""
            While a spin lock is held, hardly any call is allowed. In a section without preemption or
            interrupts, or of RCU, calls that may sleep are not; and in a program that is not sleepable
            they never are.""",
        way_out="""
            Do it before the section or after it. For calls that sleep, use a sleepable program, such as
            SEC("fentry.s/...") or SEC("lsm.s/...").""",
        code="""
            bpf_spin_lock(&value->lock);
            value->count++;              /* memory, no calls */
            bpf_spin_unlock(&value->lock);""",
        show="since",
        calls="spin_|rcu_|preempt_|irq_",
    ),
    Kind(
        name="unpaired-section",
        pattern=r"unmatched (?:rcu|RCU|attempt)|(?:preempt|irq|IRQ).*(?:unlock|enable|restore)|"
        r"expected an (?:un)?initialized irq flag|nested rcu|cannot restore irq state",
        title="a section is not closed as it was opened",
        means="""
            Sections of RCU, without preemption or without interrupts are closed in the function that
            opened them, once each, the last one opened first.""",
        way_out="Open and close them in pairs, like brackets, on every path.",
        code="""
            bpf_rcu_read_lock();
            ...
            bpf_rcu_read_unlock();""",
        show="since",
        calls="rcu_|preempt_|irq_",
    ),
    Kind(
        name="lock-misuse",
        pattern=r"bpf_spin_(?:un)?lock|bpf_res_spin|has no valid bpf_spin_lock|Two locks|Locking two|"
        r"bpf_spin_lock at off=|"
        r"spin_\{lock,unlock\}|unlock of different lock",
        title="a lock is used in a way that it does not permit",
        means="""
            A bpf_spin_lock is a field of a map's value (one that BTF describes) or of an allocated
            object. It is not touched as data; one is held at a time, and given back on every path. A list
            or a tree is touched only under the lock that lies beside it.""",
        way_out="Take the lock that lies in the same value as the data, and release that one on every path.",
        code="""
            bpf_spin_lock(&value->lock);
            node = bpf_list_pop_front(&value->head);
            bpf_spin_unlock(&value->lock);""",
        show="since",
        calls="spin_",
    ),
    Kind(
        name="different-pointers",
        pattern=r"same insn cannot be used with different pointers",
        title="one instruction would serve two kinds of pointers",
        means="""
            The compiler merged two branches into one access, and they come with pointers of different
            kinds (the context and a socket, say), for which the kernel turns the access into different
            code.""",
        way_out="Keep the branches apart: put a barrier() into each, or read through volatile pointers.",
        code="""
            #define barrier() asm volatile("" ::: "memory")""",
        registers=("address",),
    ),
    Kind(
        name="invalid-instruction",
        pattern=r"unknown opcode|uses reserved fields|div by zero|invalid shift|invalid BPF_LD|LD_ABS|"
        r"BPF_LD_\[ABS|frame pointer is read only|R\d+ is invalid|invalid atomic operand|ARSH",
        title="an instruction that does not exist",
        means="""
            No instruction has this code or these fields, or the constant in it makes no sense (a division
            by 0, a shift by all bits of the register).""",
        way_out="""
            From C, compile for a version of the instruction set that the kernel knows (-mcpu=v3). In
            assembly, see what fields the instruction has.""",
        show="nothing",
    ),
    Kind(
        name="bad-descriptor",
        pattern=r"fd -?\d+ is not pointing to valid (?P<what>\w+)",
        title="a descriptor in the program is not one of a {what}",
        means="""
            The instruction takes the address of a map by its file descriptor, and this descriptor is
            closed or is something else's.""",
        way_out="Load the object with a loader, which makes the maps first and puts their descriptors in.",
        show="nothing",
    ),
    Kind(
        name="attach-target",
        pattern=r"attach to unsupported member|attach_btf_id|is not (?:a|an) .*(?:tracepoint|function)|"
        r"Cannot replace|FENTRY|hooks? (?:is|are)? ?not",
        title="the program cannot be attached there",
        means="""
            What the section's name says to attach to does not exist in this kernel, or takes no programs.""",
        way_out="Compare the name in the section with vmlinux.h.",
        show="nothing",
    ),
    Kind(
        name="special-field",
        pattern=r"(?:kptr|bpf_timer|bpf_wq|bpf_kptr|special|rbtree|bpf_list|workqueue|allocated object|"
        r"graph|non-owning)",
        title="a special field is used in a way that it does not permit",
        means="""
            Timers, work queues, stored pointers, and the nodes and roots of lists and trees are no plain
            data: they are only passed to the functions made for them.""",
        way_out="""
            Pass the address of the field to its function, in the value or object that it lies in, under
            the lock that belongs to it where it has one.""",
    ),
)
