"""What the arguments of a call tell about the rest of it (Linux: bpf_call_arg_meta)."""

from __future__ import annotations

from typing import Any, final

from skep.kernel.verifier.vmap import VMap


@final
class CallArgMeta:
    """Filled while the arguments are checked one by one, read by later arguments and for the return value."""

    __slots__ = (
        "access_size",
        "btf",
        "btf_id",
        "changes_pkt_data",
        "const_map_key",
        "dynptr_id",
        "func_id",
        "kptr_field",
        "map_ptr",
        "map_uid",
        "mem_size",
        "msize_max_value",
        "pkt_access",
        "raw_mode",
        "ref_obj_id",
        "regno",
        "release_regno",
        "ret_btf",
        "ret_btf_id",
        "subprogno",
    )

    def __init__(self, func_id: int = 0, pkt_access: bool = False) -> None:
        self.func_id: int = func_id
        self.pkt_access: bool = pkt_access
        self.map_ptr: VMap | None = None
        self.map_uid: int = 0
        #: The helper fills the memory argument at hand: it need not be initialised.
        self.raw_mode: bool = False
        #: The register whose reference the helper takes, 0 if none.
        self.release_regno: int = 0
        #: Register and size of stack memory that the helper fills.
        self.regno: int = 0
        self.access_size: int = 0
        #: Size of the memory that the helper returns.
        self.mem_size: int = 0
        #: Largest value of the last size argument.
        self.msize_max_value: int = 0
        self.ref_obj_id: int = 0
        self.dynptr_id: int = 0
        self.subprogno: int = 0
        #: The key of an array lookup where it is known, else -1.
        self.const_map_key: int = -1
        #: Packet pointers are worthless after this call.
        self.changes_pkt_data: bool = False
        self.btf: Any = None
        self.btf_id: int = 0
        self.ret_btf: Any = None
        self.ret_btf_id: int = 0
        self.kptr_field: Any = None
