"""Does skep say what Linux says? The same objects on both, everything compared that can be."""
