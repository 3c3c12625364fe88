"""Bytecode that is there already, for environments in which remedies are tried.

Most of their packages are the patient's, or those of an earlier try, and compiling takes longer than importing. Only
bytecode of the very release is lent, and Python itself compares it with the source; what it writes goes into a folder
of the try's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...model import Distribution, Observation
from ...world.files import link_bytecode


@dataclass
class Bytecode:
    """Where the bytecode of which release lies."""

    #: distributions of the patient, and the folder in which the checker keeps bytecode of it ("": none)
    seen: Observation
    kept: str = ""
    #: `name==version` -> the folder of packages in which it was compiled, in the manner of a prefix
    _places: dict[str, Path] = field(default_factory=dict)
    _modules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: the standard library's, where a try has compiled it
    _library: Path | None = None

    def __post_init__(self) -> None:
        for found in self.seen.distributions:
            if found.location and not found.editable:
                self._places.setdefault(_pin(found), Path(found.location))
            self._modules.setdefault(found.name, found.modules)

    def lend(self, lock: Sequence[str], python: Path, prefix: Path) -> None:
        """Give an environment that holds `lock` what is compiled of it; `prefix` is where Python looks for it."""
        owners: dict[str, set[Path | None]] = {}
        for pin in lock:
            for module in self._modules.get(pin.partition("==")[0], ()):
                owners.setdefault(module, set()).add(self._places.get(pin))
        target = below(prefix, self.packages_of(python))
        for module, places in owners.items():
            place = next(iter(places))
            if place and len(places) == 1:  # what belongs to several, of which one has moved, is compiled again
                link_bytecode(self._roots(place), module, target)
        library = self._standard_library()
        kept = [below(Path(self.kept), library)] if self.kept else []
        link_bytecode([*kept, *filter(None, [self._library])], "", below(prefix, library))

    def remember(self, after: Observation | None, prefix: Path) -> None:
        """What was compiled in a try serves the next ones."""
        for found in after.distributions if after else ():
            self._places.setdefault(_pin(found), below(prefix, Path(found.location)))
            self._modules.setdefault(found.name, found.modules)
        self._library = self._library or below(prefix, self._standard_library())

    def packages_of(self, python: Path) -> Path:
        """The folder of packages of an environment."""
        return python.parents[1] / "lib" / f"python{self.seen.minor}" / "site-packages"

    def _roots(self, place: Path) -> list[Path]:
        """Where bytecode of a folder of packages may lie: kept by the checker, else beside the sources."""
        return [below(Path(self.kept), place), place] if self.kept else [place]

    def _standard_library(self) -> Path:
        return Path(str(self.seen.system.get("base_prefix", "")), "lib", f"python{self.seen.minor}")


def below(prefix: Path, folder: Path) -> Path:
    """Where Python looks for the bytecode of a folder of sources, given a prefix."""
    return prefix / folder.relative_to(folder.anchor)


def _pin(found: Distribution) -> str:
    return f"{found.name}=={found.version}"
