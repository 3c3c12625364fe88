"""An environment of requirement files: built as far as it can be, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from ..knowledge import Target
from ..knowledge.facts import parse
from ..names import STUBS, pinned_version, required_name
from ..world.sandbox import Refused, Site, empty_site
from ..world.uv import check_reachable, compile_pins, plain_words
from .lines import Line, places_asked
from .mistakes import Fault, find_mistakes, spared, with_release
from .needs import Manner, Needs
from .pinned import OLDEST
from .refusals import Wanting, failed_build, find_faults, find_unbuilt, find_unfit, line_of, stub

#: questions to the installer at most: each tells of one more thing that is wrong
ROUNDS = 12
#: ... and more of a list that another tool has made, of which any may be unknown to the index
MORE_ROUNDS = 40
#: what conda puts into an environment with a Python before anything is asked for
SEEDS = ("pip", "setuptools")
#: seconds for one question about one package
PATIENCE = 90


@dataclass
class Building:
    """How far the building of an environment has come."""

    site: Site
    needs: Needs
    #: the interpreter for which wheels are chosen
    base: Path
    build: bool
    offline: bool
    faults: list[Fault] = field(default_factory=list)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the files."""
        return self.needs.lines

    def run(self) -> None:
        """Install, and leave out what cannot be had, until nothing new is said."""
        self.faults += find_mistakes(self.lines)
        if not self.build:
            self.faults += (
                Fault("NeedsBuilding", required_name(line.text), "it is named by its sources", line.text, line.place)
                for line in self.lines
                if line.is_source
            )
        for _ in range(MORE_ROUNDS if any(line.spare for line in self.lines) else ROUNDS):
            refused = self._install()
            new = [f for f in self._read(refused.text) if f not in self.faults] if refused else []
            self.faults += new
            if not new:
                return

    def _install(self) -> Refused | None:
        """One try without what is known to be wrong; where something blocks already, nothing is installed."""
        words = [*["--dry-run"] * any(f.blocks for f in self.faults), *["--offline"] * self.offline, *self.needs.words]
        fixed = self._fixed()
        if not self.faults:
            return self.site.install(self.needs.asked, fixed, words, build=self.build)
        unread = {f.asked for f in self.faults if f.is_of_line} | {"--require-hashes"}
        checked = self.needs.manner is Manner.ALONE
        lines = [line.asked if checked else line.text for line in self.lines if line.text not in unread]
        lines += [f.meant for f in self.faults if f.is_of_line and f.meant]
        gone = {f.name for f in self.faults if not f.is_of_line and f.name}
        over = [text for text in fixed if required_name(text) not in gone]
        without = [f"{name} ; python_version < '3'" for name in gone]
        return self.site.install(lines, [*over, *without], words, build=self.build)

    def _fixed(self) -> list[str]:
        """The pins that win over what packages require, where the files say how an environment is."""
        if self.needs.manner is not Manner.FIXED:
            return []
        other = {f.asked: f.meant for f in self.faults if f.is_of_line}
        texts = (other.get(line.text, line.text) for line in self.lines)
        return [text for text in texts if pinned_version(text)]

    def _read(self, text: str) -> Iterator[Fault]:
        """What the installer's words tell; what nobody but another tool brings blocks nothing."""
        return (spared(fault, self.lines) for fault in self._say(text))

    def _say(self, text: str) -> Iterator[Fault]:
        faults = [replace(f, meant=f.meant or self._nearest(f)) for f in find_faults(text, self.lines)]
        if failed := failed_build(text, self.lines) if self.build else None:
            yield failed
        elif faults:
            yield from faults
        elif unbuilt := find_unbuilt(text, self.lines):
            yield self._unbuilt(unbuilt)
        elif line := find_unfit(text, self.lines):
            yield Fault("Refused", required_name(line.text), text, line.text, line.place)
        else:
            yield Fault("Refused", "", text)

    def _unbuilt(self, wanting: Wanting) -> Fault:
        """A package without a wheel: one that nobody has a wheel of is to be built, any other is for other Pythons."""
        line = line_of(wanting.name, self.lines)
        asked, place = (line.text, line.place) if line else ("", "")
        if line and wanting.name in STUBS:
            return stub(line, self.lines)
        if self._ask(wanting.releases, "--universal", "--python-version", OLDEST) is None:
            return Fault("NeedsBuilding", wanting.name, f"{wanting.releases} has no wheel at all", asked, place)
        said = f"Because {wanting.releases} has no usable wheels and you require {wanting.releases}"
        return Fault(
            "Refused", wanting.name, f"{said}, we can conclude that your requirements are unsatisfiable.", asked, place
        )

    def _ask(self, requirement: str, *words: str) -> str | None:
        """The release that one requirement alone comes to; None where no wheel serves it.

        Where another Python is what it needs, that is no lack of wheels: "".
        """
        words = ("--no-deps", "--python", str(self.base), *words, *["--offline"] * self.offline)
        options = places_asked(self.lines)
        done = compile_pins(
            [*options, requirement], words, self.site.folder, seconds=PATIENCE, children=self.site.children
        )
        check_reachable(plain_words(done.stderr))
        found = next((v for text in done.stdout.splitlines() if (v := pinned_version(text))), "")
        return None if done.returncode and "no usable wheels" in done.stderr else found

    def _nearest(self, fault: Fault) -> str:
        """The requirement for the release next to one that was never made, "" where there is none with a wheel."""
        name, version = fault.name, parse(pinned_version(fault.asked))
        if fault.kind != "NoSuchRelease":
            return ""
        if version is None:  # a range beyond everything that there is
            return with_release(fault.asked, newest) if (newest := self._ask(name)) else ""
        above = self._ask(f"{name}>={version}", "--resolution", "lowest-direct")
        below = self._ask(f"{name}<{version}")
        near = sorted(filter(None, [above, below]), key=lambda other: _span(version, Version(other)))
        return with_release(fault.asked, near[0]) if near else ""


