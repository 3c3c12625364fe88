"""Commands that tell of the checker itself: they look at nothing."""
