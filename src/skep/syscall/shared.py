"""Memory that a kernel and its user share: what a consumer or producer of records does with it; elements out
of the bytes of many.

The loads and stores are native, because their order counts for the other side.
"""

from skep._runtime import pairs, perf_consume, ring_consume, shared_load, shared_store

__all__ = ["pairs", "perf_consume", "ring_consume", "shared_load", "shared_store"]
