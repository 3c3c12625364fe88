"""What the measured matrix says, for people and for programs: pure functions from verdicts to text."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..texts import line
from .choose import Choice
from .measured import Cell, Pins, Signature, Verdict

#: characters of a failure's text, and names of canaries, in a summary
TEXT, NAMES = 100, 6
#: how it is known, in words
KNOWN = {"measured": "measured", "inferred": "inferred from measured neighbours"}


def pinned(pins: Pins) -> str:
    """The versions in a line: `Python 3.11, scikit-learn 1.4.2`."""
    return ", ".join(f"{'Python' if name == 'python' else name} {version or 'none'}" for name, version in pins.items())


def looked(signature: Signature, limit: int = TEXT) -> str:
    """How a failure looks, in a line; of a long text its beginning."""
    place = f" in {signature.where}" if signature.where else ""
    text = line(signature.text)
    return line(f"{signature.type}{place}: ") + " " + (text if len(text) <= limit else f"{text[:limit].rstrip()} ...")


# --- show ----------------------------------------------------------------------------------------------------------


def summary(pins: Pins, verdicts: Sequence[Verdict], date: str, width: int = 80) -> str:
    """All verdicts on a set of versions: how many work, then how they fail, stage by stage, then what is not known."""
    works = [v for v in verdicts if v.works]
    fails = sorted((v for v in verdicts if v.stage), key=lambda v: v.stage.order if v.stage else 0)
    unknown = [v for v in verdicts if v.works is None]
    rows = [
        *_wrapped(pinned(pins), width, ""),
        f"measurements of {date}",
        f"\n{len(works):4} work{_known(works)}",
        f"{len(fails):4} fail{_known(fails)}",
        *_failures(fails, width),
        f"{len(unknown):4} unknown",
        *(_counted(why, names, width) for why, names in _grouped((v.why, v.canary) for v in unknown)),
    ]
    return "\n".join(rows) + "\n"


def _known(verdicts: Sequence[Verdict]) -> str:
    told = [v.basis.value for v in verdicts if v.basis]
    parts = [f"{told.count(basis)} {basis}" for basis in KNOWN if basis in told]
    return f" ({', '.join(parts)})" if parts else ""


def _failures(fails: Iterable[Verdict], width: int) -> Iterator[str]:
    """Failures of one type at one place are told together, in the words of the first."""
    alike: dict[tuple[str, str, str], tuple[Signature, list[str]]] = {}
    for verdict in fails:
        if one := verdict.signature:
            alike.setdefault((one.stage, one.type, one.where), (one, []))[1].append(verdict.canary)
    for one, names in alike.values():
        yield _counted(f"{one.stage.value}: {looked(one)}", names, width)


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """What goes together, in the order of its first."""
    found: dict[str, list[str]] = {}
    for what, name in pairs:
        found.setdefault(what, []).append(name)
    return [*found.items()]


def _counted(what: str, names: Sequence[str], width: int) -> str:
    """A cause and the canaries that it concerns."""
    few = ", ".join(line(name, 60) for name in names[:NAMES]) + (", ..." if len(names) > NAMES else "")
    return "\n".join(_wrapped(f"{len(names)} {what}", width, "       ") + _wrapped(few, width, "         "))


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    lines = textwrap.wrap(text, width - len(indent), break_long_words=False, break_on_hyphens=False)
    return [f"{indent}{'  ' if place else ''}{row}" for place, row in enumerate(lines)]


def listed(pins: Pins, verdicts: Sequence[Verdict], date: str) -> str:
    """One line for each canary."""
    rows = [f"{pinned(pins)}\nmeasurements of {date}\n"]
    rows += [f"{line(v.canary, 60)}: {sentence(v)}" for v in verdicts]
    return "\n".join(rows) + "\n"


def sentence(verdict: Verdict) -> str:
    """One verdict in words, its cells named."""
    if verdict.works is None or not verdict.basis:
        likely = f", probably fails at {verdict.likely.stage.value}" if verdict.likely else ""
        return f"unknown{likely}: {verdict.why}"
    how = f"fails at {verdict.stage.value}" if verdict.stage else "works"
    cells = ", ".join(dict.fromkeys(cell.id for cell in verdict.cells if cell.id))
    return f"{how}, {KNOWN[verdict.basis.value]}" + (f" ({cells})" if cells else "")


def as_values(pins: Pins, verdicts: Sequence[Verdict], date: str) -> str:
    """The same for programs, as JSON."""
    told = {"schema_version": 1, "matrix_date": date, "pins": dict(pins), "verdicts": [_values(v) for v in verdicts]}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _values(verdict: Verdict) -> dict[str, Any]:
    signature = verdict.signature
    return {
        "canary": verdict.canary,
        "verdict": "unknown" if verdict.works is None else "works" if verdict.works else "fails",
        "stage": verdict.stage.value if verdict.stage else None,
        "basis": verdict.basis.value if verdict.basis else None,
        "signature": {
            "id": signature.id, "type": signature.type, "where": signature.where, "text": line(signature.text, 1000)
        } if signature else None,
        "why": verdict.why,
        "cells": [{"id": cell.id, "date": cell.date, "pins": dict(cell.pins)} for cell in verdict.cells],
    }  # fmt: skip


# --- choose --------------------------------------------------------------------------------------------------------


def chosen(choice: Choice, of: str) -> str:
    """Pins ready to paste, with what is known of them as comments; `of` says whose models they are."""
    python = choice.pins.get("python", "")
    how = KNOWN[choice.basis.value] if choice.basis else "unknown"
    dates = sorted({cell.date for verdict in choice.verdicts for cell in verdict.cells})
    rows = [
        f"# Python {python}: {choice.works} of {len(choice.verdicts)} models of {of} work",
        f"# {how}" + (f", {dates[-1]}" if dates else ""),
        *(f"# {line(v.canary, 60)} {sentence(v)}" for v in choice.verdicts if not v.works),
        *requirements(choice),
    ]
    return "\n".join(rows) + "\n"


def requirements(choice: Choice) -> tuple[str, ...]:
    """The pins as requirements."""
    return tuple(f"{name}=={version}" for name, version in choice.pins.items() if version and name != "python")


def choice_as_values(choice: Choice, date: str) -> str:
    """The same for programs, as JSON."""
    told = {
        "schema_version": 1,
        "matrix_date": date,
        "python": choice.pins.get("python"),
        "requirements": requirements(choice),
        "basis": choice.basis.value if choice.basis else None,
        "verdicts": [_values(verdict) for verdict in choice.verdicts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


# --- why -----------------------------------------------------------------------------------------------------------


def reasons(pins: Pins, verdict: Verdict, outcomes: Sequence[str], width: int = 80) -> str:
    """One verdict with all that it rests on; `outcomes` says for each of its cells what happened there."""
    rows = [f"{line(verdict.canary, 60)}: {sentence(verdict)}", f"  {pinned(pins)}"]
    if verdict.why and verdict.basis:
        rows += _wrapped(verdict.why, width, "  ")
    if failure := verdict.failure:
        rows += ["", f"How it fails ({failure.id})", *_wrapped(looked(failure, 600), width, "  ")]
    if verdict.cells:
        rows += ["", "It rests on", *(_cell(c, pins, o) for c, o in zip(verdict.cells, outcomes, strict=True))]
    if verdict.basis is None or verdict.basis.value != "measured":
        rows += ["", "To see it", *(f"  {command}" for command in seeing(pins, verdict.canary))]
    return "\n".join(rows) + "\n"


def _cell(cell: Cell, pins: Pins, outcome: str) -> str:
    """A cell by what differs in it from what is asked."""
    other = {name: version for name, version in cell.pins.items() if pins.get(name) != version}
    name = f"{cell.id}, " if cell.id else ""
    declared = f"; its metadata say otherwise: {line(cell.declared, 200)}" if cell.declared else ""
    return f"  {name}{cell.date}, {outcome}, with {pinned(other) if other else 'just these versions'}{declared}"


def seeing(pins: Mapping[str, str], canary: str) -> tuple[str, ...]:
    """Commands that try the canary under these versions."""
    python = f" --python {pins['python']}" if "python" in pins else ""
    wanted = " ".join(f"{name}=={version}" for name, version in pins.items() if name != "python")
    return (
        f"uv venv{python} patient && uv pip install --python patient {wanted}",
        f"checker preflight --python patient --canaries {canary} --verbose",
    )
