"""What a user asks of a preflight, and what follows from it before anything is looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from .errors import UsageError
from .model import FORMS, Canary, Script


@dataclass(frozen=True)
class Request:
    """What a user asks of a preflight."""

    scripts: tuple[Path, ...] = ()
    python: str | None = None
    pythons: tuple[Path, ...] = ()
    requirements: tuple[Path, ...] = ()
    via: str | None = None
    recorded: Path | None = None
    save: Path | None = None
    #: quick, all, or names separated by commas
    canaries: str = "quick"
    static: bool = False
    #: how far remedies go: words (what the rules advise), shelf (planned from what ships with the checker),
    #: resolved (planned with the package index), proven (tried in throwaway environments)
    remedies: str = "words"
    #: canonical names of packages that no remedy may move
    keep: tuple[str, ...] = ()
    #: whether what is proven is then applied, and whether nobody is asked before
    fix: bool = False
    yes: bool = False

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
        self._check_fix()

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
                ("--no-prove", self.remedies == "resolved", "only what was proven is applied"),
                ("--offline", self.remedies == "shelf", "only what was proven is applied"),
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


def choose(asked: str) -> tuple[Canary, ...]:
    """The canaries that `--canaries` names; raises UsageError for an unknown one."""
    from .probe.canaries import every, named, quick

    if asked in ("quick", "all"):
        return quick() if asked == "quick" else every()
    return named([n.strip() for n in asked.split(",") if n.strip()])


def completed(paths: Sequence[Path]) -> Script | None:
    """The scripts, read; a classifier whose number of classes they do not tell is tried with two and with three."""
    if not paths:
        return None
    from .probe.canaries import named
    from .script import read

    script = read(paths)
    canaries: list[Canary] = []
    for canary in script.canaries:
        if canary.target:
            canaries.append(canary)
        else:
            canaries += [replace(canary, target=form, name=canary.name + end) for form, end in FORMS.items()]
    if not canaries and script.uses("mlflow.start_run"):
        canaries += named(["mlflow-tracking"])
    return replace(script, canaries=tuple(canaries))


def own_first(script: Script | None, chosen: Sequence[Canary]) -> tuple[Canary, ...]:
    """The script's canaries, then the chosen ones, without those that log with MLflow where the script's own do."""
    own = script.canaries if script else ()
    names, logs = {c.name for c in own}, any(c.logging for c in own)
    return (*own, *(c for c in chosen if c.name not in names and not (logs and c.logging)))
