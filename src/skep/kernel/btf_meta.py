"""BTF_LOAD, first phase: every record by itself, in order (btf_check_all_metas() in kernel/bpf/btf.c).

A record is good when its kind exists, its parts are there, its names are names, and its numbers are possible.
What it refers to is looked at in the second phase, btf_resolve.py. Each good record is a line in the log.
"""

from __future__ import annotations

import errno
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from skep.errors import ENOTSUPP
from skep.kernel.btf_log import BtfLog, BtfRefusal
from skep.uapi import BtfKind

_INFO_MASK = 0x9F00FFFF
_INT_MASK = 0x0FFFFFFF
_MAX_TYPE = 0x000FFFFF
_MAX_NAME_OFFSET = 0x00FFFFFF
_NAME_LENGTH = 512  # KSYM_NAME_LEN
#: What the kernel's ctype takes for letters and for printable: Latin-1.
_LETTER = rb"A-Za-z_.\xc0-\xd6\xd8-\xf6\xf8-\xff"
_IDENTIFIER = re.compile(rb"[%s][0-9%s]*" % (_LETTER, _LETTER))
_PRINTABLE = re.compile(rb"[\x20-\x7e\xa0-\xff]+")
_ENCODINGS = {0: "(none)", 1: "SIGNED", 2: "CHAR", 4: "BOOL"}

#: Which check comes first: of several things wrong the log names one.
Order = tuple[Literal["vlen", "flag", "name", "check"], ...]
NameRule = Literal["any", "none", "identifier", "optional", "section", "tag"]


@dataclass(slots=True)
class Record:
    """One type as it lies in the section: three words, then what its kind appends."""

    type_id: int
    name_off: int
    info: int
    size_or_type: int
    words: tuple[int, ...]

    @property
    def kind(self) -> int:
        return self.info >> 24 & 0x1F

    @property
    def vlen(self) -> int:
        return self.info & 0xFFFF

    @property
    def kind_flag(self) -> bool:
        return bool(self.info >> 31)

    def items(self, width: int) -> Iterator[tuple[int, ...]]:
        """Members, enumerators and the like, of `width` words each."""
        return (self.words[at : at + width] for at in range(0, len(self.words), width))


