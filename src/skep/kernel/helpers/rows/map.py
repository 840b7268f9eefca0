"""Maps: elements, queues, iteration, map storage attached to kernel objects lives in `storage`."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_MAP_PTR,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_MAP_KEY,
    ARG_PTR_TO_MAP_VALUE,
    ARG_PTR_TO_STACK_OR_NULL,
    MEM_UNINIT,
    MEM_WRITE,
    RET_INTEGER,
    RET_PTR_TO_MAP_VALUE_OR_NULL,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=1,
        name="map_lookup_elem",
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=2,
        name="map_update_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_PTR_TO_MAP_VALUE,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=3,
        name="map_delete_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=87,
        name="map_push_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_VALUE,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
    HelperProto(
        id=88,
        name="map_pop_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=89,
        name="map_peek_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=164,
        name="for_each_map_elem",
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_FUNC,
            ARG_PTR_TO_STACK_OR_NULL,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=195,
        name="map_lookup_percpu_elem",
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
)
