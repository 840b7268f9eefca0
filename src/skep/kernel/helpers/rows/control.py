"""Control flow: tail calls, loops, locks, timers."""

from __future__ import annotations

from skep.kernel.helpers import absent
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_SPIN_LOCK,
    ARG_PTR_TO_STACK_OR_NULL,
    ARG_PTR_TO_TIMER,
    RET_INTEGER,
    RET_VOID,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=12,
        name="tail_call",
        since="4.2",
        doc=(
            "Jumps into the program in slot `index` of a program array, with the same context and no "
            "return. When the slot is empty or out of range, or after 33 jumps in a row, the call does "
            "nothing and the program goes on behind it."
        ),
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_CTX,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=58,
        name="override_return",
        since="4.16",
        doc=(
            "Makes the probed function return `rc` without running it. Only for functions that the kernel "
            "marks as open to error injection, and for kprobes at their entry."
        ),
        absent=absent.PROBES,
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_CTX,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=181,
        name="loop",
        since="5.17",
        doc=(
            "Calls a function of the program up to `nr_loops` times (at most 2^23, else E2BIG) with the "
            "index, until it returns 1. Returns the number of calls."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_ANYTHING,
            ARG_PTR_TO_FUNC,
            ARG_PTR_TO_STACK_OR_NULL,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=93,
        name="spin_lock",
        since="5.1",
        doc=(
            "Takes the lock in a map value or allocated object. One lock at a time, no calls while it is "
            "held, and released before the program ends: the verifier sees to it."
        ),
        ret=RET_VOID,
        args=(ARG_PTR_TO_SPIN_LOCK,),
        arg_btf=("*",),
    ),
    HelperProto(
        id=94,
        name="spin_unlock",
        since="5.1",
        doc="Releases the lock that bpf_spin_lock took.",
        ret=RET_VOID,
        args=(ARG_PTR_TO_SPIN_LOCK,),
        arg_btf=("*",),
    ),
    HelperProto(
        id=169,
        name="timer_init",
        since="5.15",
        doc=(
            "Prepares the timer in a map value for a clock: CLOCK_REALTIME, CLOCK_MONOTONIC or "
            "CLOCK_BOOTTIME. EBUSY when it is prepared already, EPERM when user space holds no reference "
            "to the map."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_TIMER,
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=170,
        name="timer_set_callback",
        since="5.15",
        doc=(
            "Sets the function of the program that is called when the timer ends; the program stays "
            "loaded meanwhile."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_TIMER,
            ARG_PTR_TO_FUNC,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=171,
        name="timer_start",
        since="5.15",
        doc=(
            "Starts the timer: it ends in `nsecs`, or at that time with BPF_F_TIMER_ABS. EINVAL when it "
            "is not prepared. The callback can start it again."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_PTR_TO_TIMER,
            ARG_ANYTHING,
            ARG_ANYTHING,
        ),
        gpl_only=True,
    ),
    HelperProto(
        id=172,
        name="timer_cancel",
        since="5.15",
        doc=(
            "Stops the timer and waits for a callback that runs. Returns 1 when it was running, 0 when "
            "not, EDEADLK from its own callback."
        ),
        ret=RET_INTEGER,
        args=(ARG_PTR_TO_TIMER,),
        gpl_only=True,
    ),
)
