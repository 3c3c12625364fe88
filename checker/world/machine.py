"""What this machine is: its memory, its processors, its system."""

from __future__ import annotations

import os
import platform


def memory_limit() -> int:
    """Address space for a worker, in bytes: three quarters of the memory, at least 6 GiB; 0 where unknown."""
    try:
        return max(6 << 30, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4)
    except (ValueError, OSError, AttributeError):
        return 0


def processors() -> int:
    """How many things this machine does at once."""
    return os.cpu_count() or 1


def runs_here(system: str, machine: str) -> bool:
    """Whether this machine runs what that system and machine run; "" for a machine that is not known.

    Windows does not tell by these names, and is taken at its word.
    """
    here = platform.uname()
    return os.name == "nt" or (here.system, machine or here.machine) == (system, here.machine)
