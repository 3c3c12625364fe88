"""Rows as a tox.ini: each is an environment of tox's, which the checker looks at from its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .asked import Asked
from .rows import Row

#: a program for any Python: the folder of a report is there, and no report of another run is in it
FRESH = (
    "import pathlib; f = pathlib.Path(r'%s'); f.parent.mkdir(parents=True, exist_ok=True); f.exists() and f.unlink()"
)


def render(rows: Sequence[Row], asked: Asked) -> str:
    """The whole file; what stands below `[tox]` can be copied into a file that has such a section already."""
    return "\n".join([*_head(rows, asked), "", *sections(rows, asked)]) + "\n"


def _head(rows: Sequence[Row], asked: Asked) -> Iterator[str]:
    """How it is used, and the section of tox itself."""
    yield from asked.head(rows)
    yield f"# `tox` runs all, `tox run -e {name_of(rows[0])}` one of them; `{asked.program}` must be on the PATH."
    yield "[tox]"
    yield from ("requires =", "    tox>=4.22", "    tox-uv>=1.20")
    yield "env_list ="
    yield from (f"    {name_of(row)}" for row in rows)
    yield "skip_missing_interpreters = true"


def sections(rows: Sequence[Row], asked: Asked) -> Iterator[str]:
    """What every row does, the rows, and what takes their reports together."""
    reports = "{work_dir}/reports"
    checker = escape(asked.checker)
    yield "# The reports lie in reports/ of tox's own folder; `tox run -e rows` takes them together, cause by cause."
    yield "[row]"
    yield "package = skip"
    yield from ("pass_env =", "    PYENV_ROOT", "    UV_*", "    XDG_CACHE_HOME")
    yield f"allowlist_externals = {asked.program}"
    yield f'commands_pre = python -c "{FRESH % f"{reports}/{{env_name}}.json"}"'
    looked = f"--format json --output {reports}/{{env_name}}.json {{posargs}}"
    yield f"commands = {checker} preflight --python {{env_python}}{escape(asked.script_words)} {looked}"
    junit = f"--format junit --output {reports}/{{env_name}}.xml"
    yield f"commands_post = - {checker} report {reports}/{{env_name}}.json {junit}"
    for row in rows:
        yield from _section(row)
    yield from ("", "[testenv:rows]", "description = what the rows have found, cause by cause", "base = row")
    names = ",".join(map(name_of, rows))
    merged = f"commands = {checker} report {reports} --expect {names} {{posargs}}"
    yield from ("commands_pre =", merged, "commands_post =")


def _section(row: Row) -> Iterator[str]:
    """One row."""
    yield ""
    yield f"# {row.why}"
    yield f"[testenv:{name_of(row)}]"
    yield "base = row"
    yield f"description = {escape(row.why)}"
    yield f"base_python = python{row.python}"
    yield "deps ="
    yield from (f"    {escape(requirement)}" for requirement in row.requirements)


def name_of(row: Row) -> str:
    """The environment of a row."""
    return f"row-{row.name}"


def escape(text: str) -> str:
    """A text in which tox replaces nothing."""
    return text.replace("{", "\\{").replace("}", "\\}")
