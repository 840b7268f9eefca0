"""Lookups find the socket that Linux finds, and programs read the same of it."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_address

import pytest
from fuzz.netns import NetNs

from helpers.conftest import Kernels
from skep.isa import build as b
from skep.isa import encode
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_JNE, BPF_W
from skep.kernel.model.network import Network
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.prog_load import prog_load
from skep.uapi import FuncId, MapType, ProgType

#: Offsets in struct bpf_sock of what is compared: family, src_ip4, src_port, dst_port, dst_ip4, state.
_COMMON = (4, 24, 44, 48, 52, 72)
#: ... and for whole sockets: bound_dev_if, type, protocol, mark, priority.
_WHOLE = (*_COMMON, 0, 8, 12, 16, 20)
_SIZE = 64
_ADDRESSES = ["127.0.0.1", "127.0.0.2", "10.9.9.9", "::1", "::ffff:127.0.0.1", "2001:db8::1"]
_PORTS = [8080, 8081, 8082, 40000, 40001, 53, 54, 55, 1000, 9]


def _fill_skep(net: Network) -> None:
    net.add_socket("tcp", ("127.0.0.1", 8080))
    net.add_socket("tcp", ("::", 8081))
    net.add_socket("tcp", ("::1", 8082), ipv6_only=True)
    net.add_socket("tcp", ("127.0.0.1", 40000), ("127.0.0.1", 8080))
    net.add_socket("tcp", ("127.0.0.1", 8080), ("127.0.0.1", 40000))
    net.add_socket("tcp", ("::1", 40001), ("::1", 8082))
    net.add_socket("tcp", ("::1", 8082), ("::1", 40001))
    net.add_socket("udp", ("127.0.0.1", 53))
    net.add_socket("udp", ("0.0.0.0", 54))
    net.add_socket("udp", ("127.0.0.1", 54))
    net.add_socket("udp", ("127.0.0.1", 55), ("127.0.0.1", 1000))
    net.add_socket("udp", ("::", 1000))


def _open_linux(stack: ExitStack) -> None:
    def new(family: int, kind: int, local: tuple[str, int], *, v6only: int = 0) -> socket.socket:
        one = stack.enter_context(socket.socket(family, kind))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
        one.bind(local)
        return one

    v4, v6, tcp, udp = socket.AF_INET, socket.AF_INET6, socket.SOCK_STREAM, socket.SOCK_DGRAM
    listeners = [
        new(v4, tcp, ("127.0.0.1", 8080)),
        new(v6, tcp, ("::", 8081)),
        new(v6, tcp, ("::1", 8082), v6only=1),
    ]
    for listener in listeners:
        listener.listen()
    new(v4, tcp, ("127.0.0.1", 40000)).connect(("127.0.0.1", 8080))
    new(v6, tcp, ("::1", 40001)).connect(("::1", 8082))
    stack.enter_context(listeners[0].accept()[0])
    stack.enter_context(listeners[2].accept()[0])
    new(v4, udp, ("127.0.0.1", 53))
    new(v4, udp, ("0.0.0.0", 54))
    new(v4, udp, ("127.0.0.1", 54))
    new(v4, udp, ("127.0.0.1", 55)).connect(("127.0.0.1", 1000))
    new(v6, udp, ("::", 1000))


class Lookup:
    """A program that looks a socket up and copies its fields to a map; returns whether it found one."""

    def __init__(self, backend: Backend, prog_type: ProgType, helper: FuncId) -> None:
        self._backend = backend
        self._map = commands.map_create(
            backend, map_type=MapType.ARRAY, key_size=4, value_size=2 * _SIZE, max_entries=1
        )
        fields = _COMMON if helper == FuncId.skc_lookup_tcp else _WHOLE
        self._fds = [self._load(prog_type, helper, size, fields) for size in (12, 36)]

    def _load(self, prog_type: ProgType, helper: FuncId, size: int, fields: tuple[int, ...]) -> int:
        insns: list[Insn] = [b.mov64_reg(6, 1), *b.ld_map_value(7, self._map, 0)]
        for at in range(0, size, 4):
            insns += [b.ldx_mem(BPF_W, 1, 7, at), b.stx_mem(BPF_W, 10, 1, at - 40)]
        insns += [b.mov64_reg(1, 6), b.mov64_reg(2, 10), b.alu64_imm(BPF_ADD, 2, -40), b.mov64_imm(3, size)]
        insns += [b.mov64_imm(4, -1), b.mov64_imm(5, 0), b.call_helper(helper)]
        insns += [b.jmp_imm(BPF_JNE, 0, 0, 2), b.mov64_imm(0, 0), b.exit_()]
        for index, offset in enumerate(fields):
            insns += [b.ldx_mem(BPF_W, 1, 0, offset), b.stx_mem(BPF_W, 7, 1, _SIZE + 4 * index)]
        insns += [b.mov64_reg(1, 0), b.call_helper(FuncId.sk_release), b.mov64_imm(0, 1), b.exit_()]
        return prog_load(self._backend, prog_type=prog_type, insns=encode(insns), license="GPL").fd

    def __call__(self, tuple_: bytes) -> bytes | None:
        value = tuple_.ljust(2 * _SIZE, b"\0")
        commands.map_update_elem(self._backend, self._map, bytes(4), value)
        fd = self._fds[len(tuple_) == 36]
        if not commands.prog_test_run(self._backend, fd, data=bytes(64)).retval:
            return None
        return commands.map_lookup_elem(self._backend, self._map, bytes(4), 2 * _SIZE)[_SIZE:]

    def close(self) -> None:
        for fd in (self._map, *self._fds):
            self._backend.close(fd)


def _tuples(seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    for _ in range(250):
        version = rng.choice([4, 6])
        pool = [a for a in map(ip_address, _ADDRESSES) if a.version == version]
        remote, local = rng.choice(pool), rng.choice(pool)
        ports = struct.pack(">HH", rng.choice(_PORTS), rng.choice(_PORTS))
        yield remote.packed + local.packed + ports


@pytest.mark.parametrize("prog_type", [ProgType.SCHED_CLS, ProgType.XDP], ids=lambda p: p.name.lower())
@pytest.mark.parametrize(
    "helper", [FuncId.sk_lookup_tcp, FuncId.sk_lookup_udp, FuncId.skc_lookup_tcp], ids=lambda h: h.name
)
def test_the_socket_is_the_one_that_linux_finds(
    kernels: Kernels, netns: NetNs, prog_type: ProgType, helper: FuncId
) -> None:
    for kernel in kernels.skep:
        _fill_skep(kernel.net)
    jit, interp, linux = (Lookup(k, prog_type, helper) for k in (*kernels.skep, kernels.linux))
    found = 0
    with ExitStack() as stack:
        netns.call(lambda: _open_linux(stack))
        for tuple_ in _tuples(1):
            expected = netns.call(lambda: linux(tuple_))  # noqa: B023
            assert jit(tuple_) == expected, tuple_.hex()
            assert interp(tuple_) == expected, tuple_.hex()
            found += expected is not None
    linux.close()
    assert found > 5
