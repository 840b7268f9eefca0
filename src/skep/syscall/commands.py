"""bpf(2), one typed function per command: Python values in, Python values out, KernelError for a refusal.

The first argument is the kernel to ask. Each function is named after its command, and its keyword arguments
after the members of the command's attributes. Nothing is decided here: what a kernel lacks shows as its
errno.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from skep.errors import KernelError
from skep.syscall.backend import Backend
from skep.syscall.call import AttrT, call, object_name
from skep.syscall.memory import Buffer
from skep.syscall.prog_load import ProgLoaded, prog_load
from skep.uapi import BPF_F_TEST_XDP_LIVE_FRAMES, BPF_F_TOKEN_FD, Cmd
from skep.uapi import attrs as a

__all__ = [
    "BtfLoaded",
    "MapBatch",
    "ProgLoaded",
    "TestRun",
    "btf_get_fd_by_id",
    "btf_get_next_id",
    "btf_load",
    "call",
    "enable_stats",
    "link_get_fd_by_id",
    "link_get_next_id",
    "map_create",
    "map_delete_batch",
    "map_delete_elem",
    "map_freeze",
    "map_get_fd_by_id",
    "map_get_next_id",
    "map_get_next_key",
    "map_lookup_and_delete_elem",
    "map_lookup_batch",
    "map_lookup_elem",
    "map_update_batch",
    "map_update_elem",
    "obj_get",
    "obj_get_info_by_fd",
    "obj_pin",
    "prog_bind_map",
    "prog_get_fd_by_id",
    "prog_get_next_id",
    "prog_load",
    "prog_test_run",
]

# ── maps ──


def map_create(
    backend: Backend,
    *,
    map_type: int,
    key_size: int,
    value_size: int,
    max_entries: int,
    map_flags: int = 0,
    name: str | bytes = "",
    inner_map_fd: int = 0,
    numa_node: int = 0,
    map_ifindex: int = 0,
    btf_fd: int = 0,
    btf_key_type_id: int = 0,
    btf_value_type_id: int = 0,
    btf_vmlinux_value_type_id: int = 0,
    map_extra: int = 0,
    value_type_btf_obj_fd: int = 0,
    map_token_fd: int = 0,
) -> int:
    attr = a.MapCreate(
        map_type=map_type,
        key_size=key_size,
        value_size=value_size,
        max_entries=max_entries,
        map_flags=map_flags | (BPF_F_TOKEN_FD if map_token_fd else 0),
        map_name=object_name(name),
        inner_map_fd=inner_map_fd,
        numa_node=numa_node,
        map_ifindex=map_ifindex,
        btf_fd=btf_fd,
        btf_key_type_id=btf_key_type_id,
        btf_value_type_id=btf_value_type_id,
        btf_vmlinux_value_type_id=btf_vmlinux_value_type_id,
        map_extra=map_extra,
        value_type_btf_obj_fd=value_type_btf_obj_fd,
        map_token_fd=map_token_fd,
    )
    return call(backend, Cmd.MAP_CREATE, attr, f"creating map {_shown(name)}")[0]


def _shown(name: str | bytes) -> str:
    text = name.decode(errors="replace") if isinstance(name, bytes) else name
    return f"'{text}'" if text else "without a name"


def map_lookup_elem(backend: Backend, fd: int, key: bytes, value_size: int, flags: int = 0) -> bytes:
    """The value of `key`; for per-CPU maps `value_size` covers all CPUs, each rounded up to 8 bytes."""
    key_buffer, value = Buffer(key), Buffer(value_size)
    attr = a.MapElem(map_fd=fd, key=key_buffer.address, value=value.address, flags=flags)
    call(backend, Cmd.MAP_LOOKUP_ELEM, attr, "map lookup")
    return value.read()


def map_lookup_and_delete_elem(
    backend: Backend, fd: int, key: bytes, value_size: int, flags: int = 0
) -> bytes:
    key_buffer, value = Buffer(key), Buffer(value_size)
    attr = a.MapElem(map_fd=fd, key=key_buffer.address, value=value.address, flags=flags)
    call(backend, Cmd.MAP_LOOKUP_AND_DELETE_ELEM, attr, "map lookup and delete")
    return value.read()


def map_update_elem(backend: Backend, fd: int, key: bytes, value: bytes, flags: int = 0) -> None:
    key_buffer, value_buffer = Buffer(key), Buffer(value)
    attr = a.MapElem(map_fd=fd, key=key_buffer.address, value=value_buffer.address, flags=flags)
    call(backend, Cmd.MAP_UPDATE_ELEM, attr, "map update")


def map_delete_elem(backend: Backend, fd: int, key: bytes) -> None:
    key_buffer = Buffer(key)
    call(backend, Cmd.MAP_DELETE_ELEM, a.MapElem(map_fd=fd, key=key_buffer.address), "map delete")


def map_get_next_key(backend: Backend, fd: int, key: bytes | None, key_size: int) -> bytes | None:
    """The key after `key`, the first one for None; None after the last."""
    key_buffer, next_key = Buffer(key), Buffer(key_size)
    attr = a.MapGetNextKey(map_fd=fd, key=key_buffer.address, next_key=next_key.address)
    try:
        call(backend, Cmd.MAP_GET_NEXT_KEY, attr, "map next key")
    except KernelError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    return next_key.read()


@dataclass(frozen=True, slots=True)
class MapBatch:
    """Elements that came: `next` is where to go on, None after the last."""

    keys: bytes
    values: bytes
    next: bytes | None


def map_lookup_batch(
    backend: Backend,
    fd: int,
    in_batch: bytes | None,
    *,
    key_size: int,
    value_size: int,
    count: int,
    delete: bool = False,
    elem_flags: int = 0,
) -> MapBatch:
    """At most `count` elements from a position on (None: the start), with `delete` removing them too.

    ENOSPC when a bucket of a hash has more elements than that.
    """
    where, following = Buffer(in_batch), Buffer(max(key_size, 4))
    keys, values = Buffer(key_size * count), Buffer(value_size * count)
    attr = a.MapBatch(
        in_batch=where.address,
        out_batch=following.address,
        keys=keys.address,
        values=values.address,
        count=count,
        map_fd=fd,
        elem_flags=elem_flags,
    )
    cmd = Cmd.MAP_LOOKUP_AND_DELETE_BATCH if delete else Cmd.MAP_LOOKUP_BATCH
    got, refused = _batch(backend, cmd, attr, "map lookup batch")
    if refused is not None and refused.errno != errno.ENOENT:
        raise refused
    end = None if refused else following.read()
    return MapBatch(keys.read(got * key_size), values.read(got * value_size), end)


def map_update_batch(
    backend: Backend, fd: int, keys: bytes, values: bytes, count: int, elem_flags: int = 0
) -> int:
    """Stores `count` elements, and returns how many were: KernelError when not even the first one was."""
    key_buffer, value_buffer = Buffer(keys), Buffer(values)
    attr = a.MapBatch(
        keys=key_buffer.address, values=value_buffer.address, count=count, map_fd=fd, elem_flags=elem_flags
    )
    return _done(*_batch(backend, Cmd.MAP_UPDATE_BATCH, attr, "map update batch"))


def map_delete_batch(backend: Backend, fd: int, keys: bytes, count: int) -> int:
    """Deletes until a key is not there, and returns how many were; KernelError for the first one."""
    key_buffer = Buffer(keys)
    attr = a.MapBatch(keys=key_buffer.address, count=count, map_fd=fd)
    return _done(*_batch(backend, Cmd.MAP_DELETE_BATCH, attr, "map delete batch"))


def _batch(backend: Backend, cmd: Cmd, attr: a.MapBatch, what: str) -> tuple[int, KernelError | None]:
    """`count` as the kernel left it, and its refusal: a batch that ends early says both."""
    raw = bytearray(attr.pack())
    try:
        backend.bpf(cmd, raw)
    except OSError as error:
        return a.MapBatch.parse(raw).count, KernelError(error.errno or 0, what)
    return a.MapBatch.parse(raw).count, None


def _done(count: int, refused: KernelError | None) -> int:
    if refused is not None and not (count and refused.errno != errno.EFAULT):
        raise refused
    return count


def map_freeze(backend: Backend, fd: int) -> None:
    call(backend, Cmd.MAP_FREEZE, a.MapElem(map_fd=fd), "map freeze")


# ── BTF ──


@dataclass(frozen=True, slots=True)
class BtfLoaded:
    fd: int
    log: str


def btf_load(
    backend: Backend, btf: bytes, *, log_level: int = 0, log_size: int = 1 << 16, token_fd: int = 0
) -> BtfLoaded:
    data, log = Buffer(btf), Buffer(log_size if log_level else 0)
    attr = a.BtfLoad(
        btf=data.address,
        btf_size=len(btf),
        btf_log_buf=log.address,
        btf_log_size=log.size,
        btf_log_level=log_level,
        btf_flags=BPF_F_TOKEN_FD if token_fd else 0,
        btf_token_fd=token_fd,
    )
    try:
        fd, _ = call(backend, Cmd.BTF_LOAD, attr, "loading BTF")
    except KernelError as error:
        last = log.text().rstrip("\n").rpartition("\n")[2]
        if not last:
            raise
        raise KernelError(error.errno or 0, f"loading BTF: {last}") from None
    return BtfLoaded(fd, log.text())


# ── programs ──


@dataclass(frozen=True, slots=True)
class TestRun:
    """What PROG_TEST_RUN gave: `duration` is the mean of one run in nanoseconds."""

    __test__ = False  # the name is Linux's; pytest must not take it for a test class

    retval: int
    duration: int
    data_out: bytes
    ctx_out: bytes


def prog_test_run(
    backend: Backend,
    fd: int,
    *,
    data: bytes | None = None,
    ctx: bytes | None = None,
    repeat: int = 0,
    data_out_size: int | None = None,
    ctx_out_size: int | None = None,
    flags: int = 0,
    cpu: int = 0,
    batch_size: int = 0,
) -> TestRun:
    """Run a program. Without a size the outputs have room for what a program may add to the input; live
    frames have no outputs.
    """
    if flags & BPF_F_TEST_XDP_LIVE_FRAMES:
        data_out_size, ctx_out_size = data_out_size or 0, ctx_out_size or 0
    if data_out_size is None:
        data_out_size = len(data) + 4096 if data else 0
    if ctx_out_size is None:
        ctx_out_size = len(ctx) if ctx else 0
    data_in, ctx_in = Buffer(data), Buffer(ctx)
    data_out, ctx_out = Buffer(data_out_size), Buffer(ctx_out_size)
    attr = a.ProgTestRun(
        prog_fd=fd,
        data_size_in=data_in.size,
        data_in=data_in.address,
        data_size_out=data_out.size,
        data_out=data_out.address,
        ctx_size_in=ctx_in.size,
        ctx_in=ctx_in.address,
        ctx_size_out=ctx_out.size,
        ctx_out=ctx_out.address,
        repeat=repeat,
        flags=flags,
        cpu=cpu,
        batch_size=batch_size,
    )
    _, attr = call(backend, Cmd.PROG_TEST_RUN, attr, "running program")
    # Programs of type syscall write to the context where it is.
    context = ctx_out.read(attr.ctx_size_out) if ctx_out_size else ctx_in.read()
    return TestRun(attr.retval, attr.duration, data_out.read(attr.data_size_out), context)


def prog_bind_map(backend: Backend, prog_fd: int, map_fd: int) -> None:
    call(backend, Cmd.PROG_BIND_MAP, a.ProgBindMap(prog_fd=prog_fd, map_fd=map_fd), "binding map to program")


def enable_stats(backend: Backend, type: int = 0) -> int:
    """Programs count runs and time for as long as the descriptor is open."""
    return call(backend, Cmd.ENABLE_STATS, a.EnableStats(type=type), "enabling statistics")[0]


# ── objects of all kinds ──


def obj_get_info_by_fd(backend: Backend, fd: int, info: AttrT) -> AttrT:
    """What the kernel says of an object; the pointers and counts in `info` say where its arrays go."""
    buffer = Buffer(info.pack())
    attr = a.GetInfoByFd(bpf_fd=fd, info_len=info.SIZE, info=buffer.address)
    call(backend, Cmd.OBJ_GET_INFO_BY_FD, attr, "object info")
    return type(info).parse(buffer.read())


def _next_id(backend: Backend, cmd: Cmd, start_id: int) -> int | None:
    try:
        _, attr = call(backend, cmd, a.GetNextId(start_id=start_id), cmd.name)
    except KernelError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    return attr.next_id


def prog_get_next_id(backend: Backend, start_id: int = 0) -> int | None:
    """The smallest id of a program above `start_id`; None when there is none."""
    return _next_id(backend, Cmd.PROG_GET_NEXT_ID, start_id)


def map_get_next_id(backend: Backend, start_id: int = 0) -> int | None:
    return _next_id(backend, Cmd.MAP_GET_NEXT_ID, start_id)


def btf_get_next_id(backend: Backend, start_id: int = 0) -> int | None:
    return _next_id(backend, Cmd.BTF_GET_NEXT_ID, start_id)


def link_get_next_id(backend: Backend, start_id: int = 0) -> int | None:
    return _next_id(backend, Cmd.LINK_GET_NEXT_ID, start_id)


def _fd_by_id(backend: Backend, cmd: Cmd, obj_id: int, open_flags: int = 0) -> int:
    attr = a.GetFdById(obj_id=obj_id, open_flags=open_flags)
    return call(backend, cmd, attr, f"{cmd.name} {obj_id}")[0]


def prog_get_fd_by_id(backend: Backend, prog_id: int) -> int:
    return _fd_by_id(backend, Cmd.PROG_GET_FD_BY_ID, prog_id)


def map_get_fd_by_id(backend: Backend, map_id: int, open_flags: int = 0) -> int:
    return _fd_by_id(backend, Cmd.MAP_GET_FD_BY_ID, map_id, open_flags)


def btf_get_fd_by_id(backend: Backend, btf_id: int) -> int:
    return _fd_by_id(backend, Cmd.BTF_GET_FD_BY_ID, btf_id)


def link_get_fd_by_id(backend: Backend, link_id: int) -> int:
    return _fd_by_id(backend, Cmd.LINK_GET_FD_BY_ID, link_id)


def obj_pin(backend: Backend, fd: int, path: str, file_flags: int = 0) -> None:
    pathname = Buffer(path.encode() + b"\0")
    attr = a.ObjPin(pathname=pathname.address, bpf_fd=fd, file_flags=file_flags)
    call(backend, Cmd.OBJ_PIN, attr, f"pinning at {path}")


def obj_get(backend: Backend, path: str, file_flags: int = 0) -> int:
    pathname = Buffer(path.encode() + b"\0")
    attr = a.ObjPin(pathname=pathname.address, file_flags=file_flags)
    return call(backend, Cmd.OBJ_GET, attr, f"opening pin {path}")[0]
