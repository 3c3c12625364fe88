"""Mechanisms that keep a model from being converted, run or logged, or make it answer wrongly."""
