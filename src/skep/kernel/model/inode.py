"""An inode, as the owner of storage: where the kernel has types, a `struct inode` of them."""

from __future__ import annotations

from skep.btf import Btf
from skep.kernel.model.kernel_object import KernelObject
from skep.kernel.model.record import Record


class Inode:
    """Memory that stands for the inode of `owner`, which it keeps."""

    def __init__(self, owner: object, types: Btf | None) -> None:
        self._owner = owner
        self._object = KernelObject(types, "inode") if types else Record("skep_kernel")

    @property
    def address(self) -> int:
        return self._object.address
