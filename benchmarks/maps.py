"""Programs that work on maps: skep's native code against Linux's JIT, one operation per run; how maps scale
to two CPUs, what Python pays for elements and events, and what an element weighs.
"""

from __future__ import annotations

import gc
import random
import re
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import skep
from benchmarks.native import SOURCES, Repeat, measure
from benchmarks.report import Figure
from skep.syscall import commands
from skep.uapi import MapType

#: Programs of maps.bpf.c.
PROGRAMS = (
    "array_increment",
    "percpu_increment",
    "hash_lookup",
    "hash_update",
    "percpu_hash_lookup",
    "lru_insert",
    "queue_push_pop",
    "lpm_1000",
    "lpm_100000",
    "ring_submit",
    "tail_calls",
)
PACKET = bytes(64)
TARGET, MEAN_TARGET = 0.9, 0.7
#: Records that the ring of the program has room for.
RING_RECORDS = 200_000
ELEMENTS = 10_000


def prepared(kernel: skep.Backend) -> skep.Object:
    """The object loaded, with the elements that its programs look for."""
    obj = skep.open(SOURCES / "maps.bpf.c").load(kernel)
    obj.maps["hash"][{"low": 1, "high": 2}] = 7
    obj.maps["percpu_hash"][5] = [0] * kernel.possible_cpus()
    obj.maps["programs"][0] = obj.programs["tail_calls"]
    for count in (1000, 100_000):
        obj.maps[f"routes_{count}"].update_many((route, 1) for route in routes(count))
    return obj


def routes(count: int) -> list[bytes]:
    """Different prefixes, most of them of 16 to 24 bits as on the internet."""
    rng, seen = random.Random(count), set()
    while len(seen) < count:
        length = min(32, max(8, round(rng.gauss(21, 3))))
        address = rng.getrandbits(32) >> (32 - length) << (32 - length)
        seen.add(length.to_bytes(4, "little") + address.to_bytes(4, "big"))
    return sorted(seen)


def repeat_on(obj: skep.Object, name: str) -> Repeat:
    """Runs that program so often."""
    program = obj.programs[name]
    if name != "ring_submit":
        return lambda count: program.run(PACKET, repeat=count).retval
    ring = skep.RingBuffer(obj.maps["ring"])

    def run_ring(count: int) -> int:
        retval = 0
        for done in range(0, count, RING_RECORDS):
            ring.skip()
            retval = program.run(PACKET, repeat=min(count - done, RING_RECORDS)).retval
        return retval

    return run_ring


def operations() -> list[Figure]:
    """A row per operation and the geometric mean."""
    figures = []
    with skep.Kernel() as kernel, skep.Linux() as linux, prepared(kernel) as ours, prepared(linux) as theirs:
        for name in PROGRAMS:
            taken = measure({"skep": repeat_on(ours, name), "linux": repeat_on(theirs, name)})
            detail = f"{taken['skep']:.1f} ns, Linux {taken['linux']:.1f} ns"
            ratio = taken["skep"] / taken["linux"]
            figures.append(Figure("maps", name, ratio, "of Linux", TARGET, detail=detail))
    mean = statistics.geometric_mean(figure.value for figure in figures)
    figures.append(Figure("maps", "all operations", mean, "of Linux", MEAN_TARGET, detail="geometric mean"))
    return figures


def best(action: Callable[[], object], rounds: int = 15) -> float:
    """The least time of several, in seconds of the thread's own."""
    times = []
    for _ in range(rounds):
        gc.collect()
        started = time.thread_time()
        action()
        times.append(time.thread_time() - started)
    return min(times)


def scaling() -> list[Figure]:
    """Two threads on two CPUs against one, each with elements of its own. The time is the threads' own:
    others may be using the machine's CPUs.
    """
    figures = []
    with skep.Kernel(ncpus=2) as kernel, prepared(kernel) as obj:
        for name in ("percpu_increment", "hash_update_own"):
            program = obj.programs[name]
            ratios = [rate(program, 2) / rate(program, 1) for _ in range(7)]
            ratio = statistics.median(ratios)
            figures.append(Figure("maps", f"{name}, two CPUs", ratio, "times one", 1.8, at_least=True))
    return figures


def rate(program: skep.Program, threads: int) -> float:
    """Runs a second of so many threads together."""
    rates: list[float] = []

    def run() -> None:
        started = time.thread_time()
        program.run(PACKET, repeat=2_000_000)
        rates.append(2_000_000 / (time.thread_time() - started))

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(rates)


def from_python() -> list[Figure]:
    """Lookups, batches and events."""
    with skep.Kernel() as kernel, prepared(kernel) as obj:
        fd = commands.map_create(
            kernel, map_type=MapType.HASH, key_size=4, value_size=8, max_entries=ELEMENTS
        )
        table = skep.Map.from_fd(kernel, fd)
        keys = [number.to_bytes(4, "little") for number in range(ELEMENTS)]
        elements = [(key, bytes(8)) for key in keys]
        store = best(lambda: table.update_many(elements)) * 1e3
        fetch = best(lambda: list(table.items_batch())) * 1e3
        lookup = best(lambda: [table[key] for key in keys]) / ELEMENTS * 1e6
        ring, program = skep.RingBuffer(obj.maps["ring"]), obj.programs["ring_submit"]
        program.run(PACKET, repeat=RING_RECORDS)
        started = time.thread_time()
        records = ring.read(RING_RECORDS)
        rate = len(records) / (time.thread_time() - started) / 1e6
        assert len(records) == RING_RECORDS
    return [
        Figure("maps", "lookup from Python", lookup, "µs", 3),
        Figure("maps", "batch of 10,000 fetched", fetch, "ms", 2),
        Figure("maps", "batch of 10,000 stored", store, "ms", 2),
        Figure("maps", "ring buffer to Python", rate, "million records/s", 1, at_least=True),
    ]


def weight() -> list[Figure]:
    """Bytes per element of full maps, as the process's memory has them, to those that Linux counts."""
    figures = []
    count = 200_000
    for type in (MapType.HASH, MapType.LRU_HASH):
        shape = {"map_type": type, "key_size": 16, "value_size": 16, "max_entries": count}
        linux = skep.Linux()
        fd = commands.map_create(linux, **shape)
        text = Path(f"/proc/self/fdinfo/{fd}").read_text()
        linux.close(fd)
        found = re.search(r"memlock:\s+(\d+)", text)
        assert found is not None
        theirs = int(found[1]) / count
        pairs = [(number.to_bytes(16, "little"), bytes(16)) for number in range(count)]
        with skep.Kernel() as kernel:
            table = skep.Map.from_fd(kernel, commands.map_create(kernel, **shape))
            keys = b"".join(key for key, _ in pairs)
            gc.collect()
            before = resident()
            for at in range(0, len(keys), 16_000):  # small batches leave no memory behind
                commands.map_update_batch(kernel, table.fd, keys[at : at + 16_000], bytes(16_000), 1000)
            ours = (resident() - before) / count
        detail = f"{ours:.0f} bytes, Linux {theirs:.0f}"
        name = f"memory per element, {type.name.lower()}"
        figures.append(Figure("maps", name, ours / theirs, "of Linux", 1.5, detail=detail))
    return figures


def resident() -> int:
    """Bytes of memory that the process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def run() -> list[Figure]:
    return [*operations(), *scaling(), *from_python(), *weight()]
