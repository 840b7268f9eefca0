"""A cipher with its key. Programs hold its address, behind which there is nothing for them to see."""

from __future__ import annotations

import errno

from skep.kernel.model.record import Record

BLOCK = 16  # bytes of AES
#: Algorithms by the kernel's names, with the size of their initialisation vector.
MODES = {"ecb(aes)": 0, "cbc(aes)": BLOCK}
_KEYS = (16, 24, 32)


class Cipher:
    """EINVAL for a key that the algorithm cannot take."""

    def __init__(self, name: str, key: bytes) -> None:
        if len(key) not in _KEYS:
            raise OSError(errno.EINVAL, f"a key of {len(key)} bytes")
        self.name = name
        self.vector_size = MODES[name]
        self._key = key
        self._memory = Record("skep_kernel")

    @property
    def address(self) -> int:
        return self._memory.address

    def crypt(self, data: bytes, vector: bytes, *, decrypt: bool) -> tuple[bytes, bytes]:
        """Whole blocks, and the vector that the next ones are to have."""
        from cryptography.hazmat.primitives.ciphers import Cipher as Library
        from cryptography.hazmat.primitives.ciphers import algorithms, modes

        mode = modes.CBC(vector) if vector else modes.ECB()
        cipher = Library(algorithms.AES(self._key), mode)
        context = cipher.decryptor() if decrypt else cipher.encryptor()
        result = context.update(data) + context.finalize()
        return result, (data if decrypt else result)[-BLOCK:] if vector else b""
