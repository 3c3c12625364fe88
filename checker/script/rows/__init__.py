"""Canary rows: what a script was seen to do, as rows that try the same."""
