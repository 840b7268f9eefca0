"""The Linux BPF subsystem as a Python package."""
