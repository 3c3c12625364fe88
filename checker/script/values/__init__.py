"""What stands for numbers that nobody computes: arrays, tables, data sets, and what is unknown."""
