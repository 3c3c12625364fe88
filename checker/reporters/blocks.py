"""A page as a list of blocks, and the one place where rich lays it out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..language import say
from .printable import safe


@dataclass(frozen=True)
class Prose:
    """A paragraph, wrapped at the width of the page."""

    text: str
    indent: int = 2
    #: style of rich, seen in colour only
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


def heading(text: str, style: str = "bold") -> Prose:
    """A line at the left margin."""
    return Prose(text, indent=0, style=style)


def lay_out(blocks: Iterable[Block], width: int, color: bool) -> str:
    """The blocks as text: `width` columns, ANSI colours only when asked, no trailing blanks, one newline at the end.

    Neither the environment nor the terminal is consulted, so the same blocks always give the same text.
    """
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out, width=max(width, 40), height=100, force_terminal=color, color_system="standard" if color else None,
        no_color=not color, force_jupyter=False, legacy_windows=False, markup=False, highlight=False, emoji=False,
    )  # fmt: skip
    for block in blocks:
        console.print(_renderable(block), soft_wrap=isinstance(block, Verbatim))
    return "\n".join(row.rstrip() for row in out.getvalue().split("\n")).strip("\n") + "\n"


def _renderable(block: Block) -> object:
    """A block in rich's terms; texts go in as `Text`, so that [brackets] in them mean nothing."""
    from rich.padding import Padding
    from rich.text import Text

    if isinstance(block, Verbatim):
        return Text(
            "\n".join(" " * block.indent * bool(row) + row for row in safe(block.text).expandtabs(4).split("\n")),
            block.style,
        )
    inner = Text(safe(block.text).expandtabs(4), block.style) if isinstance(block, Prose) else _table(block)
    return Padding(inner, (0, 0, 0, block.indent), expand=False)


def _table(block: Pairs | Grid) -> Any:
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    wrapping = 0 if isinstance(block, Grid) else 1
    for number in range(len(block.header) if isinstance(block, Grid) else 2):
        table.add_column(no_wrap=number != wrapping, overflow="fold")
    if isinstance(block, Grid):
        table.add_row(*(_cell(name, "dim") for name in block.header))
        for cells in block.rows:
            table.add_row(
                _cell(cells[0]),
                *(_cell(marked(cell), MARKS.get(cell, "")) for cell in cells[1:]),
            )
    else:
        for name, value in block.rows:
            table.add_row(_cell(name, "dim"), _cell(value))
    return table


def marked(cell: str) -> str:
    """The word of a cell, in the language of the page where it is one of ours."""
    return say(cell) if cell in MARKS else cell


def _cell(value: str | tuple[str, ...], style: str = "") -> Any:
    from rich.columns import Columns
    from rich.text import Text

    if isinstance(value, tuple):
        return Columns([Text(safe(item), style, overflow="fold") for item in value], padding=(0, 3))
    return Text(safe(value).expandtabs(4), style)
