"""The budget of sizes: small functions, small files, and a short list of what is allowed to be longer, with the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

import checker

HOUSE = Path(checker.__file__).parent
FUNCTION, FILE = 50, 300
#: files over the budget -> why; a file that has shrunk below it must leave this list
LONGER_FILES: dict[str, str] = {}
#: functions over the budget -> why
LONGER_FUNCTIONS: dict[str, str] = {
    "fix/apply.py:apply": "all or nothing: every step counts on the ones before it, and is read in their order",
}

FILES = {p.relative_to(HOUSE).as_posix(): p.read_text(encoding="utf-8") for p in sorted(HOUSE.rglob("*.py"))}


def functions() -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, docstring included, from `def` to its end."""
    for name, text in FILES.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


LENGTHS = list(functions())


@pytest.mark.parametrize(
    ("what", "measured", "most"),
    [
        ("lines of the median function", median(n for _, n in LENGTHS), 8),
        ("per cent of the functions with 25 lines or more", 100 * sum(n >= 25 for _, n in LENGTHS) / len(LENGTHS), 10),
    ],
    ids=["median", "share"],
)
def test_functions_are_small(what: str, measured: float, most: float) -> None:
    assert measured <= most, what


def test_no_function_is_over_the_budget() -> None:
    assert {name for name, n in LENGTHS if n > FUNCTION} == set(LONGER_FUNCTIONS)


def test_no_file_is_over_the_budget() -> None:
    assert {name for name, text in FILES.items() if len(text.splitlines()) > FILE} == set(LONGER_FILES)
