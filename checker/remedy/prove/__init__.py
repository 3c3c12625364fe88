"""Trying a change where it harms nothing, and judging what came of it."""
