"""Packets from captures through programs: reading, replaying, what the verdicts mean."""
