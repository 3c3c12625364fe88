"""Linux's own lock on writing: a process gives up, with its children, to change files outside of some folders.

It holds for compiled code too, which no replaced function of Python reaches. See landlock(7).
"""

import os
import sys
from typing import Any

#: numbers of the system calls, the same on every machine: make a ruleset, add a rule, restrict oneself
CREATE, ADD, RESTRICT = 444, 445, 446
#: what may be done to files, as bits: write, and make and remove files and folders of every kind
WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
#: further rights, by the version of the interface that knows them: move between folders, truncate
LATER = ((2, 1 << 13), (3, 1 << 14))
#: prctl's number for: nobody gains rights by starting a program from now on
NO_NEW_PRIVILEGES = 38


def open_folder(path: str) -> int:
    """A descriptor that only names a folder or device."""
    return os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)


def lock_writes(folders: list) -> bool:
    """Let this process change files in these folders (and devices) only; False where the system knows no such lock."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        call: Any = ctypes.CDLL(None, use_errno=True).syscall
        version = call(CREATE, None, ctypes.c_size_t(0), 1)
        if version < 1:
            return False
        rights = WRITES | sum(bits for since, bits in LATER if version >= since)
        ruleset = call(CREATE, ctypes.byref(ctypes.c_uint64(rights)), ctypes.c_size_t(8), 0)
        for path in folders:
            if os.path.exists(path):
                allow(call, ruleset, path, rights)
        ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(call(RESTRICT, ruleset, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def allow(call: Any, ruleset: int, path: str, rights: int) -> None:
    """Add a folder to the ruleset, or a device, to which no right of folders applies."""
    import ctypes
    import struct

    inside = rights if os.path.isdir(path) else rights & (1 << 1 | 1 << 14)
    named = open_folder(path)
    try:
        call(ADD, ruleset, 1, ctypes.create_string_buffer(struct.pack("=Qi", inside, named)), 0)
    finally:
        os.close(named)
