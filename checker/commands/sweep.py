"""`checker sweep`: measure what the matrices do not know yet, and keep every cell as soon as it is measured."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from ..errors import READY, CannotLook, UsageError
from ..names import canonicalize_name
from ..world.cache import cache_folder
from ..world.files import absolute
from ..world.pythons import find, processors
from ..world.terminal import Page, complain
from .parsing.options import OTHER_STATUSES, add_files, add_output

if TYPE_CHECKING:
    from ..sweep.bench import Bench
    from ..sweep.campaign import Task

#: the interpreters that a campaign asks for where none is named
PYTHONS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
KINDS = ("imports", "conversions", "runtimes", "registries", "boosters")
STATUSES = f"exit status: 0 it is measured, or the budget is spent, {OTHER_STATUSES}"


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    command.add_argument("kinds", nargs="*", type=_kind, metavar="KIND", help=f"{', '.join(KINDS)} (default: all)")
    add_places(command)
    add_pythons(command)
    add_jobs(command)
    command.add_argument("--new", action="store_true", help="only releases that the index has and no cell knows")
    command.add_argument("--budget", type=_seconds, metavar="TIME", help="begin nothing after that: 90m, 2h, 30s")
    command.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="every N-th task, from the I-th on"
    )
    command.add_argument(
        "--requires", action="append", default=[], metavar="REQ", help="only these releases: 'scikit-learn>=1.4'"
    )
    command.add_argument(
        "--canaries", default="", metavar="NAMES", help="convert only these: names, classes or patterns, with commas"
    )
    command.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="a Dask scheduler, whose workers see the same folders"
    )
    add_output(command)


def add_jobs(command: argparse.ArgumentParser) -> None:
    """How many processes."""
    jobs = processors()
    command.add_argument("--jobs", type=count, default=jobs, metavar="N", help=f"processes (default: {jobs})")


def add_places(command: argparse.ArgumentParser) -> None:
    """Where everything is kept."""
    add_evidence(command, "where the lines are added")
    command.add_argument(
        "--store", type=Path, metavar="DIR", help="where packages are unpacked and models kept (default: in the cache)"
    )


def add_evidence(command: argparse.ArgumentParser, what: str) -> None:
    """Where the lines are."""
    evidence = Path("matrices", "evidence")
    command.add_argument("--evidence", type=Path, default=evidence, metavar="DIR", help=f"{what} (default: {evidence})")


def add_pythons(command: argparse.ArgumentParser) -> None:
    """The interpreters."""
    command.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="VERSION",
        help="an interpreter to measure with, such as 3.11 (default: all that are found)",
    )
    add_files(command, "--pythons", "DIR", "a folder of Python versions, searched before the usual places")


def _kind(text: str) -> str:
    """A kind of cells; raises ArgumentTypeError for anything else."""
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"{text} is no kind of cells: write {', '.join(KINDS)}")
    return text


def count(text: str) -> int:
    """A number of processes; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:6]) <= 1024:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to 1024")
    return int(text)


def _seconds(text: str) -> float:
    """A length of time in seconds; raises ArgumentTypeError for anything else."""
    told = re.fullmatch(r"(\d{1,6})([smh])", text)
    if not told:
        raise argparse.ArgumentTypeError(f"{text} is no length of time: write 90m, 2h or 30s")
    return int(told[1]) * {"s": 1, "m": 60, "h": 3600}[told[2]]


def _shard(text: str) -> tuple[int, int]:
    """A part of all tasks; raises ArgumentTypeError for anything else."""
    told = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if not told or not 1 <= int(told[1]) <= int(told[2]):
        raise argparse.ArgumentTypeError(f"{text} is no part of a whole: write 1/4 for the first of four")
    return int(told[1]), int(told[2])


def run(options: argparse.Namespace) -> int:
    """Measure; lines of progress go to standard error, the summary to standard output."""
    from ..sweep.bench import Bench
    from ..sweep.campaign import Tally, limited, perform, shard
    from ..sweep.local.workers import pool

    bench = Bench(
        Path(absolute(options.evidence)),
        _store(options.store),
        interpreters(options.python, options.pythons),
        _canaries(options.canaries),
    )
    limits = _limits(options.requires)
    deadline = time.monotonic() + options.budget if options.budget is not None else None
    told, tasks_of = _new(bench) if options.new else ([], partial(_all, bench))
    with pool(options.jobs, options.scheduler) as executor:
        for kind in [kind for kind in KINDS if kind in (options.kinds or KINDS)]:
            tasks = shard(limited(tasks_of(kind), limits), *options.shard)
            tally = Tally(kind, len(tasks), options.jobs)
            for done in perform(tasks, bench, executor, options.jobs, deadline):
                tally.add(done)
                complain(tally.progress())
            told.append(tally.summary())
    Page(options.output).write("\n".join([*told, f"The evidence is in {bench.evidence_folder}.", ""]))
    return READY


def _all(bench: Bench, kind: str) -> Sequence[Task]:
    """All tasks of a kind."""
    from ..knowledge import load
    from ..sweep.campaign import FACTORS

    return FACTORS[kind](load(), bench)


def _new(bench: Bench) -> tuple[list[str], Callable[[str], Sequence[Task]]]:
    """A line for each release that no cell knows, and the tasks of a kind for them. Raises CannotLook for the index."""
    from ..sweep.choosing.fresh import new_releases, new_tasks

    found = new_releases(bench)
    tasks = new_tasks(found, bench)
    told = [f"new: {name} {version}" for name, version in found.items()]
    return told or ["The index has no release that no cell knows."], lambda kind: tasks.get(kind, ())


def _limits(requires: list[str]) -> tuple[Requirement, ...]:
    """What the releases are limited to. Raises UsageError for requirements on anything that is not chosen here."""
    from ..matrix.testing.admitted import read_requires
    from ..sweep.campaign import CHOSEN

    limits = read_requires(requires)
    if others := [str(one) for one in limits if canonicalize_name(one.name) not in CHOSEN]:
        raise UsageError(f"--requires {', '.join(others)} limits nothing", f"a sweep chooses {', '.join(CHOSEN)}")
    return limits


def _canaries(text: str) -> tuple[str, ...]:
    """The canaries that are named. Raises UsageError for what is none."""
    from ..sweep.factors.conversions import catalogue

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if names and not catalogue(names):
        raise UsageError(f"--canaries {text} names none that is only converted", "`checker canaries` lists them")
    return names


def _store(named: Path | None) -> Path:
    """The folder of packages and models. Raises CannotLook where there is none."""
    if named is None and not cache_folder():
        raise CannotLook("there is no cache in which packages could be kept", "name a folder with --store")
    return Path(absolute(named)) if named else Path(cache_folder(), "sweep")


def interpreters(asked: list[str], folders: list[Path]) -> dict[str, Path]:
    """The interpreters to measure with, by minor version: those named, else all that are found. Raises CannotLook."""
    found: dict[str, Path] = {}
    for version in asked or PYTHONS:
        if not re.fullmatch(r"3\.\d+", version):
            raise UsageError(f"--python {version} is no minor version of Python", "write it as 3.11")
        try:
            found[version] = find(version, folders)
        except CannotLook:
            if asked:
                raise
    if not found:
        raise CannotLook("no interpreter was found", "name a folder of Pythons with --pythons")
    return found
