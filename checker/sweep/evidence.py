"""The evidence: one line a cell, written once, with everything that it takes to know how it came about."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model import Canary
from ..version import __version__
from .cells import Measured, Signature
from .local.lines import append, append_all, read_lines
from .local.models import LENGTH
from .ranges import named
from .signatures import signature_of

#: in the place of a model's name
NOTHING = "." * LENGTH
#: characters that are kept of the end of a refusal
REFUSAL = 300


def row_digest(canary: Canary) -> str:
    """What a canary asks for, as a short name that changes with it; what it leaves at its default does not count."""
    return sha256(json.dumps(_chosen(canary), sort_keys=True).encode()).hexdigest()[:8]


def _chosen(value: Any) -> Any:
    """A value as JSON knows it, of dataclasses the fields that differ from their defaults."""
    if is_dataclass(value):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        return {f.name: _chosen(told[f.name]) for f in fields(value) if told[f.name] != _default(f)}
    if isinstance(value, Mapping):
        return {str(key): _chosen(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_chosen(one) for one in value]
    return value


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def rows_of(canaries: Iterable[Canary]) -> list[list[str]]:
    """Name and digest of each canary."""
    return [[c.name, row_digest(c)] for c in canaries]


@dataclass(frozen=True)
class Evidence:
    """The folder of evidence."""

    folder: Path

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """All lines of conversions, runtimes, signatures, ...; canaries and models by their names."""
        lines = self._raw(kind)
        if kind == "conversions":
            names = {line["catalogue"]: [row[0] for row in line["rows"]] for line in self._raw("catalogues")}
            return [_of_canaries(line, names[line["catalogue"]]) for line in lines]
        if kind == "runtimes" and lines:
            models = {line["cell"]: names_in_order(line["models"]) for line in self._raw("conversions")}
            return [_of_models(line, model_order(line["cells"], models)) for line in lines]
        return lines

    def _raw(self, kind: str) -> list[dict[str, Any]]:
        return list(read_lines(self.folder / f"{kind}.jsonl"))

    def cells(self, kind: str) -> set[str]:
        """The cells of which there is a line."""
        return {line["cell"] for line in read_lines(self.folder / f"{kind}.jsonl")}

    def rows(self) -> dict[frozenset[tuple[str, str]], set[tuple[str, str]]]:
        """pins of a conversion cell -> name and digest of the rows that were measured there; of a refused one none."""
        catalogues = {
            line["catalogue"]: {(name, digest) for name, digest in line["rows"]} for line in self._raw("catalogues")
        }
        found: dict[frozenset[tuple[str, str]], set[tuple[str, str]]] = {}
        for line in self._raw("conversions"):
            rows = set() if line["built"] == "refused" else catalogues[line["catalogue"]]
            found.setdefault(frozenset(line["pins"].items()), set()).update(rows)
        return found

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


def _of_canaries(line: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A line of a conversion with the names of its canaries."""
    told = {key: named(line[key], names) for key in ("failures", "complaints")}
    return {**line, **told, "models": line["models"] or NOTHING * len(names)}


def _of_models(line: dict[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """A line of a runtime with the names of its models."""
    unknown = named({"": line.get("unknown", "")}, order)[""]
    return {**line, "failures": named(line["failures"], order), "unknown": unknown}


def all_names(text: str) -> list[str]:
    """The models of a line of a conversion, in the order of its catalogue."""
    return [text[i : i + LENGTH] for i in range(0, len(text), LENGTH)]


def names_in_order(text: str) -> list[str]:
    """The same, without the places at which there is none."""
    return [name for name in all_names(text) if name != NOTHING]


def model_order(cells: Iterable[str], models: Mapping[str, Sequence[str]]) -> list[str]:
    """The models of conversion cells, each where it comes first: the order in which lines of runtimes speak of them."""
    return list(dict.fromkeys(name for cell in cells for name in models.get(cell, ())))


def names_of(line: Mapping[str, Any]) -> set[str]:
    """The models that a line of a conversion names."""
    return set(names_in_order(line["models"]))


def known_names(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """The models that lines of conversions name."""
    return {name for line in lines for name in names_of(line)}
