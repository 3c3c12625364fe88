"""What a user asks of a preflight, and what follows from it before anything is looked at."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UsageError
from .names import canonicalize_name, read_requirement
from .policy import UNDECIDED, Policy
from .requirements.needs import Needs, called

if TYPE_CHECKING:
    from .knowledge import Target
    from .model import Rehearsal
    from .standin import Standin

#: environments in which remedies are tried at most, where nobody says more
BUDGET = 8


class Remedies(Enum):
    """How far remedies go."""

    #: what the rules advise
    ADVISED = "advised"
    #: planned from what ships with the checker
    OFFLINE = "offline"
    #: planned with the package index
    RESOLVED = "resolved"
    #: tried in throwaway environments
    PROVEN = "proven"


@dataclass(frozen=True)
class Request:
    """What a user asks of a preflight."""

    scripts: tuple[Path, ...] = ()
    python: str | None = None
    pythons: tuple[Path, ...] = ()
    requirements: tuple[Path, ...] = ()
    #: optional parts of the requirement files that are wanted
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    #: what the files ask for, once they are read
    needs: Needs = field(default_factory=Needs)
    #: whether packages of the requirement files may be built from source
    build: bool = False
    via: str | None = None
    recorded: Path | None = None
    save: Path | None = None
    #: quick, all, or names separated by commas
    canaries: str = "quick"
    static: bool = False
    #: how the scripts are run small, None where they are only read
    rehearsal: Rehearsal | None = None
    #: a model that is rehearsed without a script
    standin: Standin | None = None
    remedies: Remedies = Remedies.ADVISED
    #: canonical names of packages that no remedy may move
    keep: tuple[str, ...] = ()
    #: places in which what is made is to be used, by name or file
    targets: tuple[str, ...] = ()
    #: a place that trains, whose built-in packages are the environment
    trained_in: Target | None = None
    #: the columns of the table that is to be scored
    columns: Path | None = None
    #: requirements that every remedy has to meet, whether anything blocks or not
    wanted: tuple[str, ...] = ()
    #: environments in which remedies are tried at most; a look at many models counts for several
    budget: int = BUDGET
    #: whether what is proven is then applied, and whether nobody is asked before
    fix: bool = False
    yes: bool = False
    #: whether something was applied, and it is the look after that
    fixed: bool = False
    #: where a changed file is written, None for nowhere
    repair: Path | None = None
    #: what the project has decided about findings
    policy: Policy = UNDECIDED

    @property
    def built_from(self) -> str:
        """What an environment is built from: the place, and the names of the files."""
        place = [self.trained_in.name] if self.trained_in else []
        return " and ".join([*place, *([", ".join(map(called, self.requirements))] if self.requirements else [])])

    @property
    def makes_places(self) -> bool:
        """Whether the runtimes of places are made: where remedies are proven, and to see that one has helped."""
        return (self.remedies is Remedies.PROVEN or self.fixed) and not self.static

    @property
    def rests_on_files(self) -> bool:
        """Whether the answer is a function of files of this machine, and nothing else is to be done."""
        elsewhere = self.requirements or self.via is not None or self.recorded or self.save
        return self.static and not elsewhere and not re.fullmatch(r"3(\.\d+){0,2}", self.python or "")

    def check(self) -> None:
        """Raises UsageError for options that contradict each other."""
        ways = [
            o
            for o, given in (
                ("--python", self.python and not self.requirements),
                ("--requirements", self.requirements),
                ("--via", self.via is not None),
                ("--from", self.recorded),
            )
            if given
        ]
        if len(ways) > 1:
            raise UsageError(f"{' and '.join(ways)} contradict each other", "name one environment")
        if self.recorded and self.save:
            raise UsageError("--from and --save contradict each other", "a recorded observation is saved already")
        if self.rehearsal:
            self._check_rehearsal()
        if self.build and not self.requirements:
            raise UsageError("--build is about --requirements, which is not given", "an environment is built already")
        for option, given in (("--extra", self.extras), ("--group", self.groups)):
            if given and not self.requirements:
                raise UsageError(f"{option} is about --requirements, which is not given", "add --requirements")
        if self.wanted:
            self._check_wanted()
        self._check_fix()

    @property
    def wishes(self) -> dict[str, str]:
        """Canonical name -> requirement that is wanted; what is wished of one package twice is wished together."""
        found: dict[str, str] = {}
        for text in self.wanted:
            if one := read_requirement(text):
                name = canonicalize_name(one.name)
                found[name] = f"{found.get(name, name)}{',' if name in found else ''}{one.specifier}"
        return found

    def _check_wanted(self) -> None:
        read = {text: read_requirement(text) for text in self.wanted}
        wrong = [text for text, one in read.items() if not one or not one.specifier or one.marker or one.url]
        if wrong:
            raise UsageError(f"--wanted {', '.join(wrong)}: no wish for releases", 'write it as "onnxruntime<=1.14"')
        if "python" in self.wishes:
            hint = "`checker matrix choose` names sets for another one"
            raise UsageError("--wanted python: no remedy changes the Python of an environment", hint)
        if kept := [name for name in self.wishes if name in self.keep]:
            raise UsageError(f"--wanted and --keep are both about {', '.join(kept)}", "leave it out of one of them")
        if self.static:
            raise UsageError("--wanted and --static contradict each other", "a static look tries no remedies")

    def _check_rehearsal(self) -> None:
        if self.scripts and self.standin:
            what = "the cell" if self.standin.cells else "--model"
            raise UsageError(f"{what} stands in the place of a script", f"leave out {self.scripts[0]}")
        if not (self.scripts or self.standin):
            raise UsageError(
                "--rehearse runs a script, and none is given", "name it: checker preflight train.py --rehearse"
            )
        asked = "--model" if self.standin else "--rehearse"
        elsewhere = self.via is not None and bool(self.standin)
        for option, given in (("--static", self.static), ("--from", self.recorded), ("--via", elsewhere)):
            if given:
                raise UsageError(f"{asked} and {option} contradict each other", "leave one of them out")

    def _check_fix(self) -> None:
        if self.yes and not self.fix:
            raise UsageError("--yes answers the question of --fix, which is not given", "add --fix, or leave --yes out")
        against = [
            (option, hint)
            for option, given, hint in (
                ("--from", self.recorded, "a recording cannot be changed: look at the environment with --python"),
                ("--via", self.via is not None, "only an environment of this machine can be changed"),
                ("--requirements", self.requirements, "write the proven set with --write"),
                ("--static", self.static, "only what was proven is applied, and --static tries nothing"),
                ("--no-prove", self.remedies is Remedies.RESOLVED, "only what was proven is applied"),
                ("--offline", self.remedies is Remedies.OFFLINE, "only what was proven is applied"),
            )
            if given
        ]
        if self.fix and against:
            names = " and ".join(["--fix", *(option for option, _ in against)])
            raise UsageError(f"{names} contradict each other", against[0][1])


@dataclass
class Clock:
    """Seconds a phase."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what runs inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
