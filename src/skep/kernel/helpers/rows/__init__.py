"""Helper prototypes, one module per family."""
