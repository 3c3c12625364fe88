"""Which cells come first: a covering of what people install, from the oldest to the newest of everything."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from packaging.version import Version

from ...knowledge import Knowledge, load

#: how releases beside a pin are chosen: those of its day, as a fresh installation does it, the oldest that is admitted
MANNERS = ("era", "highest", "lowest")
#: the same for what stands beside a converter, by turns
BESIDE = ("era", "highest", "era", "lowest")
#: how long other packages take to come to terms with a release
SETTLED = datetime.timedelta(days=120)
#: what is older is not measured
FIRST, FIRST_CONVERTER, FIRST_RUNTIME = Version("0.20"), Version("1.4.9"), Version("1.0")
#: places of a converter's release beside the one that is as old as scikit-learn's, by turns
OFFSETS = (0, 3, -3, 6, 1, -6, 2, -1)
#: sets of converters for each set of fitted models
SETS = 5


@dataclass(frozen=True)
class Wish:
    """A group of cells to be: what is pinned, and how the rest is chosen."""

    python: str
    scikit: str
    manner: str
    #: (release of skl2onnx, manner of choosing onnx and protobuf beside it)
    converters: tuple[tuple[str, str], ...]


def minors(versions: Sequence[str]) -> list[str]:
    """The last release of each minor, oldest first."""
    last: dict[tuple[int, int], str] = {}
    for version in sorted(map(Version, versions)):
        if not version.is_prerelease:
            last[(version.major, version.minor)] = str(version)
    return list(last.values())


def converters_for(place: float, releases: Sequence[str], turn: int) -> Iterator[str]:
    """Releases of the converter by age: the newest first, then those as old as scikit-learn and around it, by turns."""
    yield releases[-1]
    near = round(place * (len(releases) - 1))
    for step in range(len(OFFSETS)):
        found = near + OFFSETS[(turn + step) % len(OFFSETS)]
        if 0 <= found < len(releases):
            yield releases[found]


def covering(knowledge: Knowledge, pythons: Sequence[str], sets: int = SETS) -> list[Wish]:
    """Groups that cover every minor of scikit-learn on every interpreter that has wheels of it, in every manner.

    The newest come first; the releases of the converter are dealt out by turns, so that all of them come.
    """
    everywhere = minors([r.version for r in knowledge.releases("scikit-learn") if not r.yanked and r.parsed >= FIRST])
    converters = [r.version for r in knowledge.releases("skl2onnx") if not r.yanked and r.parsed >= FIRST_CONVERTER]
    wishes, turns = [], count()
    for manner in MANNERS:
        for python in sorted(pythons, key=Version, reverse=True):
            here = minors([r.version for r in knowledge.releases_for_python("scikit-learn", python)])
            for scikit in reversed([v for v in here if v in everywhere]):
                turn = next(turns)
                place = everywhere.index(scikit) / max(1, len(everywhere) - 1)
                dealt = dict.fromkeys(converters_for(place, converters, turn))
                chosen = [(v, BESIDE[(turn + n) % len(BESIDE)]) for n, v in enumerate(list(dealt)[:sets])]
                wishes.append(Wish(python, scikit, manner, tuple(chosen)))
    return wishes


def runtimes(knowledge: Knowledge, pythons: Sequence[str]) -> list[tuple[str, str]]:
    """(Python, release) of every onnxruntime that installs: in the oldest interpreter that has wheels of it.

    The last release of each minor comes first, from the oldest on; then all others.
    """
    found: dict[str, str] = {}
    for python in sorted(pythons, key=Version):
        for release in knowledge.releases_for_python("onnxruntime", python):
            if release.parsed >= FIRST_RUNTIME and not release.parsed.is_prerelease:
                found.setdefault(release.version, python)
    last = minors(list(found))
    return [(found[v], v) for v in [*last, *sorted(set(found) - set(last), key=Version)] if v in found]


def day_of(package: str, version: str, after: datetime.timedelta = SETTLED) -> str:
    """The day some months after a release, when everything else had come to terms with it; "" where none is known."""
    release = load().release(package, version)
    if not release or not release.uploaded:
        return ""
    return (datetime.date.fromisoformat(release.uploaded) + after).isoformat()
