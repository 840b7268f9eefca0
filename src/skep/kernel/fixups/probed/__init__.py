"""Tables of rewrites, probed from Linux."""
