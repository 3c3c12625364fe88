"""The best measured set of versions that honours wishes: in which most of the wanted models work, the newest first.

A cell and an onnxruntime of which it was measured come before what is only inferred: the same versions with single
packages moved to what is wished. Nothing of which something is unknown is chosen while anything is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement

from ..errors import UsageError
from ..knowledge.facts import parse
from ..model import Basis
from ..names import canonicalize_name, read_requirement
from .matching import Match, judge
from .measured import Measured, Pins, Question, Verdict
from .measured.pins import release
from .measured.values import PASSED, UNMEASURED, Cell
from .measured.verdicts import RUNTIME

#: packages by whose releases a set is called newer, and how many sets are looked at whose import is to be judged
NEWER = ("scikit-learn", "skl2onnx", RUNTIME, "onnx", "numpy", "python", "scipy", "protobuf")
LOOKED_AT = 12
#: measured cells that are moved to what is wished for, and releases of onnxruntime that are tried with each
NEAREST, NEWEST = 3, 4


#: the wanted models, with the canaries that speak for each; and which of them a set of versions does not know
Models = Mapping[str, Match]
Lacking = Callable[[Pins], Collection[str]]


@dataclass(frozen=True)
class Choice:
    """A set of versions, and what becomes of the wanted models in it."""

    pins: Pins
    verdicts: tuple[Verdict, ...]

    @property
    def basis(self) -> Basis | None:
        """The weakest on which it rests that a model works, None where none does."""
        known = [v.basis for v in self.verdicts if v.works and v.basis]
        return max(known, key=lambda basis: basis.order) if known else None

    @property
    def works(self) -> int:
        """How many of the models work."""
        return sum(1 for verdict in self.verdicts if verdict.works)


def read_wishes(matrix: Measured, texts: Sequence[str]) -> dict[str, Requirement]:
    """Requirements by canonical name, python among them. Raises UsageError for those that are none, or of no use."""
    told = {text: read_requirement(text) for text in texts}
    if wrong := [text for text, one in told.items() if not one or not one.specifier]:
        raise UsageError(f"{', '.join(wrong)}: no wish", 'write it as "onnxruntime<=1.14" or "python==3.9"')
    wishes = {canonicalize_name(one.name): one for one in told.values() if one}
    if strange := [name for name in wishes if name not in {*matrix.axes, RUNTIME}]:
        hint = f"wish for releases of {', '.join((*matrix.axes, RUNTIME))}"
        raise UsageError(f"releases of {', '.join(strange)} were not measured", hint)
    return wishes


def choose(matrix: Measured, wishes: dict[str, Requirement], models: Models, lacking: Lacking) -> Choice | None:
    """The best set, None where no measured cell can be made to honour the wishes.

    Of `models` those are left out that `lacking` names for a set.
    """
    found = [Choice(q.pins, _verdicts(q, models, lacking)) for q in _questions(matrix, wishes, models, lacking)]
    ranked = [c for c in found if c.works]
    measured = Basis.MEASURED
    return max(ranked, key=lambda c: (c.works - len(c.verdicts), c.basis is measured, c.works)) if ranked else None


def _verdicts(question: Question, models: Models, lacking: Lacking) -> tuple[Verdict, ...]:
    gone = lacking(question.pins)
    return tuple(judge(question, speaks, name) for name, speaks in models.items() if name not in gone)


def _questions(
    matrix: Measured, wishes: dict[str, Requirement], models: Models, lacking: Lacking
) -> Iterator[Question]:
    """The most promising sets, measured ones first."""
    canaries = [row for row in dict.fromkeys(r for m in models.values() for r in m.rows) if row in matrix.places]
    rows = [matrix.row(name) for name in canaries]
    told = [_counted(matrix, place, wishes, rows) for place in range(len(matrix.cells))]
    sets = sorted((one for some in told for one in some), key=lambda one: one[:2], reverse=True)
    measured = [Question(matrix, pins) for _, _, pins in sets[:LOOKED_AT]]
    yield from measured
    if not any(verdict.works for question in measured for verdict in _verdicts(question, models, lacking)):
        yield from (Question(matrix, pins) for pins in _moved(matrix, wishes))


def _counted(
    matrix: Measured, place: int, wishes: dict[str, Requirement], rows: Sequence[Sequence[int]]
) -> Iterator[tuple[int, tuple[object, ...], Pins]]:
    """For each onnxruntime that is wished for, how many of the models were measured to fail in a cell, below 0."""
    cell = matrix.cells[place]
    if not all(_honours(cell.pins[name], wishes.get(name)) for name in matrix.axes):
        return
    profiles = [matrix.unfolded[row[place]] for row in rows]
    ran = [p.runtimes for p in profiles if p and not p.conversion]
    for at, runtime in enumerate(matrix.runtimes):
        if _honours(runtime, wishes.get(RUNTIME)) and any(told[at] != UNMEASURED for told in ran):
            pins = {**cell.pins, RUNTIME: runtime}
            fails = sum(1 for p in profiles if p and p.conversion) + sum(told[at] > PASSED for told in ran)
            yield -fails, newness(pins), pins


def newness(pins: Pins) -> tuple[object, ...]:
    """By what sets are sorted, the newest last."""
    return tuple(parse(pins.get(name, "0")) or parse("0") for name in NEWER)


def _honours(version: str, wish: Requirement | None) -> bool:
    if wish and wish.name == "python" and (exact := _exact(wish)):
        return version == exact
    return wish is None or wish.specifier.contains(version, prereleases=True)


def _moved(matrix: Measured, wishes: dict[str, Requirement]) -> Iterator[Pins]:
    """Measured cells in which single packages are moved to the very releases that are wished for, the nearest first."""
    exact = {name: text for name, wish in wishes.items() if (text := _exact(wish))}
    known = [version for version in matrix.runtimes if _honours(version, wishes.get(RUNTIME))]
    runtimes = [exact[RUNTIME]] if RUNTIME in exact else known[: -NEWEST - 1 : -1]
    cells = (cell for cell in matrix.cells if all(_can(cell, name, wish, exact) for name, wish in wishes.items()))
    near = sorted(cells, key=lambda cell: newness(cell.pins), reverse=True)
    near.sort(key=lambda cell: sum(cell.pins.get(name, version) != version for name, version in exact.items()))
    yield from ({**cell.pins, **exact, RUNTIME: runtime} for cell in near[:NEAREST] for runtime in runtimes)


def _can(cell: Cell, name: str, wish: Requirement, exact: Iterable[str]) -> bool:
    """Whether a cell honours a wish, or can be moved to it."""
    return name in exact or name not in cell.pins or _honours(cell.pins[name], wish)


def _exact(wish: Requirement) -> str:
    """The one release that is wished for, "" for a range."""
    exact = next((s.version for s in wish.specifier if s.operator == "==" and not s.version.endswith("*")), "")
    return release(wish.name, exact)
