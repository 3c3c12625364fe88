"""Measuring cells of the matrices: what is made once and used many times."""
