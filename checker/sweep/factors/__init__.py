"""The factors of the path, one a file: what a cell is, which there are, how one is measured and noted."""
