"""What BPF iterators hand to their programs, by target.

Arguments that are not listed here are typed by the prototype of the target's function alone. From asking
Linux 6.18: the types that its log shows for each argument.
"""

from __future__ import annotations

from typing import Final

from skep.kernel.helpers.types import (
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TRUSTED,
)
from skep.kernel.progtypes.progtype import CtxField

_OBJECT: Final = PTR_TO_BTF_ID | PTR_MAYBE_NULL
_TRUSTED: Final = PTR_TO_BTF_ID | PTR_MAYBE_NULL | PTR_TRUSTED
_BUF: Final = PTR_TO_BUF | PTR_MAYBE_NULL
_RDONLY_BUF: Final = PTR_TO_BUF | PTR_MAYBE_NULL | MEM_RDONLY


def _arg(number: int, name: str, type_: int, btf: str = "") -> CtxField:
    return CtxField(name=name, offset=8 * number, size=8, reads=(8,), type=type_, btf=btf)


#: Targets by name (`bpf_iter_` is before it in the kernel's BTF), with their typed arguments.
ITERATORS: Final[dict[str, tuple[CtxField, ...]]] = {
    "bpf_link": (_arg(1, "link", _OBJECT, "bpf_link"),),
    "bpf_map": (_arg(1, "map", _TRUSTED, "bpf_map"),),
    "bpf_map_elem": (_arg(2, "key", _RDONLY_BUF), _arg(3, "value", _BUF)),
    "bpf_prog": (_arg(1, "prog", _OBJECT, "bpf_prog"),),
    "bpf_sk_storage_map": (_arg(2, "sk", _OBJECT, "sock"), _arg(3, "value", _BUF)),
    "cgroup": (_arg(1, "cgroup", _TRUSTED, "cgroup"),),
    "dmabuf": (_arg(1, "dmabuf", _OBJECT, "dma_buf"),),
    "ipv6_route": (_arg(1, "rt", _OBJECT, "fib6_info"),),
    "kmem_cache": (_arg(1, "s", _TRUSTED, "kmem_cache"),),
    "ksym": (_arg(1, "ksym", _OBJECT, "kallsym_iter"),),
    "netlink": (_arg(1, "sk", _OBJECT, "netlink_sock"),),
    "sockmap": (_arg(2, "key", _RDONLY_BUF), _arg(3, "sk", _OBJECT, "sock")),
    "task": (_arg(1, "task", _TRUSTED, "task_struct"),),
    "task_file": (_arg(1, "task", _OBJECT, "task_struct"), _arg(3, "file", _OBJECT, "file")),
    "task_vma": (_arg(1, "task", _OBJECT, "task_struct"), _arg(2, "vma", _OBJECT, "vm_area_struct")),
    "tcp": (_arg(1, "sk_common", _TRUSTED, "sock_common"),),
    "udp": (_arg(1, "udp_sk", _TRUSTED, "udp_sock"),),
    "unix": (_arg(1, "unix_sk", _OBJECT, "unix_sock"),),
}

#: Targets whose programs may call bpf_setsockopt and bpf_getsockopt.
SOCKOPT_ITERATORS: Final = frozenset({"tcp", "unix"})
