"""Scripts and notebooks as cells of text that Python can parse.

What only IPython understands (`!pip`, `%pip`, `%%bash`) becomes the call that IPython itself makes of it, on the same
line, so that line numbers stay and installations are seen in their order.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotLook
from ..world.files import read_bytes

#: bytes of a file, pictures of a notebook included, and characters of code that are read
LARGEST, LONGEST = 50_000_000, 500_000
#: cell magics whose cell is Python all the same
PYTHON_MAGICS = ("time", "timeit", "capture", "prun", "notebook", "python", "python3", "local")
MAGIC = re.compile(r"^(\s*)([\w.]+\s*=\s*)?(!!|!|%)([^\s=].*|\s+pip.*)$")
HELP = re.compile(r"^(\s*)(\?.*|[\w.]+\?\??)\s*$")


@dataclass(frozen=True)
class Cell:
    """A piece of source that is parsed as a whole; `label` is what a line number is appended to."""

    label: str
    text: str
    #: one of several, of which the others count when it is no Python
    notebook: bool = False


def read_cells(path: Path) -> tuple[Cell, ...]:
    """The code cells of a file. Raises CannotLook when it cannot be read or is no notebook."""
    if path.suffix == ".ipynb":
        return notebook_cells(path)
    text = decoded(path, read_bytes(path, LARGEST))
    if len(text) > LONGEST:
        hint = "give the part of it that trains and converts"
        raise CannotLook(f"{path} is too long to be read: more than {LONGEST:,} characters", hint)
    return (Cell(path.name, text),)


def runnable(path: Path) -> tuple[tuple[str, str], ...]:
    """The cells of a notebook as (label, text), its magics as calls; none where Python itself runs the file.

    Raises CannotLook as `read_cells` does.
    """
    cells, found = read_cells(path), []
    for cell in cells:
        text = re.sub(r"^# MAGIC ([%!].*)$", run_by_shell, cell.text, flags=re.MULTILINE)
        found.append((cell.label, text if is_python(text) else without_magics(text)))
    same = not cells[:1] or (not cells[0].notebook and found[0][1] == cells[0].text)
    return () if same and "\n# COMMAND -----" not in cells[0].text else tuple(found)


def run_by_shell(match: re.Match[str]) -> str:
    """The call that a line of magic in a Databricks source is."""
    return converted([match[1]])[0] if MAGIC.match(match[1]) else match[0]


def is_python(text: str) -> bool:
    """Whether Python can parse a text; a break is no answer."""
    try:
        parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def decoded(path: Path, data: bytes) -> str:
    """Source text in the encoding that it declares, UTF-8 by default. Raises CannotLook."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        hint = "save it as UTF-8, or declare its encoding in the first line"
        raise CannotLook(f"{path} is not a text in UTF-8", hint) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def notebook_cells(path: Path) -> tuple[Cell, ...]:
    """The code cells of a notebook, numbered among its code cells from 1 as a reader counts them."""
    try:
        content = json.loads(decoded(path, read_bytes(path, LARGEST)).lstrip("\ufeff") or "null")
    except (ValueError, RecursionError) as error:
        hint = "open and save it in Jupyter, or export it as a script"
        raise CannotLook(f"{path} is not a notebook: it is not JSON ({error})", hint) from None
    cells = found_cells(content)
    if cells is None:
        raise CannotLook(f"{path} is not a notebook: it has no cells", "give a file that Jupyter has written")
    code = [c for c in cells if isinstance(c, dict) and c.get("cell_type") == "code"]
    return tuple(Cell(f"{path.name}:cell {i}", cell_text(c), True) for i, c in enumerate(code, 1))


def found_cells(content: Any) -> list[Any] | None:
    """The list of cells, in the present format or in the one before it (worksheets)."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [s.get("cells") for s in sheets if isinstance(s, dict)]
    return [c for cells in lists if isinstance(cells, list) for c in cells]


def cell_text(cell: dict[str, Any]) -> str:
    """The source of a cell, a string or a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    text = "".join(str(line) for line in source) if isinstance(source, list) else str(source)
    return text.replace("\r\n", "\n")


def parse(cell: Cell) -> tuple[ast.Module, str]:
    """The syntax tree of a cell, and why it could not be parsed ("" when it could).

    A cell that cannot be parsed gives the tree of those of its lines that are import statements.
    """
    error: Exception | None = None
    for text in (cell.text, without_magics(cell.text)):
        try:
            return parsed(text), ""
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            error = problem
    line = getattr(error, "lineno", None) or 1
    deep = isinstance(error, (RecursionError, MemoryError))
    reason = getattr(error, "msg", None) or ("it is nested too deeply" if deep else str(error))
    return import_lines(cell.text), f"{cell.label}:{line} could not be parsed ({reason})"


def parsed(text: str) -> ast.Module:
    """`ast.parse` without its warnings about escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def import_lines(text: str) -> ast.Module:
    """The import statements that stand alone on a line at the left margin."""
    body: list[ast.stmt] = []
    for number, line in enumerate(text.split("\n")):
        if not line.startswith(("import ", "from ")):
            continue
        try:
            statements = parsed(line).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        body += [ast.increment_lineno(s, number) for s in statements if isinstance(s, (ast.Import, ast.ImportFrom))]
    return ast.Module(body, [])


def without_magics(text: str) -> str:
    """The same number of lines, with IPython's own syntax turned into calls."""
    lines = [re.sub(r"^# MAGIC (?=[%!])", "", line) for line in text.split("\n")]
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    head = lines[first].strip() if lines else ""
    if head.startswith("%%"):
        name, _, rest = head[2:].partition(" ")
        if name not in PYTHON_MAGICS:
            body = "\n".join(lines[first + 1 :])
            return "\n" * first + f"get_ipython().run_cell_magic({name!r}, {rest!r}, {body!r})"
        lines[first] = ""
    return "\n".join(converted(lines))


def converted(lines: list[str]) -> list[str]:
    """Lines with magics replaced; a command continued with a backslash is joined and its other lines left empty."""
    out: list[str] = []
    while len(out) < len(lines):
        at = len(out)
        match = MAGIC.match(lines[at])
        if not match:
            out.append(HELP.sub(r"\1pass", lines[at]))
            continue
        indent, target, mark, command = match.groups()
        end = at
        while command.endswith("\\") and end + 1 < len(lines):
            end += 1
            command = command[:-1] + " " + lines[end].strip()
        call = magic_call(mark + "=" * bool(target), command.strip())
        out += [f"{indent}{target or ''}{call}"] + [""] * (end - at)
    return out


def magic_call(mark: str, command: str) -> str:
    """The call that IPython makes of a command or line magic."""
    if mark.startswith("%"):
        name, _, rest = command.partition(" ")
        return f"get_ipython().run_line_magic({name!r}, {rest!r})"
    return f"get_ipython().{'getoutput' if mark.endswith('=') else 'system'}({command!r})"
