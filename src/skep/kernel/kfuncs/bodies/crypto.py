"""Ciphers: contexts that programs of type syscall make, and programs on packets encrypt and decrypt with.

The ciphers are those of the package `cryptography`, which the extra `skep[crypto]` brings.
"""

from __future__ import annotations

import errno
import struct
from importlib.util import find_spec
from typing import TYPE_CHECKING

from skep._runtime import SYMBOLS, call, read_memory, write_memory
from skep.errors import ENOTSUPP
from skep.kernel.helpers.bodies import Body
from skep.kernel.model.cipher import BLOCK, MODES, Cipher

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_U32 = 0xFFFF_FFFF
_PARAMS = struct.Struct("<14s2s128s256sII")  # struct bpf_crypto_params
_MOST_KEY = 256
_DYNPTR = struct.Struct("<QII")  # struct skep_dynptr
_MOST_SIZE, _READ_ONLY = 0xFF_FFFF, 1 << 31


def _need_library() -> None:
    from skep.kernel.helpers.entries import Missing

    if find_spec("cryptography") is None:
        raise Missing(ENOTSUPP, "ciphers need the package `cryptography`: install skep[crypto]")


def _cipher(params: int, size: int) -> Cipher:
    """bpf_crypto_ctx_create()"""
    if not params or size & _U32 != _PARAMS.size:
        raise OSError(errno.EINVAL, "no parameters, or of another size")
    kind, reserved, algorithm, key, key_size, tag_size = _PARAMS.unpack(read_memory(params, _PARAMS.size))
    if any(reserved):
        raise OSError(errno.EINVAL, "reserved parameters")
    if kind.partition(b"\0")[0] != b"skcipher":
        raise OSError(errno.ENOENT, "the only type of algorithms is skcipher")
    name = algorithm.partition(b"\0")[0].decode("ascii", "replace")
    if name not in MODES or tag_size:
        raise OSError(errno.EOPNOTSUPP, f"no algorithm {name!r}, or one that authenticates nothing")
    if not 0 < key_size <= _MOST_KEY:
        raise OSError(errno.EINVAL, f"a key of {key_size} bytes")
    _need_library()
    return Cipher(name, key[:key_size])


def ctx_create(machine: Machine, params: int, size: int, error: int, *_: int) -> int:
    try:
        cipher = _cipher(params, size)
    except OSError as refused:
        if refused.errno == ENOTSUPP:
            raise
        write_memory(error, struct.pack("<i", -(refused.errno or errno.EINVAL)))
        return 0
    write_memory(error, bytes(4))
    machine.ciphers[cipher.address] = cipher
    return cipher.address


def _memory(dynptr: int, run: int, *, write: bool = False) -> tuple[int, int]:
    """(address, size) of a dynptr's bytes; those of a packet as far as it is linear. A size of 0 for none."""
    if not dynptr:
        return 0, 0
    _, size, _ = _DYNPTR.unpack(read_memory(dynptr, _DYNPTR.size))
    if write and size & _READ_ONLY:
        raise OSError(errno.EINVAL, "memory that is not to be written")
    size &= _MOST_SIZE
    address = call(SYMBOLS["bpf_dynptr_slice"], dynptr, 0, 0, size, 0, run) if size else 0
    if size and not address:
        raise OSError(errno.EINVAL, "memory that is not in one piece")
    return address, size


def _crypt(machine: Machine, ctx: int, source: int, target: int, vector: int, run: int, decrypt: bool) -> int:
    cipher = machine.ciphers[ctx]
    (source_at, size), (target_at, room) = _memory(source, run), _memory(target, run, write=True)
    vector_at, vector_size = _memory(vector, run, write=True)
    if not size or not room or size > room or vector_size != cipher.vector_size or size % BLOCK:
        raise OSError(errno.EINVAL, "sizes that do not fit each other, the cipher or its blocks")
    given = read_memory(vector_at, vector_size) if vector_size else b""
    result, following = cipher.crypt(read_memory(source_at, size), given, decrypt=decrypt)
    write_memory(target_at, result)
    if vector_size:
        write_memory(vector_at, following)
    return 0


def encrypt(machine: Machine, ctx: int, source: int, target: int, vector: int, _: int, run: int) -> int:
    return _crypt(machine, ctx, source, target, vector, run, decrypt=False)


def decrypt(machine: Machine, ctx: int, source: int, target: int, vector: int, _: int, run: int) -> int:
    return _crypt(machine, ctx, source, target, vector, run, decrypt=True)


def acquire(machine: Machine, ctx: int, *_: int) -> int:
    return ctx


def release(*_: object) -> int:
    return 0


BODIES: dict[str, Body] = {
    "bpf_crypto_ctx_create": ctx_create,
    "bpf_crypto_ctx_acquire": acquire,
    "bpf_crypto_ctx_release": release,
    "bpf_crypto_encrypt": encrypt,
    "bpf_crypto_decrypt": decrypt,
}
