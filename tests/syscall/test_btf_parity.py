"""Broken BTF gets the same errno and the same log, word for word, from both kernels."""

from __future__ import annotations

import random
import struct

import pytest

from btf.random_types import random_btf
from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.syscall.memory import Buffer
from syscall.test_btf_load import load

LOG_SIZE = 1 << 16


def every_kind() -> bytes:
    """A type of each kind, related as C relates them."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    char = builder.add_int("char", 1, encoding=2)
    size = builder.add(t.Typedef("size_t", builder.add_int("unsigned long", 8)))
    text = builder.add(t.Array(char, number, 16))
    tagged = builder.add(t.Ptr(builder.add(t.TypeTag("user", builder.add(t.Const(char))))))
    colour = builder.add(t.Enum("colour", 4, (t.Enumerator("RED", 0), t.Enumerator("BLUE", -1)), True))
    large = builder.add(t.Enum64("large", 8, (t.Enumerator("HUGE", 1 << 40),), False))
    members = (
        t.Member("id", number, 0, 3),
        t.Member("colour", colour, 3, 5),
        t.Member("name", text, 32),
        t.Member("tagged", tagged, 192),
        t.Member("large", large, 256),
        t.Member("weight", builder.add(t.Float("double", 8)), 320),
    )
    thing = builder.add(t.Struct("thing", 48, members, True))
    either = builder.add(t.Union("", 8, (t.Member("a", size, 0), t.Member("b", tagged, 0))))
    builder.add(t.Struct("node", 16, (t.Member("next", builder.next_id + 1, 0), t.Member("e", either, 64))))
    builder.add(t.Ptr(builder.next_id - 1))
    builder.add(t.Fwd("elsewhere"))
    proto = builder.add(t.FuncProto(number, (t.Param("thing", builder.add(t.Ptr(thing))), t.Param("", 0))))
    func = builder.add(t.Func("run", builder.add(t.FuncProto(0, (t.Param("n", number),))), 1))
    builder.add(t.Ptr(proto))
    var = builder.add(t.Var("count", builder.add(t.Volatile(size)), 1))
    builder.add(t.DataSec(".bss", 8, (t.SecVar(var, 0, 8),)))
    builder.add(t.DeclTag("first", thing, 0))
    builder.add(t.DeclTag("whole", func))
    return builder.encode()


def verdict(kernel: Backend, data: bytes) -> tuple[str, int, str]:
    log = Buffer(LOG_SIZE)
    name, true_size = load(kernel, data, 1, LOG_SIZE, log)
    return name, true_size, log.text()


def mutated(data: bytes, seed: int) -> bytes:
    """One to three words of the types, or a byte of a name, made something else."""
    chosen = random.Random(seed)
    changed = bytearray(data)
    types, strings = struct.unpack_from("<I", data, 12)[0], struct.unpack_from("<I", data, 20)[0]
    for _ in range(chosen.choice((1, 1, 1, 2, 3))):
        at = 24 + 4 * chosen.randrange(types // 4)
        match chosen.randrange(5):
            case 0 | 1:
                struct.pack_into("<I", changed, at, chosen.randrange(40))
            case 2:
                struct.pack_into("<I", changed, at, chosen.getrandbits(32))
            case 3:
                changed[at + chosen.randrange(4)] ^= 1 << chosen.randrange(8)
            case 4:
                changed[24 + types + chosen.randrange(strings)] = chosen.randrange(256)
    return bytes(changed)


def test_every_kind_is_accepted(backend: Backend) -> None:
    assert verdict(backend, every_kind())[0] == "ok"


@pytest.mark.parametrize("group", range(4))
def test_mutations(linux: Linux, group: int) -> None:
    whole = every_kind()
    with Kernel() as kernel:
        for seed in range(group * 150, group * 150 + 150):
            data = mutated(whole, seed)
            assert verdict(kernel, data) == verdict(linux, data), f"seed {seed}"


@pytest.mark.parametrize("group", range(4))
def test_mutations_of_other_types_headers_and_lengths(linux: Linux, group: int) -> None:
    with Kernel() as kernel:
        for seed in range(200_000 + group * 200, 200_000 + group * 200 + 200):
            chosen = random.Random(seed)
            data = bytearray(mutated(random_btf(seed % 97, 25).data, seed))
            if seed % 4 == 0:
                data[chosen.randrange(24)] = chosen.randrange(256)
            if seed % 5 == 0:
                del data[chosen.randrange(len(data)) :]
            assert verdict(kernel, bytes(data)) == verdict(linux, bytes(data)), f"seed {seed}"


#: Two things wrong at once: which of them the log names.
BOTH_WRONG = {
    "a declaration of type 5 with no name": (0, 7 << 24, 5),
    "a typedef of type 2^28 with no name": (0, 8 << 24, 1 << 28),
    "an array with a name and a length": (1, 3 << 24 | 1, 0),
    "an enum of 5 bytes whose name is no name": (5, 6 << 24, 5),
    "a function of linkage 3 with a flag": (1, 1 << 31 | 12 << 24 | 3, 1),
    "a section without size and with a flag": (1, 1 << 31 | 15 << 24, 0),
    "a prototype with a name and a flag": (1, 1 << 31 | 13 << 24, 0),
}


@pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in BOTH_WRONG.items()])
def test_the_first_of_two_faults_is_the_one_that_linux_finds(linux: Linux, words: tuple[int, ...]) -> None:
    types, strings = struct.pack("<6I", *words, 1, 1, 1), b"\0abc\0a b\0"
    sizes = (0, len(types), len(types), len(strings))
    data = struct.pack("<HBBI4I", 0xEB9F, 1, 0, 24, *sizes) + types + strings
    with Kernel() as kernel:
        assert verdict(kernel, data) == verdict(linux, data)
        assert verdict(kernel, data)[0] != "ok"


def chain(length: int) -> bytes:
    """Pointers to pointers, ever further on."""
    builder = BtfBuilder()
    for type_id in range(1, length):
        builder.add(t.Ptr(type_id + 1))
    builder.add_int("int", 4)
    return builder.encode()


def loop(*kinds: type[t.Type]) -> bytes:
    """Types that refer to each other in a circle."""
    builder = BtfBuilder()
    for place, kind in enumerate(kinds):
        target = (place + 1) % len(kinds) + 1
        if kind is t.Struct:
            builder.add(t.Struct("s", 8, (t.Member("m", target, 0),)))
        elif kind is t.Typedef:
            builder.add(t.Typedef("t", target))
        else:
            builder.add(kind(target))  # type: ignore[call-arg]
    return builder.encode()


SHAPES = (
    ("a chain of 32", chain(32)),
    ("a chain of 33", chain(33)),
    ("a chain of 34", chain(34)),
    ("a chain of 60", chain(60)),
    ("a pointer to itself", loop(t.Ptr)),
    ("a typedef of itself", loop(t.Typedef)),
    ("a structure in itself", loop(t.Struct)),
    ("a structure that points to itself", loop(t.Struct, t.Ptr)),
    ("pointers and modifiers in a circle", loop(t.Const, t.Ptr, t.Volatile)),
    ("structures and modifiers in a circle", loop(t.Struct, t.Const, t.Struct)),
    ("a list through a typedef", loop(t.Typedef, t.Struct, t.Ptr)),
)


@pytest.mark.parametrize("data", [pytest.param(d, id=n) for n, d in SHAPES])
def test_chains_and_loops(linux: Linux, data: bytes) -> None:
    with Kernel() as kernel:
        assert verdict(kernel, data) == verdict(linux, data)
