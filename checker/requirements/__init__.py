"""Requirement files: what stands in them, what is mistyped there, and an environment that is built from them."""
