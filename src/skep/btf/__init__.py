"""BPF Type Format: reading, writing, and values by their types."""

from .btf import Btf
from .build import BtfBuilder
from .ext import BtfExt, parse_ext
from .kinds import Kind

__all__ = ["Btf", "BtfBuilder", "BtfExt", "Kind", "parse_ext"]
