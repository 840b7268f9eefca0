"""The check that bounds do not contradict themselves, after each operation that computes them.

A contradiction means that the path is dead and that the verifier has not seen it. Linux calls that a bug of
its own, says so in the log and goes on with what the known bits say; with BPF_F_TEST_REG_INVARIANTS it
refuses the program.
"""

from __future__ import annotations

from skep.kernel.verifier.bounds import Bounds, Draft, mark_reg_unbounded
from skep.kernel.verifier.env import Env, verifier_bug
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX


def reg_bounds_sanity_check(env: Env, bounds: Bounds, where: str) -> Bounds:
    """The bounds to go on with; `where` names the register in Linux's message."""
    if bounds.violation is None:
        return bounds
    refusal = verifier_bug(
        env,
        f"REG INVARIANTS VIOLATION ({where}): {bounds.violation} "
        f"u64=[{bounds.umin_value:#x}, {bounds.umax_value:#x}] "
        f"s64=[{bounds.smin_value & U64_MAX:#x}, {bounds.smax_value & U64_MAX:#x}] "
        f"u32=[{bounds.u32_min_value:#x}, {bounds.u32_max_value:#x}] "
        f"s32=[{bounds.s32_min_value & U32_MAX:#x}, {bounds.s32_max_value & U32_MAX:#x}] "
        f"var_off=({bounds.var_off.value:#x}, {bounds.var_off.mask:#x})",
    )
    if env.test_reg_invariants:
        raise refusal
    draft = Draft(bounds)
    mark_reg_unbounded(draft)
    return draft.freeze()
