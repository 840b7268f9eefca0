"""CO-RE programs: relocated to other types, loaded, run; and the instructions that numbers go into."""

from __future__ import annotations

import functools
import re

import pytest

from skep.btf import Btf
from skep.btf.core_relo import CoreResult, FieldValue
from skep.btf.core_spec import CoreKind, CoreSpec
from skep.elf import read
from skep.errors import LoaderError, VerifierError
from skep.isa import Insn, build
from skep.isa.opcodes import BPF_ADD
from skep.loader import from_elf, load
from skep.loader.core import POISON, patch
from skep.loader.log_notes import POISON_MAP, explain_log
from skep.objects.object import Object
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel

from .sources import built

CORE = "#include <bpf/bpf_core_read.h>\n"

#: What the programs were compiled with. Flavours let several views of one struct stand in one source.
LOCAL = (
    CORE
    + """
#define CORE_TYPE __attribute__((preserve_access_index))
struct inner { int x; int y; } CORE_TYPE;
struct thing {
	u32 first; u32 count; struct inner in; u64 list[4]; char gone; s16 small; u32 bits : 3;
} CORE_TYPE;
struct thing___more { u64 added; } CORE_TYPE;
struct nowhere { int x; } CORE_TYPE;
enum colour { RED, GREEN, MISSING };
typedef struct { int x; } alias;
#define THING ((struct thing *)0)
#define INFO(field, kind) __builtin_preserve_field_info(THING->field, kind)
"""
)

#: The kernel that they meet.
TARGET = """
struct inner { u64 pad; int y; int x; };
struct thing {
	u64 added; union { struct { u64 count; }; }; struct inner in; u64 list[8]; long first; s16 small;
	u32 other : 9; u32 bits : 5;
};
enum colour { GREEN = 77, RED = 3 };
typedef struct { int x[6]; } alias;
struct thing a; enum colour b; alias c;
"""


@functools.cache
def target() -> Btf:
    section = read(built(TARGET)).section(".BTF")
    assert section
    return Btf.parse(section.data)


NUMBERS = [
    ("INFO(count, BPF_FIELD_BYTE_OFFSET)", 8),
    ("INFO(count, BPF_FIELD_BYTE_SIZE)", 8),
    ("INFO(in.x, BPF_FIELD_BYTE_OFFSET)", 28),
    ("INFO(list[3], BPF_FIELD_BYTE_OFFSET)", 56),
    ("INFO(gone, BPF_FIELD_EXISTS)", 0),
    ("INFO(first, BPF_FIELD_EXISTS)", 1),
    ("INFO(first, BPF_FIELD_SIGNED)", 1),
    ("INFO(count, BPF_FIELD_SIGNED)", 0),
    ("INFO(bits, BPF_FIELD_BYTE_OFFSET)", 104),
    ("INFO(bits, BPF_FIELD_BYTE_SIZE)", 4),
    ("INFO(bits, BPF_FIELD_LSHIFT_U64)", 34),
    ("INFO(bits, BPF_FIELD_RSHIFT_U64)", 59),
    ("bpf_core_field_offset(struct thing___more, added)", 0),
    ("bpf_core_field_exists(struct thing___more, added)", 1),
    ("bpf_core_type_exists(struct thing)", 1),
    ("bpf_core_type_exists(struct nowhere)", 0),
    ("bpf_core_type_exists(alias)", 1),
    ("bpf_core_type_size(struct thing)", 112),
    ("bpf_core_type_matches(struct thing)", 0),
    ("bpf_core_type_matches(struct thing___more)", 1),
    ("bpf_core_enum_value(enum colour, RED)", 3),
    ("bpf_core_enum_value(enum colour, GREEN)", 77),
    ("bpf_core_enum_value_exists(enum colour, MISSING)", 0),
    ("bpf_core_type_id_kernel(struct thing) != bpf_core_type_id_local(struct thing)", 1),
    ("bpf_core_field_exists(struct nowhere, x) ? bpf_core_field_offset(struct nowhere, x) : 42", 42),
]


def test_every_kind_of_relocation_gives_the_target_s_number_to_a_running_program(backend: Backend) -> None:
    programs = "".join(
        f'SEC("xdp") int p{index}(struct xdp_md *ctx) {{ return {expression}; }}\n'
        for index, (expression, _) in enumerate(NUMBERS)
    )
    loaded = load(from_elf(built(LOCAL + programs), name="test.o"), backend, target_btf=target())
    found = [
        (expression, commands.prog_test_run(backend, loaded.programs[f"p{index}"], data=bytes(64)).retval)
        for index, (expression, _) in enumerate(NUMBERS)
    ]
    loaded.close(backend)
    assert found == NUMBERS


