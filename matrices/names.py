"""Reads which names the modules of each release of a package have: `python matrices/names.py FOLDER...`.

Each folder holds one release, unpacked, and is called after it (scikit-learn-1.5.2). Nothing is imported: the files are
read as the probe reads those of an environment. What is private is left out, and what is the same in every release; the
rest goes into `built/names/PACKAGE.json.gz`.
"""

from __future__ import annotations

import gzip
import json
import keyword
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from packaging.version import Version

from checker.names import canonicalize_name
from checker.probe.inside.files.linking import Linker
from checker.probe.inside.files.places import Finder
from checker.probe.inside.files.symbols import Store
from checker.requirements.pinned import module_of

BUILT = HERE / "built" / "names"
#: folders of a package that nobody imports from
ASIDE = frozenset(("tests", "test", "benchmarks", "backend", "__pycache__"))


class Release:
    """One unpacked release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.linker = Linker(Finder([str(folder)]), [], Store(""), [])
        #: package -> its submodules
        self.inner: dict[str, list[str]] = {}
        self._known: dict[str, frozenset[str]] = {}

    def modules(self, top: str) -> Iterator[str]:
        """The dotted names of the modules below a top-level one."""
        for path in sorted(p for kind in ("*.py", "*.so") for p in (self.folder / top).rglob(kind)):
            parts = path.relative_to(self.folder).with_name(path.name.partition(".")[0]).parts
            if not ASIDE & {*parts} and all(part.isidentifier() for part in parts):
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                self.inner.setdefault(module.rpartition(".")[0], []).append(module.rpartition(".")[2])
                yield module

    def bound(self, module: str, *above: str) -> Iterator[str]:
        """The names that a module has: what its source binds, but for what is other packages', and its submodules.

        `above` are the modules that take all of its names.
        """
        imports, names, *_ = self.linker.entry(module)[1]
        top = module.partition(".")[0]
        others = {n for origin, found in imports for n in found if origin.partition(".")[0] != top}
        yield from self.inner.get(module, ())
        yield from (n for n in names.split() if not (n.startswith("_") or keyword.iskeyword(n) or n in others))
        for origin, found in imports:
            if "*" in found and origin.partition(".")[0] == top and origin not in (module, *above):
                yield from self.bound(origin, module, *above)

    def has(self, module: str, name: str) -> bool | None:
        """Whether `from module import name` works; None where it cannot be told."""
        if name in self.inner.get(module, ()) or name in self._names(module):
            return True
        return None if self.linker.provides(module, name) else False

    def _names(self, module: str) -> frozenset[str]:
        if module not in self._known:
            self._known[module] = frozenset(self.bound(module))
        return self._known[module]


def settled(told: Sequence[bool | None]) -> list[bool]:
    """What cannot be told of a release is as in those on both sides of it, where these agree; else it has the name."""
    found = []
    for place, has in enumerate(told):
        before = next((h for h in reversed(told[:place]) if h is not None), True)
        after = next((h for h in told[place:] if h is not None), True)
        found.append(before or after if has is None else has)
    return found


def ranges(has: Sequence[bool]) -> list[list[int]]:
    """[first, last] of each run of releases that have it."""
    runs = [[i for i, _ in run] for there, run in groupby(enumerate(has), lambda pair: pair[1]) if there]
    return [[run[0], run[-1]] for run in runs]


def read(name: str, folders: Sequence[tuple[Version, Path]]) -> dict[str, object]:
    """The table of one package: its releases, and what some of them have and others lack."""
    releases = [Release(folder) for _, folder in folders]
    there = [frozenset(release.modules(module_of(name))) for release in releases]
    names = dict[str, dict[str, list[list[int]]]]()
    for module in sorted(m for m in frozenset().union(*there) if "._" not in m):
        having = [module in one for one in there]
        inside = [release for release, has in zip(releases, having, strict=True) if has]
        for bound in sorted({name for release in inside for name in release.bound(module) if name != "*"}):
            told = (r.has(module, bound) if has else None for r, has in zip(releases, having, strict=True))
            if not all(found := settled([*told])):
                names.setdefault(module, {})[bound] = ranges(found)
    return {"releases": [str(version) for version, _ in folders], "names": names}


def main() -> None:
    """Read the folders, and write what they come to."""
    found: dict[str, dict[Version, Path]] = {}
    for folder in map(Path, sys.argv[1:]):
        name, _, version = folder.name.rpartition("-")
        found.setdefault(canonicalize_name(name), {})[Version(version)] = folder
    for name, folders in sorted(found.items()):
        text = json.dumps(read(name, sorted(folders.items())), sort_keys=True, separators=(",", ":"))
        (BUILT / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        print(name, len(folders), "releases", flush=True)


if __name__ == "__main__":
    main()
