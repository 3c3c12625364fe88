"""The fold: evidence becomes the small file that ships. The same evidence always gives the same bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from packaging.version import Version

from .cells import CONVERTING, FITTING, FLOW_CELLS, cell_id
from .evidence import NOTHING, Evidence, all_names, names_in_order, rows_of
from .factors import flows
from .factors.conversions import catalogue
from .signatures import normalized

SCHEMA = 2
AXES = ("python", *FITTING, *CONVERTING)
UNMEASURED = -1


@dataclass
class Numbered:
    """Different things, numbered in the order in which they come."""

    things: list[Any]
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, thing: Any) -> int:
        """The number of a thing, which is added where it is new."""
        key = json.dumps(thing)
        if key not in self.numbers:
            self.numbers[key] = len(self.things)
            self.things.append(thing)
        return self.numbers[key]


@dataclass
class Fold:
    """What is folded: the evidence, and the catalogue whose rows count."""

    evidence: Evidence
    #: name and digest of the present catalogue's rows, in order
    rows: Sequence[Sequence[str]]
    #: the same of the canaries that are tried in whole flows
    whole: Sequence[Sequence[str]] = ()

    @cached_property
    def conversions(self) -> list[dict[str, Any]]:
        """The lines of conversion cells that could be built, in the order of their versions."""
        lines = [line for line in self.evidence.lines("conversions") if line["built"] != "refused"]
        return sorted(lines, key=_place)

    @cached_property
    def cells(self) -> list[list[dict[str, Any]]]:
        """The same by cells: one that was measured again for canaries that came later has several lines."""
        return [list(lines) for _, lines in groupby(self.conversions, lambda line: line["pins"])]

    @cached_property
    def signatures(self) -> dict[str, list[str]]:
        """id -> stage, type, place, text, id"""
        lines = self.evidence.lines("signatures")
        found: dict[str, list[str]] = {}
        first: dict[str, list[str]] = {}
        for line in lines:  # what was told apart once may be the same by now
            told = [line["stage"], line["type"], line["where"], normalized(line["text"])]
            found[line["id"]] = first.setdefault(json.dumps(told), [*told, line["id"]])
        return found

    @cached_property
    def runs(self) -> dict[str, dict[str, str]]:
        """release of onnxruntime -> model -> signature id, "" where it passed

        A line names every model of its cells, and tells of those that no line before it has run.
        """
        models = {line["cell"]: names_in_order(line["models"]) for line in self.conversions}
        found: dict[str, dict[str, str]] = {}
        for line in self.evidence.lines("runtimes"):
            if line["built"] != "refused":
                told = found.setdefault(line["pins"]["onnxruntime"], {})
                for name in [name for cell in line["cells"] for name in models.get(cell, ())]:
                    told.setdefault(name, "")
                told.update((name, failed) for failed, names in line["failures"].items() for name in names)
                told.update((name, "?") for name in line["unknown"])
        return {version: found[version] for version in sorted(found, key=Version)}

    def folded(self) -> dict[str, Any]:
        """What the file holds."""
        signatures, profiles = Numbered([None]), Numbered([None], {"null": 0})
        numbered = {key: signatures.number(told) for key, told in sorted(self.signatures.items())}
        numbered[""] = 0
        columns = [self._cell(lines, numbered, profiles) for lines in self.cells]
        lines, rows = [lines[0] for lines in self.cells], self.rows if columns else ()
        return {
            "schema_version": SCHEMA,
            "date": max((line["date"] for line in self.conversions), default=""),
            "canaries": [name for name, _ in rows],
            "axes": list(AXES),
            "cells": [[line["pins"][axis] for axis in AXES] for line in lines],
            "ids": [line["cell"] for line in lines],
            "dates": [line["date"] for line in lines],
            "declared": [line["declared"] for line in lines],
            "runtimes": list(self.runs),
            "signatures": signatures.things,
            "profiles": profiles.things,
            "outcomes": [",".join(map(str, row)) for row in zip(*columns, strict=True)],
            "imports": self._imports(numbered),
            "flows": [self._flow(numbered, lines) for lines in self._flows],
        }

    def _cell(self, lines: Sequence[Mapping[str, Any]], numbered: Mapping[str, int], profiles: Numbered) -> list[int]:
        """The profile of each canary of the present catalogue in a cell; of rows that have changed nothing is known."""
        known: dict[str, int | str] = {}
        for line in lines[::-1]:
            then, models = self._catalogues[line["catalogue"]], all_names(line["models"])
            for (name, digest), model in zip(then, models, strict=True):
                if model != NOTHING and self._digests.get(name) == digest:
                    known[name] = self._ran(model, numbered)
            digests = {row[0]: row[1] for row in then}
            for key, names in line["failures"].items():
                known.update((name, numbered[key]) for name in names if self._digests.get(name) == digests[name])
        return [profiles.number(known.get(name)) for name, _ in self.rows]

    def _ran(self, model: str, numbered: Mapping[str, int]) -> str:
        """How a model went in each runtime."""
        if model not in self._profiles:
            told = (numbered.get(run.get(model, "?"), UNMEASURED) for run in self.runs.values())
            self._profiles[model] = ",".join(map(str, told))
        return self._profiles[model]

    @cached_property
    def _profiles(self) -> dict[str, str]:
        return {}

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.rows}

    @cached_property
    def _catalogues(self) -> dict[str, list[list[str]]]:
        return {line["catalogue"]: line["rows"] for line in self.evidence.lines("catalogues")}

    def _imports(self, numbered: Mapping[str, int]) -> list[list[Any]]:
        lines = [line for line in self.evidence.lines("imports") if line["built"] != "refused"]
        lines.sort(key=lambda line: line["cell"])
        return [[line["pins"], numbered[next(iter(line["failures"]), "")]] for line in lines]

    @cached_property
    def _flows(self) -> list[list[dict[str, Any]]]:
        """The lines of whole flows by their packages."""
        lines = [line for kind in FLOW_CELLS for line in self.evidence.lines(kind) if line["built"] != "refused"]
        lines.sort(key=lambda line: ([*line["pins"]], [*line["pins"].values()], line["cell"]))
        return [list(group) for _, group in groupby(lines, lambda line: [*line["pins"]])]

    def _flow(self, numbered: Mapping[str, int], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        axes = list(lines[0]["pins"])
        cells = [list(told) for _, told in groupby(lines, lambda line: line["pins"])]
        outcomes = {}
        for name, digest in self.whole:
            told = [_of_flow(name, digest, cell, numbered) for cell in cells]
            if {*told} != {UNMEASURED}:
                outcomes[name] = ",".join(map(str, told))
        return {
            "axes": axes,
            "cells": [[cell[0]["pins"][axis] for axis in axes] for cell in cells],
            "dates": [cell[0]["date"] for cell in cells],
            "outcomes": outcomes,
        }


def _of_flow(name: str, digest: str, lines: Sequence[Mapping[str, Any]], numbered: Mapping[str, int]) -> int:
    """What became of a canary in one cell of whole flows."""
    for line in lines:
        if [name, digest] in line["tried"]:
            failed = (numbered[key] for key, names in line["failures"].items() if name in names)
            return next(failed, 0)
    return UNMEASURED


def _place(line: Mapping[str, Any]) -> tuple[list[Version], bool, str]:
    """Where a line of a conversion stands: by its versions, the first one of a cell first."""
    again = line["cell"] != cell_id("conversion", line["pins"])
    return [Version(line["pins"][axis]) for axis in AXES], again, line["cell"]


def fold_evidence(folder: Path) -> Fold:
    """The evidence of a folder, for the catalogue as it is now; a folder that is not there holds none."""
    return Fold(Evidence(folder), rows_of(catalogue()), rows_of(c for flow in flows.FLOWS for c in flow.canaries()))


def compressed(folded: Mapping[str, Any]) -> bytes:
    """The bytes of the file."""
    text = json.dumps(folded, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode("utf-8"), 9, mtime=0)


def cells_of(folded: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The whole cells: (conversion cell, runtime) of which at least one model was run."""
    width = len(folded["runtimes"])
    ran = [
        {n for n, told in enumerate(profile.split(",")) if told != str(UNMEASURED)}
        if isinstance(profile, str)
        else set()
        for profile in folded["profiles"]
    ]
    found: set[tuple[int, int]] = set()
    for row in folded["outcomes"] if width else ():
        for cell, profile in enumerate(row.split(",")):
            found.update((cell, runtime) for runtime in ran[int(profile)])
    return sorted(found)
