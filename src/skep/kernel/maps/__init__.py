"""Maps: one native map under each, and the rules of its type."""
