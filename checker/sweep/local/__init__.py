"""This machine as a sweep uses it: packages, models and evidence in files, and processes that measure."""
