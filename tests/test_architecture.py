"""The direction of the rooms, held by walking every import of the package (ARCHITECTURE.md, "The rooms")."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "src" / "skep"

#: Which rooms each room may import, besides itself, the standard library and third parties.
VOCABULARY = {"errors", "isa", "uapi", "btf"}
USER = VOCABULARY | {"syscall"}
ALLOWED = {
    "errors": set(),
    "isa": {"errors"},
    "uapi": {"errors"},
    "btf": {"errors"},
    "_runtime": set(),
    "cc": {"errors"},
    "elf": VOCABULARY,
    "loader": USER | {"cc", "elf"},
    "objects": USER | {"cc", "elf", "loader"},
    "explain": {"errors"},
    "traffic": USER | {"objects", "loader"},
    "syscall": VOCABULARY | {"_runtime"},  # for memory that is shared with a kernel
    "kernel": VOCABULARY | {"_runtime"},
    "gen": USER | {"cc", "loader", "objects"},
    "linker": VOCABULARY | {"elf", "loader"},
    "cli": USER | {"cc", "elf", "loader", "objects", "traffic", "gen", "linker"},
}

#: The one file that knows both sides of the boundary.
GATE = "syscall/inproc.py"

#: Inside the kernel, each room may import only what stands before it.
KERNEL_ORDER = [
    "model",
    "maps",
    "helpers",
    "kfuncs",
    "progtypes",
    "verifier",
    "fixups",
    "interp",
    "jit",
    "hooks",
]


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted module name) of every import, wherever in the file it stands; TYPE_CHECKING blocks
    count too."""
    package = ["skep", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_direction_of_the_rooms(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    room = room_of(path)
    if room in ("__init__", "__main__", "cli"):
        allowed = set(ALLOWED) - {"kernel", "_runtime"}
    elif name == GATE:
        allowed = ALLOWED["syscall"] | {"kernel", "_runtime"}
    else:
        assert room in ALLOWED, f"a new room {room!r}: give it a row in ALLOWED and a line in ARCHITECTURE.md"
        allowed = ALLOWED[room]
    for line, module in imports(path):
        parts = module.split(".")
        if (
            parts[0] != "skep"
            or len(parts) == 1
            or parts[1] == room
            or (not (ROOT / parts[1]).exists() and not (ROOT / f"{parts[1]}.py").exists())
        ):
            continue
        assert parts[1] in allowed, f"{name}:{line} imports skep.{parts[1]}, which {room} must not know"


@pytest.mark.parametrize(
    "path", [p for p in modules() if "kernel" in p.parts], ids=lambda p: str(p.relative_to(ROOT))
)
def test_kernel_rooms_import_only_what_stands_before_them(path: Path) -> None:
    parts = path.relative_to(ROOT / "kernel").parts
    if len(parts) == 1 or parts[0] not in KERNEL_ORDER:
        return  # the frame: machine, dispatch and what they hand out
    before = KERNEL_ORDER[: KERNEL_ORDER.index(parts[0]) + 1]
    for line, module in imports(path):
        names = module.split(".")
        if names[:2] == ["skep", "kernel"] and len(names) > 2 and names[2] in KERNEL_ORDER:
            assert names[2] in before, (
                f"{path.relative_to(ROOT)}:{line} imports kernel.{names[2]}, which comes later"
            )


def test_bpf_is_called_through_the_syscall_room_alone() -> None:
    callers = [p.relative_to(ROOT).parts[0] for p in modules() if "libc.syscall" in p.read_text()]
    assert set(callers) <= {"syscall"}
