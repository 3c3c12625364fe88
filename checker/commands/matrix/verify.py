"""`checker matrix verify`: whether the evidence is sound, and what ships is what it comes to."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import BLOCKED, READY
from ...world.files import absolute
from ...world.terminal import Page, complain
from ..parsing.options import OTHER_STATUSES, add_output
from ..sweep import add_evidence, add_jobs, add_pythons, count, interpreters

if TYPE_CHECKING:
    from ...sweep.again import Ending, Whole
    from ...world.sandbox import Refused

STATUSES = f"exit status: 0 all is as it should be, 1 something is not, {OTHER_STATUSES}"
#: problems that are printed
MOST = 50


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    add_evidence(command, "the lines of evidence")
    command.add_argument("--store", type=Path, metavar="DIR", help="look too whether the models are kept there")
    command.add_argument(
        "--sample", type=count, default=0, metavar="N", help="measure N random whole cells again, in fresh environments"
    )
    command.add_argument("--seed", type=int, default=0, metavar="S", help="which ones (default: 0)")
    add_pythons(command)
    add_jobs(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Look at the lines, then at the file that ships, then at environments."""
    from ...sweep.fold import cells_of, fold_evidence
    from ...sweep.linting import Lint, listed, stale

    folder = Path(absolute(options.evidence))
    lint = Lint(folder)
    problems = lint.problems()
    if options.store:
        problems.extend(lint.lost(Path(absolute(options.store))))
    told = [f"{sum(map(len, lint.lines.values()))} lines of evidence in {folder}: {len(problems)} problems"]
    told += [f"  {problem}" for problem in listed(problems, MOST)]
    if not problems:
        folded = fold_evidence(folder).folded()
        told.append(f"{len(folded['cells'])} conversion cells, {len(cells_of(folded))} whole cells")
        if wrong := stale(folder, folded):
            problems.append(wrong)
        fine = "what ships is what the evidence comes to" if wrong is not None else "no file that ships lies beside it"
        told.append(wrong or fine)
        if options.sample:
            told.extend(measured_again(options, folder, folded, problems))
    Page(options.output).write("\n".join([*told, ""]))
    return BLOCKED if problems else READY


def measured_again(
    options: argparse.Namespace, folder: Path, folded: Mapping[str, Any], problems: list[str]
) -> Iterator[str]:
    """What a sample comes to, a line a cell and a difference; too many differences are a problem."""
    from ...knowledge import load
    from ...matrix.measured.values import unfold
    from ...sweep.again import ENOUGH, compare, expected, sample
    from ...sweep.evidence import Evidence
    from ...world.sandbox import Refused

    pythons = interpreters(options.python, options.pythons)
    locks = {line["cell"]: line["lock"] for line in Evidence(folder).lines("conversions")}
    cells = sample(folded, locks, load(), options.sample, options.seed, pythons)
    same, all_of_it = 0, 0
    for number, (whole, seen) in enumerate(tried(cells, pythons, options.jobs), 1):
        complain(f"{number} of {len(cells)} whole cells, {same} of {all_of_it} outcomes the same before: {whole.name}")
        if isinstance(seen, Refused):
            yield f"{whole.name}: it could not be built: {seen.text[-300:]}"
            continue
        compared = compare(expected(unfold(folded), whole, seen), seen)
        same, all_of_it = same + compared.same, all_of_it + compared.same + compared.differences
        yield from compared.lines(whole)
    share = 100 * same / max(1, all_of_it)
    if share < ENOUGH:
        problems.append(f"only {share:.2f} % are the same")
    yield f"{same} of {all_of_it} outcomes are the same ({share:.2f} %), in {len(cells)} whole cells"


def tried(
    cells: Sequence[Whole], pythons: Mapping[str, Path], jobs: int
) -> Iterator[tuple[Whole, dict[str, Ending] | Refused]]:
    """Each whole cell with what was seen of it, as they end."""
    from ...sweep.again import build_and_try
    from ...sweep.local.workers import pool

    with pool(jobs) as executor:
        running = {executor.submit(build_and_try, whole, pythons[whole.pins["python"]]): whole for whole in cells}
        yield from ((running[future], future.result()) for future in as_completed(running))