class MetaChecker:
    """The strings that names are found in, and the log."""

    def __init__(self, strings: bytes, log: BtfLog) -> None:
        self.strings = strings
        self.log = log
        self.records: list[Record] = []  # those found good, in the order of their ids
        self.unreadable: list[int] = []  # names of arguments that are no names, by their place in the section

    def name(self, offset: int) -> str:
        """As the log shows it."""
        if not offset:
            return "(anon)"
        if offset >= len(self.strings):
            return "(invalid-name-offset)"
        return self.raw_name(offset).decode("utf-8", "surrogateescape")

    def raw_name(self, offset: int) -> bytes:
        return self.strings[offset : self.strings.index(b"\0", offset)]

    def is_offset(self, offset: int) -> bool:
        return offset <= _MAX_NAME_OFFSET and offset < len(self.strings)

    def is_identifier(self, offset: int) -> bool:
        """Letters, digits, '_' and '.', not beginning with a digit."""
        name = self.raw_name(offset)
        return len(name) < _NAME_LENGTH and _IDENTIFIER.fullmatch(name) is not None

    def is_section(self, offset: int) -> bool:
        name = self.raw_name(offset)
        return len(name) < _NAME_LENGTH and _PRINTABLE.fullmatch(name) is not None

    def check(self, types: bytes) -> None:
        """All records of the section."""
        if not types:
            raise self.log.refuse("No type found")
        at, type_id = 0, 1
        while at < len(types):
            at += self._check_record(types, at, type_id)
            type_id += 1

    def _check_record(self, types: bytes, at: int, type_id: int) -> int:
        """btf_check_meta(): one record; its length."""
        left = len(types) - at
        if left < 12:
            raise self.log.refuse(f"[{type_id}] meta_left:{left} meta_needed:12")
        name_off, info, size_or_type = struct.unpack_from("<III", types, at)
        record = Record(type_id, name_off, info, size_or_type, ())
        if info & ~_INFO_MASK:
            raise self.log.refuse(f"[{type_id}] Invalid btf_info:{info:x}")
        row = ROWS.get(record.kind)
        if row is None:
            raise self.log.refuse(f"[{type_id}] Invalid kind:{record.kind}")
        if not self.is_offset(name_off):
            raise self.log.refuse(f"[{type_id}] Invalid name_offset:{name_off}")
        needed = row.fixed + row.item * record.vlen
        if left - 12 < needed:
            head = f"[{type_id}] {row.kind.name} {self.name(name_off)}"
            raise self.log.refuse(f"{head} meta_left:{left - 12} meta_needed:{needed}\n")
        record.words = struct.unpack_from(f"<{needed // 4}I", types, at + 12)
        self._check_by_row(record, row)
        self.records.append(record)
        if record.kind == BtfKind.FUNC_PROTO:
            names = (name_off for name_off, _ in record.items(2))
            self.unreadable += [at + 12 + 8 * i for i, name in enumerate(names) if not self.is_offset(name)]
        return 12 + needed

    def _check_by_row(self, record: Record, row: KindRow) -> None:
        for step in row.order:
            if step == "vlen" and not row.item and not row.vlen_is_linkage and record.vlen:
                raise self.refuse(record, "vlen != 0")
            if step == "flag" and record.kind_flag and not row.kind_flag:
                raise self.refuse(record, "Invalid btf_info kind_flag")
            if step == "name" and not self._name_is_good(record.name_off, row.name):
                raise self.refuse(record, "Invalid value" if row.kind == BtfKind.DECL_TAG else "Invalid name")
            if step == "check" and row.check is not None:
                row.check(self, record)
        self.log_type(record)
        if row.check_items is not None:
            row.check_items(self, record)

    def _name_is_good(self, offset: int, rule: NameRule) -> bool:
        if rule == "any":
            return True
        if rule == "none":
            return not offset
        if rule == "optional":
            return not offset or self.is_identifier(offset)
        if rule == "tag":
            return bool(self.raw_name(offset))
        return bool(offset) and (self.is_identifier if rule == "identifier" else self.is_section)(offset)

    def log_type(self, record: Record, why: str = "") -> None:
        """btf_verifier_log_type(): `[1] INT int size=4 ...`"""
        if self.log.wanted:
            row = ROWS[record.kind]
            details = row.details(self, record)
            end = f" {why}\n" if why else "\n"
            self.log.write(f"[{record.type_id}] {row.kind.name} {self.name(record.name_off)} {details}{end}")

    def refuse(self, record: Record, why: str, number: int = errno.EINVAL) -> BtfRefusal:
        self.log_type(record, why)
        return BtfRefusal(number)

    def log_member(self, record: Record, member: tuple[int, ...], why: str = "") -> None:
        """btf_verifier_log_member()"""
        name_off, type_id, offset = member
        if record.kind_flag:
            place = f"bitfield_size={offset >> 24} bits_offset={offset & 0xFFFFFF}"
        else:
            place = f"bits_offset={offset}"
        end = f" {why}\n" if why else "\n"
        self.log.write(f"\t{self.name(name_off)} type_id={type_id} {place}{end}")

    def log_variable(self, variable: tuple[int, ...], why: str = "") -> None:
        """btf_verifier_log_vsi()"""
        type_id, offset, size = variable
        end = f" {why}\n" if why else "\n"
        self.log.write(f"\t type_id={type_id} offset={offset} size={size}{end}")


# ── what each kind checks beyond the common rules ──


def _check_int(checker: MetaChecker, record: Record) -> None:
    (data,) = record.words
    if data & ~_INT_MASK:
        head = f"[{record.type_id}] INT {checker.name(record.name_off)}"
        raise checker.log.refuse(f"{head} Invalid int_data:{data:x}\n")
    bits = (data & 0xFF) + (data >> 16 & 0xFF)
    if bits > 128:
        raise checker.refuse(record, "nr_bits exceeds 128")
    if (bits + 7) // 8 > record.size_or_type:
        raise checker.refuse(record, "nr_bits exceeds type_size")
    if data >> 24 & 0xF not in _ENCODINGS:
        raise checker.refuse(record, "Unsupported encoding", ENOTSUPP)


def _check_ref(checker: MetaChecker, record: Record) -> None:
    if record.size_or_type > _MAX_TYPE:
        raise checker.refuse(record, "Invalid type_id")


def _check_fwd(checker: MetaChecker, record: Record) -> None:
    if record.size_or_type:
        raise checker.refuse(record, "type != 0")


