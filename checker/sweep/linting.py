"""Whether evidence is what it claims to be: each line whole, once, by its own name, and about things that are known."""

from __future__ import annotations

import datetime
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from ..errors import CannotLook
from ..world.files import is_file, read_bytes
from .cells import FLOW_CELLS, Signature, cell_id
from .evidence import NOTHING, all_names, model_order, names_in_order
from .factors.flows import name_of
from .local.models import Models
from .ranges import from_ranges

#: kind of lines -> what a line goes by
KEYS = {
    "catalogues": "catalogue",
    "signatures": "id",
    "conversions": "cell",
    "runtimes": "cell",
    "imports": "cell",
    **dict.fromkeys(FLOW_CELLS, "cell"),
}
#: bytes of a file of evidence, and of a schema
MOST = 1 << 30
#: the schemas, in a checkout
SCHEMAS = Path(__file__).parents[2] / "matrices" / "schema" / "evidence"

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Lint:
    """A folder of evidence, read as it stands."""

    folder: Path

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """kind -> the content of its file"""
        places = {kind: self.folder / f"{kind}.jsonl" for kind in KEYS}
        return {kind: read_bytes(place, MOST) for kind, place in places.items() if is_file(place)}

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """kind -> its lines, but for one that was torn. Raises CannotLook for a line that is no object of JSON."""
        return {kind: [*_read(kind, text)] for kind, text in self.texts.items()}

    @cached_property
    def rows(self) -> dict[str, list[str]]:
        """catalogue -> its canaries"""
        return {line["catalogue"]: [row[0] for row in line["rows"]] for line in self.lines.get("catalogues", ())}

    @cached_property
    def models(self) -> dict[str, list[str]]:
        """conversion cell -> its models"""
        return {line["cell"]: names_in_order(line["models"]) for line in self.lines.get("conversions", ())}

    @cached_property
    def signatures(self) -> set[str]:
        """Those that are known."""
        return {line["id"] for line in self.lines.get("signatures", ())}

    def problems(self) -> list[str]:
        """Everything that is wrong, each in one line with the file and what the line goes by."""
        return [*self._torn(), *self._twice(), *chain.from_iterable(map(self._of_kind, self.lines))]

    def lost(self, store: Path) -> list[str]:
        """Models that lines name, and that a store has not."""
        named = {name for names in self.models.values() for name in names}
        lost = sorted(named - Models(store / "models.sqlite").names())
        return [f"conversions.jsonl: {len(lost)} models are not in {store}: {', '.join(lost[:5])}"] if lost else []

    def _torn(self) -> Iterator[str]:
        torn = [kind for kind, text in self.texts.items() if text and not text.endswith(b"\n")]
        yield from (f"{kind}.jsonl: its last line is torn" for kind in torn)

    def _twice(self) -> Iterator[str]:
        for kind, lines in self.lines.items():
            seen: set[str] = set()
            for name in (line.get(KEYS[kind], "") for line in lines):
                if name in seen:
                    yield f"{kind}.jsonl: {name} stands there twice"
                seen.add(name)

    def _of_kind(self, kind: str) -> Iterator[str]:
        """What is wrong with the lines of a kind; what fits no schema is looked at no further."""
        misfits = validator(kind)
        for line in self.lines[kind]:
            name = f"{kind}.jsonl: {line.get(KEYS[kind], '?')}"
            found = [*misfits(line)] or [*LOOKS[kind](self, line), *(_cell(line) if "pins" in line else ())]
            yield from (f"{name}: {problem}" for problem in found)

    # --- what is known of each kind --------------------------------------------------------------------------------

    def _catalogue(self, line: Line) -> Iterator[str]:
        if line["catalogue"] != sha256(json.dumps(line["rows"]).encode()).hexdigest()[:8]:
            yield "its rows give another name"

    def _signature(self, line: Line) -> Iterator[str]:
        if line["id"] != Signature(line["stage"], line["type"], line["where"], line["text"]).id:
            yield "its text gives another name"

    def _conversion(self, line: Line) -> Iterator[str]:
        again = {**line["pins"], "catalogue": line["catalogue"]}
        if line["cell"] not in (cell_id("conversion", line["pins"]), cell_id("conversion", again)):
            yield "its pins give another name"
        if line["catalogue"] not in self.rows:
            yield f"no catalogue {line['catalogue']} is known"
            return
        rows = self.rows[line["catalogue"]]
        yield from self._failures(line["failures"], len(rows))
        yield from self._failures(line["complaints"], len(rows))
        models = all_names(line["models"])
        if models and len(models) != len(rows):
            yield f"it names {len(models)} models for {len(rows)} canaries"
        failed = {place for ranges in line["failures"].values() for place in from_ranges(ranges)}
        if both := [rows[n] for n, model in enumerate(models[: len(rows)]) if model != NOTHING and n in failed]:
            yield f"{', '.join(both)} failed, and made a model"

    def _runtime(self, line: Line) -> Iterator[str]:
        if line["cell"] != cell_id("runtime", {**line["pins"], "cells": ",".join(line["cells"])}):
            yield "its pins and cells give another name"
        if unknown := [cell for cell in line["cells"] if cell not in self.models]:
            yield f"no conversion {', '.join(unknown)} is known"
            return
        order = model_order(line["cells"], self.models)
        told = dict(line["failures"])
        yield from self._failures({**told, **({"": line["unknown"]} if "unknown" in line else {})}, len(order))

    def _import(self, line: Line) -> Iterator[str]:
        if line["cell"] != cell_id("import", line["pins"]):
            yield "its pins give another name"
        yield from self._known(line["failures"])

    def _flow(self, line: Line, kind: str) -> Iterator[str]:
        if line["cell"] not in (name_of(kind, line["pins"], rows) for rows in ((), line["tried"])):
            yield "its pins give another name"
        yield from self._known(line["failures"])
        tried = {row[0] for row in line["tried"]}
        if others := [name for names in line["failures"].values() for name in names if name not in tried]:
            yield f"{', '.join(others)} failed, and was not tried"

    def _known(self, failures: Iterable[str]) -> Iterator[str]:
        yield from (f"no signature {key} is known" for key in failures if key and key not in self.signatures)

    def _failures(self, failures: Mapping[str, str], length: int) -> Iterator[str]:
        """Signatures that are known, over places that are there, each once."""
        yield from self._known(failures)
        places = [place for ranges in failures.values() for place in from_ranges(ranges)]
        if places and max(places) >= length:
            yield f"place {max(places)} is beyond the end, which is {length}"
        if len(places) != len(set(places)):
            yield "something failed in two ways"