def test_a_load_takes_the_width_and_offset_of_the_target(backend: Backend) -> None:
    source = """
    struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __uint(key_size, 4);
             __uint(value_size, 112); } area SEC(".maps");
    SEC("xdp") int p(struct xdp_md *ctx) {
        u32 key = 0; struct thing *thing = bpf_map_lookup_elem(&area, &key);
        if (!thing) return 0;
        thing->count += 1;
        return thing->count + thing->small;
    }
    """
    loaded = load(from_elf(built(LOCAL + source), name="test.o"), backend, target_btf=target())
    value = bytearray(112)
    value[8:16], value[104:106] = (1 << 32).to_bytes(8, "little"), (5).to_bytes(2, "little")
    commands.map_update_elem(backend, loaded.maps["area"], bytes(4), bytes(value))
    assert commands.prog_test_run(backend, loaded.programs["p"], data=bytes(64)).retval == 6
    value[8:16] = (1).to_bytes(8, "little")  # the sum had 32 bits, the store is of all 64
    assert commands.map_lookup_elem(backend, loaded.maps["area"], bytes(4), 112) == value
    loaded.close(backend)


def test_a_relocation_that_found_nothing_is_named_where_the_verifier_stops(backend: Backend) -> None:
    source = 'SEC("xdp") int p(struct xdp_md *c) { return bpf_core_field_offset(struct nowhere, x); }'
    spec = from_elf(built(LOCAL + source), name="test.o")
    with pytest.raises(VerifierError, match="failed to resolve CO-RE relocation") as caught:
        load(spec, backend, target_btf=target())
    assert "<invalid CO-RE relocation>\n" in caught.value.log
    assert "<byte_off> [" in caught.value.log
    assert "struct nowhere.x (0:0 @ offset 0)\n" in caught.value.log
    assert str(POISON) not in caught.value.log


def test_subprograms_are_relocated_in_each_program_that_has_them(backend: Backend) -> None:
    source = """
    static __noinline int size(void) { return bpf_core_type_size(struct thing); }
    SEC("xdp") int one(struct xdp_md *ctx) { return size() + 1; }
    SEC("xdp") int two(struct xdp_md *ctx) { return size() + 2; }
    """
    spec = from_elf(built(LOCAL + source), name="test.o")
    loaded = load(spec, backend, target_btf=target())
    runs = [commands.prog_test_run(backend, fd, data=bytes(64)).retval for fd in loaded.programs.values()]
    loaded.close(backend)
    assert runs == [113, 114]


def test_a_loaded_program_tells_where_its_relocations_went(backend: Backend) -> None:
    source = 'SEC("xdp") int p(struct xdp_md *ctx) { return INFO(count, BPF_FIELD_BYTE_OFFSET); }'
    with Object(from_elf(built(LOCAL + source), name="test.o")) as obj:
        obj.load(backend, target_btf=target())
        (explanation,) = map(str, obj.programs["p"].core.values())
    assert re.fullmatch(
        r"<byte_off> \[\d+\] struct thing.count \(0:1 @ offset 4\) -> "
        r"<byte_off> \[\d+\] struct thing.count \(0:1:0:0 @ offset 8\) = 8",
        explanation,
    )


def test_the_kernel_s_own_types_are_the_default(backend: Backend) -> None:
    source = CORE + 'SEC("xdp") int p(struct xdp_md *c) { return bpf_core_type_exists(struct task_struct); }'
    spec = from_elf(built(source), name="test.o")
    loaded = load(spec, backend)
    assert commands.prog_test_run(backend, loaded.programs["p"], data=bytes(64)).retval == 1
    loaded.close(backend)


def test_without_types_of_a_kernel_nothing_is_relocated() -> None:
    source = CORE + 'SEC("xdp") int p(struct xdp_md *c) { return bpf_core_type_exists(struct task_struct); }'
    spec = from_elf(built(source), name="test.o")
    text = r"program 'p'.* slot 0: .*no types of a kernel to look it up in"
    with Kernel(btf=False) as kernel, pytest.raises(LoaderError, match=text):
        load(spec, kernel)


def result(local: FieldValue | None, target: FieldValue | None, safe: bool = True) -> CoreResult:
    spec = CoreSpec(Btf.parse(built_btf()), CoreKind.TYPE_SIZE, 1)
    return CoreResult(spec, spec, local, target, safe)


@functools.cache
def built_btf() -> bytes:
    from skep.btf import BtfBuilder

    builder = BtfBuilder()
    builder.add_int("int", 4)
    return builder.encode()


