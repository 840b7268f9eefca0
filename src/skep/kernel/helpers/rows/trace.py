"""Tracing: paths, arguments, symbols, per-CPU variables."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_SIZE,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_CONST_STR,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FIXED_SIZE_MEM,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_PERCPU_BTF_ID,
    ARG_PTR_TO_STACK_OR_NULL,
    ARG_PTR_TO_UNINIT_MEM,
    MEM_ALIGNED,
    MEM_RDONLY,
    MEM_UNINIT,
    MEM_WRITE,
    PTR_MAYBE_NULL,
    RET_INTEGER,
    RET_PTR_TO_MEM_OR_BTF_ID,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=147,
        name="d_path",
        since="5.10",
        doc=(
            "Writes the full path of a `struct path` into `buf` and returns its length with the NUL; "
            "ENAMETOOLONG when there is too little room. Only in functions that the kernel lists as safe."
        ),
        absent=absent.FILES,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_MEM | MEM_WRITE,
            ARG_CONST_SIZE_OR_ZERO,
        ),
        arg_btf=(
            "path",
            "",
            "",
        ),
        allowed="d_path",
    ),
    HelperProto(
        id=161,
        name="ima_inode_hash",
        since="5.11",
        doc=(
            "Copies the hash that the integrity measurement subsystem holds for an inode; EOPNOTSUPP when "
            "it is not active or has none."
        ),
        absent=absent.INTEGRITY,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
        might_sleep=True,
        arg_btf=(
            "inode",
            "",
            "",
        ),
        allowed="ima_inode_hash",
    ),
    HelperProto(
        id=193,
        name="ima_file_hash",
        since="5.18",
        doc=(
            "Copies the hash of a file's content, computing it when the integrity measurement subsystem "
            "holds none."
        ),
        absent=absent.INTEGRITY,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_PTR_TO_UNINIT_MEM,
            ARG_CONST_SIZE,
        ),
        might_sleep=True,
        arg_btf=(
            "file",
            "",
            "",
        ),
        allowed="ima_inode_hash",
    ),
    HelperProto(
        id=159,
        name="bprm_opts_set",
        since="5.11",
        doc=(
            "Sets options of the program that execve is about to start: BPF_F_BPRM_SECUREEXEC marks it as "
            "one that must not trust its environment."
        ),
        absent=absent.LSM,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "linux_binprm",
            "",
        ),
    ),
    HelperProto(
        id=173,
        name="get_func_ip",
        since="5.15",
        doc=(
            "The address of the function that the program is attached to, whether fentry, kprobe or uprobe."
        ),
        absent=absent.PROBES,
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
        gpl_only=True,
    ),
    HelperProto(
        id=173,
        name="get_func_ip",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
        only_in=(ProgType.KPROBE,),
    ),
    HelperProto(
        id=174,
        name="get_attach_cookie",
        since="5.15",
        doc="The number that whoever attached the program gave to this attachment; 0 when none was given.",
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=183,
        name="get_func_arg",
        since="5.17",
        doc="Copies argument `n` of the traced function; EINVAL when it has fewer.",
        absent=absent.PROBES,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED,
        ),
        arg_sizes=(
            0,
            0,
            8,
        ),
    ),
    HelperProto(
        id=184,
        name="get_func_ret",
        since="5.17",
        doc="Copies the result of the traced function; EOPNOTSUPP where the function has not returned.",
        absent=absent.PROBES,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED,
        ),
        arg_sizes=(
            0,
            8,
        ),
    ),
    HelperProto(
        id=185,
        name="get_func_arg_cnt",
        since="5.17",
        doc="How many arguments, in registers, the traced function has.",
        absent=absent.PROBES,
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_CTX,),
    ),
    HelperProto(
        id=153,
        name="per_cpu_ptr",
        since="5.10",
        doc="The address of a per-CPU kernel variable on a CPU; NULL for a CPU that does not exist.",
        absent=absent.PER_CPU,
        ret=RET_PTR_TO_MEM_OR_BTF_ID | PTR_MAYBE_NULL | MEM_RDONLY,
        args=(
            ARG_PTR_TO_PERCPU_BTF_ID,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=154,
        name="this_cpu_ptr",
        since="5.10",
        doc="The address of a per-CPU kernel variable on the CPU that the program runs on.",
        absent=absent.PER_CPU,
        ret=RET_PTR_TO_MEM_OR_BTF_ID | MEM_RDONLY,
        args=(ARG_PTR_TO_PERCPU_BTF_ID,),
    ),
    HelperProto(
        id=179,
        name="kallsyms_lookup_name",
        since="5.16",
        doc=(
            "The address of a kernel symbol, in `res`. EINVAL for flags or a name without NUL, ENOENT "
            "when there is no such symbol, EPERM when the loader may not see addresses."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
            ARG_PTR_TO_FIXED_SIZE_MEM | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED,
        ),
        arg_sizes=(
            0,
            0,
            0,
            8,
        ),
    ),
    HelperProto(
        id=180,
        name="find_vma",
        since="5.17",
        doc=(
            "Calls a function of the program with the memory mapping of a task that holds an address. "
            "ENOENT when there is none, EBUSY when the mappings are being changed."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_BTF_ID,
            ARG_ANYTHING,
            ARG_PTR_TO_FUNC,
            ARG_PTR_TO_STACK_OR_NULL,
            ARG_ANYTHING,
        ),
        arg_btf=(
            "task_struct",
            "",
            "",
            "",
            "",
        ),
    ),
    HelperProto(
        id=182,
        name="strncmp",
        since="5.17",
        doc=(
            "Compares at most `s1_sz` bytes of a string with a constant one: less than, equal to or "
            "greater than 0."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE,
            ARG_PTR_TO_CONST_STR,
        ),
    ),
)
