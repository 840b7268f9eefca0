"""The numbers and layouts of linux/bpf.h, the vocabulary of the boundary, out of a kernel's own BTF."""

from skep.uapi._generated import *  # noqa: F403
