"""The interpreter over a syntax tree: one class, in layers."""
