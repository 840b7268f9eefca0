"""Rejections about memory: what a pointer points to, how far, and what is known of it."""

from __future__ import annotations

from skep.explain.kind import Groups, Kind
from skep.explain.words import quantity


def _room(groups: Groups) -> Groups:
    """The largest offset at which the access still fits, and what to do if there is one."""
    what, whole, size = groups["what"], int(groups["whole"]), int(groups["size"])
    larger = f"make the {what} larger" if what == "map value" else f"ask for more than {whole} bytes"
    way = f"Check the index before the access, on every path, so that the offset is at most {whole - size}"
    if whole < size:
        way = f"Access at most {quantity(whole, 'byte')} at once"
    return {"limit": f"{way}; or {larger}.", "whole": quantity(whole, "byte")}


def _blamed(groups: Groups) -> Groups:
    """The register, under whichever name the alternative of the pattern has it."""
    register = groups.get("reg") or groups.get("reg2") or ""
    if not register and groups.get("arg"):
        register = str(int(groups["arg"]) + 1)
    return {"reg": register}


_OUTSIDE = r"R(?P<reg>\d+) (?:min value is outside|max value is outside|offset is outside)"
_ACCESS = r"(?:invalid access to [\w ]+, .*\n)?"

MEMORY_KINDS = (
    Kind(
        name="map-value-out-of-bounds",
        pattern=r"invalid access to (?P<what>map value|map key|memory|buffer), "
        r"(?:value|key|mem|buf)_size=(?P<whole>\d+) off=(?P<off>-?\d+) size=(?P<size>\d+)\n" + _OUTSIDE,
        title="access outside of the {what}",
        means="""
            The {what} has {whole}, and an access of {bytes} at offset {off} does not lie in it. Where the
            offset varies, this is the largest (or the smallest) one that the checks on this path leave
            possible.""",
        way_out="""
            {limit} Check the very variable that is the index: after a check of a copy, or of a wider or
            narrower variable, the compiler may use another register than the one it compared.""",
        code="""
            if (i >= sizeof(value->items) / sizeof(value->items[0]))
                return 0;
            value->items[i] = 1;""",
        derive=_room,
    ),
    Kind(
        name="may-be-negative",
        pattern=_ACCESS + r"R(?P<reg>\d+) min value is negative",
        title="an index or a size may be negative",
        means="""
            Nothing on this path excludes that r{reg} is negative. A signed variable that is only checked
            from above keeps all its negative values.""",
        way_out="""
            Make the variable unsigned: then a check from above is enough. Or check both sides, or mask it
            with a constant.""",
        code="""
            if (i < 0 || i >= 16)    /* a signed i needs both */
                return 0;""",
    ),
    Kind(
        name="no-upper-limit",
        pattern=_ACCESS + r"R(?P<reg>\d+) unbounded memory access",
        title="an index or a size has no upper limit",
        means="""
            Nothing on this path says how large r{reg} may become (as an index or a size it has to stay
            below 2^29), so nothing says that the access stays in its object.""",
        way_out="""
            Check it against a constant right before the use, in the same variable, or mask it.""",
        code="""
            if (size > sizeof(buf))
                size = sizeof(buf);
            /* or, with a power of two: */
            size &= sizeof(buf) - 1;""",
    ),
    Kind(
        name="maybe-nothing",
        pattern=r"R(?P<reg>\d+) invalid zero-sized (?:read|write)|invalid zero-sized (?:read|write)",
        title="a size may be 0",
        means="""
            The function takes memory together with its size, and on this path the size may be 0, which it
            does not allow.""",
        way_out="Leave out the call where there is nothing to pass.",
        code="""
            if (size == 0 || size > sizeof(buf))
                return 0;""",
    ),
    Kind(
        name="packet-out-of-bounds",
        pattern=r"invalid access to packet, off=(?P<off>-?\d+) size=(?P<size>\d+), R(?P<reg>\d+)"
        r"\(id=\d+,off=-?\d+,r=(?P<range>-?\d+)\)",
        title="packet bytes are accessed that were not checked",
        means="""
            The access through r{reg} takes {bytes} at offset {off}, but on this path {checked} of the
            packet {is} known to lie before data_end, counted from where its offset starts.""",
        way_out="""
            Compare with data_end before the access, on this path, and use the pointer that was compared,
            or one made from it by adding constants: adding a variable starts anew. Helpers that change
            the packet make its pointers and checks void: load data and data_end again after them.""",
        code="""
            void *data = (void *)(long)ctx->data;
            void *data_end = (void *)(long)ctx->data_end;

            struct ethhdr *eth = data;
            if ((void *)(eth + 1) > data_end)
                return XDP_PASS;""",
        show="packet",
        derive=lambda g: {
            "checked": "nothing" if int(g["range"]) <= 0 else f"only {quantity(g['range'], 'byte')}",
            "is": "are" if int(g["range"]) > 1 else "is",
        },
    ),
    Kind(
        name="may-be-null",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>\w+_or_null_?)'|"
        r"R(?P<reg2>\d+) pointer arithmetic on (?P<type2>\w+_or_null_?) prohibited, null-check it first|"
        r"Possibly NULL pointer passed to \w+ arg(?P<arg>\d+)",
        title="a pointer that may be NULL is used",
        means="""
            What gave this pointer may give NULL instead, and on this path nothing has asked whether it
            did.""",
        way_out="""
            Check it right where it comes from, and leave the function if it is NULL. The check has to be
            of this pointer: one got by a second lookup is another pointer.""",
        code="""
            value = bpf_map_lookup_elem(&map, &key);
            if (!value)
                return 0;""",
        derive=_blamed,
    ),
    Kind(
        name="not-a-pointer",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>scalar|inv)'",
        title="a number is used as an address",
        means="""
            To the verifier r{reg} is a number and no pointer: it was loaded from memory as plain data,
            computed in a way that pointers do not survive, or a call since has made the pointer void.""",
        way_out="""
            Read a kernel address with bpf_probe_read_kernel() or BPF_CORE_READ(), or get at the object in
            a program type whose arguments are typed. A pointer that a call has made void (into the
            packet, to a released object, out of a section) has to be got again after it.""",
        code="""
            bpf_probe_read_kernel(&field, sizeof(field), &object->field);""",
    ),
    Kind(
        name="wrong-memory-type",
        pattern=r"R(?P<reg>\d+) invalid mem access '(?P<type>[\w ]+)'",
        title="an object of this kind cannot be accessed directly",
        means="r{reg} is a pointer of type {type}, through which nothing can be loaded or stored.",
        way_out="Use the helper or kernel function that is made for such objects.",
    ),
    Kind(
        name="unbounded-pointer-math",
        pattern=r"math between (?P<type>\w+) pointer and register with unbounded min value is not allowed"
        r"|value (?P<value>-?\d+) makes (?P<type2>\w+) pointer be out of bounds"
        r"|math between (?P<type3>\w+) pointer and (?P<value2>-?\d+) is not allowed"
        r"|(?P<type4>\w+) pointer offset (?P<value3>-?\d+) is not allowed"
        r"|R(?P<reg>\d+) invalid variable buffer offset",
        title="a number without limits is added to a pointer",
        means="""
            A pointer may only be moved by an amount whose limits are known and small (below 2^29). Here
            the amount has no lower limit, as a signed variable has after a check from above alone, or it
            is far too large.""",
        way_out="Make the number unsigned and check its upper limit before the addition, or mask it.",
        code="""
            __u32 i = index;
            if (i >= MAX)
                return 0;
            p = base + i;""",
    ),
    Kind(
        name="pointer-arithmetic-prohibited",
        pattern=r"R(?P<reg>\d+) (?:(?:32-bit )?pointer|bitwise operator|tried to (?:add|subtract)|"
        r"subtraction|stack pointer arithmetic|has unknown scalar).*"
        r"(?:prohibited|pointer|arithmetic|supported|allow)",
        title="arithmetic that this pointer does not permit",
        means="""
            Pointers can be added to and subtracted from, in 64 bits, and nothing else. With some (maps,
            sockets, the end of the packet, what may still be NULL) even that is not possible, and without
            CAP_PERFMON several ways of doing it are closed.""",
        way_out="""
            Compute with numbers first, then add the result to a pointer that permits it. Where the
            operation is the compiler's own, because it merged two branches, keep the two apart with
            barrier_var().""",
        code="""
            #define barrier_var(var) asm volatile("" : "+r"(var))""",
    ),
    Kind(
        name="uninitialised-register",
        pattern=r"R(?P<reg>\d+) !read_ok",
        title="a register is read that holds nothing",
        means="""
            On this path nothing was written to r{reg} since the function started, or since the last call:
            calls leave nothing in r1 to r5, and r0 is empty until a call returns.""",
        way_out="""
            Initialise the variable on every path, return a value on every path, and pass as many
            arguments as the called function takes. Undefined behaviour in C ends like this too: see what
            the compiler says with -Wall.""",
        code="int ret = 0;             /* for the paths that set none */",
    ),
    Kind(
        name="uninitialised-stack",
        pattern=r"invalid (?:indirect )?read from stack (?:R(?P<reg>\d+) )?off "
        r"(?P<off>-?\d+)\+(?P<at>\d+) size (?P<size>\d+)",
        title="a part of the stack is read that was never written",
        means="""
            The read takes {bytes} of the stack at fp{off}, and byte {at} of them (counted from 0) was not
            written on this path. Often these are bytes of padding between the fields of a structure.""",
        way_out="Clear the whole variable, padding included, before it is read or passed on.",
        code="""
            struct key key;
            __builtin_memset(&key, 0, sizeof(key));
            key.port = port;""",
        with_slots=True,
    ),
    Kind(
        name="stack-out-of-bounds",
        pattern=r"invalid (?P<how>read from|write to|indirect access to|unbounded \S+ \S+|"
        r"variable-offset \S+ \S+) stack R(?P<reg>\d+) (?:off=(?P<off>-?\d+)|var_off)|"
        r"R(?P<reg2>\d+) (?:variable-offset|unbounded).* stack",
        title="access outside of the stack",
        means="""
            A function's stack is the 512 bytes below r10. The access does not lie in there, or its offset
            or size may grow so far that it would not.""",
        way_out="""
            Check the index or size against the array on the stack that it is used with. What needs more
            room goes into a map: a per-CPU array with one element serves as scratch memory.""",
        code="""
            if (size > sizeof(buf))
                return 0;""",
        with_size=True,
        derive=_blamed,
    ),
    Kind(
        name="misaligned",
        pattern=r"misaligned (?P<what>\w+) access off (?P<off>\S+) size (?P<size>\d+)",
        title="a misaligned access",
        means="""
            The access takes {bytes} at an offset ({off}) that is not a multiple of {size}. On the stack
            and in the context every access has to be aligned; in packets and map values only on machines
            that need it, or when the loader asks for it (BPF_F_STRICT_ALIGNMENT).""",
        way_out="""
            Align the field, or copy it with __builtin_memcpy(). A packed structure makes the compiler go
            byte by byte.""",
        code="""
            struct record { __u64 time; __u32 port; } __attribute__((packed));""",
        registers=("address",),
    ),
    Kind(
        name="context-access",
        pattern=r"invalid bpf_context access off=(?P<off>-?\d+) size=(?P<size>\d+)",
        title="this part of the context is closed to the program",
        means="""
            This program type may not access {bytes} at offset {off} of its context: there is no field, or
            it is for other program types, or it may only be read, or it has to be accessed in another
            width. A tracing program may read as many arguments as its function has.""",
        way_out="""
            Look the field up in the context's structure (struct __sk_buff, xdp_md, bpf_sock_addr ...) and
            in what this program type is given of it. Where the compiler made two fields one access, or
            one field a part of it, read it through a volatile pointer.""",
        code="""
            __u32 mark = *(volatile __u32 *)&skb->mark;""",
        registers=("address",),
    ),
    Kind(
        name="modified-pointer",
        pattern=r"dereference of modified (?P<type>\w+) ptr R(?P<reg>\d+) off=(?P<off>-?\d+) disallowed|"
        r"variable (?P<type2>\w+) access|negative offset (?P<type3>\w+) ptr R(?P<reg2>\d+)|"
        r"R(?P<reg3>\d+) must have zero offset when passed to release",
        title="a pointer was moved that has to be used as it came",
        means="""
            The context, and objects that functions take as a whole, can only be accessed or passed with
            the pointer as the program got it. Something was added to this one.""",
        way_out="""
            Leave the pointer alone, and let the access itself have the (constant) offset. Where the
            compiler moved it, as it does for several fields in a loop or in branches, read the fields
            into variables first.""",
        code="""
            __u32 first = ctx->args[0], second = ctx->args[1];
            value = i ? second : first;      /* not ctx->args[i] */""",
        derive=lambda g: {"reg": g["reg"] or g["reg2"] or g["reg3"]},
    ),
    Kind(
        name="read-only-memory",
        pattern=r"(?:write into map forbidden|cannot write into (?P<what>\w+)|only read is supported|"
        r"the prog does not allow writes to packet data|no write support to|helper access to the packet is "
        r"not allowed|read from map forbidden|may write into memory pointed by R(?P<reg>\d+))",
        title="memory is changed that the program may only read",
        means="""
            The map is closed to writes by programs (as the constants of the object in .rodata are), or
            this program type may not change packets, or the memory is the kernel's own.""",
        way_out="""
            Change a copy, or use the function that is made for the change, such as bpf_skb_store_bytes().
            A global variable that is to change must not be const.""",
        registers=("address",),
    ),
    Kind(
        name="beyond-structure",
        pattern=r"access beyond (?:the end of member (?P<member>\w+)|struct (?P<struct>\w+)).*"
        r"off (?P<off>\d+) size (?P<size>\d+)",
        title="access beyond a structure of the kernel",
        means="""
            The program walks a structure of the kernel along its types, and an access of {bytes} at
            offset {off} does not lie in one of its members.""",
        way_out="Read one member with its own type, or copy memory with bpf_probe_read_kernel().",
        code="""
            bpf_probe_read_kernel(buf, sizeof(buf), &task->comm);""",
        registers=("address",),
    ),
    Kind(
        name="pointer-leak",
        pattern=r"R(?P<reg>\d+) leaks addr|leaking pointer|pointer comparison prohibited|"
        r"R(?P<reg2>\d+) (?:partial copy of pointer|32-bit pointer)|attempt to corrupt spilled pointer",
        title="an address of the kernel would become visible",
        means="""
            A pointer would go where user space can read it, or could be told from how the program
            behaves. For a program loaded without CAP_PERFMON that is not allowed.""",
        way_out="""
            Store, return and compare numbers and no pointers; compare a pointer with NULL only. Or load
            with CAP_PERFMON.""",
        derive=_blamed,
    ),
)
