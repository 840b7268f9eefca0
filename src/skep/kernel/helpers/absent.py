"""Why a helper has no body: one sentence for each reason, named by the rows that it holds for.

A program that gets to such a helper fails with ENOTSUPP and the helper's name.
"""

from __future__ import annotations

from typing import Final

CGROUP_SOCKETS: Final = "It acts on sockets at cgroup hooks, which the userspace kernel does not have yet."
FILES: Final = "It takes a file of LSM hooks, iterators or traced functions, which are not there yet."
HEADER_OPTIONS: Final = "It edits TCP headers at sock_ops hooks, which are not there yet."
INFRARED: Final = "The userspace kernel has no infrared receivers."
INTEGRITY: Final = "The userspace kernel does not measure the integrity of files."
LIGHTWEIGHT_TUNNELS: Final = "The userspace kernel has no lightweight tunnel routes yet."
LSM: Final = "It belongs to LSM hooks, which the userspace kernel does not have yet."
PERF_EVENTS: Final = (
    "It belongs to programs on perf events and traced functions, which cannot be attached yet."
)
PER_CPU: Final = "Per-CPU variables of the kernel have no memory in the userspace kernel."
PROBES: Final = "It acts on a function that is probed, and probes cannot be attached yet."
REUSEPORT: Final = "It belongs to reuseport groups, which the userspace kernel does not have yet."
SOCKMAPS: Final = (
    "It acts on data that sockets send or receive, and those of the userspace kernel carry none."
)
SYSCTL: Final = "It acts on a sysctl that is accessed, and the userspace kernel has no sysctls."
TCP_CONGESTION: Final = "It belongs to TCP congestion control, which the userspace kernel does not run."
