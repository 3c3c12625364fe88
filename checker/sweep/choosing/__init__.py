"""Which cells are measured next."""
