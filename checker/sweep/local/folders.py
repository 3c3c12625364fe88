"""One folder a release of a package, from which environments are composed without being built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import CannotLook
from ...world.locks import await_free, hold_lock
from ...world.process import Children
from ...world.sandbox import Refused, remove
from ...world.uv import check_reachable, plain_words, run_uv

#: seconds that another process may take to unpack the same release
PATIENCE = 600.0


@dataclass(frozen=True)
class PackageFolders:
    """Releases unpacked for interpreters, each once, by whoever needs it first."""

    root: Path

    def find(self, python: Path, label: str, lock: Mapping[str, str]) -> list[str] | Refused:
        """The folders that hold exactly these releases for an interpreter, which goes by its label ("3.11").

        The first release that cannot be had is what refuses. Raises CannotLook for the index.
        """
        found = []
        for name, version in lock.items():
            place = self.root / label / f"{name}-{version}"
            if not place.is_dir():
                refused = self._unpack(python, place, f"{name}=={version}")
                if refused:
                    return refused
            found.append(str(place))
        return found

    def _unpack(self, python: Path, place: Path, pin: str) -> Refused | None:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = place.with_name(place.name + ".lock")
        with hold_lock(lock) as held:
            if not held:
                if not await_free(lock, PATIENCE):
                    raise CannotLook(f"another process holds {lock}", "end it, and run again")
                return None if place.is_dir() else self._unpack(python, place, pin)
            if place.is_dir():
                return None
            return self._fill(python, place, pin, Children(held))

    def _fill(self, python: Path, place: Path, pin: str, children: Children) -> Refused | None:
        part = place.with_name(f".{place.name}")
        remove(part)  # what a killed run has left there
        where = ["--python", str(python), "--target", str(part), "--link-mode", "hardlink"]
        try:
            done = run_uv(["pip", "install", "-q", "--no-build", "--no-deps", *where, pin], children=children)
            if done.returncode:
                check_reachable(said := plain_words(done.stderr))
                return Refused(said)
            part.replace(place)
        finally:
            remove(part)
        return None
