"""What skep's verifier does not know yet: it refuses, in one place and in plain words."""

from __future__ import annotations

from errno import EOPNOTSUPP

from skep.kernel.verifier.env import Env, Reject, verbose


def not_yet(env: Env, what: str) -> Reject:
    """`raise not_yet(env, "iterators")`."""
    verbose(env, f"{what}: not supported by skep yet\n")
    return Reject(EOPNOTSUPP)
