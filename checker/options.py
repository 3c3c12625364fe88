"""The words of the command line: commands and options, and what is said of a wrong one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import __version__
from .errors import USAGE
from .options_following import add_following
from .reporters import REPORTERS

CODES = (
    "exit status: 0 nothing blocks, 1 blockers (with --strict warnings too), 2 wrong usage, 3 could not look, "
    "70 a bug of the checker, 130 or 143 interrupted"
)


def close(word: str, words: Sequence[str]) -> str:
    """The words that were probably meant, in a phrase."""
    import difflib

    return " or ".join(difflib.get_close_matches(word, words, 2, 0.3)) or "one of the listed ones"


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, with the option that was meant."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with the status for wrong usage."""
        wrong = next((w for w in message.split() if w.startswith("--")), "")
        options = [o for p in (self, *_subparsers(self)) for o in p._option_string_actions]
        meant = f"did you mean {close(wrong, options)}? " if message.startswith("unrecognized") and wrong else ""
        self.exit(USAGE, f"checker: {message} ({meant}see `{self.prog} --help`)\n")


def _subparsers(top: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    return [p for a in top._actions if isinstance(a, argparse._SubParsersAction) for p in a.choices.values()]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        "checker",
        description="Will this environment turn a scikit-learn model into ONNX and MLflow, rightly?",
        epilog=CODES,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _add_preflight(
        commands.add_parser(
            "preflight", help="look at an environment, and say what blocks", epilog=CODES, allow_abbrev=False
        )
    )
    _add_probe(
        commands.add_parser(
            "probe",
            help="print the one script that looks, to run where the checker cannot be installed",
            allow_abbrev=False,
        )
    )
    explain = commands.add_parser("explain", help="explain a rule", allow_abbrev=False)
    explain.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name; without one all are listed")
    canaries = commands.add_parser("canaries", help="list what can be tried", allow_abbrev=False)
    for command in (explain, canaries):
        command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
    add_following(commands)
    return top


def _add_preflight(command: argparse.ArgumentParser) -> None:
    which = command.add_argument_group("which environment")
    which.add_argument(
        "--python",
        metavar="PY",
        help="its interpreter, its folder, or a version such as 3.11 (default: the active one, else python on PATH)",
    )
    which.add_argument(
        "--pythons",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help="a folder with one folder a Python version, searched for --python VERSION",
    )
    which.add_argument(
        "--requirements",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="build it from requirement files in a throwaway environment",
    )
    which.add_argument(
        "--via",
        metavar="COMMAND",
        help='any command that ends in a Python reading its program from stdin: "docker run -i IMAGE python -"',
    )
    which.add_argument("--from", dest="recorded", type=Path, metavar="FRAMES", help="a recorded observation")
    what = command.add_argument_group("what to look for")
    what.add_argument(
        "scripts", nargs="*", type=Path, metavar="SCRIPT", help="training scripts or notebooks; read, never run"
    )
    what.add_argument(
        "--canaries", default="quick", metavar="SET", help="quick, all, or names separated by commas (default: quick)"
    )
    what.add_argument("--static", action="store_true", help="import nothing: look at files and metadata only")
    out = command.add_argument_group("what to write")
    out.add_argument("--format", choices=tuple(REPORTERS), default="text")
    out.add_argument("--output", type=Path, metavar="FILE", help="write the report there instead of to the terminal")
    out.add_argument("--save", type=Path, metavar="FRAMES", help="keep what was observed, for --from")
    out.add_argument("--strict", action="store_true", help="warnings fail too")
    out.add_argument("--verbose", action="store_true", help="show every step that was tried")
    _add_remedies(command)


def _add_remedies(command: argparse.ArgumentParser) -> None:
    fix = command.add_argument_group("what to do about it")
    fix.add_argument("--keep", action="append", default=[], metavar="PKG", help="a package that no remedy may move")
    fix.add_argument("--no-prove", action="store_true", help="plan remedies with the package index, and try none")
    fix.add_argument("--offline", action="store_true", help="ask no package index: remedies are planned only")
    fix.add_argument("--fix", action="store_true", help="apply the first proven change of versions, after asking")
    fix.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    fix.add_argument(
        "--write",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="write the proven set: constraints.txt, requirements.txt, environment.yml or pylock.toml",
    )


def _add_probe(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scripts",
        nargs="*",
        type=Path,
        metavar="SCRIPT",
        help="training scripts or notebooks whose models are to be tried",
    )
    command.add_argument(
        "--canaries", default="quick", metavar="SET", help="quick, all, or names separated by commas (default: quick)"
    )
    command.add_argument("--static", action="store_true", help="a script that imports nothing")
    command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
