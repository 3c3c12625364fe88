"""A page as a list of blocks, and the one place where it is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..language import say
from ..texts import cells
from .printable import safe


@dataclass(frozen=True)
class Prose:
    """A paragraph, wrapped at the width of the page."""

    text: str
    indent: int = 2
    #: words of `STYLES`, seen in colour only
    style: str = ""


@dataclass(frozen=True)
class Verbatim:
    """Lines to be copied: never wrapped, whatever the width."""

    text: str
    indent: int = 6
    style: str = "cyan"


@dataclass(frozen=True)
class Pairs:
    """Names on the left, texts on the right, which wrap in their column; a tuple holds short items, kept whole."""

    rows: tuple[tuple[str, str | tuple[str, ...]], ...]
    indent: int = 2


@dataclass(frozen=True)
class Grid:
    """A table with a header; only the first column wraps."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    indent: int = 2


Block = Prose | Verbatim | Pairs | Grid
GAP = Verbatim("", indent=0)
#: styles of the cells of a grid, seen in colour only
MARKS = {"edge": "yellow", "FAILED": "bold red", "ok": "green", "-": "dim"}
#: word of a style -> its number in ANSI
STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
#: blanks between two columns of a table, and between two short items of a cell
BETWEEN, APART = 2, 3
#: columns that are left to the texts that wrap, whatever stands beside them
LEAST = 10

#: a cell of a table: its text, or short items, and its style
Cell = tuple[str | tuple[str, ...], str]


def heading(text: str, style: str = "bold") -> Prose:
    """A line at the left margin."""
    return Prose(text, indent=0, style=style)


def lay_out(blocks: Iterable[Block], width: int, color: bool) -> str:
    """The blocks as text: `width` columns, ANSI colours only when asked, no trailing blanks, one newline at the end.

    Neither the environment nor the terminal is consulted, so the same blocks always give the same text.
    """
    rows = (row for block in blocks for row in _rows(block, max(width, 40), color))
    return "\n".join(rows).strip("\n") + "\n"


def _rows(block: Block, width: int, color: bool) -> Iterator[str]:
    """The lines of a block."""
    indent = " " * block.indent
    if isinstance(block, Verbatim | Prose):
        text = safe(block.text).expandtabs(4)
        told = text.split("\n") if isinstance(block, Verbatim) else wrapped(text, width - block.indent)
        yield from (painted(indent + row, block.style if color else "") if row.strip() else "" for row in told)
    else:
        yield from ((indent + row).rstrip() for row in _table(_cells(block), block, width - block.indent, color))


def painted(row: str, style: str) -> str:
    """A line without the blanks at its end, in a style of ANSI; those at its beginning stay as they are."""
    text = row.strip()
    if not style or not text:
        return row.rstrip()
    codes = ";".join(str(STYLES[word]) for word in style.split())
    return f"{row[: len(row) - len(row.lstrip())]}\x1b[{codes}m{text}\x1b[0m"


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, none wider: broken between words, and within a word that is wider than a line."""
    rows = []
    for line in text.split("\n"):
        row = ""
        for word in re.findall(r"\s*\S+\s*", line):
            if cells(row) + cells(word.rstrip()) > width:
                rows += [row] * bool(row)
                *whole, word = pieces(word, width)
                rows += whole
                row = ""
            row += word
        rows.append(row)
    return [row.rstrip() for row in rows]


def pieces(word: str, width: int) -> list[str]:
    """A word in pieces that fit into a line, at least one letter each; the blanks behind it need no room."""
    found = [""]
    for letter in word:
        if letter.strip() and found[-1] and cells(found[-1]) + cells(letter) > width:
            found.append("")
        found[-1] += letter
    return found


# --- tables ------------------------------------------------------------------------------------------------------


def _cells(block: Pairs | Grid) -> list[list[Cell]]:
    """The cells of a table, row by row."""
    if isinstance(block, Pairs):
        return [[(name, "dim"), (value, "")] for name, value in block.rows]
    rows: list[list[Cell]] = [[(name, "dim") for name in block.header]]
    return rows + [[(row[0], ""), *((marked(cell), MARKS.get(cell, "")) for cell in row[1:])] for row in block.rows]


def _table(rows: Sequence[Sequence[Cell]], block: Pairs | Grid, room: int, color: bool) -> Iterator[str]:
    """The lines of a table; each column is as wide as its widest cell, as far as there is room."""
    wanted = [min(room, max(_wanted(value, room) for value, _ in column)) for column in zip(*rows, strict=True)]
    widths = _fitting(wanted, room - BETWEEN * (len(wanted) - 1), 0 if isinstance(block, Grid) else 1)
    for row in rows:
        told = [_lines(value, width) for (value, _), width in zip(row, widths, strict=True)]
        for number in range(max(map(len, told))):
            line = ""
            for (_, style), lines, width in zip(row, told, widths, strict=True):
                text = lines[number] if number < len(lines) else ""
                line += painted(text, style if color else "") + " " * (width - cells(text) + BETWEEN)
            yield line


def _wanted(value: str | tuple[str, ...], room: int) -> int:
    """How wide a cell would be with no line broken; short items take what there is."""
    return room if isinstance(value, tuple) else max(map(cells, _text(value).split("\n")))


def _fitting(wanted: Sequence[int], room: int, wraps: int) -> list[int]:
    """Widths that fit: first the column that wraps gives way, then whichever is the widest."""
    widths = list(wanted)
    while (over := sum(widths) - room) > 0 and max(widths) > 1:
        if widths[wraps] > LEAST:
            widths[wraps] -= min(over, widths[wraps] - LEAST)
        else:
            widths[widths.index(max(widths))] -= 1
    return widths


def _lines(value: str | tuple[str, ...], width: int) -> list[str]:
    """The lines of a cell; short items stand beside each other, in as many columns as fit."""
    if not isinstance(value, tuple):
        return wrapped(_text(value), width)
    items = [_text(item) for item in value]
    columns = next((n for n in range(len(items), 1, -1) if sum(_widest(items, n)) + APART * (n - 1) <= width), 1)
    if columns == 1:
        return [line for item in items for line in wrapped(item, width)]
    widths = _widest(items, columns)
    rows = (items[start : start + columns] for start in range(0, len(items), columns))
    return ["".join(i + " " * (w - cells(i) + APART) for i, w in zip(row, widths, strict=False)) for row in rows]


def _widest(items: Sequence[str], columns: int) -> list[int]:
    return [max(map(cells, items[number::columns])) for number in range(columns)]


def _text(value: str) -> str:
    return safe(value).expandtabs(4)


def marked(cell: str) -> str:
    """The word of a cell, in the language of the page where it is one of ours."""
    return say(cell) if cell in MARKS else cell
