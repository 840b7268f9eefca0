"""Memory that a kernel and its user share: what a consumer or producer of records does with it.

The loads and stores are native, because their order counts for the other side.
"""

from skep._runtime import perf_consume, ring_consume, shared_load, shared_store

__all__ = ["perf_consume", "ring_consume", "shared_load", "shared_store"]
