"""PROG_LOAD: the pass list from attributes to a program that can be run.

The order of the checks is Linux's (bpf_prog_load() in kernel/bpf/syscall.c), because it decides which errno a
program that is wrong in two ways gets, and loaders probe features by errno.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skep.errors import InternalError
from skep.isa import Insn, decode
from skep.kernel.call import Call
from skep.kernel.capable import Cap
from skep.kernel.machine import Machine
from skep.kernel.prog import NativeRecord, Prog, calc_tag
from skep.kernel.progload_rules import (
    check_attach,
    check_device,
    check_known_type,
    check_privileges,
    check_prog_flags,
    check_signature,
    default_attach_type,
    is_gpl_compatible,
)
from skep.kernel.userlog import UserLog
from skep.kernel.usermem import UserMemory, copy_name, read_string
from skep.uapi import BPF_F_TOKEN_FD
from skep.uapi import attrs as a

if TYPE_CHECKING:
    from skep.kernel.btf_load import BtfObject
    from skep.kernel.fixups.program import FixedProgram
    from skep.kernel.jit.engine import NativeProgram
    from skep.kernel.verifier.request import Records, VerifyRequest, VerifyResult
    from skep.kernel.verifier.target_prog import TargetFunction
    from skep.kernel.vmlinux import KernelBtf

_LICENSE_SIZE = 127
_ADDRESSES = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class _Source:
    """What the caller's pointers pointed to."""

    insns: tuple[Insn, ...]
    gpl_compatible: bool
    name: bytes
    btf: BtfObject | None  # only looked at when func_info or line_info come with it
    btf_errno: int  # why there is none
    attach_btf: KernelBtf | None


def prog_load(call: Call[a.ProgLoad]) -> int:
    """bpf_prog_load()"""
    attr, machine = call.attr, call.machine
    check_prog_flags(attr)
    attr.expected_attach_type = default_attach_type(attr)
    if attr.prog_flags & BPF_F_TOKEN_FD:
        machine.no_token(attr.prog_token_fd)
    check_privileges(machine, attr)
    attach_btf = check_attach(machine, attr)
    source = _copy_in(call, attach_btf)
    result, request = _verify(call, source)
    try:
        prog = _make_prog(machine, attr, source, request, result)
    except OSError as error:
        _say_why(call, result, error)
        raise
    try:
        _check_tail_calls(prog)
    except OSError:
        prog.close()
        raise
    fd = machine.publish(machine.progs, prog)
    prog.record.publish(prog.native.entry if prog.native else 0, prog.id)
    return fd


def _copy_in(call: Call[a.ProgLoad], attach_btf: KernelBtf | None) -> _Source:
    attr, memory = call.attr, call.memory
    insns = decode(memory.read(attr.insns, attr.insn_cnt * 8))
    license = read_string(memory, attr.license, _LICENSE_SIZE) or b""
    if attr.signature:
        check_signature(memory, attr)
    if attr.prog_ifindex:
        check_device(call.machine, attr)
    check_known_type(attr.prog_type)
    name = copy_name(attr.prog_name)
    UserLog(attr.log_level, attr.log_buf, attr.log_size).check()
    btf, btf_errno = _own_btf(call) if attr.func_info_cnt or attr.line_info_cnt else (None, 0)
    return _Source(insns, is_gpl_compatible(license), name, btf, btf_errno, attach_btf)


def _own_btf(call: Call[a.ProgLoad]) -> tuple[BtfObject | None, int]:
    """The program's types, or an errno for the verifier to end with; the kernel's are nobody's own."""
    try:
        btf = call.machine.btf_of_fd(call.attr.prog_btf_fd)
    except OSError as error:
        return None, error.errno or errno.EINVAL
    return (None, errno.EACCES) if btf.kernel_btf else (btf, 0)


# ── verification ──