#: kind -> what is looked at in a line
LOOKS: Mapping[str, Callable[[Lint, Line], Iterator[str]]] = {
    "catalogues": Lint._catalogue,
    "signatures": Lint._signature,
    "conversions": Lint._conversion,
    "runtimes": Lint._runtime,
    "imports": Lint._import,
    **{kind: partial(Lint._flow, kind=kind) for kind in FLOW_CELLS},
}


def _read(kind: str, text: bytes) -> Iterator[Line]:
    for number, line in enumerate(text.split(b"\n")[:-1], 1):
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise CannotLook(f"{kind}.jsonl, line {number}, is no line of evidence", "take back what changed it")
        yield told


def _cell(line: Line) -> Iterator[str]:
    """What any cell tells about itself."""
    if line["date"] > datetime.datetime.now(datetime.timezone.utc).date().isoformat():
        yield f"it was measured on {line['date']}, which has not come"
    refused = line["built"] == "refused"
    if refused != bool(line["refused"]):
        yield "it could not be built, and nothing says why" if refused else "it was built, and was refused"
    if refused and (line["failures"] or line.get("models") or line.get("tried")):
        yield "it could not be built, and something is told of it"


def validator(kind: str) -> Callable[[Line], Iterator[str]]:
    """What finds out why a line fits no schema. Raises CannotLook where there are no schemas, or nothing reads them."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise CannotLook("jsonschema is not installed", "pip install jsonschema") from None
    checked = Draft202012Validator(json.loads(read_bytes(SCHEMAS / f"{kind}.schema.json", MOST)))

    def misfits(line: Line) -> Iterator[str]:
        for error in checked.iter_errors(line):
            place = "/".join(map(str, error.absolute_path))
            yield f"{place + ': ' if place else ''}{error.message}"[:300]

    return misfits


def stale(folder: Path, folded: Mapping[str, Any]) -> str | None:
    """Why the file that ships is not what the evidence comes to; "" where it is, None where none is beside it."""
    built = folder.parent / "built" / "measured.json.gz"
    if not is_file(built):
        return None
    if json.loads(gzip.decompress(read_bytes(built, MOST))) == folded:
        return ""
    return f"{built} is not what the evidence comes to: run python matrices/build.py"


def listed(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, and how many more there are."""
    return [*lines[:most], *([f"... and {len(lines) - most} more"] if len(lines) > most else [])]
