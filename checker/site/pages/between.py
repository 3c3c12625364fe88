"""Two packages beside each other: the table of a pair, and the sets of versions behind each of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...matrix.measured import Cell, Measured
from ...texts import line
from ..facts.kinds import MEANING, Counts, Kind
from ..facts.pairs import IMPORTS, Pair, Pairs, converted, imports
from ..html import Child, Html, el, joined, link, row, table
from ..shell import Sheet
from .words import counted, pair_table, share, sorted_minors

#: sets that a pair names, the newest ones
MOST = 12
TITLE = "Releases that go together"
WORDS = (
    "Two packages at a time. A number says how many of the models that work anywhere also work in at least one "
    "measured set with both releases, in per cent; it leads to these sets. Behind ≠ stands how many give wrong answers "
    "in at least one. An empty place was not measured."
)
#: steps of the colour of a share
STEPS = 5


def pages(matrix: Measured, pairs: Sequence[Pairs]) -> Iterator[Sheet]:
    """The page of all tables, and one page of evidence for each."""
    found = {pair: counted(counts) for pair, counts in imports(matrix).items()}
    body = (
        el("h1", TITLE),
        el(
            "p",
            WORDS,
        ),
        (summary(one, "../") for one in pairs),
        el("h2", f"{IMPORTS[0]} and {IMPORTS[1]}"),
        pair_table("Whether onnxruntime can be imported beside each numpy", IMPORTS, found) if found else None,
    )
    about = "Which releases of scikit-learn, skl2onnx, onnx and onnxruntime work together, measured."
    yield Sheet("pairs/index.html", TITLE, about, joined(*body))
    made = dict(zip((cell.id for cell in matrix.cells), converted(matrix), strict=True))
    yield from (_evidence(one, made) for one in pairs)


def summary(pairs: Pairs, up: str, heading: str = "h2") -> Html:
    """The table of a pair."""
    one, other = pairs.names
    cells = {pair: _cell(told, f"{up}{pairs.file}#{pairs.anchor(pair)}") for pair, told in pairs.found.items()}
    caption = f"Per cent of models that work with each {one} and {other}"
    return joined(el(heading, f"{one} and {other}"), pair_table(caption, pairs.names, cells))


def _cell(pair: Pair, address: str) -> Html:
    number = share(pair.works, pair.tried)
    wrong = el("small", f"{MEANING[Kind.WRONG][0]}{pair.wrong}", class_="wrong sign")
    step = 0 if not number else 1 + min(STEPS - 1, number * STEPS // 101)
    return el("td", link(str(number), address), wrong if pair.wrong else None, class_=f"share-{step}")


def _evidence(pairs: Pairs, made: Mapping[str, tuple[int, int]]) -> Sheet:
    """The sets in which two releases came together."""
    one, other = pairs.names
    title = f"{one} and {other}"
    body = joined(el("h1", title), (_section(pairs, pair, made) for pair in _ordered(pairs)))
    return Sheet(pairs.file, title, f"The measured sets of versions with each {one} and {other}.", body)


def _ordered(pairs: Pairs) -> list[tuple[str, str]]:
    rows, columns = sorted_minors(r for r, _ in pairs.found), sorted_minors(c for _, c in pairs.found)
    return sorted(pairs.found, key=lambda pair: (-rows.index(pair[0]), -columns.index(pair[1])))


def _section(pairs: Pairs, pair: tuple[str, str], made: Mapping[str, tuple[int, int]]) -> Child:
    told, cells = pairs.found[pair], pairs.cells[pair]
    title = ", ".join(f"{name} {version}" for name, version in zip(pairs.names, pair, strict=True))
    words = f"{told.works} of {told.tried} models work in at least one of {len(cells)} sets"
    words += f"; {told.wrong} give wrong answers in at least one." if told.wrong else "."
    heading = el("h2", title, id=pairs.anchor(pair))
    shown = cells[::-1][:MOST]
    head = (*(name for name in shown[0].pins), "converted", "measured", "the packages' own metadata")
    return joined(
        heading, el("p", words), table(f"Sets with {title}", head, (_set(cell, made[cell.id]) for cell in shown))
    )


def _set(cell: Cell, made: tuple[int, int]) -> Html:
    first, *others = cell.pins.values()
    declared = "agree" if not cell.declared else line(cell.declared, 120)
    return row(first, *others, f"{made[0]} of {made[1]}", f"{cell.date}, {cell.id}", declared)


def of_estimator(names: tuple[str, str], pairs: Mapping[tuple[str, str], Counts], caption: str) -> Html:
    """The same two packages for one estimator."""
    return pair_table(caption, names, {pair: counted(counts) for pair, counts in pairs.items()})
