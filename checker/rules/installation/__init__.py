"""Mechanisms that keep packages from being installed rightly."""
