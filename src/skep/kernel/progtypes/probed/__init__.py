"""Tables of program types, probed from Linux."""
