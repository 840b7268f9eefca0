"""Operations that are given an object for good (an argument named `..__ref`): the program must pass it on.

On skep's kernel alone: the operations of the kernels that these tests know are given none. The expectations
are those of the kernel's documentation and messages.
"""

from __future__ import annotations

import errno as e
from collections.abc import Iterator

import pytest

import skep
from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.kernel.progtypes.op_tables import OP_TABLES, OpTable
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import ProgType


class Types:
    """A kernel with a table of two operations: one is given a task, the other gives one."""

    def __init__(self) -> None:
        b = self.builder = BtfBuilder()
        number = b.add_int("int", 4, encoding=1)
        task = b.add(t.Struct("task_struct", 8, (t.Member("pid", number, 0),)))
        to_task = b.add(t.Ptr(task))
        take = b.add(t.FuncProto(number, (t.Param("task", to_task), t.Param("count", number))))
        stub = b.add(t.FuncProto(number, (t.Param("task__ref", to_task), t.Param("count", number))))
        give = b.add(t.FuncProto(to_task, (t.Param("task", to_task),)))
        give_stub = b.add(t.FuncProto(to_task, (t.Param("task__ref", to_task),)))
        members = (t.Member("take", b.add(t.Ptr(take)), 0), t.Member("give", b.add(t.Ptr(give)), 64))
        self.table = b.add(t.Struct("test_ops", 16, members))
        b.add(t.Func("test_ops__take", stub, 0))
        b.add(t.Func("test_ops__give", give_stub, 0))
        release = b.add(t.FuncProto(0, (t.Param("p", to_task),)))
        self.release = b.add(t.Func("bpf_task_release", release, 0))


TYPES = Types()


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    monkeypatch.setitem(OP_TABLES, "test_ops", OpTable(name="test_ops"))
    with skep.Kernel(btf=TYPES.builder.build(), engine="interp") as kernel:
        yield kernel


READ = "r6 = r1\nr1 = *(u64 *)(r1 + 0)\n"
CASES = [
    ("what is given is passed on", 0, READ + "CALL\nr0 = 0\nexit", 0,
     "R1=trusted_ptr_task_struct(ref_obj_id=1)"),
    ("it is not kept", 0, "r0 = 0\nexit", e.EINVAL, "Unreleased reference id=1 alloc_insn=0"),
    ("nor is it passed on twice", 0, READ + "CALL\nr1 = *(u64 *)(r6 + 0)\nCALL\nr0 = 0\nexit", e.EACCES,
     "invalid bpf_context access off=0 size=8. Reference may already be released"),
    ("every copy of it goes", 0, READ + "r7 = r1\nCALL\nr1 = r7\nCALL\nr0 = 0\nexit", e.EACCES,
     "R1 type=scalar expected=fp"),
    ("other arguments are as ever", 0, READ + "r7 = *(u64 *)(r6 + 8)\nCALL\nr0 = 0\nexit", 0, "R7=scalar()"),
    ("an operation may return it", 1, "r0 = *(u64 *)(r1 + 0)\nexit", 0, ""),
    ("or nothing", 1, READ + "CALL\nr0 = 0\nexit", 0, ""),
    ("but no other pointer", 1, READ + "CALL\nr0 = r6\nexit", e.EINVAL,
     "the register R0 is not a known value (ctx)"),
]  # fmt: skip


def load(kernel: Backend, member: int, text: str) -> tuple[int, str]:
    """errno and log. CALL stands for bpf_task_release."""
    insns = encode(assemble(text.replace("CALL", "call 1")))
    call = bytes.fromhex("8500000001000000")
    insns = insns.replace(call, bytes.fromhex("85200000") + TYPES.release.to_bytes(4, "little"))
    try:
        loaded = commands.prog_load(
            kernel,
            prog_type=ProgType.STRUCT_OPS,
            insns=insns,
            expected_attach_type=member,
            attach_btf_id=TYPES.table,
            log_level=2,
        )
    except VerifierError as error:
        return error.errno or 0, error.log
    kernel.close(loaded.fd)
    return 0, loaded.log


@pytest.mark.parametrize(
    ("member", "text", "errno", "message"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_references_given_to_operations(
    kernel: Backend, member: int, text: str, errno: int, message: str
) -> None:
    found = load(kernel, member, text)
    assert found[0] == errno, found[1]
    assert message in found[1]


def test_another_program_would_not_get_the_reference(kernel: Backend) -> None:
    errno, log = load(kernel, 0, "r2 = 0 ll\nr3 = 0\ncall 12\nr0 = 0\nexit")
    assert (errno, "program with __ref argument cannot tail call" in log) == (e.EINVAL, True)
