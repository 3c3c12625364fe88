"""`checker explain`: what a rule means."""

from __future__ import annotations

import argparse

from ...errors import READY, UsageError
from ...names import meant
from ...world.terminal import Page
from ..parsing.options import add_output


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name; without one all are listed")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print one rule's page, or the names and titles of all."""
    from ...reporters.explain import render_rule
    from ...rules.environment import ALL

    rules = {rule.id: rule for rule in ALL}
    if options.rule is None:
        text = "".join(f"{rule.id:28}{rule.title}\n" for rule in ALL)
    elif options.rule in rules:
        text = render_rule(rules[options.rule])
    else:
        hint = f"{meant(options.rule, rules)} `checker explain` lists them".strip()
        raise UsageError(f"there is no rule {options.rule!r}", hint)
    Page(options.output).write(text)
    return READY