def _check_array(checker: MetaChecker, record: Record) -> None:
    element, index, _ = record.words
    if record.size_or_type:
        raise checker.refuse(record, "size != 0")
    if not 0 < element <= _MAX_TYPE:
        raise checker.refuse(record, "Invalid elem")
    if not 0 < index <= _MAX_TYPE:
        raise checker.refuse(record, "Invalid index")


def _check_members(checker: MetaChecker, record: Record) -> None:
    last = 0
    for member in record.items(3):
        name_off, type_id, offset = member
        if record.kind_flag:
            offset &= 0xFFFFFF
        why = ""
        if not checker.is_offset(name_off):
            why = f"Invalid member name_offset:{name_off}"
        elif name_off and not checker.is_identifier(name_off):
            why = "Invalid name"
        elif not 0 < type_id <= _MAX_TYPE:
            why = "Invalid type_id"
        elif (record.kind == BtfKind.UNION and offset) or last > offset:
            why = "Invalid member bits_offset"
        elif (offset + 7) // 8 > record.size_or_type:
            why = "Member bits_offset exceeds its struct size"
        checker.log_member(record, member, why)
        if why:
            raise BtfRefusal(errno.EINVAL)
        last = offset


def _check_enum(checker: MetaChecker, record: Record) -> None:
    if record.size_or_type not in (1, 2, 4, 8):
        raise checker.refuse(record, "Unexpected size")


def _check_enumerators(checker: MetaChecker, record: Record) -> None:
    width = 3 if record.kind == BtfKind.ENUM64 else 2
    bits = 32 * (width - 1)
    for name_off, *words in record.items(width):
        if not checker.is_offset(name_off):
            raise checker.log.refuse(f"\tInvalid name_offset:{name_off}")
        if not name_off or not checker.is_identifier(name_off):
            raise checker.refuse(record, "Invalid name")
        value = sum(word << 32 * place for place, word in enumerate(words))
        if record.kind_flag and value >> (bits - 1):
            value -= 1 << bits
        checker.log.write(f"\t{checker.name(name_off)} val={value}\n")


def _check_func(checker: MetaChecker, record: Record) -> None:
    if record.vlen > 1:
        raise checker.refuse(record, "Invalid func linkage")


def _check_var(checker: MetaChecker, record: Record) -> None:
    if not 0 < record.size_or_type <= _MAX_TYPE:
        raise checker.refuse(record, "Invalid type_id")
    if record.words[0] not in (0, 1):
        raise checker.refuse(record, "Linkage not supported")


def _check_datasec(checker: MetaChecker, record: Record) -> None:
    if not record.size_or_type:
        raise checker.refuse(record, "size == 0")


def _check_variables(checker: MetaChecker, record: Record) -> None:
    size, end, total = record.size_or_type, 0, 0
    for variable in record.items(3):
        type_id, offset, length = variable
        why = ""
        if not 0 < type_id <= _MAX_TYPE:
            why = "Invalid type_id"
        elif not end <= offset < size:
            why = "Invalid offset"
        elif not 0 < length <= size:
            why = "Invalid size"
        elif offset + length > size:
            why = "Invalid offset+size"
        checker.log_variable(variable, why)
        if why:
            raise BtfRefusal(errno.EINVAL)
        end = offset + length
        total += length
    if size < total:
        raise checker.refuse(record, "Invalid btf_info size")


def _check_float(checker: MetaChecker, record: Record) -> None:
    if record.size_or_type not in (2, 4, 8, 12, 16):
        raise checker.refuse(record, "Invalid type_size")


def _check_decl_tag(checker: MetaChecker, record: Record) -> None:
    if 1 << 31 <= record.words[0] < 0xFFFFFFFF:
        raise checker.refuse(record, "Invalid component_idx")


# ── how the log shows each kind ──


def _log_int(checker: MetaChecker, record: Record) -> str:
    (data,) = record.words
    encoding = _ENCODINGS.get(data >> 24 & 0xF, "UNKN")
    bits = f"bits_offset={data >> 16 & 0xFF} nr_bits={data & 0xFF}"
    return f"size={record.size_or_type} {bits} encoding={encoding}"


def _log_ref(checker: MetaChecker, record: Record) -> str:
    return f"type_id={record.size_or_type}"


def _log_array(checker: MetaChecker, record: Record) -> str:
    return "type_id={} index_type_id={} nr_elems={}".format(*record.words)


