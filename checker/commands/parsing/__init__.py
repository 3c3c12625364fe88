"""The words of a command line become options; what is wrong with them is one line, with the word that was meant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from ...errors import UsageError
from ...names import meant
from ...version import __version__
from ...world.terminal import Page
from .. import COMMANDS, GROUPS, load
from .configured import add_config, follow
from .examples import Shown, epilog
from .statuses import SCRIPTS, STATUSES, STATUSES_TELLING

if TYPE_CHECKING:
    from ...settings import Settings

ABOUT = "Checks before training whether scikit-learn to ONNX to MLflow works in an environment."


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError, which names the option or the choice that was meant."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong, with what may have been meant."""
        wrong = next((w.partition("=")[0] for w in message.split() if w.startswith("-")), "")
        guess = meant(wrong, self._option_string_actions) if message.startswith("unrecognized") else ""
        raise UsageError(message, ("; " * bool(guess)).join([guess, f"see `{self.prog} --help`"]))

    def _print_message(self, message: str, file: Any = None) -> None:
        Page(None).write(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        kind = "command" if action.dest == "command" else "choice"
        guess = meant(str(value), choices) or f"choose from {', '.join(choices)}"
        if kind == "command" and str(value).endswith(SCRIPTS):
            guess = f"did you mean `checker preflight {value}`?"
        raise argparse.ArgumentError(None if kind == "command" else action, f"there is no {kind} {value!r}: {guess}")


def parse(arguments: Sequence[str], settings: Settings | None = None) -> argparse.Namespace:
    """The options of the command that the first word names, of a command of a group the first two.

    `help COMMAND` is `COMMAND --help`. `command` is None where there is no word, and the group where nothing stands
    behind it. Scripts may stand before, between and after options. What is not typed is as the settings of the project
    have it. Raises UsageError; SystemExit after a help or a version.
    """
    words = [*arguments[1:], "--help"] if arguments[:1] == ["help"] else list(arguments)
    if not words or words[0] not in COMMANDS:
        return parser().parse_args(words)
    name = words.pop(0)
    if name in GROUPS:
        if not words or words[0] not in GROUPS[name]:
            return parser(name).parse_args(words, argparse.Namespace(group=name))
        name = f"{name} {words.pop(0)}"
    place = words.index("--") if {"--rehearse", "--"} <= {*words} else len(words)
    words, behind = words[:place], words[place + 1 :]
    command, given = _command(name), argparse.Namespace(command=name, arguments=[*name.split(), *words], behind=behind)
    # help shows the arguments as they are written, which intermixed parsing takes apart
    read = command.parse_args if {"-h", "--help"} & {*words} else command.parse_intermixed_args
    options = read(words, given)
    if settings:
        follow(options, _command("preflight"), settings)
    return options


def parser(group: str = "") -> argparse.ArgumentParser:
    """The command line as its help shows it, every command by name; or that of a group of commands."""
    top = Parser(
        f"checker {group}".rstrip(),
        description=f"{COMMANDS[group]}." if group else ABOUT,
        epilog=epilog(group, STATUSES_TELLING if group else STATUSES),
        formatter_class=Shown,
        allow_abbrev=False,
    )
    if not group:
        top.add_argument("--version", action=Version, nargs=0, help="the release, and the date of what it knows")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name, what in (GROUPS[group] if group else COMMANDS).items():
        commands.add_parser(name, help=what, allow_abbrev=False)
    return top


class Version(argparse.Action):
    """The release and the day of the newest fact that ships with it; what takes long to read is read only here."""

    def __call__(self, command: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """Print both, and end."""
        from ...knowledge import load

        Page(None).write(f"checker {__version__}, knowledge of {load().date}\n")
        command.exit()


def _command(name: str) -> argparse.ArgumentParser:
    """One command with its options."""
    group, _, member = name.rpartition(" ")
    what = GROUPS[group][member] if group else COMMANDS[name]
    command = Parser(f"checker {name}", description=f"{what}.", formatter_class=Shown, allow_abbrev=False)
    command.epilog = epilog(name, getattr(load(name), "STATUSES", STATUSES_TELLING))
    return _filled(command, name)


def _filled(command: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    load(name).add(command)
    add_config(command, name)
    return command


def help_of(name: str, width: int) -> str:
    """What `--help` prints of a command, of a group, or of them all (""), so many columns wide."""
    command = parser(name) if not name or name in GROUPS else _command(name)
    command.formatter_class = partial(Shown, width=width - 2)
    return command.format_help()


def whole() -> argparse.ArgumentParser:
    """Every command with all of its options as one parser, for what describes the command line as a whole."""
    top = argparse.ArgumentParser("checker")
    top.add_argument("--version", action="version", help="the release, and the date of what it knows", version="")
    commands = top.add_subparsers(dest="command")
    for name, what in COMMANDS.items():
        command = commands.add_parser(name, help=what)
        inner = command.add_subparsers(dest="member") if name in GROUPS else None
        for member, said in GROUPS[name].items() if inner else ():
            _filled(inner.add_parser(member, help=said), f"{name} {member}") if inner else None
        if not inner:
            _filled(command, name)
    return top
