"""BPF Type Format: reading, writing, and values by their types."""

from .btf import Btf
from .kinds import Kind

__all__ = ["Btf", "Kind"]
