"""Rejections about calls: who may call what, with which arguments, and what has to be given back."""

from __future__ import annotations

from skep.explain.kind import Groups, Kind
from skep.explain.words import describe

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
    "bpf_list_pop_back": "bpf_obj_drop(container_of(node, struct item, node));",
    "bpf_rbtree_remove": "bpf_obj_drop(container_of(node, struct item, node));",
    "bpf_task_acquire": "bpf_task_release(task);",
    "bpf_task_from_pid": "bpf_task_release(task);",
    "bpf_task_from_vpid": "bpf_task_release(task);",
    "bpf_cgroup_acquire": "bpf_cgroup_release(cgroup);",
    "bpf_cgroup_from_id": "bpf_cgroup_release(cgroup);",
    "bpf_cgroup_ancestor": "bpf_cgroup_release(cgroup);",
    "bpf_cpumask_create": "bpf_cpumask_release(mask);",
    "bpf_cpumask_acquire": "bpf_cpumask_release(mask);",
    "bpf_ct_lookup": "bpf_ct_release(ct);",
    "bpf_xdp_ct_lookup": "bpf_ct_release(ct);",
    "bpf_skb_ct_lookup": "bpf_ct_release(ct);",
    "bpf_get_task_exe_file": "bpf_put_file(file);",
    "bpf_lookup_user_key": "bpf_key_put(key);",
    "bpf_lookup_system_key": "bpf_key_put(key);",
    "bpf_iter_num_new": "bpf_iter_num_destroy(&it);",
    "bpf_iter_task_new": "bpf_iter_task_destroy(&it);",
    "bpf_iter_css_new": "bpf_iter_css_destroy(&it);",
    "bpf_kptr_xchg": "bpf_obj_drop(old);      /* or the release function of its type */",
}


def _type(name: str) -> str:
    """A type that a message names, in words as far as there are some."""
    return "the stack" if name == "fp" else "a number" if name == "scalar" else describe(name) or name


def _argument(groups: Groups) -> Groups:
    expected = [_type(name.strip()) for name in groups["expected"].split(",")]
    return {"type": _type(groups["type"]), "expected": ", ".join(dict.fromkeys(expected))}


def _function(groups: Groups) -> Groups:
    names = [text for key, text in groups.items() if key.startswith("name") and text]
    return {"function": f"{names[0].partition('#')[0]}()" if names else "This function"}


def _kernel_argument(groups: Groups) -> Groups:
    number = groups["arg"] or groups["arg2"] or groups["arg3"]
    return {"reg": groups["reg"] or groups["reg2"] or (str(int(number) + 1) if number else "")}


