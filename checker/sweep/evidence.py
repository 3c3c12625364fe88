"""The evidence: one line a cell, written once, with everything that it takes to know how it came about."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model import Canary
from ..probe.plan import canary_fields
from ..version import __version__
from .cells import Signature, cell_id
from .measuring import Measured
from .signatures import signature_of
from .store.lines import append, append_all, read_lines
from .store.models import LENGTH, Models

NOTHING = "." * LENGTH


def row_digest(canary: Canary) -> str:
    """What a canary asks for, as a short name that changes with it."""
    return sha256(json.dumps(canary_fields(canary), sort_keys=True, default=list).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Evidence:
    """The folder of evidence."""

    folder: Path

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """All lines of conversions, runtimes, signatures, ..."""
        return list(read_lines(self.folder / f"{kind}.jsonl"))

    def cells(self, kind: str) -> set[str]:
        """The cells of which there is a line."""
        return {line["cell"] for line in read_lines(self.folder / f"{kind}.jsonl")}

    def keep_catalogue(self, canaries: Sequence[Canary]) -> str:
        """Note the catalogue, once; its name."""
        rows = [[c.name, row_digest(c)] for c in canaries]
        name = sha256(json.dumps(rows).encode()).hexdigest()[:8]
        append(self.folder / "catalogues.jsonl", {"catalogue": name, "rows": rows}, "catalogue")
        return name

    def catalogue(self, name: str) -> list[list[str]]:
        """Names and digests of a catalogue's rows, in order."""
        return next(line["rows"] for line in self.lines("catalogues") if line["catalogue"] == name)

    def add_conversion(self, cell: Measured, canaries: Sequence[Canary], catalogue: str, models: Models) -> bool:
        """Add the line of a conversion cell, after its models were kept; whether it is new."""
        names = dict(zip(cell.models, models.add(cell.models.values()), strict=True))
        broken = {f["subject"]: f for f in cell.failures if f["stage"] == "import"}
        failures: dict[str, Mapping[str, Any]] = {}
        for canary in canaries if broken else ():
            needed = [m for m in broken if m in canary_fields(canary)["needs"]]
            if needed:
                failures[canary.name] = broken[needed[0]]
        for frame in cell.failures:
            if frame["stage"] not in ("import", "check"):
                failures.setdefault(frame["subject"], frame)
        complaints = {f["subject"]: f for f in cell.failures if f["stage"] == "check"}
        line = self._line("conversion", cell, catalogue)
        line["failures"] = self._by_signature({n: f for n, f in failures.items() if n not in names})
        line["complaints"] = self._by_signature(complaints)
        line["models"] = "".join(names.get(c.name, NOTHING) for c in canaries)
        return append(self.folder / "conversions.jsonl", line, "cell")

    def add_runtime(self, cell: Measured, ran: Sequence[str], conversions: Sequence[str]) -> bool:
        """Add the line of a runtime over all models of these conversion cells; whether it is new."""
        line = self._line("runtime", cell, "")
        line.update(cells=sorted(conversions), ran=len(ran), failures={})
        if not cell.refused:
            line["failures"] = self._by_signature({f["subject"]: f for f in cell.failures})
        line["cell"] = cell_id("runtime", {**cell.pins, "cells": ",".join(line["cells"])})
        return append(self.folder / "runtimes.jsonl", line, "cell")

    def _line(self, kind: str, cell: Measured, catalogue: str) -> dict[str, Any]:
        return {
            "cell": cell_id(kind, cell.pins),
            "pins": dict(cell.pins),
            "lock": {n: v for n, v in cell.lock.items() if n not in cell.pins},
            "built": cell.built,
            "declared": cell.declared,
            "refused": cell.refused[-300:],
            "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
            "seconds": round(cell.seconds, 1),
            "tool": __version__,
            "catalogue": catalogue,
        }

    def _by_signature(self, failures: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
        """Failing subjects by the id of their signature, which is noted where it is new."""
        found: dict[str, list[str]] = {}
        signatures: dict[str, Signature] = {}
        for subject, frame in failures.items():
            signature = signature_of(frame)
            signatures[signature.id] = signature
            found.setdefault(signature.id, []).append(subject)
        if signatures:
            lines: list[Mapping[str, Any]] = [s.line() for s in signatures.values()]
            append_all(self.folder / "signatures.jsonl", lines, lambda line: line["id"])
        return {key: sorted(subjects) for key, subjects in sorted(found.items())}


def names_of(line: Mapping[str, Any]) -> set[str]:
    """The models that a line of a conversion names."""
    text = line["models"]
    return {text[i : i + LENGTH] for i in range(0, len(text), LENGTH)} - {NOTHING}


def known_names(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """The models that lines of conversions name."""
    return {name for line in lines for name in names_of(line)}
