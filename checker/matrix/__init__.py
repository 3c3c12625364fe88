"""Matrices: which environments of the path are worth testing, and what is known of them."""
