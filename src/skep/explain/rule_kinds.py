"""Rejections about calls, resources, control flow and limits."""

from __future__ import annotations

from skep.explain.kind import Kind

_SECTION = (
    r"(?:bpf_spin_lock|bpf_rcu_read_lock|bpf_preempt_disable|bpf_local_irq_save|IRQ-disabled|"
    r"non-preemptible)"
)

#: What gives back what a function acquired.
RELEASES = {
    "bpf_ringbuf_reserve": "bpf_ringbuf_discard(record, 0);",
    "bpf_ringbuf_reserve_dynptr": "bpf_ringbuf_discard_dynptr(&ptr, 0);",
    "bpf_sk_lookup_tcp": "bpf_sk_release(sk);",
    "bpf_sk_lookup_udp": "bpf_sk_release(sk);",
    "bpf_skc_lookup_tcp": "bpf_sk_release(sk);",
    "bpf_obj_new_impl": "bpf_obj_drop(object);",
    "bpf_percpu_obj_new_impl": "bpf_percpu_obj_drop(object);",
    "bpf_refcount_acquire_impl": "bpf_obj_drop(object);",
    "bpf_list_pop_front": "bpf_obj_drop(container_of(node, struct item, node));",
    "bpf_rbtree_remove": "bpf_obj_drop(container_of(node, struct item, node));",
    "bpf_task_acquire": "bpf_task_release(task);",
    "bpf_task_from_pid": "bpf_task_release(task);",
    "bpf_cgroup_acquire": "bpf_cgroup_release(cgroup);",
    "bpf_cgroup_from_id": "bpf_cgroup_release(cgroup);",
    "bpf_cgroup_ancestor": "bpf_cgroup_release(cgroup);",
    "bpf_cpumask_create": "bpf_cpumask_release(mask);",
    "bpf_cpumask_acquire": "bpf_cpumask_release(mask);",
    "bpf_ct_lookup": "bpf_ct_release(ct);",
    "bpf_xdp_ct_lookup": "bpf_ct_release(ct);",
    "bpf_skb_ct_lookup": "bpf_ct_release(ct);",
    "bpf_get_file": "bpf_put_file(file);",
    "bpf_iter_num_new": "bpf_iter_num_destroy(&it);",
    "bpf_iter_task_new": "bpf_iter_task_destroy(&it);",
    "bpf_iter_css_new": "bpf_iter_css_destroy(&it);",
    "bpf_kptr_xchg": "bpf_obj_drop(old);      /* or the release function of its type */",
}

