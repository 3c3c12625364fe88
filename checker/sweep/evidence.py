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
from .cells import Measured, Signature
from .local.lines import append, append_all, read_lines
from .local.models import LENGTH
from .signatures import signature_of

#: in the place of a model's name
NOTHING = "." * LENGTH
#: characters that are kept of the end of a refusal
REFUSAL = 300


def row_digest(canary: Canary) -> str:
    """What a canary asks for, as a short name that changes with it."""
    return sha256(json.dumps(canary_fields(canary), sort_keys=True, default=list).encode()).hexdigest()[:8]


def rows_of(canaries: Iterable[Canary]) -> list[list[str]]:
    """Name and digest of each canary."""
    return [[c.name, row_digest(c)] for c in canaries]


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
        rows = rows_of(canaries)
        name = sha256(json.dumps(rows).encode()).hexdigest()[:8]
        append(self.folder / "catalogues.jsonl", {"catalogue": name, "rows": rows}, "catalogue")
        return name

    def catalogue(self, name: str) -> list[list[str]]:
        """Names and digests of a catalogue's rows, in order."""
        return next(line["rows"] for line in self.lines("catalogues") if line["catalogue"] == name)

    def add(self, kind: str, cell: Measured, name: str, **more: Any) -> bool:
        """Add the line of a cell, which goes by its name; whether it is new."""
        line = {
            "cell": name,
            "pins": dict(cell.pins),
            "lock": {n: v for n, v in cell.lock.items() if n not in cell.pins},
            "built": "refused" if cell.refused else cell.built,
            "declared": cell.declared,
            "refused": cell.refused[-REFUSAL:],
            "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
            "seconds": round(cell.seconds, 1),
            "tool": __version__,
            **more,
        }
        return append(self.folder / f"{kind}.jsonl", line, "cell")

    def by_signature(self, failures: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
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
