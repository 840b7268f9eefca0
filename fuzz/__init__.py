"""Differential fuzzers: modules that run with `python -m fuzz.<name>`, each repeatable by its seed."""