def _log_sized(checker: MetaChecker, record: Record) -> str:
    return f"size={record.size_or_type} vlen={record.vlen}"


def _log_fwd(checker: MetaChecker, record: Record) -> str:
    return "union" if record.kind_flag else "struct"


def _log_proto(checker: MetaChecker, record: Record) -> str:
    params = list(record.items(2))
    texts = [f"{type_id} {checker.name(name_off)}" for name_off, type_id in params]
    if params and not params[-1][1]:
        texts[-1] = "vararg"
    return f"return={record.size_or_type} args=({', '.join(texts) or 'void'})"


def _log_var(checker: MetaChecker, record: Record) -> str:
    return f"type_id={record.size_or_type} linkage={record.words[0]}"


def _log_float(checker: MetaChecker, record: Record) -> str:
    return f"size={record.size_or_type}"


def _log_decl_tag(checker: MetaChecker, record: Record) -> str:
    (index,) = record.words
    return f"type={record.size_or_type} component_idx={index - (index >> 31 << 32)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class KindRow:
    """One kind: what follows its three words, in bytes, and what is asked of it."""

    kind: BtfKind
    name: NameRule
    details: Callable[[MetaChecker, Record], str]
    fixed: int = 0
    item: int = 0
    kind_flag: bool = False  # the flag has a meaning
    vlen_is_linkage: bool = False
    order: Order = ("vlen", "flag", "name", "check")
    check: Callable[[MetaChecker, Record], None] | None = None
    check_items: Callable[[MetaChecker, Record], None] | None = None


def _ref(kind: BtfKind, name: NameRule = "none", kind_flag: bool = False) -> KindRow:
    order: Order = ("vlen", "flag", "check", "name")
    return KindRow(kind=kind, name=name, details=_log_ref, check=_check_ref, kind_flag=kind_flag, order=order)


def _composite(kind: BtfKind) -> KindRow:
    return KindRow(
        kind=kind, name="optional", details=_log_sized, item=12, kind_flag=True, check_items=_check_members
    )


def _enum(kind: BtfKind, item: int) -> KindRow:
    return KindRow(
        kind=kind,
        name="optional",
        details=_log_sized,
        item=item,
        kind_flag=True,
        order=("check", "name"),
        check=_check_enum,
        check_items=_check_enumerators,
    )


ROWS: dict[int, KindRow] = {
    row.kind: row
    for row in (
        KindRow(kind=BtfKind.INT, name="any", details=_log_int, fixed=4, check=_check_int),
        _ref(BtfKind.PTR),
        KindRow(
            kind=BtfKind.ARRAY,
            name="none",
            details=_log_array,
            fixed=12,
            order=("name", "vlen", "flag", "check"),
            check=_check_array,
        ),
        _composite(BtfKind.STRUCT),
        _composite(BtfKind.UNION),
        _enum(BtfKind.ENUM, 8),
        KindRow(
            kind=BtfKind.FWD,
            name="identifier",
            details=_log_fwd,
            kind_flag=True,
            order=("vlen", "check", "name"),
            check=_check_fwd,
        ),
        _ref(BtfKind.TYPEDEF, "identifier"),
        _ref(BtfKind.VOLATILE),
        _ref(BtfKind.CONST),
        _ref(BtfKind.RESTRICT),
        KindRow(
            kind=BtfKind.FUNC,
            name="identifier",
            details=_log_ref,
            vlen_is_linkage=True,
            order=("name", "check", "flag"),
            check=_check_func,
        ),
        KindRow(kind=BtfKind.FUNC_PROTO, name="none", details=_log_proto, item=8, order=("name", "flag")),
        KindRow(kind=BtfKind.VAR, name="identifier", details=_log_var, fixed=4, check=_check_var),
        KindRow(
            kind=BtfKind.DATASEC,
            name="section",
            details=_log_sized,
            item=12,
            order=("check", "flag", "name"),
            check=_check_datasec,
            check_items=_check_variables,
        ),
        KindRow(kind=BtfKind.FLOAT, name="any", details=_log_float, check=_check_float),
        KindRow(
            kind=BtfKind.DECL_TAG,
            name="tag",
            details=_log_decl_tag,
            fixed=4,
            kind_flag=True,
            order=("name", "vlen", "check"),
            check=_check_decl_tag,
        ),
        _ref(BtfKind.TYPE_TAG, "tag", kind_flag=True),
        _enum(BtfKind.ENUM64, 12),
    )
}
