"""PROG_LOAD: what is asked of a program before and beside its verification, on both kernels."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import pytest

from skep.errors import VerifierError
from skep.isa import Insn, build, encode
from skep.isa.asm import assemble
from skep.isa.opcodes import BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from skep.kernel.capable import Cap
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.memory import Buffer
from skep.uapi import AttachType, Cmd, ProgType
from skep.uapi import attrs as a
from skep.uapi.info import MapInfo, ProgInfo
from syscall.helpers import BAD_FD, GuardedPage, array, errno_of, hash_map, return_two, xdp

EXIT = encode([build.exit_()])  # refused: R0 is not set


class Attempt:
    """One PROG_LOAD with any attributes; keeps the buffers alive."""

    def __init__(self, code: bytes = b"", **changes: Any) -> None:
        code = code or return_two()
        self.buffers = [Buffer(code), Buffer(b"GPL\0")]
        members: dict[str, Any] = {
            "prog_type": ProgType.SOCKET_FILTER,
            "insns": self.buffers[0].address,
            "insn_cnt": len(code) // 8,
            "license": self.buffers[1].address,
        }
        self.attr = a.ProgLoad(**(members | changes))
        self.raw = bytearray()

    def __call__(self, backend: Backend) -> str:
        self.raw = bytearray(self.attr.pack())

        def load() -> None:
            backend.close(backend.bpf(Cmd.PROG_LOAD, self.raw))

        return errno_of(load)

    @property
    def log_true_size(self) -> int:
        return a.ProgLoad.parse(self.raw).log_true_size


RULES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("nothing special", {}, "ok"),
    ("no instructions", {"insn_cnt": 0}, "E2BIG"),
    ("too many instructions", {"insn_cnt": 1_000_001}, "E2BIG"),
    ("no instructions at an address that is none", {"insn_cnt": 0, "insns": 0}, "E2BIG"),
    ("instructions at an address that is none", {"insns": 0x1000}, "EFAULT"),
    ("a license at an address that is none", {"license": 0x1000}, "EFAULT"),
    ("no license", {"license": 0}, "EFAULT"),
    ("a flag that is unknown", {"prog_flags": 1 << 20}, "EINVAL"),
    ("a flag that is unknown, and no instructions", {"prog_flags": 1 << 20, "insn_cnt": 0}, "EINVAL"),
    ("a token that is none", {"prog_flags": 1 << 16, "prog_token_fd": BAD_FD}, "EBADF"),
    ("no type", {"prog_type": 0}, "EINVAL"),
    ("a type that does not exist", {"prog_type": 99}, "EINVAL"),
    ("no type, instructions at no address", {"prog_type": 0, "insns": 0x1000}, "EFAULT"),
    ("a name with a slash", {"prog_name": b"a/b"}, "EINVAL"),
    ("a name with a dot", {"prog_name": b"a.b"}, "ok"),
    ("a name without an end", {"prog_name": b"x" * 16}, "EINVAL"),
    ("a name of fifteen bytes", {"prog_name": b"x" * 15}, "ok"),
    ("a name with a letter of Latin-1", {"prog_name": b"\xe6"}, "ok"),
    ("a name with a sign of Latin-1", {"prog_name": b"\xd7"}, "EINVAL"),
    ("a name with bytes after its end", {"prog_name": b"a\0/"}, "ok"),
    ("a device that is not there", {"prog_ifindex": 12345678, "prog_type": ProgType.XDP}, "EINVAL"),
    ("a device that takes no programs", {"prog_ifindex": 1, "prog_type": ProgType.XDP}, "EOPNOTSUPP"),
    ("the size of a signature that is not there", {"signature_size": 2}, "ok"),
    ("descriptors at no address", {"fd_array_cnt": 2}, "EFAULT"),
    ("more descriptors than can be counted", {"fd_array_cnt": 1 << 31}, "EINVAL"),
    ("a token that is a standard stream", {"prog_flags": 1 << 16, "prog_token_fd": 0}, "EINVAL"),
    ("a device for a socket filter", {"prog_ifindex": 1}, "EINVAL"),
    ("a target program that is none", {"attach_prog_fd": BAD_FD}, "EINVAL"),
    ("a BTF id for a socket filter", {"attach_btf_id": 1}, "EINVAL"),
    ("an attach type that does not matter", {"expected_attach_type": 3}, "ok"),
    ("an attach type that does not exist", {"expected_attach_type": 999}, "ok"),
    ("BTF that is not looked at", {"prog_btf_fd": BAD_FD}, "ok"),
    ("log buffer without a level", {"log_buf": 0x1000, "log_size": 100}, "EINVAL"),
    ("log size without a buffer", {"log_level": 1, "log_size": 100}, "EINVAL"),
    ("log level without a buffer", {"log_level": 1}, "ok"),
    ("unknown log level", {"log_level": 16}, "EINVAL"),
    ("log at an address that is none", {"log_level": 1, "log_buf": 0x1000, "log_size": 100}, "EFAULT"),
)


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(c, e, id=n) for n, c, e in RULES])
def test_rules(backend: Backend, changes: dict[str, Any], expected: str) -> None:
    assert Attempt(**changes)(backend) == expected


ATTACH_RULES = (
    (ProgType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS, "ok"),
    (ProgType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS, "ok"),
    (ProgType.CGROUP_SKB, AttachType.CGROUP_INET_SOCK_CREATE, "EINVAL"),
    (ProgType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET_INGRESS, "EINVAL"),
    (ProgType.CGROUP_SOCK, AttachType.CGROUP_INET4_BIND, "EINVAL"),
    (ProgType.CGROUP_SOCKOPT, AttachType.CGROUP_INET_INGRESS, "EINVAL"),
    (ProgType.SK_LOOKUP, AttachType.CGROUP_INET_INGRESS, "EINVAL"),
    (ProgType.SK_REUSEPORT, AttachType.SK_LOOKUP, "EINVAL"),
    (ProgType.NETFILTER, AttachType.CGROUP_INET_INGRESS, "EINVAL"),
    (ProgType.SYSCALL, AttachType.XDP, "EINVAL"),
    (ProgType.XDP, AttachType.CGROUP_INET_INGRESS, "ok"),
)


@pytest.mark.parametrize(("prog_type", "attach_type", "expected"), ATTACH_RULES)
def test_attach_types(backend: Backend, prog_type: int, attach_type: int, expected: str) -> None:
    insns = encode([build.mov64_imm(0, 1), build.exit_()])
    attempt = Attempt(insns, prog_type=prog_type, expected_attach_type=attach_type)
    assert attempt(backend) == expected


def test_instructions_that_run_into_the_end_of_memory(backend: Backend) -> None:
    page = GuardedPage()
    address = page.put_at_end(return_two())
    assert Attempt(insns=address)(backend) == "ok"
    assert Attempt(insns=address, insn_cnt=3)(backend) == "EFAULT"
    license = page.put_at_end(b"GPL\0")
    assert Attempt(license=license)(backend) == "ok"
    assert Attempt(license=page.put_at_end(b"GPL"))(backend) == "EFAULT"


def test_a_log_buffer_that_ends_too_soon_is_a_fault_although_the_log_shrank(backend: Backend) -> None:
    """Level 1 takes back what it said of paths that are safe; it was there before."""
    branches = encode(assemble("r0 = *(u32 *)(r1 + 0)\n" + "if r0 == 1 goto +0\n" * 8 + "r0 = 0\nexit"))
    page = GuardedPage()
    size = 128
    whole = Attempt(branches, log_level=1, log_size=size, log_buf=page.end - size)
    assert whole(backend) == "ENOSPC"
    assert Attempt(branches, log_level=1, log_size=size + 1, log_buf=page.end - size)(backend) == "EFAULT"


# ── privileges: a userspace kernel can be asked as anyone ──

PRIVILEGES = (
    ("nobody, a socket filter", Cap.none(), ProgType.SOCKET_FILTER, False, "ok"),
    ("nobody, a socket filter, where that is disabled", Cap.none(), ProgType.SOCKET_FILTER, True, "EPERM"),
    ("nobody, XDP", Cap.none(), ProgType.XDP, False, "EPERM"),
    ("CAP_BPF alone, XDP", Cap.BPF, ProgType.XDP, True, "EPERM"),
    ("CAP_BPF and CAP_NET_ADMIN, XDP", Cap.BPF | Cap.NET_ADMIN, ProgType.XDP, True, "ok"),
    ("CAP_NET_ADMIN alone, XDP", Cap.NET_ADMIN, ProgType.XDP, False, "EPERM"),
    ("CAP_BPF alone, a tracepoint", Cap.BPF, ProgType.TRACEPOINT, True, "EPERM"),
    ("CAP_SYS_ADMIN stands for all", Cap.SYS_ADMIN, ProgType.XDP, True, "ok"),
)


@pytest.mark.parametrize(
    ("caps", "prog_type", "disabled", "expected"), [pytest.param(*row, id=n) for n, *row in PRIVILEGES]
)
def test_privileges(caps: Cap, prog_type: int, disabled: bool, expected: str) -> None:
    with Kernel(caps=caps, unprivileged_bpf_disabled=disabled) as kernel:
        assert Attempt(prog_type=prog_type)(kernel) == expected


def test_without_CAP_BPF_programs_have_4096_instructions() -> None:
    long = encode([build.mov64_imm(0, 0)] * 4096 + [build.exit_()])
    with Kernel(caps=Cap.none(), unprivileged_bpf_disabled=False) as kernel:
        assert Attempt(long)(kernel) == "E2BIG"
    with Kernel(caps=Cap.BPF) as kernel:
        assert Attempt(long)(kernel) == "ok"


# ── the log ──


def test_a_refusal_carries_the_log(backend: Backend) -> None:
    with pytest.raises(VerifierError, match="R0 !read_ok") as error:
        xdp(backend, EXIT, name="no_result")
    assert "loading program 'no_result': EACCES" in str(error.value)
    assert error.value.log.endswith("peak_states 0 mark_read 0\n")


def test_an_accepted_program_has_a_log_when_asked(backend: Backend) -> None:
    loaded = commands.prog_load(backend, prog_type=ProgType.XDP, insns=return_two(), log_level=2)
    assert "(b7) r0 = 2" in loaded.log
    backend.close(loaded.fd)


@pytest.mark.parametrize("fixed", [0, 8], ids=["the end", "the beginning"])
@pytest.mark.parametrize("insns", [return_two(), EXIT], ids=["accepted", "refused"])
def test_a_log_that_is_too_small_is_ENOSPC_and_keeps(backend: Backend, insns: bytes, fixed: int) -> None:
    whole = Buffer(1 << 16)
    attempt = Attempt(insns, log_level=2 | fixed, log_buf=whole.address, log_size=whole.size)
    verdict = attempt(backend)
    assert verdict == ("ok" if insns == return_two() else "EACCES")
    needed = attempt.log_true_size
    assert needed == len(whole.text()) + 1
    for size, expected in ((20, "ENOSPC"), (needed - 1, "ENOSPC"), (needed, verdict), (needed + 1, verdict)):
        small = Buffer(size)
        attempt = Attempt(insns, log_level=2 | fixed, log_buf=small.address, log_size=size)
        assert attempt(backend) == expected
        assert attempt.log_true_size == needed
        kept = whole.text()[: size - 1] if fixed else whole.text()[-(size - 1) :]
        assert small.text() == kept


def test_the_size_of_a_log_can_be_asked_for_without_a_buffer(backend: Backend) -> None:
    attempt = Attempt(EXIT, log_level=1)
    assert attempt(backend) == "EACCES"
    assert attempt.log_true_size > 40


def test_a_log_larger_than_the_first_buffer_is_fetched_whole(backend: Backend) -> None:
    long = encode([build.mov64_imm(0, n) for n in range(3000)] + [build.exit_()])
    loaded = commands.prog_load(backend, prog_type=ProgType.XDP, insns=long, log_level=2)
    assert loaded.log.splitlines()[-1].startswith("processed 3001 insns")
    assert len(loaded.log) > 1 << 16
    backend.close(loaded.fd)


# ── what is known of it afterwards ──


def test_the_tag_is_a_hash_of_the_instructions(backend: Backend) -> None:
    fd = xdp(backend)
    info = commands.obj_get_info_by_fd(backend, fd, ProgInfo())
    assert info.tag == hashlib.sha256(return_two()).digest()[:8]
    backend.close(fd)


def map_program(fd: int, pseudo: int, off: int = 0) -> list[Insn]:
    return [Insn(0x18, 1, pseudo, 0, fd), Insn(0, 0, 0, 0, off), build.mov64_imm(0, 2), build.exit_()]


@pytest.mark.parametrize("pseudo", [BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE], ids=["map", "value"])
def test_the_tag_does_not_depend_on_descriptors(backend: Backend, pseudo: int) -> None:
    tags = set()
    fds = [array(backend, max_entries=1) for _ in range(2)]
    for fd in fds:
        prog = xdp(backend, encode(map_program(fd, pseudo, 4 if pseudo == BPF_PSEUDO_MAP_VALUE else 0)))
        tags.add(commands.obj_get_info_by_fd(backend, prog, ProgInfo()).tag)
        backend.close(prog)
    plain = encode([Insn(0x18, 1, pseudo, 0, 0), Insn(0, 0, 0, 0, 0), *map_program(0, 0)[2:]])
    assert tags == {hashlib.sha256(plain).digest()[:8]}
    for fd in fds:
        backend.close(fd)


def test_info_of_a_program(backend: Backend) -> None:
    fd = xdp(backend, name="described")
    info = commands.obj_get_info_by_fd(backend, fd, ProgInfo())
    assert (info.type, info.gpl_compatible, info.verified_insns) == (ProgType.XDP, 1, 2)
    assert info.name == b"described".ljust(16, b"\0")
    assert (info.nr_map_ids, info.nr_jited_ksyms, info.nr_jited_func_lens, info.nr_prog_tags) == (0, 1, 1, 1)
    assert (info.func_info_rec_size, info.line_info_rec_size, info.jited_line_info_rec_size) == (8, 16, 8)
    assert (info.run_cnt, info.recursion_misses) == (0, 0)
    assert info.load_time > 0
    assert info.xlated_prog_len == 16
    assert info.jited_prog_len > 0
    backend.close(fd)


def test_licenses(backend: Backend) -> None:
    for text, expected in (("GPL", 1), ("Dual BSD/GPL", 1), ("Apache-2.0", 0), ("gpl", 0), ("", 0)):
        fd = xdp(backend, license=text)
        assert commands.obj_get_info_by_fd(backend, fd, ProgInfo()).gpl_compatible == expected
        backend.close(fd)


@pytest.mark.parametrize("pseudo", [BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE], ids=["map", "value"])
def test_translated_instructions_name_maps_by_id(backend: Backend, pseudo: int) -> None:
    off = 4 if pseudo == BPF_PSEUDO_MAP_VALUE else 0
    map_fd = array(backend, max_entries=1)
    map_id = commands.obj_get_info_by_fd(backend, map_fd, MapInfo()).id
    fd = xdp(backend, encode(map_program(map_fd, pseudo, off)))
    code, ids = Buffer(64), Buffer(8)
    asked = ProgInfo(xlated_prog_len=64, xlated_prog_insns=code.address, nr_map_ids=2, map_ids=ids.address)
    info = commands.obj_get_info_by_fd(backend, fd, asked)
    assert info.nr_map_ids == 1
    assert ids.read(4) == struct.pack("=I", map_id)
    assert code.read(info.xlated_prog_len) == encode(map_program(map_id, pseudo, off))
    backend.close(map_fd)
    backend.close(fd)


def test_a_program_keeps_its_maps() -> None:
    with Kernel() as kernel:
        map_fd = array(kernel)
        fd = xdp(kernel, encode(map_program(map_fd, BPF_PSEUDO_MAP_FD)))
        kernel.close(map_fd)
        assert commands.map_get_next_id(kernel) == 1
        kernel.close(fd)
        assert commands.map_get_next_id(kernel) is None
        assert commands.prog_get_next_id(kernel) is None


def test_a_map_bound_to_a_program_lives_as_long(backend: Backend) -> None:
    fd, map_fd = xdp(backend), hash_map(backend)
    map_id = commands.obj_get_info_by_fd(backend, map_fd, MapInfo()).id
    commands.prog_bind_map(backend, fd, map_fd)
    commands.prog_bind_map(backend, fd, map_fd)
    backend.close(map_fd)
    assert commands.obj_get_info_by_fd(backend, fd, ProgInfo()).nr_map_ids == 1
    backend.close(commands.map_get_fd_by_id(backend, map_id))
    assert errno_of(commands.prog_bind_map, backend, fd, BAD_FD) == "EBADF"
    assert errno_of(commands.prog_bind_map, backend, fd, fd) == "EINVAL"
    backend.close(fd)


INFO_SIZES = (
    ("records of another size", {"nr_func_info": 1, "func_info_rec_size": 4}, "EINVAL"),
    ("records without a size", {"nr_line_info": 1}, "EINVAL"),
    ("a size without records", {"line_info_rec_size": 16}, "ok"),
    ("code at no address", {"xlated_prog_len": 8, "xlated_prog_insns": 0x1000}, "EFAULT"),
    ("tags at no address", {"nr_prog_tags": 1, "prog_tags": 0x1000}, "EFAULT"),
)


@pytest.mark.parametrize(("members", "expected"), [pytest.param(m, e, id=n) for n, m, e in INFO_SIZES])
def test_what_info_is_asked_for(backend: Backend, members: dict[str, int], expected: str) -> None:
    fd = xdp(backend)
    assert errno_of(commands.obj_get_info_by_fd, backend, fd, ProgInfo(**members)) == expected
    backend.close(fd)
