"""`checker completions`: what a shell needs to complete commands, options, and names that the checker knows."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import READY, CannotLook
from ...world.terminal import Page
from ..parsing.options import add_output

#: shells, as the package that writes for them calls them
SHELLS = ("bash", "zsh", "fish")


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("shell", choices=SHELLS, help="the shell that is to complete")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print what the shell reads."""
    try:
        import shtab
    except ImportError as error:
        hint = 'pip install "sklearn-onnx-checker[completions]"'
        raise CannotLook("completions are written by the package shtab, which is not installed", hint) from error
    from ..parsing import whole

    command = whole()
    for action in every_action(command):
        if action.type is Path:
            action.complete = shtab.FILE
    Page(options.output).write(shtab.complete(command, options.shell).rstrip() + "\n")
    return READY


def every_action(command: argparse.ArgumentParser) -> Iterator[Any]:
    """Every option and argument, those of the commands below too; names that are known become choices."""
    from ...rules.environment import ALL

    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from every_action(inner)
        elif action.dest == "rule":
            action.choices = [rule.id for rule in ALL]
        yield action
