"""Memory and semaphores that processes share: their names are those of the whole machine, and go with the rehearsal."""

import functools
import os
from typing import Any


class Shared:
    """What a script shares by name, noted in a file of the scratch folder for whoever removes it."""

    def __init__(self, noted: str) -> None:
        self.noted = noted

    def note(self, name: str) -> None:
        """Note the file below /dev/shm that stands for a name."""
        with open(self.noted, "a") as file:
            file.write(name + "\n")

    # --- what is hooked

    def memory(self, module: Any) -> None:
        """Note what `multiprocessing.shared_memory` makes, however it is named."""
        system = getattr(module, "_posixshmem", None)  # type: Any
        real = getattr(system, "shm_open", None)
        if not real:  # Windows removes it by itself
            return

        @functools.wraps(real)
        def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
            opened = real(path, flags, mode=mode)
            if flags & os.O_CREAT:
                self.note(path.lstrip("/"))
            return int(opened)

        system.shm_open = shm_open

    def semaphores(self, module: Any) -> None:
        """Note the names of the semaphores that `multiprocessing` and joblib's copy of it make."""
        make = module.SemLock._make_name

        def make_name() -> str:
            name = make()
            self.note("sem." + name.lstrip("/"))
            return str(name)

        module.SemLock._make_name = staticmethod(make_name)
