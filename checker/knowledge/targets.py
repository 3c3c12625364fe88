"""Places that score or train models: what they have, and what they take at most.

One file tells of one place, or of all releases of one; `read_targets` makes a `Target` of each release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .facts import Provenance

#: what may be limited -> what its value is: a release, a number, one of some words (separated by |), or words
LIMITS: Mapping[str, str] = {
    "forms": "words",
    "onnxruntime": "release",
    "opset": "number",
    "ml_opset": "number",
    "ir": "number",
    "min_opset": "number",
    "domains": "words",
    "operators": "words",
    "inputs": "columns|matrix|one|flat",
    "width": "number",
    "batch": "any|one",
    "input_types": "words",
    "output_types": "words",
    "names": "columns",
    "maps": "no|yes",
    "external_data": "no|yes",
    "size": "number",
    "signature": "needed|wanted",
    "example": "needed|wanted",
}
#: how nobody has said anything
NOBODY = Provenance("", "", "documented")
#: the distributions that are onnxruntime, built for one machine or another
RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")


#: keys of a release that are taken together with those of its place, or are its own
_OWN = ("limits", "notes", "packages", "name")


@dataclass(frozen=True)
class Limit:
    """What a place has, or takes at most, of one thing."""

    #: a key of `LIMITS`
    what: str
    provenance: Provenance
    #: one release, number or word, or several words; empty: it is not known
    values: tuple[str, ...] = ()
    #: what is safe where it is not known; "": nobody can say
    assume: str = ""
    #: what the source says, or why that is assumed
    note: str = ""
    #: ISO date on which somebody should look again; "": it stays true
    expires: str = ""

    @property
    def value(self) -> str:
        """The first of its values, "" where nothing is known."""
        return self.values[0] if self.values else ""

    @property
    def known(self) -> bool:
        """Whether anybody has said so."""
        return bool(self.values)


@dataclass(frozen=True)
class ColumnType:
    """A type of columns there, and the ONNX types of the inputs that it is fed to."""

    #: in the place's own words, in lower case: int, nvarchar, float64
    column: str
    onnx: tuple[str, ...]
    provenance: Provenance
    note: str = ""


@dataclass(frozen=True)
class Note:
    """Something worth knowing of a place that is no limit."""

    text: str
    provenance: Provenance


@dataclass(frozen=True)
class Target:
    """A place that scores or trains models."""

    name: str
    title: str
    limits: tuple[Limit, ...] = ()
    #: scores, trains, tracks
    kind: str = "scores"
    #: the place without its release, and its title: synapse-spark
    family: str = ""
    family_title: str = ""
    #: where the place itself is described
    provenance: Provenance = NOBODY
    expires: str = ""
    #: ISO date on which it was switched off
    retired: str = ""
    #: its Python, "" where it has none or nobody says which
    python: str = ""
    #: what is built in: canonical name -> release, or range; "" = any
    packages: Mapping[str, str] = field(default_factory=dict)
    #: release that no index has, as a pin -> the nearest that one has
    standins: Mapping[str, str] = field(default_factory=dict)
    types: tuple[ColumnType, ...] = ()
    notes: tuple[Note, ...] = ()
    #: how a model is scored there in SQL: synapse, edge; "" = not at all, or nobody says
    statement: str = ""
    #: patterns of what stands in a script whose models are for this place
    signs: tuple[str, ...] = ()

    def limit(self, what: str) -> Limit | None:
        """One limit; None: nobody has looked for it."""
        return next((one for one in self.limits if one.what == what), None)

    def with_limits(self, limits: Iterable[Limit]) -> Target:
        """The same with more limits."""
        return replace(self, limits=tuple(sorted((*self.limits, *limits), key=_order)))

    def value(self, what: str) -> str:
        """The value of a limit, "" where it is not known."""
        one = self.limit(what)
        return one.value if one else ""

    @property
    def onnxruntime(self) -> str:
        """The release of onnxruntime that runs models there, "" where it is not known."""
        builds = [spec for name, spec in self.packages.items() if name in RUNTIMES]
        return self.value("onnxruntime") or next((spec for spec in builds if spec[:1].isdigit()), "")

    @property
    def requirements(self) -> tuple[str, ...]:
        """What is built in, as requirements that an index can meet."""
        pins = (
            f"{name}{spec if not spec or spec[0] in '<>=!~' else f'=={spec}'}" for name, spec in self.packages.items()
        )
        return tuple(f"{pin.partition('==')[0]}=={self.standins[pin]}" if pin in self.standins else pin for pin in pins)


def read_targets(told: Iterable[Mapping[str, Any]]) -> tuple[Target, ...]:
    """The places of some files, each release one."""
    return tuple(target for one in told for target in targets_of(one))


def targets_of(told: Mapping[str, Any]) -> Iterator[Target]:
    """The places of one file's content."""
    if not told.get("releases"):
        yield _target(told, {})
    for release in told.get("releases", ()):
        yield _target(told, release)


def _target(told: Mapping[str, Any], release: Mapping[str, Any]) -> Target:
    """One place: what a release says stands before what its family says."""
    head = {**told, **{key: value for key, value in release.items() if key not in _OWN}}
    own = _limits(release, head)
    taken = {limit.what for limit in own}
    return Target(
        f"{told['name']}-{release['name']}" if release else told["name"],
        release.get("title") or " ".join([told["title"], release.get("name", "")]).strip(),
        tuple(sorted((*own, *(one for one in _limits(told, told) if one.what not in taken)), key=_order)),
        kind=told.get("kind", "scores"),
        family=told["name"],
        family_title=told["title"],
        provenance=_known(head, head),
        packages={**told.get("packages", {}), **release.get("packages", {})},
        types=tuple(_type(one, told) for one in told.get("types", ())),
        notes=(*_notes(release, head), *_notes(told, told)),
        signs=tuple(head.get("signs", ())),
        **{key: head[key] for key in ("expires", "retired", "python", "standins", "statement") if key in head},
    )


def _type(one: Mapping[str, Any], head: Mapping[str, Any]) -> ColumnType:
    return ColumnType(one["column"].lower(), tuple(one["onnx"]), _known(one, head), one.get("note", ""))


def _notes(table: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[Note, ...]:
    """The notes of a file, or of a release in it."""
    return tuple(Note(one["text"], _known(one, head)) for one in table.get("notes", ()))


def _limits(table: Mapping[str, Any], head: Mapping[str, Any]) -> list[Limit]:
    """The limits of a file, or of a release in it."""
    return [
        Limit(
            one["what"],
            _known(one, head),
            _several(one.get("value", ())),
            one.get("assume", ""),
            one.get("note", ""),
            one.get("expires", head.get("expires", "")),
        )
        for one in table.get("limits", ())
    ]


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _order(limit: Limit) -> int:
    return list(LIMITS).index(limit.what)


def _known(fact: Mapping[str, Any], head: Mapping[str, Any]) -> Provenance:
    """How a fact is known: its own words before those of its file."""
    return Provenance(*(str(fact.get(key) or head.get(key, "")) for key in ("source", "date", "basis")))
