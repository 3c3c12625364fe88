"""Whole cells measured again in fresh environments, by the flow that users run, to see whether the factors compose."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..knowledge import Knowledge
from ..matrix.measured import Measured, Question
from ..matrix.measured.values import unfold
from ..model import Basis, Canary, Failure, Observation, Outcome, Patient, Stage
from ..probe import make_plan, observe, program
from ..probe.plan import canary_fields
from ..world.sandbox import Refused, empty_site
from .factors.conversions import BESIDE, IMPORTED, admits, catalogue
from .fold import cells_of
from .local.workers import interruptible

#: stage and type of a failure, () where nothing failed
Ending = tuple[str, str] | tuple[()]
#: of this many outcomes in a hundred at least, both ways say the same
ENOUGH = 99


@dataclass(frozen=True)
class Whole:
    """A conversion cell and a release of onnxruntime in one environment."""

    #: the pins of the conversion, and onnxruntime
    pins: Mapping[str, str]
    #: every other package of the conversion
    lock: Mapping[str, str]

    @property
    def name(self) -> str:
        """As a person reads it."""
        return " ".join(f"{name}=={version}" for name, version in self.pins.items())


def sample(
    folded: Mapping[str, Any],
    locks: Mapping[str, Mapping[str, str]],
    known: Knowledge,
    many: int,
    seed: int,
    pythons: Collection[str],
) -> list[Whole]:
    """So many random whole cells, of those that can be installed; `locks` are those of the conversions by name."""
    matrix, found = unfold(folded), list[Whole]()
    chance = random.Random(seed)
    cells = cells_of(folded)
    chance.shuffle(cells)
    for cell, runtime in cells:
        pins, release = matrix.cells[cell].pins, matrix.runtimes[runtime]
        here = pins["python"] in pythons
        if here and release in {r.version for r in known.releases_for_python("onnxruntime", pins["python"])}:
            found.append(Whole({**pins, "onnxruntime": release}, locks[matrix.cells[cell].id]))
        if len(found) == many:
            break
    return found


def build_and_try(whole: Whole, python: Path) -> dict[str, Ending] | Refused:
    """canary -> how it ended in a fresh environment. Raises CannotLook for the index."""
    return interruptible(lambda: _build_and_try(whole, python))


def _build_and_try(whole: Whole, python: Path) -> dict[str, Ending] | Refused:
    packages = {**whole.lock, **{name: version for name, version in whole.pins.items() if name != "python"}}
    lines = [f"{name}=={version}" for name, version in packages.items()]
    rows = [canary for canary in catalogue() if admits(canary, whole.pins["scikit-learn"])]
    with empty_site(python) as site:
        refused = site.install([*lines, *BESIDE], overrides=lines)
        if refused:
            return refused
        patient = Patient((str(site.python), "-"), "a fresh environment", "", lasts=False)
        seen, _ = observe(patient, make_plan(patient, None, rows, bytecode="own"), program())
    return endings(seen, rows)


def endings(seen: Observation, canaries: Iterable[Canary]) -> dict[str, Ending]:
    """canary -> how it ended; of one that lacks an import, that import's failure, as a script would meet it."""
    broken = {o.subject: o for o in seen.outcomes if isinstance(o, Failure) and o.stage is Stage.IMPORT}
    own: dict[str, list[Outcome]] = {}
    for outcome in seen.outcomes:
        if outcome.stage not in (Stage.IMPORT, Stage.CHECK):
            own.setdefault(outcome.subject, []).append(outcome)
    found: dict[str, Ending] = {}
    for canary in canaries:
        needed = {"onnxruntime", *canary_fields(canary)["needs"]}
        missing = [broken[module] for module in IMPORTS if module in broken and module in needed]
        failed = [o for o in own.get(canary.name, ()) if isinstance(o, Failure)]
        if missing or canary.name in own:
            found[canary.name] = next(((o.stage.value, o.type) for o in [*missing, *failed]), ())
    return found


#: modules of the path in the order in which their imports count
IMPORTS = ("onnxruntime", "numpy", "sklearn", *IMPORTED)


def expected(matrix: Measured, whole: Whole, canaries: Iterable[str]) -> dict[str, Ending | None]:
    """canary -> how the factors say that it ends; None where they do not know, or only infer what the model does.

    Where the runtime's import is unknown, so is the stage of whatever fails.
    """
    question, found = Question(matrix, whole.pins), dict[str, Ending | None]()
    runtime = question.runtime()
    if runtime and runtime.works is None:
        return dict.fromkeys(canaries)
    for name in canaries:
        verdict = question.verdict(name)
        known = verdict.works is not None and question.model(name).basis is Basis.MEASURED
        failed = verdict.signature and (verdict.signature.stage.value, verdict.signature.type)
        found[name] = failed or () if known else None
    return found


@dataclass(frozen=True)
class Compared:
    """What both ways say of one whole cell."""

    same: int
    #: canaries of which the factors do not know how they end, or only infer it
    unknown: int
    #: (what the factors say, what was seen) -> canaries
    different: Mapping[tuple[Ending, Ending], Sequence[str]]

    @property
    def differences(self) -> int:
        """How many outcomes are not the same."""
        return sum(map(len, self.different.values()))

    def lines(self, whole: Whole) -> list[str]:
        """One line for the cell, and one for all that differ in the same way."""
        told = [f"{whole.name}: {self.same} the same, {self.differences} not, {self.unknown} unknown by factors"]
        for (one, other), names in self.different.items():
            told.append(f"  {said(one)} by factors, {said(other)} in an environment of its own: {', '.join(names)}")
        return told


def compare(factors: Mapping[str, Ending | None], seen: Mapping[str, Ending]) -> Compared:
    """Compare what is known by both."""
    same, unknown, different = 0, 0, dict[tuple[Ending, Ending], list[str]]()
    for name, ending in seen.items():
        told = factors.get(name)
        if told is None:
            unknown += 1
        elif told == ending:
            same += 1
        else:
            different.setdefault((told, ending), []).append(name)
    return Compared(same, unknown, different)


def said(ending: Ending) -> str:
    """An ending in words."""
    return f"{ending[0]} ({ending[1]})" if ending else "passed"
