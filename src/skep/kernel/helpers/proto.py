"""A helper's contract: what it takes, what it returns, who may call it.

One row per helper, keyword by keyword, in the module of its family (`rows/`); rows know nothing of bodies, so
that the verifier, the header generator and the documentation can read them without loading the data plane.
The facts are those of the kernel's `bpf_func_proto` structures in 6.18.

Some helpers have another contract in some program types (`setsockopt` takes the context in sock_ops and a
socket in LSM programs): such a row names them in `only_in`, and the row without `only_in` holds everywhere
else.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The kernel type comes from a map's declaration or from the call itself; the kernel marks it with a poison.
BTF_FROM_CALL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperProto:
    """`ret` and `args` are numbers of `types.py`; the btf fields name kernel structures, one per argument."""

    id: int
    name: str
    #: The release of Linux that had it first, and what it does: given once, in the helper's common row.
    since: str = ""
    doc: str = ""
    #: Why there is no body; "" where there is one.
    absent: str = ""
    ret: int
    args: tuple[int, ...] = ()
    gpl_only: bool = False
    #: Packet pointers may be passed as memory.
    pkt_access: bool = False
    #: May sleep, so only sleepable programs can call it.
    might_sleep: bool = False
    #: The JITs inline it, so it clobbers fewer registers (`bpf_fastcall`).
    allow_fastcall: bool = False
    #: Kernel structure that a returned PTR_TO_BTF_ID points to.
    ret_btf: str = ""
    #: Kernel structure that an ARG_PTR_TO_BTF_ID points to, "" where an argument has none.
    arg_btf: tuple[str, ...] = ()
    #: Bytes behind an ARG_PTR_TO_FIXED_SIZE_MEM, 0 where an argument has none.
    arg_sizes: tuple[int, ...] = ()
    #: Name of a further condition on the calling program (`d_path` only in listed functions).
    allowed: str = ""
    #: Program types that have this row instead of the helper's common one.
    only_in: tuple[int, ...] = ()
    #: The row for sleepable programs, where the common one is for others.
    sleepable_variant: bool = False

    @property
    def bpf_name(self) -> str:
        """The name that logs print."""
        return f"bpf_{self.name}"
