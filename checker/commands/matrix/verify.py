"""`checker matrix verify`: whether the evidence is sound, and what ships is what it comes to."""

from __future__ import annotations

import argparse
from pathlib import Path

from ...errors import BLOCKED, READY
from ...world.files import absolute
from ...world.terminal import Page
from ..options import OTHER_STATUSES, add_output

STATUSES = f"exit status: 0 all is as it should be, 1 something is not, {OTHER_STATUSES}"
#: problems that are printed
MOST = 50


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    from ..sweep import add_places

    add_places(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Look at the lines, then at the file that ships."""
    from ...sweep.fold import cells_of, fold_evidence
    from ...sweep.linting import Lint, listed, stale

    folder = Path(absolute(options.evidence))
    lint = Lint(folder)
    problems = lint.problems()
    told = [f"{sum(map(len, lint.lines.values()))} lines of evidence in {folder}: {len(problems)} problems"]
    told += [f"  {problem}" for problem in listed(problems, MOST)]
    if not problems:
        folded = fold_evidence(folder).folded()
        told.append(f"{len(folded['cells'])} conversion cells, {len(cells_of(folded))} whole cells")
        if wrong := stale(folder, folded):
            problems.append(wrong)
        fine = "what ships is what the evidence comes to" if wrong is not None else "no file that ships lies beside it"
        told.append(wrong or fine)
    Page(options.output).write("\n".join([*told, ""]))
    return BLOCKED if problems else READY