POISONED = Insn(0x85, imm=POISON)
EXACT, LOOSE = FieldValue(4, 4, 1), FieldValue(4, is_exact=False)
WIDE, FAR = FieldValue(16, 8, 1), FieldValue(1 << 33)
LD_IMM64 = (Insn(0x18, dst=1, imm=4), Insn(0))

PATCHES = [
    (
        "an addition",
        (build.alu64_imm(BPF_ADD, 1, 4),),
        result(EXACT, WIDE),
        (build.alu64_imm(BPF_ADD, 1, 16),),
    ),
    ("a move", (build.mov32_imm(1, 4),), result(EXACT, WIDE), (build.mov32_imm(1, 16),)),
    ("a number that may differ", (build.mov64_imm(1, 7),), result(LOOSE, WIDE), (build.mov64_imm(1, 16),)),
    ("a load that grows", (Insn(0x61, 1, 2, 4),), result(EXACT, WIDE), (Insn(0x79, 1, 2, 16),)),
    ("a signed load of the same size", (Insn(0x81, 1, 2, 4),), result(EXACT, EXACT), (Insn(0x81, 1, 2, 4),)),
    ("a store of a register", (Insn(0x63, 1, 2, 4),), result(EXACT, WIDE), (Insn(0x7B, 1, 2, 16),)),
    ("a store of a number", (Insn(0x62, 1, 0, 4, 9),), result(EXACT, WIDE), (Insn(0x7A, 1, 0, 16, 9),)),
    ("a 64-bit constant", LD_IMM64, result(EXACT, FAR), (Insn(0x18, dst=1), Insn(0, imm=2))),
    ("poison for an addition", (build.alu64_imm(BPF_ADD, 1, 4),), result(EXACT, None), (POISONED,)),
    ("poison for a load", (Insn(0x61, 1, 2, 4),), result(EXACT, None), (POISONED,)),
    ("poison for a load that may not grow", (Insn(0x61, 1, 2, 4),), result(EXACT, WIDE, False), (POISONED,)),
    ("poison for both halves of a constant", LD_IMM64, result(EXACT, None), (POISONED, POISONED)),
]


@pytest.mark.parametrize(("before", "value", "after"), [pytest.param(*row[1:], id=row[0]) for row in PATCHES])
def test_a_number_goes_where_the_instruction_has_room(
    before: tuple[Insn, ...], value: CoreResult, after: tuple[Insn, ...]
) -> None:
    insns = list(before)
    patch(insns, 0, value)
    assert tuple(insns) == after


@pytest.mark.parametrize(
    ("insn", "value", "message"),
    [
        pytest.param(
            build.mov64_imm(1, 5), result(EXACT, WIDE), "has 5, 4 was expected", id="another number"
        ),
        pytest.param(Insn(0x61, 1, 2, 8), result(EXACT, WIDE), "has 8, 4 was expected", id="another offset"),
        pytest.param(Insn(0x69, 1, 2, 4), result(EXACT, WIDE), "an access of 2 bytes", id="another width"),
        pytest.param(
            Insn(0x61, 1, 2, 4),
            result(EXACT, FieldValue(16, 3, 1)),
            "cannot become one to 3",
            id="three bytes",
        ),
        pytest.param(
            Insn(0x61, 1, 2, 4), result(EXACT, FieldValue(1 << 15, 4, 1)), "into 16 bits", id="a far member"
        ),
        pytest.param(build.mov64_reg(1, 2), result(EXACT, WIDE), "opcode 0xbf has no place", id="a register"),
        pytest.param(build.exit_(), result(EXACT, WIDE), "opcode 0x95 has no place", id="an exit"),
    ],
)
def test_an_instruction_that_cannot_hold_the_number_is_refused(
    insn: Insn, value: CoreResult, message: str
) -> None:
    with pytest.raises(LoaderError, match=message):
        patch([insn], 0, value)


def test_logs_say_what_the_loader_had_left_out() -> None:
    log = (
        "0: R1=ctx() R10=fp0\n"
        f"7: (85) call unknown#{POISON_MAP + 1}\n"
        f"invalid func unknown#{POISON_MAP + 1}\n"
        "processed 1 insns\n"
    )
    assert explain_log(log, {}, (), ("first", "second")) == (
        "0: R1=ctx() R10=fp0\n"
        "7: <invalid BPF map reference>\n"
        "BPF map 'second' is referenced but wasn't created\n"
        "processed 1 insns\n"
    )
    other = "7: (85) call unknown#4711\ninvalid func unknown#4711\n"
    assert explain_log(other, {}, ("f",), ("m",)) == other
