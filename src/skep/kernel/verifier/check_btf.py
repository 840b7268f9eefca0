"""func_info, line_info and CO-RE records: do they fit the program?

The functions' types are looked at first, before the program is split (an exception callback is named by its
BTF), the rest when the functions are known. Messages without a line end are Linux's.
"""

from __future__ import annotations

import struct
from errno import E2BIG, EFAULT, EINVAL, ENOMEM
from typing import Final, final

from skep.btf import Btf
from skep.btf import types as t
from skep.btf.ext import CoreRelo
from skep.errors import BtfError
from skep.kernel.verifier.core_apply import bpf_core_apply
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.request import FuncInfo, LineInfo, Records
from skep.kernel.verifier.subprog_split import BTF_FUNC_GLOBAL, subprog_cnt

MAX_REC_SIZE: Final = 252
_FUNC_INFO_SIZE: Final = 8
_LINE_INFO_SIZE: Final = 16
_CORE_RELO_SIZE: Final = 16
_FETCHED: Final = 256
_INT_MAX: Final = (1 << 31) - 1


def _invalid(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def check_abnormal_return(env: Env) -> None:
    """LD_ABS and tail calls may leave a function early, so its return type must be known to be an int."""
    for subprog in env.subprog_info[1 : subprog_cnt(env)]:
        if subprog.has_ld_abs:
            raise _invalid(env, "LD_ABS is not allowed in subprogs without BTF\n")
        if subprog.has_tail_call:
            raise _invalid(env, "tail_call is not allowed in subprogs without BTF\n")


def _is_zero(records: Records, offset: int, length: int) -> bool:
    """check_zeroed_user(): up to the first byte that is not zero; behind that need not be memory."""
    try:
        return not any(records.read(offset, length)) if length > 0 else True
    except OSError:
        if any(records.read(at, 1) != b"\0" for at in range(offset, offset + length)):
            return False
        raise


def read_record(env: Env, records: Records, index: int, known_size: int, what: str) -> bytes:
    """One record, as long as it is known; what a longer one has beyond that must be zero."""
    offset, rec_size = index * records.rec_size, records.rec_size
    try:
        if not _is_zero(records, offset + known_size, rec_size - known_size):
            records.expect(known_size)
            raise _invalid(env, f"nonzero tailing record in {what}", E2BIG)
        return records.read(offset, known_size)
    except OSError as error:
        raise Reject(error.errno or EFAULT) from None


@final
class _Reader:
    """Records one by one, fetched many at a time where they are no longer than what is known of them."""

    __slots__ = ("data", "first", "known_size", "records")

    def __init__(self, records: Records, known_size: int) -> None:
        self.records: Final = records
        self.known_size: Final = known_size
        self.first: int = 0
        self.data: bytes = b""

    def get(self, env: Env, index: int, what: str) -> bytes:
        records, size = self.records, self.known_size
        if records.rec_size != size:
            return read_record(env, records, index, size, what)
        start = (index - self.first) * size
        if start >= len(self.data):
            try:
                self.data = records.read(index * size, min(_FETCHED, records.count - index) * size)
            except OSError:  # not all of them are there; this one may be
                return read_record(env, records, index, size, what)
            self.first, start = index, 0
        return self.data[start : start + size]


def _order(env: Env) -> str:
    return "<" if env.request.byteorder == "little" else ">"


def _type_at(btf: Btf, type_id: int) -> t.Type | None:
    try:
        return btf.types[type_id]
    except (LookupError, BtfError):
        return None


def check_btf_func_early(env: Env, btf: Btf) -> None:
    records = env.request.func_info
    rec_size = records.rec_size
    if not records.count:
        check_abnormal_return(env)
        return
    if rec_size < _FUNC_INFO_SIZE or rec_size > MAX_REC_SIZE or rec_size % 4:
        raise _invalid(env, f"invalid func info rec size {rec_size}\n")
    if records.count > _INT_MAX // _FUNC_INFO_SIZE:
        raise Reject(ENOMEM)
    infos: list[FuncInfo] = []
    for index in range(records.count):
        row = read_record(env, records, index, _FUNC_INFO_SIZE, "func info")
        infos.append(_check_func_record(env, btf, infos, row))
    env.func_info = infos


def _check_func_record(env: Env, btf: Btf, before: list[FuncInfo], row: bytes) -> FuncInfo:
    insn_off, type_id = struct.unpack(f"{_order(env)}II", row)
    if not before and insn_off:
        raise _invalid(env, f"nonzero insn_off {insn_off} for the first func info record")
    if before and insn_off <= before[-1].insn_off:
        previous = before[-1].insn_off
        raise _invalid(
            env, f"same or smaller insn offset ({insn_off}) than previous func info record ({previous})"
        )
    func = _type_at(btf, type_id)
    if not isinstance(func, t.Func):
        signed = type_id - (1 << 32) if type_id >> 31 else type_id
        raise _invalid(env, f"invalid type id {signed} in func info")
    if not isinstance(_type_at(btf, func.type), t.FuncProto):
        raise Reject(EINVAL)
    return FuncInfo(insn_off, type_id)


def check_btf_info_early(env: Env) -> None:
    request = env.request
    if not request.func_info.count and not request.line_info.count:
        check_abnormal_return(env)
        return
    if request.btf is None:
        raise Reject(request.btf_errno)
    check_btf_func_early(env, request.btf)


def _returns_int(btf: Btf, proto: t.FuncProto) -> bool:
    type_ = btf.types[btf.skip(proto.ret)]
    return isinstance(type_, (t.Enum, t.Enum64)) or (isinstance(type_, t.Int) and type_.size in (1, 2, 4, 8))


def check_btf_func(env: Env, btf: Btf) -> None:
    if not env.request.func_info.count:
        check_abnormal_return(env)
        return
    if len(env.func_info) != subprog_cnt(env):
        raise _invalid(env, "number of funcs in func_info doesn't match number of subprogs\n")
    for index, info in enumerate(env.func_info):
        subprog = env.subprog_info[index]
        if subprog.start != info.insn_off:
            raise _invalid(env, "func_info BTF section doesn't match subprog layout in BPF program\n")
        func = btf.types[info.type_id]
        assert isinstance(func, t.Func)
        proto = btf.types[func.type]
        assert isinstance(proto, t.FuncProto)
        if index and not _returns_int(btf, proto):
            if subprog.has_ld_abs:
                raise _invalid(env, "LD_ABS is only allowed in functions that return 'int'.\n")
            if subprog.has_tail_call:
                raise _invalid(env, "tail_call is only allowed in functions that return 'int'.\n")
        subprog.is_global = func.linkage == BTF_FUNC_GLOBAL
        subprog.name = func.name


def _has_string(btf: Btf, off: int) -> bool:
    try:
        btf.string(off)
    except BtfError:
        return False
    return True


@final
class _Strings:
    """Offsets of strings that are there; lines share most of theirs."""

    __slots__ = ("btf", "found")

    def __init__(self, btf: Btf) -> None:
        self.btf: Final = btf
        self.found: set[int] = set()

    def has(self, off: int) -> bool:
        if off not in self.found:
            if not _has_string(self.btf, off):
                return False
            self.found.add(off)
        return True


def _check_line(env: Env, strings: _Strings, index: int, row: LineInfo, previous: int) -> None:
    if (index and row.insn_off <= previous) or row.insn_off >= len(env.insns):
        raise _invalid(
            env,
            f"Invalid line_info[{index}].insn_off:{row.insn_off} "
            f"(prev_offset:{previous} prog->len:{len(env.insns)})\n",
        )
    if not env.insns[row.insn_off].code:
        raise _invalid(env, f"Invalid insn code at line_info[{index}].insn_off\n")
    if not (strings.has(row.line_off) and strings.has(row.file_name_off)):
        raise _invalid(env, f"Invalid line_info[{index}].line_off or .file_name_off\n")


def _check_table(records: Records, known_size: int) -> None:
    count, rec_size = records.count, records.rec_size
    if count > _INT_MAX // known_size or not known_size <= rec_size <= MAX_REC_SIZE or rec_size % 4:
        raise Reject(EINVAL)


def check_btf_line(env: Env, btf: Btf) -> None:
    """Records in the order of instructions, one at the start of each function at least."""
    records = env.request.line_info
    if not records.count:
        return
    _check_table(records, _LINE_INFO_SIZE)
    functions = subprog_cnt(env)
    lines: list[LineInfo] = []
    previous, func = 0, 0
    reader, strings, layout = _Reader(records, _LINE_INFO_SIZE), _Strings(btf), f"{_order(env)}IIII"
    for index in range(records.count):
        insn_off, file_name_off, line_off, line_col = struct.unpack(
            layout, reader.get(env, index, "line_info")
        )
        row = LineInfo(insn_off, file_name_off, line_off, line_col)
        _check_line(env, strings, index, row, previous)
        if func != functions:
            start = env.subprog_info[func].start
            if row.insn_off == start:
                env.subprog_info[func].linfo_idx = index
                func += 1
            elif start < row.insn_off:
                raise _invalid(env, f"missing bpf_line_info for func#{func}\n")
        previous = row.insn_off
        lines.append(row)
    if func != functions:
        raise _invalid(env, f"missing bpf_line_info for {functions - func} funcs starting from func#{func}\n")
    env.line_info = lines


def check_core_relo(env: Env, btf: Btf) -> None:
    """Relocations left to the kernel, as light skeletons do: each is applied before the next is looked at."""
    records = env.request.core_relos
    if not records.count:
        return
    _check_table(records, _CORE_RELO_SIZE)
    for index in range(records.count):
        data = read_record(env, records, index, _CORE_RELO_SIZE, "core_relo")
        insn_off, type_id, access_off, kind = struct.unpack(f"{_order(env)}IIII", data)
        if insn_off % 8 or insn_off // 8 >= len(env.insns):
            text = f"Invalid core_relo[{index}].insn_off:{insn_off} prog->len:{len(env.insns)}\n"
            raise _invalid(env, text)
        access = btf.string(access_off) if _has_string(btf, access_off) else "<?>"
        bpf_core_apply(env, btf, CoreRelo(insn_off, type_id, access, kind), index)


def check_btf_info(env: Env) -> None:
    request = env.request
    if not request.func_info.count and not request.line_info.count:
        check_abnormal_return(env)
        return
    assert request.btf is not None
    check_btf_func(env, request.btf)
    check_btf_line(env, request.btf)
    check_core_relo(env, request.btf)