def _span(one: Version, other: Version) -> tuple[int, ...]:
    """How far two releases are from each other, the first number of the version counting most."""
    length = max(len(one.release), len(other.release))
    pairs = zip(*((*v.release, *[0] * (length - len(v.release))) for v in (one, other)), strict=True)
    return tuple(abs(a - b) for a, b in pairs)


def install_built_in(site: Site, place: Target) -> Refused | None:
    """Install what is built into a place; what its list does not name is of the day of the list."""
    lines = (*place.requirements, *(name for name in SEEDS if name not in place.packages))
    refused = site.install(lines, words=("--exclude-newer", place.provenance.date))
    # an index that tells no dates, or a list whose releases came out later than it says
    return site.install(lines) if refused else None


@dataclass(frozen=True)
class Built:
    """What has become of requirement files."""

    #: the interpreter of the environment; None where something blocks
    python: Path | None
    faults: tuple[Fault, ...]
    #: what was not honoured, in sentences
    remarks: tuple[str, ...] = ()


@contextmanager
def environment(
    base: Path, needs: Needs, build: bool = False, offline: bool = False, first: Target | None = None
) -> Iterator[Built]:
    """A fresh environment of `base` with what requirement files ask for, or why not.

    `build`: sources are built too; else what has no wheel at all is left out, and told. `offline`: from uv's cache
    alone. `first`: a place whose built-in packages are there before, and move where the files ask for others. Raises
    CannotLook when not even an empty environment can be made, or the index cannot be used.
    """
    with empty_site(base) as site:
        if first and (refused := install_built_in(site, first)):
            yield Built(None, (Fault("Refused", "", refused.text),))
            return
        building = Building(site, needs, base, build, offline)
        building.run()
        faults = tuple(fault for fault in building.faults if fault.kind != "Spare")
        spared = tuple(fault.text for fault in building.faults if fault.kind == "Spare")
        blocked = any(fault.blocks for fault in faults)
        yield Built(None if blocked else site.python, faults, (*needs.remarks, *spared))
