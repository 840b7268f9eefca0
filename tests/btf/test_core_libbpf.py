"""CO-RE against libbpf: random structs, all thirteen kinds of questions, the same instructions in the end."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from btf import libbpf
from skep.btf import Btf
from skep.btf.core_relo import CoreResolver
from skep.cc import compile
from skep.elf.types import parse_btf
from skep.errors import BtfError, LoaderError
from skep.isa import encode
from skep.loader import from_elf
from skep.loader.core import patch

_SCALARS = ("char", "unsigned char", "short", "int", "unsigned int", "long", "unsigned long long", "_Bool")
_OTHERS = ("void *", "struct inner *", "struct inner", "enum colour", "int *", "union pair")
_FACTS = ("OFFSET", "SIZE", "EXISTS", "SIGNED", "LSHIFT_U64", "RSHIFT_U64")
_NUMBERS = dict(zip(_FACTS, range(6), strict=True))

_HEAD = """
typedef unsigned long long u64;
#define CORE __attribute__((preserve_access_index))
"""


def member(random: Random, name: str) -> str:
    """A declaration of that name, of any type."""
    choice = random.random()
    if choice < 0.5:
        return f"{random.choice(_SCALARS)} {name};"
    if choice < 0.65:
        return f"{random.choice(('int', 'unsigned int', 'u64'))} {name} : {random.randint(1, 30)};"
    if choice < 0.8:
        return f"{random.choice(_SCALARS)} {name}[{random.randint(1, 5)}];"
    return f"{random.choice(_OTHERS)} {name};"


def struct(random: Random, tag: str, names: list[str], kept: dict[str, str]) -> str:
    """A struct of these members; some as they were in `kept`, some inside of anonymous ones."""
    lines = []
    for name in names:
        text = kept[name] if name in kept and random.random() < 0.7 else member(random, name)
        kept[name] = text
        wrapped = random.random()
        if wrapped < 0.1:
            text = f"struct {{ {text} }};"
        elif wrapped < 0.2:
            text = f"union {{ {text} long filler_{name}; }};"
        lines.append(text)
    return f"struct {tag} {{ {' '.join(lines)} }} CORE;\n"


def definitions(random: Random, names: list[str], kept: dict[str, str]) -> str:
    values = random.sample(("RED = 1", "GREEN = 7", "BLUE = 1ULL << 35", "BLACK = -3"), 3)
    inner = random.sample(("int x;", "long y;", "short z[3];"), 2)
    return (
        f"enum colour {{ {', '.join(values)} }};\n"
        f"struct inner {{ {' '.join(inner)} }} CORE;\n"
        f"union pair {{ int a; {random.choice(('int', 'long'))} b; }} CORE;\n"
        + struct(random, "thing", names, kept)
        + f"typedef {random.choice(('struct thing', 'int', 'u64'))} alias;\n"
        + f"typedef int (*handler)(struct thing *, {random.choice(('int', 'char', 'void *'))});\n"
    )


def object_source(text: str, kept: dict[str, str], flavoured: bool) -> str:
    """A program for each question about each member, type and enumerator."""
    if flavoured:
        text = text.replace("struct thing", "struct thing___mine")
    thing = "struct thing___mine" if flavoured else "struct thing"
    questions = []
    for name, declaration in kept.items():
        is_array, is_bits = "[" in declaration, ":" in declaration
        is_number = declaration.startswith((*_SCALARS, "u64")) and "*" not in declaration and not is_array
        for fact in _FACTS if is_number else _FACTS[:3]:
            questions.append(f"__builtin_preserve_field_info((({thing} *)0)->{name}, {_NUMBERS[fact]})")
        if is_array:
            questions.append(f"__builtin_preserve_field_info((({thing} *)0)->{name}[1], 0)")
        if is_number and not is_bits:
            questions.append(f"(u64)(({thing} *)ctx)->{name}")
    for type_ in (thing, "struct inner", "union pair", "enum colour", "alias", "handler"):
        questions += [f"__builtin_preserve_type_info(*({type_} *)0, {fact})" for fact in (0, 1, 2)]
        questions += [f"__builtin_btf_type_id(*({type_} *)0, {fact})" for fact in (0, 1)]
    for value in ("RED", "GREEN", "BLUE", "BLACK"):
        if f"{value} =" in text:
            questions += [
                f"__builtin_preserve_enum_value(*(typeof(enum colour) *){value}, {fact})" for fact in (0, 1)
            ]
    programs = [
        f'__attribute__((section("socket"), used)) u64 p{index}(void *ctx) {{ return {question}; }}\n'
        for index, question in enumerate(questions)
    ]
    return _HEAD + text + "".join(programs)


def case(seed: int, folder: Path) -> tuple[Path, Path]:
    """An object and a target."""
    random = Random(seed)
    names, kept = [f"m{number}" for number in range(8)], {}
    local = definitions(random, names, kept)
    source = object_source(local, dict(kept), flavoured=seed % 3 == 0)
    others = [*random.sample(names, 6), "new"]
    random.shuffle(others)
    target = _HEAD + definitions(random, others, kept)
    target += "struct thing thing; enum colour colour; alias an_alias; handler h; union pair p;\n"
    paths = []
    for name, text in (("local", source), ("target", target)):
        path = folder / f"{name}.bpf.c"
        path.write_text(text)
        (folder / f"{name}.o").write_bytes(compile(path))
        paths.append(folder / f"{name}.o")
    types = folder / "target.btf"
    types.write_bytes(parse_btf(paths[1].read_bytes(), "target.o").data)
    return paths[0], types


def ours(path: Path, target: Path) -> dict[str, bytes]:
    spec = from_elf(path.read_bytes(), name="local.o")
    assert spec.btf is not None
    resolver = CoreResolver(spec.btf, Btf.from_file(target))
    done = {}
    for name, program in spec.programs.items():
        insns = list(program.insns)
        for reference in program.core:
            patch(insns, reference.slot, resolver.resolve(reference.relo))
        done[name] = encode(insns)
    return done


@pytest.mark.linux
@pytest.mark.parametrize("seed", range(6))
def test_relocated_instructions_are_libbpfs(seed: int, tmp_path: Path) -> None:
    path, target = case(seed, tmp_path)
    expected = libbpf.relocated(path, target)
    if expected is None:
        with pytest.raises((BtfError, LoaderError)):
            ours(path, target)
    else:
        assert ours(path, target) == expected
