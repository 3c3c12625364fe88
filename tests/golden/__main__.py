"""`python -m tests.golden` writes the golden files anew."""

from . import write

write()