RULE_KINDS = (
    Kind(
        name="unreleased-reference",
        pattern=r"Unreleased reference id=(?P<id>\d+) alloc_insn=(?P<insn>\d+)|"
        r"(?P<what>[\w ]+) would lead to "
        r"reference leak",
        title="something acquired is not released",
        means="What instruction {insn} acquired (a socket, a ring buffer record, an allocated object, a "
        "reference) is still held where the program ends or throws on this path.",
        way_out="Release it on every path, also the error paths: bpf_sk_release(), bpf_ringbuf_submit() or "
        "bpf_ringbuf_discard(), bpf_obj_drop(), bpf_task_release() ... or store it in a map with "
        "bpf_kptr_xchg().",
        code="if (error) {\n    {release}\n    return 0;\n}",
        show="since",
    ),
    Kind(
        name="argument-type",
        pattern=r"R(?P<reg>\d+) type=(?P<type>\w+) expected=(?P<expected>[\w, ]+)",
        title="a function gets an argument of the wrong type",
        means="Argument r{reg} is of type {type}; the function takes: {expected}.",
        way_out="Pass a pointer of one of these types. `fp` is a variable on the stack, `scalar` a "
        "number: a "
        "pointer that was read from memory counts as a number. With `_or_null` check for NULL first.",
    ),
    Kind(
        name="helper-not-allowed",
        pattern=r"program of this type cannot use helper (?P<name>\w+)|unknown func (?P<name2>[\w#]+)|"
        r"helper call is not allowed in probe|invalid func (?P<name3>\S+)|"
        r"calling kernel function (?P<name4>\w+) is not allowed|"
        r"kernel function (?P<name5>\w+) is not allowed",
        title="this program type may not call that function",
        means="Helpers and kernel functions are each open to some program types only (some also need a "
        "capability, or a newer kernel).",
        way_out="Move the call to a program of a type that may make it, or use the counterpart for this "
        "type. "
        "`bpftool feature probe` lists helpers by program type; docs/helpers.md does for skep.",
        show="nothing",
    ),
    Kind(
        name="gpl-only",
        pattern=r"cannot call GPL-(?:restricted|only) function|cannot call a GPL only|GPL-compatible",
        title="the function is for GPL-compatible programs only",
        means="The program's license section names none that is compatible with the GPL.",
        way_out="If that is what you want, license it so:",
        code='char LICENSE[] SEC("license") = "GPL";',
        show="nothing",
    ),
    Kind(
        name="map-and-function",
        pattern=r"cannot pass map_type (?P<map>\d+) into func (?P<name>\w+)",
        title="the function does not work on maps of this type",
        means="{name} was called with a map of type {map}.",
        way_out="Use a map of the type that {name} is for, or the function for this type of map.",
        registers=("R1",),
    ),
    Kind(
        name="unresolved",
        pattern=r"kfunc '(?P<name>[^']+)' is referenced but wasn't resolved|"
        r"failed to resolve CO-RE relocation (?P<relo>.*)|"
        r"BPF map '(?P<map>[^']+)' is referenced but wasn't created|ldimm64 failed to find|"
        r"unknown kernel function",
        title="the program uses something that this kernel does not have",
        means="A kernel function, a structure's field or a map that the program names was not there when "
        "it was "
        "loaded, and the program gets to the place that uses it.",
        way_out="Ask before the use, so that the verifier does not get there: bpf_ksym_exists(), "
        "bpf_core_field_exists(), bpf_core_type_exists(). Or load on a kernel (or with --btf) that has it.",
        code="if (bpf_core_field_exists(task->recent_used_cpu))\n    cpu = BPF_CORE_READ(task, "
        "recent_used_cpu);",
        show="nothing",
    ),
    Kind(
        name="too-large",
        pattern=r"BPF program is too large\. Processed (?P<count>\d+) insn|"
        r"The sequence of (?P<jumps>\d+) jumps is too complex",
        title="verification takes too long",
        means="The verifier follows every path, and gave up after one million instructions (or 8192 "
        "branches "
        "that wait). Usually a loop with many rounds, or branches in a row that each double the work.",
        way_out="Make the loop's body small and its states alike; or use bpf_loop(), bpf_for() or may_goto "
        "(cond_break), whose bodies are verified only until nothing new is learnt; or move parts into "
        "global "
        "functions (not static), which are verified once.",
        code="bpf_for(i, 0, n) {\n    ...\n}",
        show="heat",
    ),
    Kind(
        name="endless-loop",
        pattern=r"infinite loop detected at insn (?P<insn>\d+)|"
        r"back-edge from insn (?P<insn2>\d+) to (?P<to>\d+)",
        title="a loop whose end the verifier cannot see",
        means="The path comes back to the same instruction with nothing changed that would end the loop. "
        "(A "
        "kernel before 5.3, or a load without CAP_BPF, allows no loops at all.)",
        way_out="Give the loop a constant upper limit in a variable that the verifier can follow, or use "
        "bpf_for(), bpf_loop() or cond_break.",
        code="for (int i = 0; i < 64 && more; i++) { ... }",
        show="heat",
    ),
    Kind(
        name="return-value",
        pattern=r"At (?P<where>[\w ]+) the register R(?P<reg>\d+) (?:has|"
        r"is)(?:.*should have been in (?P<range>\[.*\]))?",
        title="the return value is not one that this program may return",
        means="The program type gives the return value a meaning, and only some numbers have one; the "
        "verifier "
        "has to see on every path that r{reg} is among them ({range}).",
        derive=lambda g: {"range": g["range"] or "a number"},
        way_out="Return one of the named constants of the program type, or limit the value before the "
        "return.",
        code="return ret < 0 ? 0 : 1;",
    ),
    Kind(
        name="unreachable",
        pattern=r"unreachable insn (?P<insn>\d+)|jump out of range from insn (?P<insn2>\d+)|"
        r"last insn is not an exit or jmp|"
        r"jump into the middle of ldimm64 insn (?P<insn3>\d+)|invalid insn idx",
        title="the control flow is broken",
        means="An instruction cannot be reached, or control would leave the function other than by a return.",
        way_out="In C this comes from functions that never return, from undefined behaviour that the "
        "compiler "
        "uses (read its warnings), or from assembly with wrong offsets.",
        show="nothing",
    ),
    Kind(
        name="stack-too-deep",
        pattern=r"combined stack size of (?P<calls>\d+) calls is (?P<size>\d+)\. Too large|"
        r"the call stack of (?P<frames>\d+) "
        r"frames is too deep",
        title="the functions together need too much stack",
        means="All functions on a chain of calls share 512 bytes of stack (each rounded up to 32), and "
        "at most "
        "eight can be nested.",
        way_out="Move arrays and structures from the stack to a per-CPU array map, or inline small "
        "functions.",
        code="struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1);\n"
        '         __type(key, __u32); __type(value, struct scratch); } scratch SEC(".maps");',
        show="nothing",
    ),
    Kind(
        name="in-critical-section",
        pattern=rf"cannot be used inside {_SECTION}|function calls are not allowed while holding a lock|"
        rf"is not allowed (?:inside|in) {_SECTION}|sleepable helper|helper call might sleep|"
        r"kernel func (?P<name>\w+) is sleepable within|(?:sleepable|might sleep)",
        title="something is done that must not happen here",
        means="While a spin lock is held, or in an RCU, preempt-disabled or interrupt-disabled section, "
        "most calls "
        "are not allowed, nor is leaving the program; calls that may sleep need a sleepable program.",
        way_out="Do the work before the section or after it. For calls that sleep, load a sleepable "
        "program "
        '(such as SEC("fentry.s/...") or SEC("lsm.s/...")).',
        code="bpf_spin_lock(&v->lock);\nv->count++;          /* only memory in here "
        "*/\nbpf_spin_unlock(&v->lock);",
        show="nothing",
    ),
    Kind(
        name="lock-misuse",
        pattern=r"bpf_spin_(?:un)?lock|bpf_res_spin|has no valid bpf_spin_lock|Two locks|Locking two|"
        r"bpf_spin_lock at off=|"
        r"spin_\{lock,unlock\}",
        title="a lock is used in a way it cannot be",
        means="A bpf_spin_lock lies in a map's value (described by BTF) or an allocated object, is not "
        "accessed as "
        "data, is taken once at a time, and is released by the same program on every path. Lists and trees "
        "may be touched only under the lock that lies beside them.",
        way_out="Take the lock of the same value that the data is in, and release that one on every path.",
        show="since",
    ),
    Kind(
        name="untrusted-pointer",
        pattern=r"R(?P<reg>\d+) must be (?:referenced or trusted|a rcu pointer)|"
        r"arg (?P<arg>\d+) is an unacquired reference|"
        r"expects refcounted|must be referenced",
        title="the kernel function needs a pointer that it can trust",
        means="Kernel functions take objects that are certain to live: arguments of the program itself, "
        "what an "
        "acquiring function returned, or pointers read in an RCU section. This one was reached by walking "
        "structures, or its reference is not yours.",
        way_out="Acquire a reference first (bpf_task_acquire(), bpf_cgroup_from_id() ...) and check it "
        "for NULL.",
        code="struct task_struct *t = bpf_task_acquire(task);\nif (!t)\n    return "
        "0;\n...\nbpf_task_release(t);",
    ),
    Kind(
        name="dynptr",
        pattern=r"[Dd]ynptr|arg#\d+ expected pointer to stack or const struct bpf_dynptr",
        title="a dynptr is used in a way it cannot be",
        means="A dynptr is a variable on the stack that one call initialises and that others take; it "
        "must not "
        "be read, written, copied or initialised again while it holds a reference, and its slices end "
        "with it.",
        way_out="Initialise it once, on the stack, pass its address unchanged, and submit or discard a "
        "ring "
        "buffer's dynptr on every path, also when reserving failed.",
        code="struct bpf_dynptr ptr;\nbpf_ringbuf_reserve_dynptr(&rb, size, 0, &ptr);\n...\n"
        "bpf_ringbuf_discard_dynptr(&ptr, 0);",
        show="since",
    ),
    Kind(
        name="iterator",
        pattern=r"expected an? (?:un)?initialized iter_|expected uninitialized iter_|\biter_\w+",
        title="an iterator is used out of order",
        means="An iterator lives on the stack: new, then next until it says NULL, then destroy, on every "
        "path and "
        "in this order.",
        way_out="Use bpf_for(), bpf_for_each() or bpf_repeat(), which do this right.",
        code="bpf_for(i, 0, 10) { ... }",
        show="since",
    ),
    Kind(
        name="kfunc-argument",
        pattern=r"kernel function (?P<name>\w+) args#(?P<arg>\d+) expected (?P<expected>.*) but "
        r"R(?P<reg>\d+) has (?P<got>.*)|"
        r"arg#(?P<arg2>\d+) (?P<rest>.*)|R(?P<reg2>\d+) must be a known constant",
        title="a kernel function gets an argument that does not fit",
        means="Kernel functions take what their types and the rules of BTF say; this argument is "
        "something else.",
        way_out="Look at the function's prototype in vmlinux.h, and at which pointers it wants: a "
        "structure of "
        "the kernel, memory of your own with a size after it, a constant, or something that was acquired.",
        derive=lambda g: {"reg": g["reg"] or g["reg2"] or (str(int(g["arg2"]) + 1) if g["arg2"] else "")},
    ),
    Kind(
        name="global-function",
        pattern=r"Caller passes invalid args into func#(?P<func>\d+)|Global function (?P<name>\w+)\(\) |"
        r"Arg#\d+ |"
        r"doesn't return scalar",
        title="a global function and its caller do not fit",
        means="A function that is not static is verified on its own, from its prototype: its arguments "
        "are any "
        "number, a context, or a pointer that may be NULL, and it returns a number.",
        way_out="Make the function static, or say in its prototype what it takes (__arg_nonnull, "
        "__arg_ctx, "
        "__arg_trusted ...), and check pointers for NULL in it.",
        show="nothing",
    ),
    Kind(
        name="different-pointers",
        pattern=r"same insn cannot be used with different pointers",
        title="one instruction would serve two kinds of pointers",
        means="The compiler merged two branches into one access, and on the two ways the pointer is of "
        "different "
        "kinds (context and socket, say), for which the kernel rewrites the access differently.",
        way_out="Keep the branches apart: a barrier() in each, or volatile accesses.",
        registers=("address",),
    ),
    Kind(
        name="invalid-instruction",
        pattern=r"unknown opcode|uses reserved fields|div by zero|invalid shift|invalid BPF_LD|LD_ABS|"
        r"BPF_LD_\[ABS|"
        r"frame pointer is read only|R\d+ is invalid|invalid atomic operand|ARSH",
        title="an instruction that there is not",
        means="The instruction's code or fields are none that the kernel knows, or its constant makes no "
        "sense "
        "(a division by 0, a shift as wide as the register).",
        way_out="From C: compile for a CPU version that the kernel knows (-mcpu=v3). From assembly: look "
        "at the "
        "instruction's fields.",
        show="nothing",
    ),
    Kind(
        name="bad-descriptor",
        pattern=r"fd -?\d+ is not pointing to valid (?P<what>\w+)",
        title="a descriptor in the program is not of a {what}",
        means="The instruction loads the address of a map by a file descriptor, and this one is closed "
        "or of "
        "something else.",
        way_out="Load the object with a loader that creates the maps first.",
        show="nothing",
    ),
    Kind(
        name="attach-target",
        pattern=r"attach to unsupported member|attach_btf_id|is not (?:a|an) .*(?:tracepoint|function)|"
        r"Cannot replace|"
        r"FENTRY|hooks? (?:is|are)? ?not",
        title="the program cannot be attached there",
        means="What the section's name says to attach to does not exist in this kernel or does not take "
        "programs.",
        way_out="Check the name in the section against vmlinux.h.",
        show="nothing",
    ),
    Kind(
        name="exception",
        pattern=r"bpf_throw|exception c(?:all)?b",
        title="exceptions are used where they cannot be",
        means="bpf_throw() leaves the program at once: nothing may be held then, and no callback may be "
        "running.",
        way_out="Release what is held first, and return an error from callbacks instead.",
        show="nothing",
    ),
    Kind(
        name="special-field",
        pattern=r"(?:kptr|bpf_timer|bpf_wq|bpf_kptr|special|rbtree|bpf_list|workqueue|allocated object|"
        r"graph|non-owning)",
        title="a special field of a value is used in a way it cannot be",
        means="Timers, work queues, stored pointers, list and tree nodes in values have rules of their "
        "own: they "
        "are not touched as data, and only passed to the functions made for them.",
        way_out="Pass the field's address to the function made for it, from the map's own value.",
    ),
)
