"""Rejections about memory: what a pointer points to, how far, and what is known of it."""

from __future__ import annotations

from skep.explain.kind import Groups, Kind


def _room(groups: Groups) -> Groups:
    """The largest offset at which the access still fits."""
    whole, size = int(groups["whole"]), int(groups["size"])
    return {"last": str(whole - size), "room": str(max(whole - size + 1, 0))}


_OUTSIDE = r"R(?P<reg>\d+) (?:min value is outside|max value is outside|offset is outside)"
_UNCHECKED = r"R(?P<reg>\d+) (?:min value is negative|unbounded memory access)"

MEMORY_KINDS = (
    Kind(
        name="map-value-out-of-bounds",
        pattern=r"invalid access to (?P<what>map value|map key|memory|buffer), "
        r"(?:value|key|mem|buf)_size=(?P<whole>\d+) off=(?P<off>-?\d+) size=(?P<size>\d+)\n" + _OUTSIDE,
        title="access outside of the {what}",
        means="The {what} has {whole} bytes, and {size} bytes at offset {off} are not all in it. Where "
        "the offset "
        "is not constant, the verifier judges by the largest (or smallest) one that the checks before "
        "allow.",
        way_out="Check the index before its use, on every path, so that the offset is at most {last}; or "
        "make "
        "the {what} larger. Check the variable itself and not a copy of another width: the compiler may "
        "check one register and use another.",
        code="if (i >= MAX)        /* MAX: elements that fit into {whole} bytes */\n    return 0;\n"
        "value->array[i] = 1;",
        derive=_room,
    ),
    Kind(
        name="unchecked-index",
        pattern=r"(?:invalid access to (?P<what>[\w ]+?), .*\n)?" + _UNCHECKED,
        title="an offset or a length is used without a check",
        means="r{reg} may hold any value here, also a negative one: nothing on this path bounds it from "
        "both "
        "sides.",
        way_out="Use an unsigned variable and check its upper limit, or mask it, right before the use. "
        "After a "
        "signed comparison the lower limit is still open.",
        code="if (len > sizeof(buf))     /* len: __u32 or __u64 */\n    return 0;\n"
        "/* or, for a power of two: */ len &= sizeof(buf) - 1;",
    ),
    Kind(
        name="packet-out-of-bounds",
        pattern=r"invalid access to packet, off=(?P<off>-?\d+) size=(?P<size>\d+), R(?P<reg>\d+)"
        r"\(id=\d+,off=-?\d+,r=(?P<range>-?\d+)\)",
        title="packet bytes are used that were not checked",
        means="{size} bytes at offset {off} of r{reg} are read or written, but on this path only {range} "
        "bytes "
        "of the packet are known to be there.",
        way_out="Compare with data_end before the access, on this path, and use the pointer that was "
        "compared "
        "(or one made from it by adding constants). Helpers that change the packet make all pointers and "
        "checks void: load data and data_end again after them.",
        code="void *data = (void *)(long)ctx->data;\nvoid *data_end = (void *)(long)ctx->data_end;\n\n"
        "struct ethhdr *eth = data;\nif ((void *)(eth + 1) > data_end)\n    return XDP_PASS;",
        show="packet",
    ),
    Kind(
        name="may-be-null",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>\w+_or_null_?)'|"
        r"R(?P<reg2>\d+) pointer arithmetic on "
        r"(?P<type2>\w+_or_null_?) prohibited, null-check it first|Possibly NULL pointer passed to \w+ "
        r"arg(?P<arg>\d+)",
        title="a pointer that may be NULL is used",
        means="The pointer comes from a function that may return NULL, and on this path nothing has asked "
        "whether it did. Asking about another copy of it that was changed since does not count.",
        way_out="Check it for NULL right after the call, and leave the function if it is.",
        code="value = bpf_map_lookup_elem(&map, &key);\nif (!value)\n    return 0;",
        derive=lambda g: {"reg": g["reg"] or g["reg2"] or (str(int(g["arg"]) + 1) if g["arg"] else "")},
    ),
    Kind(
        name="not-a-pointer",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>scalar|inv|fp_or_null)'",
        title="a number is used as an address",
        means="To the verifier r{reg} is a number, not a pointer: it was loaded from memory as plain data, "
        "computed with operations that pointers do not survive, or a call made the pointer void.",
        way_out="For a kernel address use bpf_probe_read_kernel() (or a program type whose arguments are "
        "typed); "
        "for a value that a call may have made void, get the pointer again after the call.",
        code="struct task_struct *parent;\nbpf_probe_read_kernel(&parent, sizeof(parent), "
        "&task->real_parent);",
    ),
    Kind(
        name="wrong-memory-type",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>[\w ]+)'",
        title="memory of this kind cannot be accessed directly",
        means="r{reg} is a pointer of type {type}, through which no load or store is allowed.",
        way_out="Use the helper or kernel function that is made for objects of this type.",
    ),
    Kind(
        name="unbounded-pointer-math",
        pattern=r"math between (?P<type>\w+) pointer and register with unbounded min value is not allowed"
        r"|value (?P<value>-?\d+) makes (?P<type2>\w+) pointer be out of bounds"
        r"|math between (?P<type3>\w+) pointer and (?P<value2>-?\d+) is not allowed"
        r"|(?P<type4>\w+) pointer offset (?P<value3>-?\d+) is not allowed"
        r"|R(?P<reg>\d+) invalid variable buffer offset",
        title="an unchecked number is added to a pointer",
        means="A pointer of this kind may only be moved by an amount that the verifier knows limits of; "
        "here "
        "the amount has no lower limit, or is far too large.",
        way_out="Make the number unsigned and check its upper limit before the addition, or mask it. A "
        "check "
        "of the signed variable leaves it negative on one side.",
        code="__u32 i = index;\nif (i >= MAX)\n    return 0;\np = base + i;",
        show="register",
    ),
    Kind(
        name="pointer-arithmetic-prohibited",
        pattern=r"R(?P<reg>\d+) (?:(?:32-bit )?pointer|bitwise operator|tried to (?:add|subtract)).*"
        r"(?:prohibited|pointer)",
        title="arithmetic that pointers of this kind do not permit",
        means="Only addition and subtraction of numbers are possible with pointers, in 64 bits, and with "
        "some "
        "(map pointers, the context in some programs, sockets, the end of the packet) nothing is.",
        way_out="Compute with numbers first and add the result to a pointer that allows it. If the "
        "compiler "
        "made the operation, keep it from merging branches with barrier_var().",
    ),
    Kind(
        name="uninitialised-register",
        pattern=r"R(?P<reg>\d+) !read_ok",
        title="a register is read that holds nothing",
        means="On this path nothing was written to r{reg} since the function started or the last call: "
        "calls "
        "leave nothing in r1 to r5, and r0 is empty until something returns.",
        way_out="Initialise the variable on every path, return a value on every path, and pass as many "
        "arguments as the function called takes.",
        code="int ret = 0;   /* a value for the paths that set none */",
    ),
    Kind(
        name="uninitialised-stack",
        pattern=r"invalid (?:indirect )?read from stack (?:R(?P<reg>\d+) )?off "
        r"(?P<off>-?\d+)\+(?P<at>\d+) size (?P<size>\d+)",
        title="stack is read that was never written",
        means="{size} bytes of stack at offset {off} are read, and byte {at} of them was not written "
        "before on "
        "this path. Padding between the fields of a structure counts.",
        way_out="Initialise the whole variable, padding included, before it is read or passed to a helper.",
        code="struct key key = {};                       /* or, with padding: */\n"
        "__builtin_memset(&key, 0, sizeof(key));",
        show="register",
    ),
    Kind(
        name="stack-out-of-bounds",
        pattern=r"invalid (?P<how>read from|write to|unbounded \S+ \S+|"
        r"variable-offset \S+ \S+) stack R(?P<reg>\d+) "
        r"(?:off=(?P<off>-?\d+)|var_off)|invalid zero-sized (?:read|write)",
        title="access outside of the function's stack",
        means="A function has 512 bytes of stack below r10, and a helper may only get what lies in "
        "there, with "
        "a size that is known to fit.",
        way_out="Check the size or index against the array that is used. Put large data into a map "
        "(a per-CPU array of one element serves as scratch memory).",
        code="if (len > sizeof(buf))\n    return 0;",
    ),
    Kind(
        name="misaligned",
        pattern=r"misaligned (?P<what>\w+) access off (?P<off>\S+) size (?P<size>\d+)",
        title="misaligned access",
        means="{size} bytes are accessed at an offset ({off}) that is not a multiple of {size}. Stack and "
        "context always need aligned accesses; packets and map values do where the machine, or "
        "BPF_F_STRICT_ALIGNMENT, asks for it.",
        way_out="Access the bytes one by one, or with __builtin_memcpy(), or align the field.",
        registers=("address",),
    ),
    Kind(
        name="context-access",
        pattern=r"invalid bpf_context access off=(?P<off>-?\d+) size=(?P<size>\d+)",
        title="this part of the context is closed to the program",
        means="No field of this program type's context may be accessed with {size} bytes at offset "
        "{off}: the "
        "field is another type's, is read-only, has another width, or the offset lies in between fields. A "
        "tracing program may only read the arguments that the function has.",
        way_out="Look up the fields of the context structure for this program type (struct __sk_buff, "
        "xdp_md, "
        "bpf_sock_addr ...), and keep the compiler from joining or splitting accesses with volatile.",
        registers=("address",),
    ),
    Kind(
        name="modified-context",
        pattern=r"dereference of modified (?P<type>\w+) ptr R(?P<reg>\d+) off=(?P<off>-?\d+) disallowed|"
        r"variable (?P<type2>\w+) access|negative offset (?P<type3>\w+) ptr R(?P<reg2>\d+)",
        title="a pointer was moved that has to stay as it is",
        means="The context, and objects that functions take whole, may only be accessed or passed by the "
        "pointer that was received; this one had something added to it.",
        way_out="Use constant offsets in the access itself, and pass the original pointer. If the compiler "
        "moved it (several fields in one loop or branch), read the fields into variables first.",
        derive=lambda g: {"reg": g["reg"] or g["reg2"]},
    ),
    Kind(
        name="read-only-memory",
        pattern=r"(?:write into map forbidden|cannot write into (?P<what>\w+)|only read is supported|"
        r"the prog does not allow writes to packet data|no write support to|helper access to the packet is "
        r"not allowed|read from map forbidden|may write into memory pointed by R(?P<reg>\d+))",
        title="memory is written that may only be read",
        means="The map is read-only for programs (as constants are: .rodata), or this program type must "
        "not "
        "write packets, or the pointer is into the kernel's own structures.",
        way_out="Copy to a variable of your own and change that, or use the helper that writes (such as "
        "bpf_skb_store_bytes()).",
        registers=("address",),
    ),
    Kind(
        name="beyond-structure",
        pattern=r"access beyond (?:the end of member (?P<member>\w+)|"
        r"struct (?P<struct>\w+)).*off (?P<off>\d+) size "
        r"(?P<size>\d+)",
        title="access beyond a kernel structure",
        means="The program walks a kernel structure by its types, and this access ({size} bytes at "
        "offset {off}) "
        "does not lie in one member.",
        way_out="Read the member with its own type, or copy memory with bpf_probe_read_kernel().",
        registers=("address",),
    ),
    Kind(
        name="pointer-leak",
        pattern=r"R(?P<reg>\d+) leaks addr",
        title="a kernel address would become visible",
        means="r{reg} holds a pointer, and would go where user space can read it. Without CAP_PERFMON "
        "that is "
        "not allowed.",
        way_out="Store a number instead, or load with the capability.",
    ),
)