CALL_KINDS = (
    Kind(
        name="unreleased-reference",
        pattern=r"Unreleased reference id=(?P<id>\d+) alloc_insn=(?P<insn>\d+)|"
        r"(?P<what>[\w ]+) would lead to reference leak",
        title="something acquired is never given back",
        means="""
            What instruction {insn} acquired is still held where the program ends on this path. Sockets,
            ring buffer records, allocated objects and references to kernel objects have to be given back
            on every path.""",
        way_out="""
            Release it on the path above too, often one that returns early after an error; or keep it, by
            moving it into a map with bpf_kptr_xchg().""",
        code="""
            if (error) {
                {release}
                return 0;
            }""",
        show="since",
        derive=lambda g: {"insn": g["insn"] or "?"},
    ),
    Kind(
        name="global-function",
        pattern=r"Caller passes invalid args into func#(?P<func>\d+)|Global function (?P<name>\w+)\(\) |"
        r"Arg#\d+ |doesn't return scalar",
        title="a global function and its caller do not fit",
        means="""
            A function that is not static is verified by itself, and all that is known of its arguments is
            what its prototype says: any number, the context, or a pointer that may be NULL. It returns a
            number.""",
        way_out="""
            Make it static, and it is verified with what its callers pass. Or say more in the prototype
            (__arg_nonnull, __arg_ctx, __arg_trusted ...), and check its pointers for NULL.""",
        code="""
            static __noinline int parse(struct __sk_buff *skb, struct key *key)""",
        show="nothing",
    ),
    Kind(
        name="argument-type",
        pattern=r"R(?P<reg>\d+) type=(?P<type>\w+) expected=(?P<expected>[\w, ]+)",
        title="a function gets an argument of the wrong type",
        means="Argument r{reg} is {type}; the function takes one of: {expected}.",
        way_out="""
            Pass a pointer to memory of one of these types: usually the address of a variable on the
            stack, or a map's value. A pointer that was read from memory is a number to the verifier, and
            one that may be NULL (…_or_null) has to be checked first.""",
        code="""
            __u32 key = 0;
            value = bpf_map_lookup_elem(&map, &key);   /* a variable's address */""",
        derive=_argument,
    ),
    Kind(
        name="function-not-allowed",
        pattern=r"program of this type cannot use helper (?P<name>\w+)|unknown func (?P<name2>[\w#]+)|"
        r"helper call is not allowed in probe|invalid func (?P<name3>\S+)|"
        r"calling kernel function (?P<name4>\w+) is not allowed|"
        r"kernel function (?P<name5>\w+) is not allowed",
        title="this program may not call that function",
        means="""
            Each helper and kernel function is open to certain program types; some also need a capability
            of the loader, or a newer kernel. {function} is not open to this program here.""",
        way_out="""
            Use the counterpart for this program type, or make the call in a program of another type.
            `bpftool feature probe` lists the helpers of a kernel by program type; skep's own are in
            docs/helpers.md.""",
        show="nothing",
        derive=_function,
    ),
    Kind(
        name="gpl-only",
        pattern=r"cannot call GPL-(?:restricted|only) function|cannot call a GPL only|GPL-compatible",
        title="the function is for GPL-compatible programs only",
        means="""
            The program's license (the string in its section "license") is none that is compatible with
            the GPL, and the function is open to such programs only.""",
        way_out="""
            Say so, if your license is compatible: "GPL", "GPL v2", "Dual BSD/GPL", "Dual MIT/GPL" and
            "Dual MPL/GPL" count. Else do without the function.""",
        code='char LICENSE[] SEC("license") = "Dual BSD/GPL";',
        show="nothing",
    ),
    Kind(
        name="map-and-function",
        pattern=r"cannot pass map_type (?P<map>\d+) into func (?P<name>\w+)",
        title="the function does not work on maps of this type",
        means="{name}() was called with a map of type {map} (of enum bpf_map_type).",
        way_out="Use a map of the type that {name}() is for, or the function that is for this type of map.",
        registers=("R1",),
    ),
    Kind(
        name="unresolved",
        pattern=r"(?:^(?P<insn>\d+): <invalid .*\n)?"
        r"(?:kfunc '(?P<name>[^']+)' is referenced but wasn't resolved|"
        r"failed to resolve CO-RE relocation (?P<relo>.*)|"
        r"BPF map '(?P<map>[^']+)' is referenced but wasn't created|ldimm64 failed to find|"
        r"unknown kernel function)",
        title="the program uses something that this kernel does not have",
        means="""
            A kernel function, a field of a structure, a variable or a map that the program names is not
            there in this kernel (or was not created), and the program gets to the place that uses it.""",
        way_out="""
            Ask first, so that the verifier does not get there on kernels without it: bpf_ksym_exists(),
            bpf_core_field_exists(), bpf_core_type_exists(). Or load where it is there; for skep, --btf
            names another kernel's types.""",
        code="""
            if (bpf_core_field_exists(task->recent_used_cpu))
                cpu = BPF_CORE_READ(task, recent_used_cpu);""",
        show="nothing",
    ),
    Kind(
        name="untrusted-pointer",
        pattern=r"R(?P<reg>\d+) must be (?:referenced or trusted|a rcu pointer|referenced)|"
        r"arg (?P<arg>\d+) is an unacquired reference|expects refcounted|must be referenced",
        title="the function needs a pointer that it can trust",
        means="""
            The function takes an object that is certain to live: one that the program was given as an
            argument, that an acquiring function returned, or, for some, that was read in an RCU section.
            This pointer was read out of another object, or it is not the program's own to release.""",
        way_out="""
            Acquire a reference first, with the function for this type (bpf_task_acquire(),
            bpf_cgroup_acquire() ...), check it for NULL, and release it afterwards.""",
        code="""
            struct task_struct *t = bpf_task_acquire(task);
            if (!t)
                return 0;
            ...
            bpf_task_release(t);""",
        derive=lambda g: {"reg": g["reg"] or g["arg"]},
    ),
    Kind(
        name="dynptr",
        pattern=r"[Dd]ynptr|arg#\d+ expected pointer to stack or const struct bpf_dynptr",
        title="a dynptr is used in a way that it does not permit",
        means="""
            A dynptr is a variable on the stack that one call initialises and others take. It cannot be
            read or written as data, moved, or initialised again while it holds a record, and slices of it
            end with it.""",
        way_out="""
            Initialise it once, pass its address as it is, and give a ring buffer's dynptr back on every
            path, also where the reservation failed.""",
        code="""
            struct bpf_dynptr ptr;
            if (bpf_ringbuf_reserve_dynptr(&events, size, 0, &ptr)) {
                bpf_ringbuf_discard_dynptr(&ptr, 0);
                return 0;
            }
            bpf_ringbuf_submit_dynptr(&ptr, 0);""",
        show="since",
        calls="dynptr",
    ),
    Kind(
        name="iterator",
        pattern=r"expected an? (?:un)?initialized iter_|expected uninitialized iter_|\biter_\w+",
        title="an iterator is used out of order",
        means="""
            An iterator lives on the stack. It is made (…_new), asked for the next element until there is
            none (…_next), and ended (…_destroy), in this order and on every path.""",
        way_out="Use the macros that do it right: bpf_for(), bpf_for_each(), bpf_repeat().",
        code="""
            int i;
            bpf_for(i, 0, 10)
                sum += i;""",
        show="since",
        calls="iter_",
    ),
    Kind(
        name="kfunc-argument",
        pattern=r"kernel function (?P<name>\w+) args#(?P<arg>\d+) expected (?P<expected>.*) but "
        r"R(?P<reg>\d+) has (?P<got>.*)|"
        r"arg#(?P<arg2>\d+) .*|R(?P<reg2>\d+) must be a known constant|[Kk]func \w+ arg(?P<arg3>\d+) ",
        title="a kernel function gets an argument that does not fit",
        means="""
            A kernel function takes what the types of its prototype say: a certain structure of the
            kernel, or memory of the program's own with its size after it, or a constant. This argument is
            something else.""",
        way_out="""
            Compare the call with the prototype in vmlinux.h. Memory of the program's own has to be a
            structure of plain numbers; a constant has to be one when the program is compiled.""",
        derive=_kernel_argument,
    ),
    Kind(
        name="exception",
        pattern=r"bpf_throw kfunc|exception c(?:all)?b",
        title="exceptions are used where they cannot be",
        means="""
            bpf_throw() leaves the whole program at once. Nothing may be held then, and no callback may be
            running; the function that a program names for this takes one number and is never called by
            it.""",
        way_out="Release what is held first; out of a callback, return a value that ends the loop.",
        show="nothing",
    ),
)
