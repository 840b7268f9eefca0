"""Does skep's loader ask the kernel for what libbpf asks it for? `python -m tools.parity.libbpf --help`"""
