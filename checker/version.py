"""The checker's own release."""

__version__ = "0.1.0"
