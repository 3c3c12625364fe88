"""The commands, one a file, listed by hand: what each is called, which options it takes, and how it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from . import bisect, canaries, explain, preflight, probe, repro


@dataclass(frozen=True)
class Command:
    """One command; a file of this folder that says `HELP`, adds its options and runs."""

    name: str
    help: str
    #: adds the options to the command's parser
    add: Callable[[argparse.ArgumentParser], None]
    #: runs it; returns the exit status
    run: Callable[[argparse.Namespace], int]
    #: what its statuses mean, below its help; "" for nothing
    statuses: str = ""


COMMANDS = (
    Command("preflight", preflight.HELP, preflight.add, preflight.run, statuses=preflight.STATUSES),
    Command("probe", probe.HELP, probe.add, probe.run),
    Command("explain", explain.HELP, explain.add, explain.run),
    Command("canaries", canaries.HELP, canaries.add, canaries.run),
    Command("bisect", bisect.HELP, bisect.add, bisect.run, statuses=bisect.STATUSES),
    Command("repro", repro.HELP, repro.add, repro.run, statuses=repro.STATUSES),
)
