"""Ciphers give what Linux's give, and refuse what they refuse."""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

import pytest

from skep.loader import ObjectSpec
from skep.objects import Object
from skep.syscall.backend import Backend

SOURCE = "crypto.bpf.c"
_KEY = bytes(range(16))
_TEXT = bytes(range(100, 164))
_VECTOR = bytes(range(50, 66))


def _params(
    kind: bytes = b"skcipher",
    algorithm: bytes = b"ecb(aes)",
    key: bytes = _KEY,
    reserved: bytes = b"",
    key_size: int | None = None,
    tag: int = 0,
) -> bytes:
    size = len(key) if key_size is None else key_size
    return struct.pack("<14s2s128s256sII", kind, reserved, algorithm, key, size, tag)


REFUSED = {
    "another type": (_params(kind=b"aead"), -errno.ENOENT),
    "no such algorithm": (_params(algorithm=b"ecb(nothing)"), -errno.EOPNOTSUPP),
    "authentication": (_params(tag=16), -errno.EOPNOTSUPP),
    "reserved": (_params(reserved=b"\1"), -errno.EINVAL),
    "no key": (_params(key_size=0), -errno.EINVAL),
    "a key of a bad size": (_params(key=bytes(15)), -errno.EINVAL),
    "a key that is too long": (_params(key_size=257), -errno.EINVAL),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_cipher_is_refused(case: str, spec: ObjectSpec, kernel: Backend) -> None:
    params, result = REFUSED[case]
    with Object(spec) as loaded:
        loaded.load(kernel)
        loaded.bss["params"] = params
        assert loaded.programs["makes"].run(None).retval == result & 0xFFFFFFFF


@dataclass(frozen=True)
class Run:
    algorithm: bytes
    key: bytes = _KEY
    size: int = 32
    vector: int = 0
    result: int = 0

    def __str__(self) -> str:
        return f"{self.algorithm.decode()} {len(self.key)} {self.size} {self.vector}"


RUNS = [
    Run(b"ecb(aes)"),
    Run(b"ecb(aes)", key=bytes(range(32)), size=48),
    Run(b"cbc(aes)", vector=1),
    Run(b"cbc(aes)", key=bytes(range(24)), vector=1, size=16),
    Run(b"ecb(aes)", size=20, result=-errno.EINVAL),
    Run(b"ecb(aes)", size=0, result=-errno.EINVAL),
    Run(b"ecb(aes)", vector=1, result=-errno.EINVAL),
    Run(b"cbc(aes)", result=-errno.EINVAL),
]
#: What the runs that succeed leave, from the first kernel that ran them.
_SEEN: dict[Run, tuple[bytes, bytes]] = {}


@pytest.mark.parametrize("case", RUNS, ids=str)
def test_every_engine_seals_alike(case: Run, spec: ObjectSpec, kernel: Backend) -> None:
    pytest.importorskip("cryptography")
    with Object(spec) as loaded:
        loaded.load(kernel)
        loaded.bss["params"] = _params(algorithm=case.algorithm, key=case.key)
        assert loaded.programs["makes"].run(None).retval == 0
        loaded.bss["text"], loaded.bss["vector"] = _TEXT, _VECTOR
        loaded.data["size"], loaded.bss["vector_size"] = case.size, case.vector
        retval = loaded.programs["encrypts"].run(bytes(64)).retval
        assert retval == case.result & 0xFFFFFFFF
        if case.result:
            return
        left = bytes(loaded.bss["sealed"]), bytes(loaded.bss["vector"])
        assert _SEEN.setdefault(case, left) == left
        loaded.bss["vector"] = _VECTOR
        assert loaded.programs["decrypts"].run(bytes(64)).retval == 0
        assert bytes(loaded.bss["opened"])[: case.size] == _TEXT[: case.size]
