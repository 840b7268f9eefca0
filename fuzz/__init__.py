"""Differential fuzzers. Each is a module that runs with `python -m fuzz.<name>` and is repeatable by its seed."""
