"""Which helper takes which kind of map: two tables, since both the map type and the helper may insist."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.kernel.helpers.registry import PROTOS
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.vmap import VMap
from skep.uapi import AttachType, FuncId, MapType, ProgType


def func_ids(text: str) -> frozenset[int]:
    """Helpers by their names, without "bpf_", one after another."""
    return frozenset(int(FuncId[name]) for name in text.split())


def _types(text: str) -> frozenset[int]:
    return frozenset(int(MapType[name]) for name in text.split())


_SOCKMAP: Final = "sk_select_reuseport map_lookup_elem"

_HELPERS_OF_MAP: Final[dict[int, frozenset[int]]] = {
    MapType.PROG_ARRAY: func_ids("tail_call"),
    MapType.PERF_EVENT_ARRAY: func_ids(
        "perf_event_read perf_event_output skb_output perf_event_read_value xdp_output"
    ),
    MapType.RINGBUF: func_ids(
        "ringbuf_output ringbuf_reserve ringbuf_query ringbuf_reserve_dynptr ringbuf_submit_dynptr "
        "ringbuf_discard_dynptr"
    ),
    MapType.USER_RINGBUF: func_ids("user_ringbuf_drain"),
    MapType.STACK_TRACE: func_ids("get_stackid"),
    MapType.CGROUP_ARRAY: func_ids("skb_under_cgroup current_task_under_cgroup"),
    MapType.CGROUP_STORAGE: func_ids("get_local_storage"),
    MapType.PERCPU_CGROUP_STORAGE: func_ids("get_local_storage"),
    MapType.DEVMAP: func_ids("redirect_map map_lookup_elem"),
    MapType.DEVMAP_HASH: func_ids("redirect_map map_lookup_elem"),
    MapType.CPUMAP: func_ids("redirect_map"),
    MapType.XSKMAP: func_ids("redirect_map map_lookup_elem"),
    MapType.ARRAY_OF_MAPS: func_ids("map_lookup_elem"),
    MapType.HASH_OF_MAPS: func_ids("map_lookup_elem"),
    MapType.SOCKMAP: func_ids("sk_redirect_map sock_map_update msg_redirect_map " + _SOCKMAP),
    MapType.SOCKHASH: func_ids("sk_redirect_hash sock_hash_update msg_redirect_hash " + _SOCKMAP),
    MapType.REUSEPORT_SOCKARRAY: func_ids("sk_select_reuseport"),
    MapType.QUEUE: func_ids("map_peek_elem map_pop_elem map_push_elem"),
    MapType.STACK: func_ids("map_peek_elem map_pop_elem map_push_elem"),
    MapType.SK_STORAGE: func_ids("sk_storage_get sk_storage_delete kptr_xchg"),
    MapType.INODE_STORAGE: func_ids("inode_storage_get inode_storage_delete kptr_xchg"),
    MapType.TASK_STORAGE: func_ids("task_storage_get task_storage_delete kptr_xchg"),
    MapType.CGRP_STORAGE: func_ids("cgrp_storage_get cgrp_storage_delete kptr_xchg"),
    MapType.BLOOM_FILTER: func_ids("map_peek_elem map_push_elem"),
}
#: Map types that only some helpers take; the other types leave it to the helper.
HELPERS_OF_MAP: Final = {int(map_type): helpers for map_type, helpers in _HELPERS_OF_MAP.items()}


def _by_helper(rows: dict[str, str]) -> dict[int, frozenset[int]]:
    return {id_: _types(types) for helpers, types in rows.items() for id_ in func_ids(helpers)}


#: Helpers that only take some map types.
MAPS_OF_HELPER: Final = _by_helper(
    {
        "tail_call": "PROG_ARRAY",
        "perf_event_read perf_event_output perf_event_read_value skb_output xdp_output": "PERF_EVENT_ARRAY",
        "ringbuf_output ringbuf_reserve ringbuf_query ringbuf_reserve_dynptr ringbuf_submit_dynptr "
        "ringbuf_discard_dynptr": "RINGBUF",
        "user_ringbuf_drain": "USER_RINGBUF",
        "get_stackid": "STACK_TRACE",
        "current_task_under_cgroup skb_under_cgroup": "CGROUP_ARRAY",
        "redirect_map": "DEVMAP DEVMAP_HASH CPUMAP XSKMAP",
        "sk_redirect_map msg_redirect_map sock_map_update": "SOCKMAP",
        "sk_redirect_hash msg_redirect_hash sock_hash_update": "SOCKHASH",
        "get_local_storage": "CGROUP_STORAGE PERCPU_CGROUP_STORAGE",
        "sk_select_reuseport": "REUSEPORT_SOCKARRAY SOCKMAP SOCKHASH",
        "map_pop_elem": "QUEUE STACK",
        "map_peek_elem map_push_elem": "QUEUE STACK BLOOM_FILTER",
        "map_lookup_percpu_elem": "PERCPU_ARRAY PERCPU_HASH LRU_PERCPU_HASH",
        "sk_storage_get sk_storage_delete": "SK_STORAGE",
        "inode_storage_get inode_storage_delete": "INODE_STORAGE",
        "task_storage_get task_storage_delete": "TASK_STORAGE",
        "cgrp_storage_get cgrp_storage_delete": "CGRP_STORAGE",
    }
)

#: Program types that never hold a socket locked, so that they may change sockmaps.
_MAY_UPDATE_SOCKMAP: Final = frozenset(
    {
        ProgType.SOCKET_FILTER,
        ProgType.SCHED_CLS,
        ProgType.SCHED_ACT,
        ProgType.XDP,
        ProgType.SK_REUSEPORT,
        ProgType.FLOW_DISSECTOR,
        ProgType.SK_LOOKUP,
    }
)


def func_id_name(func_id: int) -> str:
    """As logs have it: bpf_map_lookup_elem; "unknown" for a number without a helper."""
    row = PROTOS.get(func_id)
    if row is None:
        return "bpf_unspec" if func_id == 0 else "unknown"
    return row.bpf_name


def func_text(func_id: int) -> str:
    """The helper and its number: bpf_map_lookup_elem#1."""
    return f"{func_id_name(func_id)}#{func_id}"


def _may_update_sockmap(env: Env, func_id: int) -> bool:
    if func_id not in (FuncId.map_update_elem, FuncId.map_delete_elem):
        return False
    if env.prog_type in _MAY_UPDATE_SOCKMAP:
        return True
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_ITER:
        return True
    # sock_ops updates through sock_map_update, which looks at the event.
    if env.prog_type == ProgType.SOCK_OPS and func_id == FuncId.map_delete_elem:
        return True
    verbose(env, "cannot update sockmap in this context\n")
    return False


def check_map_func_compatibility(env: Env, vmap: VMap | None, func_id: int) -> None:
    """The helper and the map it is given fit each other."""
    if vmap is None:
        return
    helpers = HELPERS_OF_MAP.get(vmap.map_type)
    types = MAPS_OF_HELPER.get(func_id)
    fits = helpers is None or func_id in helpers
    if not fits and vmap.map_type in (MapType.SOCKMAP, MapType.SOCKHASH):
        fits = _may_update_sockmap(env, func_id)
    if fits and (types is None or vmap.map_type in types):
        return
    verbose(env, f"cannot pass map_type {vmap.map_type} into func {func_text(func_id)}\n")
    raise Reject(EINVAL)
