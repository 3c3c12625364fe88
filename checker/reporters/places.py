"""Pages about targets: a list of the places, what is known of one, with where it is known from, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from ..knowledge import Limit, Provenance, Target
from ..knowledge.labels import LABELS, word
from ..language import say
from ..model import Failure, Report
from .explain import wrapped
from .printable import line

KINDS = {
    "scores": "Places that score models",
    "trains": "Places that train models, with what is built in",
    "tracks": "Places that keep models",
}
#: kind -> places that are a release of a package, as they are named -> what they are
ANY_RELEASE = {
    "scores": {"onnxruntime==RELEASE": "that release of onnxruntime, whatever scores with it"},
    "tracks": {"mlflow==RELEASE": "a tracking server with that release of MLflow, for what a script logs"},
}


def render_list(targets: Iterable[Target], width: int = 80) -> str:
    """All places by kind: the name of each, its title, and its releases."""
    families = [tuple(members) for _, members in groupby(targets, lambda one: one.family)]
    names = [_named(members) for members in families]
    room = max(map(len, [*names, *chain.from_iterable(ANY_RELEASE.values())]))
    parts = []
    for kind, head in KINDS.items():
        parts += [head, ""]
        parts += [_row(name, room, text, width) for name, text in ANY_RELEASE.get(kind, {}).items()]
        rows = [(name, members) for name, members in zip(names, families, strict=True) if members[0].kind == kind]
        for name, members in rows:
            parts.append(_row(name, room, f"{members[0].family_title}{_releases(members)}", width))
        parts.append("")
    parts += ["What is known of one: checker targets show NAME.", "A place of your own: checker targets new."]
    return "\n".join(parts) + "\n"


def _named(members: Sequence[Target]) -> str:
    """The name of a place; what its releases are called stands behind."""
    return line(members[0].family + ("-RELEASE" if members[0].name != members[0].family else ""), 40)


def _releases(members: Sequence[Target]) -> str:
    names = [one.name.removeprefix(f"{one.family}-") for one in members if one.name != one.family]
    if len(names) > 8:
        return f": {names[0]} to {names[-1]}, {len(names)} releases"
    return f": {', '.join(names)}" if names else ""


def _row(head: str, room: int, text: str, width: int) -> str:
    """A name, and a text beside it that is as wide as the page allows."""
    indent = " " * (room + 4)
    return f"  {head:<{room}}  " + wrapped(line(text, 600), width, indent).lstrip()


def render_target(target: Target, width: int = 80) -> str:
    """What is known of one place: limits, what is built in, types of columns, notes, and the sources by number."""
    sources: list[Provenance] = []
    parts = [f"{line(target.name, 60)}: {line(target.title, 200)}", *_told(target), ""]
    rows = [(LABELS[one.what], said(one), one.provenance, one.note) for one in target.limits]
    rows += [(f"column {t.column}", f"input of {' or '.join(t.onnx)}", t.provenance, t.note) for t in target.types]
    room = max((len(head) for head, *_ in rows), default=0)
    for head, value, known, why in rows:
        more = f"; {why}" if why else ""
        parts.append(_row(head, room, f"{value}{more} {_reference(known, sources)}", width))
    if target.packages or target.python:
        parts += [*([""] if rows else []), *_built_in(target, sources, width)]
    for note in target.notes:
        parts += ["", wrapped(line(f"{note.text} {_reference(note.provenance, sources)}", 600), width)]
    parts += ["", *_sources(sources, width)]
    return "\n".join(parts) + "\n"


def said(limit: Limit) -> str:
    """The value of a limit in words."""
    if limit.known:
        return ", ".join(word(limit.what, value) for value in limit.values)
    return f"not known; safe is {word(limit.what, limit.assume)}" if limit.assume else "not known"


def _told(target: Target) -> Iterator[str]:
    """When it was switched off, and when somebody should look again."""
    if target.retired:
        yield f"Switched off on {target.retired}."
    elif target.expires:
        yield f"To be looked at again by {target.expires}."


def _built_in(target: Target, sources: list[Provenance], width: int) -> list[str]:
    """Python and packages of a place that trains."""
    packages = [f"{name} {spec}".strip() for name, spec in target.packages.items()]
    python = [f"Python {target.python}"] if target.python else []
    text = f"Built in: {', '.join([*python, *packages])} {_reference(target.provenance, sources)}"
    stands = [f"{spec} stands in for {pin}, which no index has" for pin, spec in target.standins.items()]
    return [wrapped(line(text, 2000), width), *(wrapped(line(s, 200), width) for s in stands)]


def _reference(known: Provenance, sources: list[Provenance]) -> str:
    """The number of a source, [1]; one that is new is added."""
    if known not in sources:
        sources.append(known)
    return f"[{sources.index(known) + 1}]"


def _sources(sources: Sequence[Provenance], width: int) -> Iterator[str]:
    for number, known in enumerate(sources, 1):
        yield _row(f"[{number}]", 4, f"{known.source} ({known.date}, {known.basis})", width)


def tried_places(report: Report) -> list[str]:
    """A sentence for each place whose runtime was made here, and takes everything."""
    told = []
    for place in report.places:
        mine = [o for o in report.subject.outcomes if o.facts.get("target") == place.target.name]
        if place.tried and mine and not any(isinstance(o, Failure) for o in mine):
            models = say("it") if len(mine) == 1 else say("all {number} models", number=len(mine))
            words = "{place} was made here, and loads and runs {models}."
            told.append(say(words, place=line(place.tried, 200), models=models))
    return told
