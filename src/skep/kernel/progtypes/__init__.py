"""Program types: contexts, permitted helpers, return ranges, attach types."""
