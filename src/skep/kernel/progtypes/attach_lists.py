"""Which functions of the kernel tracing and LSM programs may attach to, and how.

By hand, from the kernel's documentation and its sets of BTF ids: the probed kernel refuses these programs
before it looks at their target.
"""

from __future__ import annotations

from typing import Final


def _hooks(names: str) -> frozenset[str]:
    """Hooks of LSMs from their short names, in a string separated by spaces."""
    return frozenset(f"bpf_lsm_{name}" for name in names.split())


#: Tracing programs cannot attach: what runs on their own way in and out.
DENIED: Final = frozenset(
    {
        "migrate_disable",
        "migrate_enable",
        "rcu_read_unlock_strict",
        "preempt_count_add",
        "preempt_count_sub",
        "__rcu_read_lock",
        "__rcu_read_unlock",
    }
)

#: Functions that do not return: no fexit, no fmod_ret.
NORETURN: Final = frozenset(
    {
        "__ia32_sys_exit",
        "__ia32_sys_exit_group",
        "__kunit_abort",
        "kunit_try_catch_throw",
        "__module_put_and_kthread_exit",
        "__x64_sys_exit",
        "__x64_sys_exit_group",
        "do_exit",
        "do_group_exit",
        "kthread_complete_and_exit",
        "kthread_exit",
        "make_task_dead",
    }
)

#: Functions whose callers are prepared for errors that are injected; system calls are, too.
ERROR_INJECTION: Final = frozenset(
    {
        "__filemap_add_folio",
        "io_ctl_init",
        "open_ctree",
        "should_fail_alloc_page",
        "should_fail_bio",
        "should_failslab",
    }
)
SYSCALL_PREFIXES: Final = ("__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__s390x_sys_", "__riscv_sys_")

#: ... of which these must not sleep.
NON_SLEEPABLE_ERROR_INJECTION: Final = frozenset(
    {"__filemap_add_folio", "should_fail_alloc_page", "should_failslab"}
)

#: Functions that fmod_ret may attach to by name; True: sleepable programs may attach to them.
MODIFY_RETURN: Final = {
    "bpf_modify_return_test": False,
    "bpf_modify_return_test2": False,
    "bpf_fentry_test1": True,
    "update_socket_protocol": False,
}

#: Functions whose programs may call bpf_d_path.
D_PATH: Final = frozenset(
    {
        "security_file_permission",
        "security_inode_getattr",
        "security_file_open",
        "security_path_truncate",
        "vfs_truncate",
        "vfs_fallocate",
        "dentry_open",
        "vfs_getattr",
        "filp_close",
    }
)

#: What is named like a hook in the kernel, but is none.
LSM_NO_HOOKS: Final = frozenset(
    {
        "bpf_lsm_find_cgroup_shim",
        "bpf_lsm_get_retval_range",
        "bpf_lsm_init",
        "bpf_lsm_is_sleepable_hook",
        "bpf_lsm_is_trusted",
        "bpf_lsm_verify_prog",
    }
)

#: Hooks that no program may attach to.
LSM_DISABLED: Final = _hooks("""
    audit_rule_match getprocattr getselfattr inode_copy_up_xattr inode_getsecurity inode_listsecurity
    inode_need_killpriv ismaclabel key_getsecurity setprocattr vm_enough_memory
    """)

#: Hooks that answer with 0 or 1 instead of 0 or an error.
LSM_BOOLEAN: Final = frozenset({"bpf_lsm_audit_rule_known", "bpf_lsm_inode_xattr_skipcap"})

#: Hooks whose arguments are not complete yet, or not whole any more.
LSM_UNTRUSTED: Final = _hooks("""
    bdev_alloc_security bdev_free_security bpf_map_free bpf_prog_free file_alloc_security
    file_free_security sk_alloc_security sk_free_security task_free
    """)

#: Hooks whose programs may call bpf_setsockopt: with the socket locked, and without.
LSM_LOCKED_SOCKOPT: Final = frozenset(
    {"bpf_lsm_sock_graft", "bpf_lsm_inet_csk_clone", "bpf_lsm_inet_conn_established"}
)
LSM_UNLOCKED_SOCKOPT: Final = frozenset({"bpf_lsm_socket_post_create", "bpf_lsm_socket_socketpair"})

#: Hooks that are called where it is permitted to sleep.
LSM_SLEEPABLE: Final = _hooks("""
    bdev_alloc_security bdev_setintegrity bpf bpf_map bpf_map_create bpf_map_free bpf_prog bpf_prog_free
    bpf_prog_load bpf_token_capable bpf_token_cmd bpf_token_create bpf_token_free bprm_check_security
    bprm_committed_creds bprm_committing_creds bprm_creds_for_exec bprm_creds_from_file capget capset
    cred_prepare file_ioctl file_lock file_open file_post_open file_receive inode_create
    inode_free_security inode_getattr inode_getxattr inode_mknod inode_need_killpriv inode_post_setxattr
    inode_readlink inode_rename inode_rmdir inode_setattr inode_setxattr inode_symlink inode_unlink
    kernel_module_request kernel_read_file kernfs_init_security key_free mmap_file netlink_send
    path_notify release_secctx sb_alloc_security sb_eat_lsm_opts sb_kern_mount sb_mount sb_remount
    sb_set_mnt_opts sb_show_options sb_statfs sb_umount settime socket_accept socket_bind socket_connect
    socket_create socket_getpeername socket_getpeersec_dgram socket_getsockname socket_getsockopt
    socket_listen socket_post_create socket_recvmsg socket_sendmsg socket_shutdown socket_socketpair
    syslog task_alloc task_prctl task_setscheduler task_to_inode userns_create
    """)
