"""Why a kernel function has no body, reason by reason.

A program that gets to such a function fails with ENOTSUPP, its name and the reason.
"""

from __future__ import annotations

from typing import Final

_GROUPS: Final = {
    "It belongs to TCP congestion control, which the userspace kernel does not run.": """
        bbr_cwnd_event bbr_init bbr_main bbr_min_tso_segs bbr_set_state bbr_sndbuf_expand bbr_ssthresh
        bbr_undo_cwnd cubictcp_acked cubictcp_cong_avoid cubictcp_cwnd_event cubictcp_init
        cubictcp_recalc_ssthresh cubictcp_state tcp_cong_avoid_ai tcp_reno_cong_avoid tcp_reno_ssthresh
        tcp_reno_undo_cwnd tcp_slow_start
        """,
    "It belongs to LSM hooks, which the userspace kernel does not have yet.": """
        bpf_get_dentry_xattr bpf_get_file_xattr bpf_get_task_exe_file bpf_path_d_path bpf_put_file
        bpf_remove_dentry_xattr bpf_set_dentry_xattr
        """,
    "Groups of the userspace kernel have no extended attributes.": "bpf_cgroup_read_xattr",
    "The userspace kernel has no keyrings.": "bpf_key_put bpf_lookup_system_key bpf_lookup_user_key",
    "The userspace kernel has no IPsec states.": "bpf_xdp_get_xfrm_state bpf_xdp_xfrm_state_release",
    "It acts on a connection that is about to be accepted, which the userspace kernel does not have.": """
        bpf_sk_assign_tcp_reqsk
        """,
    "It acts on sockets at cgroup hooks, which the userspace kernel does not have yet.": """
        bpf_sock_addr_set_sun_path bpf_sock_ops_enable_tx_tstamp
        """,
    "It belongs to iterators over sockets, which cannot be attached yet.": "bpf_sock_destroy",
    "It belongs to sessions of kprobes, which cannot be attached yet.": """
        bpf_session_cookie bpf_session_is_return
        """,
    "It belongs to the statistics of cgroup controllers, which the userspace kernel does not keep.": """
        css_rstat_flush css_rstat_updated
        """,
    "Such work waits for a task to return to user space, which those of the userspace kernel never do.": """
        bpf_task_work_schedule_resume_impl bpf_task_work_schedule_signal_impl
        """,
    "The context of the userspace kernel is not laid out as a structure of the kernel's types.": """
        bpf_cast_to_kern_ctx
        """,
    "Streams of programs, which it writes to, are not there yet.": """
        bpf_stream_vprintk_impl
        """,
    "Linux has it for its own tests alone.": """
        bpf_kfunc_call_memb_release bpf_kfunc_call_test_release bpf_modify_return_test_tp
        """,
    "The verifier puts it where a compiler said that nothing follows: there is nothing to run.": "__bpf_trap",
}

#: Function -> reason.
ABSENT: Final[dict[str, str]] = {name: reason for reason, names in _GROUPS.items() for name in names.split()}
