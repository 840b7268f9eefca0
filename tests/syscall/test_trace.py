"""Tracing of bpf(2), and the details of objects that it is read from."""

from __future__ import annotations

import re

from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import btf_details, prog_details
from skep.syscall.memory import Buffer
from skep.syscall.trace import Traced, TracedCall
from syscall.helpers import array, errno_of, hash_map, key, xdp


def without_addresses(call: TracedCall) -> str:
    return re.sub(r"0x[0-9a-f]{5,}", "PTR", str(call))


def test_a_trace_reads_like_straces(backend: Backend) -> None:
    seen: list[TracedCall] = []
    traced = Traced(backend, seen.append)
    fd = hash_map(traced, name="flows")
    assert errno_of(commands.map_lookup_elem, traced, fd, key(1), 8) == "ENOENT"
    assert [without_addresses(call) for call in traced.calls] == [
        "bpf(MAP_CREATE, {map_type=HASH, key_size=4, value_size=8, max_entries=4, "
        f'map_name="flows"}}, 96) = {fd}',
        f"bpf(MAP_LOOKUP_ELEM, {{map_fd={fd}, key=PTR, value=PTR}}, 32) = -1 ENOENT",
    ]
    assert seen == traced.calls
    backend.close(fd)


def test_what_the_kernel_writes_back_is_shown(backend: Backend) -> None:
    traced = Traced(backend)
    fd = array(traced)
    map_id = commands.map_get_next_id(traced)
    shown = re.fullmatch(r"bpf\(MAP_GET_NEXT_ID, \{next_id=0 => (\w+)\}, 16\) = 0", str(traced.calls[-1]))
    assert shown is not None
    assert int(shown[1], 0) == map_id  # large ones are in hexadecimal
    backend.close(fd)


def test_unknown_commands_are_shown_in_hex(backend: Backend) -> None:
    traced = Traced(backend)
    assert errno_of(traced.bpf, 99, bytearray(b"\1\2")) == "EINVAL"
    assert str(traced.calls[0]) == "bpf(99, 0102, 2) = -1 EINVAL"


def test_details_of_a_program(backend: Backend) -> None:
    fd = xdp(backend, name="two")
    details = prog_details(backend, fd)
    assert details.name == "two"
    assert details.xlated == bytes.fromhex("b700000002000000 9500000000000000")
    assert len(details.jited) == sum(details.jited_func_lens)
    assert len(details.jited_ksyms) == 1
    assert details.prog_tags == (details.info.tag,)
    assert (details.map_ids, details.func_info, details.line_info) == ((), b"", b"")
    backend.close(fd)


def test_details_of_btf(backend: Backend) -> None:
    blob = bytes.fromhex("9feb0100180000000000000010000000100000000500000001000000000000010400000020000000")
    blob += b"\0int\0"
    fd = commands.btf_load(backend, blob).fd
    details = btf_details(backend, fd)
    assert (details.name, details.data) == ("", blob)
    backend.close(fd)


def test_a_buffer_without_content_is_a_null_pointer() -> None:
    assert Buffer(b"").address == Buffer(0).address == Buffer(None).address == 0
    assert Buffer(b"ab\0c").text() == "ab"
