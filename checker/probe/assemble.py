"""Joins the files of `inside` into the one program that runs in the patient."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ..world.files import read_text

_RELATIVE = re.compile(r"^from (\.+)([\w.]+) import .*\n", re.MULTILINE)
_TYPING = re.compile(r"^from typing import .*\n", re.MULTILINE)
_INSIDE = Path(__file__).parent / "inside"


@cache
def source(part: str) -> str:
    """The text of a file, which goes by its dotted place: `supervisor`, `canary.flow`."""
    return read_text(_INSIDE.joinpath(*part.split(".")).with_suffix(".py"))


def parts(entry: str) -> list[str]:
    """The files that `entry` needs, each after what it imports, `entry` last."""
    found: list[str] = []

    def visit(part: str) -> None:
        place = part.split(".")
        for dots, name in _RELATIVE.findall(source(part)):
            needed = ".".join([*place[: -len(dots)], name])
            if needed not in found:
                visit(needed)
        if part not in found:
            found.append(part)

    visit(entry)
    return found


def _plain(part: str) -> str:
    return _TYPING.sub("", _RELATIVE.sub("", source(part)))


def _joined(entry: str, start: str = "") -> str:
    """One text; annotations need no `typing` there, which would take longer to import than the rest."""
    return "\n\n".join(["Any = object", *map(_plain, parts(entry)), start])


@cache
def program() -> str:
    """The program that is handed to the patient: it looks, and drives the workers."""
    return _joined("supervisor", "main(json.loads(PLAN), FOLDER_FIRST)\n")


@cache
def looker() -> str:
    """What looks at files closely; it travels inside the plan."""
    return _joined("files.static")


@cache
def worker() -> str:
    """The program of a worker, which imports packages and runs canaries; it travels inside the plan."""
    return _joined("worker", "work(json.loads(PLAN), FOLDER_FIRST)\n")


@cache
def rehearser() -> str:
    """The program that rehearses scripts; it travels inside the plan."""
    return _joined("rehearse.play", "rehearse(json.loads(PLAN), FOLDER_FIRST)\n")


@cache
def measurer(kind: str) -> str:
    """The program that measures cells of a kind: conversions, runtimes, imports, flows."""
    return _joined(f"measure.{kind}", f"measure_{kind}(json.loads(PLAN))\n")