def _verify(call: Call[a.ProgLoad], source: _Source) -> tuple[VerifyResult, VerifyRequest]:
    """bpf_check(), with the log brought to the caller."""
    from skep.kernel.verifier.check import bpf_check

    attr = call.attr
    request = _request(call, source)
    result = bpf_check(request)
    if result.internal_error:
        raise InternalError(result.internal_error, result.internal_traceback)
    log = UserLog(attr.log_level, attr.log_buf, attr.log_size)
    log_errno = log.write(call.memory, result.log, result.log_true_size)
    call.put(log_true_size=result.log_true_size)
    if log_errno or result.errno:
        raise OSError(log_errno or result.errno, "refused by the verifier")
    return result, request


def _say_why(call: Call[a.ProgLoad], result: VerifyResult, error: OSError) -> None:
    """One more line of the log: what the accepted program needs that this kernel does not have."""
    attr = call.attr
    log = UserLog(attr.log_level, attr.log_buf, attr.log_size)
    line = f"skep's kernel cannot run this program: {error.strerror}\n".encode()
    true_size = result.log_true_size + len(line)
    log.write(call.memory, log.kept(result.log.rstrip(b"\0") + line), true_size)
    call.put(log_true_size=true_size)


def _request(call: Call[a.ProgLoad], source: _Source) -> VerifyRequest:
    from skep.kernel.fixups.depths import rewritten_stack_depths
    from skep.kernel.verifier.request import Privileges, VerifyRequest

    attr, machine = call.attr, call.machine
    return VerifyRequest(
        insns=source.insns,
        prog_type=attr.prog_type,
        expected_attach_type=attr.expected_attach_type,
        gpl_compatible=source.gpl_compatible,
        prog_flags=attr.prog_flags,
        privileges=Privileges(
            bpf=machine.capable(Cap.BPF),
            perfmon=machine.capable(Cap.PERFMON),
            net_admin=machine.capable(Cap.NET_ADMIN),
            sys_admin=machine.capable(Cap.SYS_ADMIN),
        ),
        get_map=machine.map_of_fd,
        get_btf=lambda fd: machine.btf_of_fd(fd).btf,
        fd_array=_fd_array(call.memory, attr),
        fd_array_cnt=attr.fd_array_cnt,
        btf=source.btf.btf if source.btf else None,
        btf_errno=source.btf_errno,
        func_info=_records(call, attr.func_info, attr.func_info_cnt, "func_info_rec_size"),
        line_info=_records(call, attr.line_info, attr.line_info_cnt, "line_info_rec_size"),
        core_relos=_records(call, attr.core_relos, attr.core_relo_cnt, "core_relo_rec_size"),
        vmlinux=machine.vmlinux.btf if machine.vmlinux is not None else None,
        symbols=machine.symbols,
        addresses=machine.addresses,
        attach_btf=source.attach_btf.btf if source.attach_btf is not None else None,
        attach_btf_id=attr.attach_btf_id,
        attach_prog=_target_prog(machine, attr, source),
        log_level=attr.log_level,
        log_size=attr.log_size,
        ncpus=machine.ncpus,
        clock=machine.monotonic_ns,
        final_depths=rewritten_stack_depths,
    )


def _records(call: Call[a.ProgLoad], address: int, count: int, size_name: str) -> Records:
    """A table at the caller's address; `size_name` is the attribute that says how long a record is."""
    from skep.kernel.verifier.request import Records

    memory = call.memory
    return Records(
        count,
        getattr(call.attr, size_name),
        read=lambda offset, length: memory.read(address + offset, length),
        expect=lambda size: call.put(**{size_name: size}),
    )


def _target_prog(machine: Machine, attr: a.ProgLoad, source: _Source) -> Prog | None:
    """The program that this one attaches to; the descriptor may be one of types as well."""
    of_program = attr.attach_prog_fd and source.attach_btf is None
    return machine.prog_of_fd(attr.attach_prog_fd) if of_program else None


