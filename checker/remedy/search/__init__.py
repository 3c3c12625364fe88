"""Which change to try next, the nearest first."""
