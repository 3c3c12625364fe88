"""Options that the commands about measurements share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError

if TYPE_CHECKING:
    from ...matrix.measured import Measured, Pins


def add_pins(command: Any, help: str = "versions, such as scikit-learn==1.4.2, or files of requirements") -> None:
    """The versions that are asked for."""
    command.add_argument("pins", nargs="+", metavar="PINS", help=help)


def add_format(command: Any) -> None:
    """For people or for programs."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="text or json (default: text)")


def pins_of(options: argparse.Namespace, matrix: Measured) -> Pins:
    """The versions that are asked for, those of files among them. Raises UsageError and CannotLook."""
    from ...matrix.wanted import pins_named

    return pins_named(matrix, [*_texts(options.pins)])


def _texts(words: list[str]) -> Iterator[str]:
    """The requirements; of a file those that name one release, since others are left open by it."""
    from ...names import pinned_version
    from ...requirements.lines import read_lines
    from ...world.files import check_files, is_file

    for word in words:
        if "==" in word:
            yield word
        elif is_file(path := Path(word)):
            yield from (line.text for line in read_lines([path]) if pinned_version(line.text))
        elif word.endswith((".txt", ".in")):
            check_files([], [path])
        else:
            raise UsageError(f"{word} is neither a version nor a file", "write NAME==VERSION, as scikit-learn==1.4.2")


def strangers(pins: Pins) -> frozenset[str]:
    """The canaries that the release of scikit-learn does not know, or not any more."""
    from ...knowledge.facts import within
    from ...probe.canaries import every

    release, found = pins.get("scikit-learn", ""), set[str]()
    for canary in every() if release else ():
        bounds = [f">={canary.since}"] * bool(canary.since) + [f"<{canary.until}"] * bool(canary.until)
        if not within(release, ",".join(bounds)):
            found.add(canary.name)
    return frozenset(found)
