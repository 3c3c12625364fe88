"""Tests that build real environments from the package index: `python -m pytest -m live`."""
