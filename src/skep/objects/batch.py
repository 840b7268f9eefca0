"""Many elements of a map in few calls, by the batch commands; one by one where a map type has none."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from ..errors import ENOTSUPP, KernelError
from ..syscall import commands
from ..syscall.shared import pairs

if TYPE_CHECKING:
    from .map import Map

#: Elements of one call, unless the caller says otherwise.
AT_ONCE: Final = 16384
#: What a kernel says that has no such command, or none for the type.
_LACKING: Final = frozenset({ENOTSUPP, errno.EINVAL, errno.EOPNOTSUPP})


def chunks(map: Map, size: int, *, delete: bool) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values, each as the bytes of many; the size grows where a bucket of a hash needs it."""
    backend, fd = map.fd_of_kernel
    where: bytes | None = None
    while True:
        try:
            batch = commands.map_lookup_batch(
                backend,
                fd,
                where,
                key_size=map.key_size,
                value_size=map.sys_value_size,
                count=size,
                delete=delete,
            )
        except KernelError as error:
            if error.errno != errno.ENOSPC:
                raise
            size *= 2
            continue
        if batch.keys:
            yield batch.keys, batch.values
        if batch.next is None:
            return
        where = batch.next


def items(map: Map, size: int, *, delete: bool) -> Iterator[tuple[Any, Any]]:
    """All elements, as Python values."""
    return chain.from_iterable(_parts(map, size, delete=delete))


def _parts(map: Map, size: int, *, delete: bool) -> Iterator[Iterable[tuple[Any, Any]]]:
    got_any = False
    raw = map.keys_codec.is_raw and map.values_codec.is_raw and not map.is_per_cpu
    try:
        for keys, values in chunks(map, size, delete=delete):
            got_any = True
            if raw:
                yield pairs(keys, map.key_size, values, map.sys_value_size)
            else:
                yield zip(map.keys_codec.decode_all(keys), map.decode_values(values), strict=True)
    except KernelError as error:
        if got_any or error.errno not in _LACKING:
            raise
        yield _one_by_one(map, delete=delete)


def _one_by_one(map: Map, *, delete: bool) -> Iterator[tuple[Any, Any]]:
    for key, value in list(map.raw_items()):
        if delete:
            map.delete_bytes(key)
        yield map.decode_key(key), map.decode_value(value)


def update(map: Map, elements: Iterable[tuple[Any, Any]], flags: int) -> int:
    """Stores all, and returns how many; the error of the first that is refused."""
    backend, fd = map.fd_of_kernel
    pairs = list(elements)
    if not pairs:
        return 0
    keys = map.keys_codec.encode_all([key for key, _ in pairs])
    values = map.encode_values([value for _, value in pairs])
    done = 0
    try:
        while done < len(pairs):
            done += commands.map_update_batch(
                backend,
                fd,
                keys[done * map.key_size :],
                values[done * map.sys_value_size :],
                len(pairs) - done,
                flags,
            )
    except KernelError as error:
        if done or error.errno not in _LACKING:
            raise map.named(error) from None
        for key, value in pairs:
            map.update_element(key, value, flags)
    return len(pairs)


def delete(map: Map, keys: Iterable[Any]) -> int:
    """Deletes what is there of these keys, and returns how many that were."""
    backend, fd = map.fd_of_kernel
    raw = [map.encode_key(key) for key in keys]
    done = deleted = 0
    while done < len(raw):
        try:
            count = commands.map_delete_batch(backend, fd, b"".join(raw[done:]), len(raw) - done)
        except KernelError as error:
            if error.errno == errno.ENOENT:
                done += 1  # this one was not there; the next call goes on behind it
                continue
            if done or error.errno not in _LACKING:
                raise map.named(error) from None
            return sum(map.delete_bytes(key) for key in raw)
        done += count
        deleted += count
    return deleted
