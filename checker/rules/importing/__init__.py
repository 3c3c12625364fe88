"""Mechanisms that keep packages from being imported."""
