"""`checker matrix choose`: the newest measured set of versions in which the wanted models work."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BLOCKED, READY, CannotLook
from ...world.terminal import Page, complain
from ..parsing.options import OTHER_STATUSES, SCRIPTS, add_output
from .asked import add_format, is_file_of_requirements, strangers, written

if TYPE_CHECKING:
    from ...matrix.matching import Match
    from ...matrix.measured import Measured

TRY_IT = "try them with `checker preflight --requirements`, or leave the script out: the quick set is then meant"
STATUSES = f"exit status: 0 a set was found, 1 none was, {OTHER_STATUSES}"


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    command.add_argument(
        "words",
        nargs="+",
        metavar="WISH",
        help='what the set must be, such as "python==3.9" or "onnxruntime<=1.14", or a file of requirements; and '
        "scripts whose models must work (default: the quick set)",
    )
    add_format(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the pins."""
    from ...matrix import pages
    from ...matrix.choose import choose, read_wishes
    from ...matrix.measured import load
    from ...matrix.wanted import check

    matrix, page = check(load()), Page(options.output)
    scripts = [Path(word) for word in options.words if word.endswith(SCRIPTS)]
    wishes = read_wishes(matrix, [*_wished(matrix, [word for word in options.words if not word.endswith(SCRIPTS)])])
    choice = choose(matrix, wishes, wanted(matrix, scripts), (lambda pins: ()) if scripts else strangers)
    if not choice:
        complain("no measured set honours these wishes with a model that works: widen one of them")
        return BLOCKED
    of = " and ".join(script.name for script in scripts) or "the quick set"
    page.write(pages.choice_as_values(choice, matrix.date) if options.format == "json" else pages.chosen(choice, of))
    return READY


def _wished(matrix: Measured, words: list[str]) -> Iterator[str]:
    """The wishes; of a file those on packages whose releases were measured."""
    from ...matrix.measured.verdicts import RUNTIME
    from ...names import read_requirement, required_name

    named = {required_name(word) for word in words}
    for word in words:
        if re.search("[<>=~]", word) or not is_file_of_requirements(word):
            yield word
            continue
        for text in written(word, python="python" not in named):
            one = read_requirement(text)
            if one and one.specifier and required_name(text) in {*matrix.axes, RUNTIME} - named:
                yield f"{one.name}{one.specifier}"


def wanted(matrix: Measured, scripts: list[Path]) -> dict[str, Match]:
    """The models that must work, and the canaries that speak for each. Raises CannotLook for a script."""
    from ...matrix.matching import Match, match
    from ...probe.canaries import every, quick
    from ...script import read
    from ...world.files import check_files

    if not scripts:
        return {canary.name: Match((canary.name,), True) for canary in quick() if canary.name in matrix.places}
    check_files(scripts)
    models = [canary for canary in read(scripts).canaries if canary.make]
    if not models:
        raise CannotLook(f"{scripts[0]}: no model can be read in it", "leave it out: the quick set is then meant")
    found = {canary.name: match(canary, every()) for canary in models}
    if not any(speaks.rows for speaks in found.values()):
        why = "; ".join(dict.fromkeys(speaks.why for speaks in found.values()))
        raise CannotLook(f"nothing that was measured speaks for the models of {scripts[0].name}: {why}", TRY_IT)
    return found
