"""Options that several commands share, and what is made of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...names import canonicalize_name
from ...world.files import absolute
from .statuses import OTHER_STATUSES as OTHER_STATUSES
from .statuses import SCRIPTS as SCRIPTS
from .statuses import STATUSES as STATUSES

if TYPE_CHECKING:
    from ...model import Rehearsal
    from ...standin import Standin

#: tries where nobody says more: as in `request`, which takes a while to import
BUDGET = 8
#: what a rehearsed script may be allowed
ALLOWED = ("network", "programs")

#: tries that --budget may ask for, and rows or seconds of a rehearsal
MOST_TRIES, MOST_MANY = 999, 999_999


def add_scripts(command: Any, help: str) -> None:
    """Training scripts and notebooks."""
    command.add_argument("scripts", nargs="*", type=Path, default=[], metavar="SCRIPT", help=help)


def add_canaries(
    command: Any, help: str = "quick, all, or names, modules and patterns separated by commas (default: quick)"
) -> None:
    """What is tried beside the script's own models."""
    command.add_argument("--canaries", default="quick", metavar="SET", help=help)


def add_rehearsal(command: Any) -> None:
    """Running the script small."""
    command.add_argument(
        "--rehearse",
        action="store_true",
        help="run the script itself, small and without a trace; its arguments may stand behind --",
    )
    command.add_argument("--rows", type=_many, metavar="N", help="rows that a fit sees at most (default: 1000)")
    command.add_argument("--time", type=_many, metavar="SECONDS", help="how long scripts may run (default: 120)")
    command.add_argument("--allow", default="", metavar="WHAT", help="network, programs: let the scripts use them")


def rehearsal_of(options: argparse.Namespace) -> Rehearsal | None:
    """How the scripts are rehearsed, None where they are only read. Raises UsageError for options without a sense."""
    allow = tuple(word.strip() for word in options.allow.split(",") if word.strip())
    if wrong := [word for word in allow if word not in ALLOWED]:
        raise UsageError(f"--allow {wrong[0]}: there is no such thing to allow", f"write {' or '.join(ALLOWED)}")
    given = [name for name in ("rows", "time", "allow") if getattr(options, name)]
    if not (options.rehearse or options.model):
        if given:
            raise UsageError(f"--{given[0]} is about --rehearse, which is not given", "add --rehearse")
        return None
    from ...model import Rehearsal

    scripts = tuple(map(absolute, options.scripts))
    more = {"rows": options.rows, "seconds": options.time}
    return Rehearsal(
        scripts,
        absolute(Path()),
        tuple(options.behind),
        allow=allow,
        **{name: value for name, value in more.items() if value},
    )


def add_standin(command: Any) -> None:
    """A model where there is no script."""
    command.add_argument(
        "--model",
        metavar="MODEL",
        help="no script: package.module:name of what makes an estimator, or its file (.joblib, .pkl, .skops); to make "
        "or to load it runs its code",
    )
    command.add_argument(
        "--data", type=Path, metavar="FILE", help="with --model: rows to fit and compare on (.csv, .parquet, .npy, ...)"
    )
    command.add_argument("--target-column", default="", metavar="NAME", help="the column of them that is predicted")


def standin_of(options: argparse.Namespace) -> Standin | None:
    """The model that is rehearsed without a script, None where there is none. Raises UsageError and CannotLook."""
    given = [name for name in ("--data", "--target-column") if getattr(options, name[2:].replace("-", "_"))]
    if options.model is None:
        if given:
            raise UsageError(f"{given[0]} is about --model, which is not given", "add --model, or leave it out")
        return None
    from ...standin import find_standin

    return find_standin(options.model, options.data, options.target_column)


def add_output(command: Any, what: str = "write there instead of to the terminal") -> None:
    """Where the answer goes."""
    command.add_argument("--output", type=Path, metavar="FILE", help=what)


def add_files(command: Any, option: str, metavar: str, help: str) -> None:
    """An option that names a file or folder and may be repeated."""
    command.add_argument(option, action="append", type=Path, default=[], metavar=metavar, help=help)


def add_requirements(command: Any) -> None:
    """What an environment is built from, in any form that people have it in."""
    told = (
        "build it in a throwaway environment from requirements, a lock file, pyproject.toml, environment.yml, a pasted "
        "list or - (standard input); may be repeated"
    )
    add_files(command, "--requirements", "FILE", told)
    for option, what in (("--extra", "an extra"), ("--group", "a group of dependencies")):
        help = f"with --requirements: {what} of the file too; may be repeated"
        command.add_argument(option, action="append", default=[], metavar="NAME", help=help)


def add_patient(command: argparse.ArgumentParser) -> None:
    """The environment of a command that follows one failure."""
    add_scripts(command, "training scripts or notebooks")
    command.add_argument("--python", metavar="PY", help="the environment, as for preflight")
    add_files(command, "--pythons", "DIR", "a folder of Python versions")
    add_canaries(command, "what is tried beside the script's models (default: quick)")
    add_rehearsal(command)
    add_standin(command)
    add_keep(command, "a package that must not move")
    add_project_config(command)
    add_output(command)


def add_project_config(command: Any) -> None:
    """Whose settings uv follows."""
    command.add_argument(
        "--project-config", action="store_true", help="let uv follow the settings of the working folder's project too"
    )


def add_keep(command: Any, help: str) -> None:
    """Packages that stay as they are."""
    command.add_argument("--keep", action="append", default=[], metavar="PKG", help=help, type=canonicalize_name)


def add_wanted(command: Any) -> None:
    """Releases that every remedy has to come to."""
    told = 'what every remedy has to honour, such as "onnxruntime<=1.14"; may be repeated'
    command.add_argument("--wanted", action="append", default=[], metavar="REQ", help=told)


def add_targets(command: Any) -> None:
    """Places whose limits count."""
    told = "a place by name (`checker targets` lists them) or a file of your own, ./prod.toml; may be repeated"
    command.add_argument("--target", action="append", default=[], metavar="NAME", help=told)


def add_budget(command: Any) -> None:
    """How much may be tried."""
    command.add_argument(
        "--budget",
        type=_count,
        default=BUDGET,
        metavar="N",
        help=f"changes of versions that are tried at most, each in an environment of its own (default: {BUDGET})",
    )


def _count(text: str) -> int:
    """A number of tries; raises ArgumentTypeError for anything else."""
    return _whole(text, MOST_TRIES, "number of tries")


def _many(text: str) -> int:
    """A number of rows or seconds; raises ArgumentTypeError for anything else."""
    return _whole(text, MOST_MANY, "such number")


def _whole(text: str, most: int, what: str) -> int:
    """A whole number from 1 to `most`; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:9]) <= most:
        raise argparse.ArgumentTypeError(f"{text} is no {what}: write 1 to {most}")
    return int(text)


def asked_for(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a request that every command with a patient has."""
    return {
        "scripts": tuple(options.scripts),
        "python": options.python,
        "pythons": tuple(options.pythons),
        "canaries": options.canaries,
        "keep": tuple(options.keep),
        "rehearsal": rehearsal_of(options),
        "standin": standin_of(options),
    }
