"""What the pages have in common: signs with their meaning, numbers, and one pair of releases in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...knowledge.facts import parse
from ..facts.kinds import MEANING, WORD, Counts, Kind, most_telling
from ..facts.spans import between, holds
from ..html import Child, Html, el, link, row, table

#: the packages by whose releases it is told since when something works
SHOWN = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime")


def sign(kind: Kind, text: str = "") -> Html:
    """The sign of a kind, and what is said of it; without a text, a word of our own."""
    return el("span", el("b", MEANING[kind][0], aria_hidden="true"), " ", text or WORD[kind], class_=kind.value)


def legend() -> Html:
    """What the signs mean."""
    rows = (
        (el("dt", el("b", mark, class_=kind.value)), el("dd", f"{WORD[kind]}: it {what}"))
        for kind, (mark, what) in MEANING.items()
    )
    return el("dl", rows, class_="legend")


def share(part: int, whole: int) -> int:
    """Per cent, rounded so that only all is 100, and only none is 0."""
    return 0 if not part else 100 if part == whole else min(99, max(1, round(100 * part / whole)))


def wrong_with(releases: Mapping[str, Mapping[str, Counts]]) -> str:
    """The releases with which answers are wrong: `scikit-learn 1.0.2 to 1.5.2, skl2onnx 1.16.0`."""
    told = {
        package: between([version for version, wrong in holds(counts, Kind.WRONG) if wrong])
        for package, counts in releases.items()
    }
    return ", ".join(f"{package} {text}" for package, text in told.items() if text)


def sorted_minors(versions: Iterable[str]) -> list[str]:
    """Oldest first."""
    return sorted(dict.fromkeys(versions), key=lambda version: parse(version) or parse("0") or version)


def pair_table(caption: str, names: Sequence[str], pairs: Mapping[tuple[str, str], Html]) -> Html:
    """A table of two packages: rows are minors of the first, columns those of the other, the newest first."""
    one, other = names
    rows = sorted_minors(row for row, _ in pairs)[::-1]
    columns = sorted_minors(column for _, column in pairs)[::-1]
    empty = el("td")
    head = [el("span", f"{one} ↓", el("br"), f"{other} →", class_="corner"), *columns]
    body = (row(version, *(pairs.get((version, column), empty) for column in columns)) for version in rows)
    return table(caption, head, body, "pairs")


def counted(counts: Counts) -> Html:
    """One estimator's cell of a pair: the sign of how far it came, and whether answers were wrong."""
    kind = most_telling(counts) or Kind.ENVIRONMENT
    wrong = counts.get(Kind.WRONG, 0) and kind is not Kind.WRONG
    told = [kind, Kind.WRONG] if wrong else [kind]
    marks = (el("b", MEANING[one][0], class_=one.value, title=WORD[one]) for one in told)
    return el("td", marks, class_=f"kind-{kind.value}")


def code(text: Child) -> Html:
    """Something to type."""
    return el("pre", el("code", text), tabindex="0")


def here(up: str, address: str, text: Child) -> Html:
    """A link to another page of the site."""
    return link(text, f"{up}{address}")
