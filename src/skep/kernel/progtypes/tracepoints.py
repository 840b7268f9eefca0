"""Arguments of tracepoints that may be null, or an error, although their type does not say so.

Source: the table of kernel/bpf/btf.c. A hexadecimal digit per argument, the first one lowest: 1 for what may
be null, 2 for what may be an error in place of a pointer.
"""

from __future__ import annotations

from typing import Final

MAYBE_NULL: Final = 1
MAYBE_ERROR: Final = 2

RAW_TP_NULL_ARGS: Final[dict[str, int]] = {
    "afs_flock_ev": 0x10,
    "afs_make_fs_call": 0x10,
    "afs_make_fs_call1": 0x10,
    "afs_make_fs_call2": 0x10,
    "afs_make_fs_calli": 0x10,
    "afs_protocol_error": 0x1,
    "break_lease_block": 0x10,
    "break_lease_noblock": 0x10,
    "break_lease_unblock": 0x10,
    "cachefiles_io_error": 0x1,
    "cachefiles_lookup": 0x201,
    "cachefiles_mark_active": 0x1,
    "cachefiles_mark_failed": 0x1,
    "cachefiles_mark_inactive": 0x1,
    "cachefiles_ondemand_close": 0x1,
    "cachefiles_ondemand_copen": 0x1,
    "cachefiles_ondemand_cread": 0x1,
    "cachefiles_ondemand_fd_release": 0x1,
    "cachefiles_ondemand_fd_write": 0x1,
    "cachefiles_ondemand_open": 0x1,
    "cachefiles_ondemand_read": 0x1,
    "cachefiles_prep_read": 0x1,
    "cachefiles_rename": 0x1,
    "cachefiles_unlink": 0x1,
    "cachefiles_vfs_error": 0x1,
    "device_pm_callback_start": 0x10,
    "ext4_mballoc_discard": 0x10,
    "ext4_mballoc_free": 0x10,
    "fcntl_setlk": 0x10,
    "fib_table_lookup": 0x100,
    "flock_lock_inode": 0x10,
    "folio_wait_writeback": 0x10,
    "generic_delete_lease": 0x10,
    "host1x_cdma_push_gather": 0x10000,
    "kfree_skb": 0x1000,
    "locks_remove_posix": 0x10,
    "mm_collapse_huge_page_isolate": 0x1,
    "mm_khugepaged_collapse_file": 0x10,
    "mm_khugepaged_scan_file": 0x10,
    "mm_khugepaged_scan_pmd": 0x10,
    "mm_page_alloc": 0x1,
    "mm_page_alloc_zone_locked": 0x1,
    "mm_page_pcpu_drain": 0x1,
    "mr_integ_alloc": 0x2000,
    "netfs_failure": 0x10,
    "posix_lock_inode": 0x10,
    "qdisc_dequeue": 0x1000,
    "rxrpc_recvdata": 0x1,
    "rxrpc_resend": 0x10,
    "sched_pi_setprio": 0x10,
    "sched_process_wait": 0x1,
    "sched_stick_numa": 0x100,
    "sched_swap_numa": 0x100,
    "signal_deliver": 0x20,
    "signal_generate": 0x20,
    "tcp_send_reset": 0x11,
    "tegra_dma_tx_status": 0x100,
    "time_out_leases": 0x10,
    "tmigr_update_events": 0x1,
    "writeback_dirty_folio": 0x10,
    "xprt_get_cong": 0x10,
    "xprt_put_cong": 0x10,
    "xprt_release_cong": 0x10,
    "xprt_reserve_cong": 0x10,
    "xs_stream_read_data": 0x1,
}


def null_flags(tracepoint: str, arg: int) -> int:
    """MAYBE_NULL and MAYBE_ERROR of an argument of this tracepoint."""
    return RAW_TP_NULL_ARGS.get(tracepoint, 0) >> (arg * 4) & 3
