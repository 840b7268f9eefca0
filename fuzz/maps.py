"""Random sequences of operations on maps, on skep and on Linux: results and errno must be the same.

    python -m fuzz.maps --count 10000 --seed 1

A case is one map: what it is made with, then operations from bpf(2) and from programs. A difference is
printed with the operations before it; `--only N` runs one case again. What LRU maps forget depends on the
CPU, so this process stays on one.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Callable

from fuzz.map_programs import ARGUMENTS
from fuzz.map_shapes import (
    HASHES,
    MAPS,
    OF_FDS,
    OF_MAPS,
    OTHERS,
    OWNER_NAMES,
    PROGRAMS,
    SOCKET_NAMES,
    SOCKETS,
    STORAGES,
    Shape,
    random_shape,
)
from fuzz.map_worlds import BAD_ADDRESS, PAGE, Bytes, Descriptor, Result, Roles, World
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import Cmd
from skep.uapi import MapType as T

#: Operations of a case.
STEPS = 40
#: An operation: the method of World, and its arguments.
Step = tuple[str, tuple[object, ...]]


class Generator:
    """Makes the operations of a case."""

    def __init__(self, rng: random.Random, shape: Shape) -> None:
        self.rng, self.shape = rng, shape
        self._keys = self._all_keys()
        self._kinds: tuple[tuple[int, Callable[[], Step]], ...] = (
            (14, self._element),
            (3, self._next),
            (1, self._all),
            (3, self._fetch),
            (3, self._store),
            (6, self._program),
            (1, lambda: ("info", ())),
            (1, self._rare),
        )

    def steps(self, count: int) -> list[Step]:
        weights = [weight for weight, _ in self._kinds]
        return [make() for _, make in self.rng.choices(self._kinds, weights, k=count)]

    def _all_keys(self) -> list[Bytes]:
        rng, shape = self.rng, self.shape
        if shape.type in STORAGES:
            return [Descriptor(name) for name in (*MAPS[:2], "xdp", *OTHERS, *SOCKET_NAMES, *OWNER_NAMES * 3)]
        if shape.type == T.LPM_TRIE and 5 <= shape.key <= 260:
            bits = (shape.key - 4) * 8
            lengths = [rng.choice((0, 1, 7, 8, 9, bits // 2, bits - 1, bits, bits + 1)) for _ in range(16)]
            return [
                n.to_bytes(4, "little") + bytes(rng.choices((0, 1, 128), k=shape.key - 4)) for n in lengths
            ]
        if shape.index_keys:
            last = min(shape.entries, 1 << 20)
            numbers = (*range(min(last, 6)), last - 1, last, last + 1, 0xFFFFFFFF)
            return [(number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers]
        size = min(shape.key, 64)
        return [
            bytes(rng.choices(range(3), k=size)).ljust(shape.key & 0xFFFFF, b"\0")
            for _ in range(min(12, 2 * shape.entries + 6))
        ]

    def _key(self) -> Bytes:
        return self.rng.choice(self._keys)

    def _value(self) -> Bytes:
        rng, shape = self.rng, self.shape
        if shape.type in OF_FDS or shape.type in SOCKETS:
            good: tuple[str, ...] = (
                SOCKET_NAMES if shape.type in SOCKETS else (*PROGRAMS, "perf event", *OWNER_NAMES)
            )
            good = MAPS if shape.type in OF_MAPS else good
            name = rng.choice(good if rng.random() < 0.7 else MAPS + PROGRAMS + OTHERS)
            return Descriptor(name, bytes(max(shape.value - 4, 0) if shape.type in SOCKETS else 0))
        if shape.type in (T.DEVMAP, T.DEVMAP_HASH, T.CPUMAP):
            first = rng.choice((0, 1, 1, 1, 192, 16384, 16385, 99999)).to_bytes(4, "little")
            if shape.value == 8 and rng.random() < 0.4:
                return Descriptor(
                    rng.choice(PROGRAMS[2:] if rng.random() < 0.7 else PROGRAMS + OTHERS), before=first
                )
            second = rng.choice((0, 0, 999_999, 0xFFFFFFFF)).to_bytes(4, "little")
            return (first + second)[: shape.value]
        if shape.type in (T.RINGBUF, T.USER_RINGBUF, T.ARENA) or shape.value > 1 << 16:
            return b""
        size = min(shape.value, 4096)
        return bytes(rng.choices(range(4), k=size)) if rng.random() < 0.5 else rng.randbytes(size)

    def _flags(self) -> int:
        return self.rng.choice((0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 8, 1 << 40))

    def _element(self) -> Step:
        rng = self.rng
        cmd = rng.choice(
            (
                *(Cmd.MAP_UPDATE_ELEM,) * 4,
                *(Cmd.MAP_LOOKUP_ELEM,) * 3,
                Cmd.MAP_DELETE_ELEM,
                Cmd.MAP_LOOKUP_AND_DELETE_ELEM,
            )
        )
        key: Bytes | int | None = self._key() if self.shape.key or rng.random() < 0.1 else None
        value: Bytes | int = self._value() if self.shape.value <= 1 << 16 else BAD_ADDRESS
        if rng.random() < 0.03:
            key = rng.choice((None, BAD_ADDRESS))
        if rng.random() < 0.03:
            value = BAD_ADDRESS
        if cmd in (Cmd.MAP_LOOKUP_ELEM, Cmd.MAP_LOOKUP_AND_DELETE_ELEM) and isinstance(value, Descriptor):
            value = b""
        flags = self._flags() if cmd == Cmd.MAP_UPDATE_ELEM else rng.choice((0, 0, 0, 0, 0, 1, 4))
        return "element", (cmd, key, value, flags)

    def _next(self) -> Step:
        rng = self.rng
        unordered = self.shape.type in HASHES | {T.SOCKHASH}
        choices = [None, BAD_ADDRESS] if unordered else [None, BAD_ADDRESS, *(self._key() for _ in range(6))]
        return "next_key", (rng.choice(choices),)

    def _all(self) -> Step:
        return "keys", ()

    def _fetch(self) -> Step:
        rng, shape = self.rng, self.shape
        deletes = rng.random() < (0.3 if shape.type in HASHES else 0.05)
        cmd = Cmd.MAP_LOOKUP_AND_DELETE_BATCH if deletes else Cmd.MAP_LOOKUP_BATCH
        start = None
        if shape.type in HASHES:
            counts = (0, 200, 200, 200)
            if rng.random() < 0.1:
                start = rng.choice((1 << 20, 0xFFFFFFFF)).to_bytes(4, "little")
        else:
            counts = (0, 1, 2, shape.entries & 0xFF, 50)
            key = self._key()
            if rng.random() < 0.4 and isinstance(key, bytes):
                start = key
        return "fetch_batch", (
            cmd,
            start,
            rng.choice(counts),
            rng.choice((0,) * 6 + (1, 4)),
            int(rng.random() < 0.05),
        )

    def _store(self) -> Step:
        rng = self.rng
        cmd = rng.choice((Cmd.MAP_UPDATE_BATCH, Cmd.MAP_UPDATE_BATCH, Cmd.MAP_DELETE_BATCH))
        count = rng.choice((0, 1, 2, 3, 8))
        keys, values = [self._key() for _ in range(count)], [self._value() for _ in range(count)]
        return "store_batch", (cmd, keys, values, rng.choice((0,) * 6 + (1, 4)), int(rng.random() < 0.05))

    def _program(self) -> Step:
        rng = self.rng
        helper = rng.choice((*ARGUMENTS, "map_update_elem", "map_lookup_elem"))
        key = self._key()
        if isinstance(key, Descriptor):
            key = bytes(4)
        value = self._value()
        value = bytes(self.shape.value & 0xFFF) if isinstance(value, Descriptor) else value
        number = rng.choice((0, 1, 2, 99)) if helper == "map_lookup_percpu_elem" else self._flags()
        return "run", (helper, key, value, number)

    def _rare(self) -> Step:
        rng = self.rng
        if rng.random() < 0.3:
            return "freeze", ()
        if rng.random() < 0.4:
            return "reopen", (rng.choice((0, 0, 0, 8, 16, 24, 1)),)
        return "mmap", (rng.choice((1, 2, 3)) * PAGE, rng.choice((0, 0, 1, 2)) * PAGE, rng.random() < 0.7)


class Fuzzer:
    """Both kernels, and the cases that are run on them."""

    def __init__(self, engine: str = "interp") -> None:
        linux = Linux()
        self.kernel = Kernel(ncpus=linux.possible_cpus(), engine=engine)
        self.sides = (Roles(self.kernel), Roles(linux))
        self.operations = 0

    def case(self, seed: int, number: int) -> str:
        """ "" when both kernels agree, else what happened."""
        rng = random.Random(f"{seed}:{number}")
        shape = random_shape(rng)
        worlds = [World(roles, shape) for roles in self.sides]
        trace: list[str] = []
        try:
            steps: list[Step] = [("create", ())]
            for step in itertools.chain(steps, Generator(rng, shape).steps(STEPS)):
                name, args = step
                results = [_apply(world, step) for world in worlds]
                trace.append(f"{name}{args} = {_short(results[1])}")
                self.operations += 1
                if results[0] != results[1]:
                    return "\n  ".join(
                        (f"case {number}: {shape}", *trace[-8:], f"skep: {_short(results[0])}")
                    )
                if name == "create" and results[0] != ("made",):
                    break
        finally:
            for world in worlds:
                world.close()
        return ""

    def close(self) -> None:
        for roles in self.sides:
            roles.close()
        self.kernel.shutdown()


def _short(result: Result) -> str:
    text = str(result)
    return text if len(text) < 400 else f"{text[:200]} ... {text[-200:]}"


def _apply(world: World, step: Step) -> Result:
    name, args = step
    result: Result = getattr(world, name)(*args)
    return result


def fuzz(seed: int, cases: range, engine: str) -> tuple[int, list[str]]:
    """How many operations were compared, and the differences."""
    fuzzer = Fuzzer(engine)
    try:
        found = [text for number in cases if (text := fuzzer.case(seed, number))]
        return fuzzer.operations, found
    finally:
        fuzzer.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.maps", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many maps (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="where the sequence of cases starts")
    parser.add_argument("--only", type=int, help="this case and no other")
    parser.add_argument("--engine", choices=("jit", "interp"), default="interp", help="what runs programs")
    options = parser.parse_args(arguments)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cases = range(options.count) if options.only is None else range(options.only, options.only + 1)
    start = time.monotonic()
    operations, found = fuzz(options.seed, cases, options.engine)
    print("\n".join(found))
    print(
        f"{len(cases)} maps, {operations} operations, {len(found)} differences, "
        f"{operations / (time.monotonic() - start):.0f} operations per second",
        file=sys.stderr,
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
