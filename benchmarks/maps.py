"""Programs that work on maps: skep's native code against Linux's JIT, per operation; how maps scale
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
from contextlib import ExitStack
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
XDP_TX = 3
#: TCP from 10.0.0.9 to 10.0.0.2:80.
TO_SERVICE = bytes.fromhex(
    "02000000000202000000000908004500002800004000400626c50a0000090a000002c3500050"
) + bytes(16)
#: Operations in a run: EACH of maps.bpf.c; the limit of tail calls.
EACH, TAIL_CALLS = 64, 33
TARGET, MEAN_TARGET = 0.9, 0.7
#: Runs that the ring of the program has room for.
RING_RUNS = 3_000
ELEMENTS = 10_000


def prepared(kernel: skep.Backend) -> skep.Object:
    """The object loaded, with the elements that its programs look for."""
    obj = skep.open(SOURCES / "maps.bpf.c").load(kernel)
    for number in range(128):
        obj.maps["hash"][{"low": number, "high": 2}] = 7
        obj.maps["percpu_hash"][number] = [0] * kernel.possible_cpus()
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
        for done in range(0, count, RING_RUNS):
            ring.skip()
            retval = program.run(PACKET, repeat=min(count - done, RING_RUNS)).retval
        return retval

    return run_ring


def operations() -> list[Figure]:
    """A row per operation and the geometric mean."""
    figures = []
    with skep.Kernel() as kernel, skep.Linux() as linux, prepared(kernel) as ours, prepared(linux) as theirs:
        for name in PROGRAMS:
            taken = measure({"skep": repeat_on(ours, name), "linux": repeat_on(theirs, name)})
            figures.append(compared(name, taken, TAIL_CALLS if name == "tail_calls" else EACH))
        figures.append(compared("balancer", balancer(kernel, linux), 1))
    mean = statistics.geometric_mean(figure.value for figure in figures)
    figures.append(Figure("maps", "all operations", mean, "of Linux", MEAN_TARGET, detail="geometric mean"))
    return figures


def compared(name: str, taken: dict[str, float], operations: int) -> Figure:
    """The figure of one operation, of which a run makes several."""
    ours, theirs = taken["skep"] / operations, taken["linux"] / operations
    detail = f"{ours:.1f} ns, Linux {theirs:.1f} ns"
    return Figure("maps", name, ours / theirs, "of Linux", TARGET, detail=detail)


def balancer(*kernels: skep.Backend) -> dict[str, float]:
    """Nanoseconds per packet of balancer.bpf.c, for a connection that it knows."""
    runners: dict[str, Repeat] = {}
    with ExitStack() as stack:
        for kernel in kernels:
            obj = stack.enter_context(skep.open(SOURCES / "balancer.bpf.c").load(kernel))
            obj.maps["vips"][
                {"address": 0x0200000A, "port": 0x5000, "protocol": 6, "spare": 0, "more": 0}
            ] = 3
            for real in range(8):
                obj.maps["reals"][real] = 0x0100000A + (real << 24)
            program = obj.programs["balance"]
            runners[kernel.name] = lambda count, program=program: program.run(TO_SERVICE, repeat=count).retval
            if (verdict := runners[kernel.name](1)) != XDP_TX:
                raise skep.InternalError(f"the balancer on {kernel.name} returned {verdict}")
        return measure(runners)


def best(action: Callable[[], object], rounds: int = 40) -> float:
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


#: Runs of a program while it is asked how it scales.
RUNS = 50_000


def rate(program: skep.Program, threads: int) -> float:
    """Runs a second of so many threads together."""
    rates: list[float] = []

    def run() -> None:
        started = time.thread_time()
        program.run(PACKET, repeat=RUNS)
        rates.append(RUNS / (time.thread_time() - started))

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(rates)


def from_python() -> list[Figure]:
    """Lookups, batches and events."""
    with skep.Kernel() as kernel:
        fd = commands.map_create(
            kernel, map_type=MapType.HASH, key_size=4, value_size=8, max_entries=ELEMENTS
        )
        table = skep.Map.from_fd(kernel, fd)
        keys = [number.to_bytes(4, "little") for number in range(ELEMENTS)]
        elements = [(key, bytes(8)) for key in keys]
        store = best(lambda: table.update_many(elements)) * 1e3
        fetch = best(lambda: list(table.items_batch())) * 1e3
        lookup = best(lambda: [table[key] for key in keys]) / ELEMENTS * 1e6
    with skep.Kernel() as kernel, prepared(kernel) as obj:
        ring, program = skep.RingBuffer(obj.maps["ring"]), obj.programs["ring_submit"]
        program.run(PACKET, repeat=RING_RUNS)
        started = time.thread_time()
        records = ring.read(RING_RUNS * EACH)
        rate = len(records) / (time.thread_time() - started) / 1e6
        assert len(records) == RING_RUNS * EACH
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
