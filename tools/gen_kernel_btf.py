"""Writes src/skep/kernel/vmlinux.btf: the types of skep's own kernel.

    python -m tools.gen_kernel_btf [--btf vmlinux]

They are those of Linux 6.18 on x86-64 that programs can name: what the tables below list, and all that these
refer to, so that any pointer can be followed. Structures are whole, as userspace's `struct task_struct` is
native memory in that layout; functions are those that programs may call or attach to.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skep.btf import Btf, BtfBuilder, Kind
from skep.btf.renumber import renumbered
from skep.btf.wire import other_type_ids
from skep.kernel.kfuncs.rows import KFUNCS
from skep.kernel.progtypes.attach_lists import DENIED, ERROR_INJECTION, MODIFY_RETURN, NORETURN
from tools.gen_headers import KERNEL_PATTERN, KERNEL_TYPES

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src/skep/kernel/vmlinux.btf"


@dataclass(frozen=True, kw_only=True)
class RootRow:
    """Types to keep: those of a kind with one of the names, or whose names match."""

    kinds: tuple[Kind, ...]
    names: frozenset[str] = frozenset()
    pattern: str = r"(?!)"

    def wants(self, kind: Kind, name: str) -> bool:
        return kind in self.kinds and (name in self.names or re.match(self.pattern, name) is not None)


_COMPOSITE: Final = (Kind.STRUCT, Kind.UNION)
_FUNC: Final = (Kind.FUNC,)

#: Functions that tracing programs are commonly attached to, beside those of the verifier's tables.
TRACED: Final = """
    begin_new_exec blk_account_io_done blk_account_io_start blk_mq_start_request cap_capable commit_creds
    dev_hard_start_xmit dev_queue_xmit do_exit do_filp_open do_nanosleep do_sys_openat2 do_unlinkat
    filp_close finish_task_switch handle_mm_fault hrtimer_nanosleep icmp_rcv inet_bind inet_csk_accept
    inet_listen ip_local_deliver ip_output ip_queue_xmit ip_rcv kernel_clone sk_skb_reason_drop
    gro_receive_skb neigh_resolve_output netif_receive_skb netif_rx oom_kill_process security_bprm_check
    schedule sock_recvmsg sock_sendmsg submit_bio tcp_cleanup_rbuf tcp_close tcp_connect tcp_drop_reason
    tcp_rcv_established tcp_rcv_state_process tcp_recvmsg tcp_retransmit_skb tcp_sendmsg tcp_set_state
    tcp_v4_connect tcp_v4_do_rcv tcp_v4_rcv tcp_v4_syn_recv_sock tcp_v6_connect try_to_wake_up
    udp_recvmsg udp_sendmsg unix_listen unix_stream_sendmsg vfs_create vfs_fsync vfs_getattr vfs_mkdir
    vfs_open vfs_read vfs_readv vfs_rename vfs_statx vfs_unlink vfs_write vfs_writev wake_up_new_task
"""

ROOTS: Final = (
    RootRow(kinds=_COMPOSITE, names=frozenset(KERNEL_TYPES), pattern=KERNEL_PATTERN.pattern),
    RootRow(kinds=_COMPOSITE, names=frozenset({"pt_regs"}), pattern=r"_*bpf_"),
    RootRow(kinds=(Kind.ENUM, Kind.ENUM64), pattern=r"(?i)_*(bpf|btf|xdp|tcp|sk|tc|nf)_"),
    RootRow(kinds=(Kind.TYPEDEF,), pattern=r"btf_trace_"),
    RootRow(kinds=_FUNC, names=frozenset(KFUNCS)),
    RootRow(kinds=_FUNC, names=DENIED | ERROR_INJECTION | NORETURN | frozenset(MODIFY_RETURN)),
    RootRow(kinds=_FUNC, pattern=r"bpf_lsm_|bpf_iter_|bpf_fentry_test|security_|__x64_sys_"),
    RootRow(kinds=_FUNC, names=frozenset(TRACED.split())),
)


def roots(btf: Btf) -> Iterator[int]:
    """The ids of all that the tables name."""
    for type_id, type_ in enumerate(btf.types):
        if type_.name and any(row.wants(type_.kind, type_.name) for row in ROOTS):
            yield type_id


def closure(btf: Btf, wanted: Iterable[int]) -> set[int]:
    """These types, all that they refer to, and the declaration tags on them."""
    kept: set[int] = set()
    waiting = list(wanted)
    while waiting:
        type_id = waiting.pop()
        if type_id and type_id not in kept:
            kept.add(type_id)
            waiting += [*other_type_ids(btf.get(type_id)), *btf.tags_of(type_id)]
    return kept


def subset(btf: Btf, wanted: Iterable[int]) -> Btf:
    """A Btf of nothing else, in the same order."""
    kept = sorted(closure(btf, wanted))
    new_ids = {0: 0} | {type_id: new_id for new_id, type_id in enumerate(kept, 1)}
    builder = BtfBuilder(byteorder=btf.byteorder)
    for type_id in kept:
        builder.add(renumbered(btf.get(type_id), new_ids))
    return builder.build()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--btf", type=Path, default=Path("/sys/kernel/btf/vmlinux"))
    options = parser.parse_args()
    btf = Btf.from_file(options.btf)
    OUT.write_bytes(subset(btf, roots(btf)).data)


if __name__ == "__main__":
    main()