def _fd_array(memory: UserMemory, attr: a.ProgLoad) -> Callable[[int], int] | None:
    """The descriptors that instructions refer to by index; nothing tells how many there are."""
    if not attr.fd_array:
        return None

    def fd_at(index: int) -> int:
        fd: int
        (fd,) = struct.unpack("=i", memory.read(attr.fd_array + 4 * index & _ADDRESSES, 4))
        return fd

    return fd_at


# ── what comes after ──


def _make_prog(
    machine: Machine, attr: a.ProgLoad, source: _Source, request: VerifyRequest, result: VerifyResult
) -> Prog:
    """Fixups, native code, and the object that holds it all."""
    from skep.kernel.fixups.pipeline import fixup
    from skep.kernel.readback import Readback

    fixed = fixup(request, result)
    native = _compile(machine, fixed, source.btf)
    maps = [used.map for used in result.used_maps]
    for map in maps:
        machine.maps.hold(map)
    if source.btf is not None:
        machine.btfs.hold(source.btf)
    if request.attach_prog is not None:
        machine.progs.hold(request.attach_prog)
    return Prog(
        type=attr.prog_type,
        expected_attach_type=attr.expected_attach_type,
        name=source.name,
        insns=tuple(result.insns),
        tag=calc_tag(result.insns),
        gpl_compatible=source.gpl_compatible,
        flags=attr.prog_flags,
        load_time=machine.boottime_ns(),
        created_by_uid=machine.uid,
        maps=maps,
        btf=source.btf,
        readback=Readback(request, result),
        verified_insns=result.processed,
        attach_btf_id=attr.attach_btf_id,
        attach_btf=source.attach_btf,
        fixed=fixed,
        native=native,
        record=NativeRecord(attr.prog_type),
        functions=_functions(result),
        dst=request.attach_prog,
        on_close=lambda prog: _let_go(machine, prog),
    )


def _functions(result: VerifyResult) -> tuple[TargetFunction, ...]:
    """The functions that BTF has types of."""
    from skep.kernel.verifier.target_prog import TargetFunction

    return tuple(
        TargetFunction(
            type_id=info.type_id,
            unreliable=subprog.unreliable,
            is_exception_cb=subprog.is_exception_cb,
            changes_pkt_data=subprog.changes_pkt_data,
            might_sleep=subprog.might_sleep,
        )
        for info, subprog in zip(result.func_info, result.subprogs, strict=False)
    )


def _check_tail_calls(prog: Prog) -> None:
    """bpf_check_tail_call(): the programs around one program array are all alike."""
    from skep.kernel.maps.prog_array import ProgArray

    for map in prog.maps:
        if isinstance(map, ProgArray):
            map.claim(prog)


def _compile(machine: Machine, fixed: FixedProgram, btf: BtfObject | None) -> NativeProgram | None:
    if machine.engine == "interp":
        return None
    from skep.kernel.helpers import address
    from skep.kernel.jit.engine import compile
    from skep.kernel.kfuncs import entries

    return compile(
        fixed,
        resolve_helper=lambda helper: address(machine, helper),
        resolve_kfunc=lambda call: entries.address(machine, call.name, returns_pointer=call.returns_pointer),
        resolve_record=lambda type_id: machine.records.address(btf.btf if btf else None, type_id),
    )


def _let_go(machine: Machine, prog: Prog) -> None:
    """A timer keeps the program whose callback it calls, and with it all of its maps."""
    if any(map.record is not None for map in prog.all_maps()):
        machine.after_timers(lambda: _release_maps(machine, prog))
    else:
        _release_maps(machine, prog)
    if prog.btf is not None:
        machine.btfs.release(prog.btf)
    if prog.dst is not None:
        machine.progs.release(prog.dst)
    if prog.native is not None:  # timers of a map may still call its functions
        machine.after_timers(prog.native.close)


def _release_maps(machine: Machine, prog: Prog) -> None:
    for map in prog.all_maps():
        machine.maps.release(map)
