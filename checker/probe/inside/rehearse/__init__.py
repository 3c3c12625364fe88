"""Rehearsing the user's own script: small, watched, and without a trace."""
