"""A program: what the object says of it before load, how to run it after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..btf import Btf, Kind
from ..btf import types as t
from ..btf.core_relo import CoreResult
from ..btf.values import encode
from ..errors import InputError
from ..loader import ProgramSpec
from ..syscall import commands
from ..syscall.backend import Backend, ManyRuns
from ..syscall.commands import TestRun
from ..uapi import ProgType
from ..uapi.info import ProgInfo

#: Types whose test run gives no context back in a place of its own, and refuses to be given one.
_NO_CONTEXT_OUT = (ProgType.RAW_TRACEPOINT, ProgType.RAW_TRACEPOINT_WRITABLE, ProgType.SYSCALL)

_U64 = (1 << 64) - 1


class Program:
    """One program. `spec` may be edited before load; `log` is the verifier's, where one was asked for."""

    def __init__(self, spec: ProgramSpec, btf: Btf | None) -> None:
        self.spec = spec
        self.btf = btf
        self.log = ""
        #: What became of its CO-RE relocations, by instruction slot; printed, each is an explanation.
        self.core: Mapping[int, CoreResult] = {}
        self._backend: Backend | None = None
        self._fd = -1
        self._target: Program | int | None = None

    def bind(
        self,
        backend: Backend | None,
        fd: int = -1,
        log: str = "",
        core: Mapping[int, CoreResult] | None = None,
    ) -> None:
        """Give the program its descriptor, or take it away."""
        self._backend, self._fd, self.log, self.core = backend, fd, log, core or {}

    def __repr__(self) -> str:
        kind = ProgType(self.type).name if self.type in set(ProgType) else self.type
        state = f"fd {self._fd}" if self._backend else "not loaded"
        return f"<Program {self.name!r} {kind} {state}>"

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def section(self) -> str:
        return self.spec.section

    @property
    def type(self) -> int:
        return self.spec.type

    @type.setter
    def type(self, type: int) -> None:
        self._not_loaded("type")
        self.spec.type = type

    @property
    def autoload(self) -> bool:
        return self.spec.autoload

    @autoload.setter
    def autoload(self, autoload: bool) -> None:
        self._not_loaded("autoload")
        self.spec.autoload = autoload

    def set_attach_target(self, target: Program | int | None, function: str = "") -> None:
        """What a program for functions attaches to, where its section does not say so, or says otherwise:
        `function` of another loaded program (or its descriptor), or with None of the kernel; without a name
        the section's. Replacements (freplace) have to be told a program.
        """
        self._not_loaded("what it attaches to")
        if not self.spec.needs_attach_btf:
            raise InputError(f"program '{self.name}' attaches to no function (section '{self.section}')")
        self._target = target
        if function:
            self.spec.attach_to = function

    @property
    def target_fd(self) -> int | None:
        """The descriptor of the program that it attaches to, None for the kernel."""
        return self._target.fd if isinstance(self._target, Program) else self._target

    def _not_loaded(self, what: str) -> None:
        if self._backend is not None:
            raise InputError(f"program '{self.name}' is loaded; {what} can only be set before")

    @property
    def _loaded(self) -> tuple[Backend, int]:
        if self._backend is None:
            why = "" if self.spec.autoload else ": its autoload is off"
            raise InputError(f"program '{self.name}' is not loaded{why}")
        return self._backend, self._fd

    @property
    def fd(self) -> int:
        return self._loaded[1]

    @property
    def info(self) -> ProgInfo:
        return commands.obj_get_info_by_fd(*self._loaded, ProgInfo())

    def pin(self, path: str) -> None:
        backend, fd = self._loaded
        commands.obj_pin(backend, fd, path)

    def run(
        self,
        data: bytes | None = None,
        *,
        ctx: bytes | Mapping[str, Any] | Sequence[int] | None = None,
        repeat: int = 0,
        flags: int = 0,
        cpu: int = 0,
        batch_size: int = 0,
        data_out_size: int | None = None,
    ) -> TestRun:
        """Run it once (or `repeat` times, where that means something) on a packet, with the kernel's
        BPF_PROG_TEST_RUN.

        A context is bytes, members by name (`ctx={"ingress_ifindex": 1}`), or the arguments of a traced
        function or operation, 64 bits each. Types that Linux does not run on their own run in a kernel of
        skep's that was made with `test_run_all=True`. With BPF_F_TEST_XDP_LIVE_FRAMES in `flags` frames go
        where an XDP program sends them, `batch_size` at a time; with BPF_F_TEST_RUN_ON_CPU the program of a
        raw tracepoint runs on `cpu`.
        """
        backend, fd = self._loaded
        if isinstance(ctx, Mapping):
            ctx = self._context(ctx)
        elif ctx is not None and not isinstance(ctx, bytes):
            ctx = b"".join((argument & _U64).to_bytes(8, "little") for argument in ctx)
        return commands.prog_test_run(
            backend,
            fd,
            data=data,
            ctx=ctx,
            repeat=repeat,
            flags=flags,
            cpu=cpu,
            batch_size=batch_size,
            data_out_size=data_out_size,
            ctx_out_size=0 if self.type in _NO_CONTEXT_OUT else None,
        )

    def run_many(self, packets: Sequence[bytes], *, cpus: Sequence[int] | None = None) -> ManyRuns:
        """Run it once on each packet; in skep's kernel without any Python per packet.

        With `cpus`, on these CPUs at the same time: each gets one stretch of the packets, and a run stays on
        its CPU from start to end. The results are in the packets' order.
        """
        backend, fd = self._loaded
        return backend.test_run_many(fd, packets, cpus)

    def _context(self, members: Mapping[str, Any]) -> bytes:
        """The struct that the program's first argument points to."""
        func_id = self.btf.find(self.name, Kind.FUNC) if self.btf else None
        if self.btf is None or func_id is None:
            raise InputError(f"program '{self.name}': no type of its context is known; give bytes")
        func = self.btf.get(func_id)
        assert isinstance(func, t.Func)
        match self.btf.get(func.type):
            case t.FuncProto(params=(t.Param(type=type_id),)):
                match self.btf.resolve(type_id):
                    case t.Ptr(type=to) if isinstance(self.btf.resolve(to), t.Struct):
                        return encode(self.btf, to, members)
        raise InputError(f"program '{self.name}': its argument is no pointer to a struct; give bytes")
