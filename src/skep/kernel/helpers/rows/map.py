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
        since="3.19",
        doc=(
            "Looks up the element of `key`. Returns the address of the value in the map, which the "
            "program may read and write in place, or NULL when there is no such element. In a per-CPU map "
            "it is the value of the CPU that the program runs on; in a map of maps it is the inner map."
        ),
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
        since="3.19",
        doc=(
            "Creates or replaces the element of `key` with a copy of `value`. `flags`: BPF_ANY, "
            "BPF_NOEXIST (EEXIST when the key is there), BPF_EXIST (ENOENT when it is not), BPF_F_LOCK to "
            "copy under the spin lock in the value. A full map gives E2BIG, unless its type evicts."
        ),
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
        since="3.19",
        doc=(
            "Removes the element of `key`; ENOENT when there is none. Elements of arrays cannot be "
            "removed (EINVAL)."
        ),
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
        since="4.20",
        doc=(
            "Adds an element to a queue, stack or bloom filter. E2BIG when it is full; BPF_EXIST drops "
            "the oldest instead."
        ),
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
        since="4.20",
        doc=(
            "Takes the next element out of a queue (oldest) or stack (newest) and copies it; ENOENT when "
            "it is empty."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=89,
        name="map_peek_elem",
        since="4.20",
        doc=(
            "Copies the next element of a queue or stack without taking it out; of a bloom filter: asks "
            "whether the value may be in it."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=164,
        name="for_each_map_elem",
        since="5.13",
        doc=(
            "Calls a function of the program for each element of a map with (map, key, value, ctx) until "
            "it returns 1. Returns the number of calls."
        ),
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
        since="5.19",
        doc=(
            "Looks up the value of `key` in a per-CPU map for another CPU than one's own; NULL for a CPU "
            "that does not exist."
        ),
        ret=RET_PTR_TO_MAP_VALUE_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MAP_KEY,
            ARG_ANYTHING,
        ),
        pkt_access=True,
    ),
)
