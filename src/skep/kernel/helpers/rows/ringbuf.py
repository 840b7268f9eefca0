"""Ring buffers, in both directions."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_CONST_ALLOC_SIZE_OR_ZERO,
    ARG_CONST_MAP_PTR,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_PTR_TO_DYNPTR,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_RINGBUF_MEM,
    ARG_PTR_TO_STACK_OR_NULL,
    DYNPTR_TYPE_RINGBUF,
    MEM_RDONLY,
    MEM_UNINIT,
    MEM_WRITE,
    OBJ_RELEASE,
    RET_INTEGER,
    RET_PTR_TO_RINGBUF_MEM_OR_NULL,
    RET_VOID,
)

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=130,
        name="ringbuf_output",
        since="5.8",
        doc=(
            "Copies a record of `size` bytes into a ring buffer; EAGAIN when there is no room. Flags "
            "force or suppress the wakeup of the consumer."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_MEM | MEM_RDONLY,
            ARG_CONST_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=131,
        name="ringbuf_reserve",
        since="5.8",
        doc=(
            "Reserves `size` bytes in a ring buffer and returns their address, NULL when there is no "
            "room. The program fills them, and has to submit or discard them."
        ),
        ret=RET_PTR_TO_RINGBUF_MEM_OR_NULL,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_CONST_ALLOC_SIZE_OR_ZERO,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=132,
        name="ringbuf_submit",
        since="5.8",
        doc=(
            "Makes a reserved record visible to the consumer and wakes it when it waits for just this "
            "one; flags force or suppress that."
        ),
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=133,
        name="ringbuf_discard",
        since="5.8",
        doc="Gives up a reserved record; the consumer passes over it.",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=134,
        name="ringbuf_query",
        since="5.8",
        doc=(
            "Asks a ring buffer for the bytes not yet consumed, its size, or the position of its consumer "
            "or producer: a snapshot."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=198,
        name="ringbuf_reserve_dynptr",
        since="5.19",
        doc=(
            "Reserves a record of a size that the verifier need not know in a ring buffer, as a dynptr. "
            "It has to be submitted or discarded even when there was no room."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_ANYTHING,
            ARG_ANYTHING,
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | MEM_UNINIT | MEM_WRITE,
        ),
    ),
    HelperProto(
        id=199,
        name="ringbuf_submit_dynptr",
        since="5.19",
        doc="Submits a record that was reserved as a dynptr.",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=200,
        name="ringbuf_discard_dynptr",
        since="5.19",
        doc="Discards a record that was reserved as a dynptr.",
        ret=RET_VOID,
        args=(
            ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_RINGBUF | OBJ_RELEASE,
            ARG_ANYTHING,
        ),
    ),
    HelperProto(
        id=209,
        name="user_ringbuf_drain",
        since="6.1",
        doc=(
            "Calls a function of the program for each record that user space wrote to a user ring buffer, "
            "until it returns 1 or there are none. Returns the number of records; EBUSY when another "
            "program drains it, EINVAL or E2BIG for a bad record."
        ),
        ret=RET_INTEGER,
        args=(
            ARG_CONST_MAP_PTR,
            ARG_PTR_TO_FUNC,
            ARG_PTR_TO_STACK_OR_NULL,
            ARG_ANYTHING,
        ),
    ),
)
