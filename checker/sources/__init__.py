"""The files that a request names, with the lines that a report may point to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..model import Report, Source, packages_of
from ..request import Request
from ..world.files import is_file, read_head
from ..world.project.naming import names_of
from .lines import cell_lines, line_asking

#: bytes of a file that are looked through for a line
MOST = 20_000_000
_INCLUDED = re.compile(r"^[ \t]*(?:-[ \t]+)?(?:-r|--requirement)[ =]?[ \t]*(\S+)", re.MULTILINE)


def with_sources(report: Report, request: Request) -> Report:
    """The report with the scripts, the modules of the user's that they import, and the files of requirements."""
    followed = map(Path, report.script.files if report.script else ())
    scripts = (of_script(path) for path in dict.fromkeys((*request.scripts, *followed)))
    packages = {name for finding in report.findings for name in packages_of(finding)}
    files = (of_requirements(path, packages) for path in included(request.requirements))
    return replace(report, sources=(*scripts, *files))


def of_script(path: Path) -> Source:
    """A script; of a notebook also the line of the file on which the code of each cell begins."""
    lines = dict(cell_lines(_text(path))) if path.suffix == ".ipynb" else {}
    return Source(*names_of(path), lines)


def of_requirements(path: Path, packages: Iterable[str]) -> Source:
    """A file that asks for packages, of whatever form, with the line that asks for each of these."""
    rows = [re.sub(r"(^|\s)#.*$", "", row) for row in _text(path).splitlines()]
    words = re.sub("[-_.]+", "-", "\n".join(rows).lower())
    found = {name: number for name in packages if name in words and (number := line_asking(rows, name))}
    return Source(*names_of(path), found, requires=True)


def included(files: Iterable[Path]) -> Iterator[Path]:
    """The files and those that they include, each once."""
    left, seen = [*files], set[Path]()
    while left:
        path = left.pop(0)
        if path not in seen and is_file(path):
            seen.add(path)
            yield path
            left += [path.parent / name for name in _INCLUDED.findall(_text(path))]


def _text(path: Path) -> str:
    return read_head(path, MOST).decode("utf-8-sig", "replace")
