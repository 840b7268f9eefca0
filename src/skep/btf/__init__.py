"""BPF Type Format: reading, writing, and values by their types."""

from .btf import Btf
from .build import BtfBuilder
from .build_types import Bits
from .ext import BtfExt, encode_ext, parse_ext
from .kinds import Kind

__all__ = ["Bits", "Btf", "BtfBuilder", "BtfExt", "Kind", "encode_ext", "parse_ext"]
