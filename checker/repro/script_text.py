"""One self-contained script with exact pins in it (PEP 723): its head, its words, its body."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..bisect.followed import shorten_paths
from ..model import Canary, Failure, Finding, Stage
from ..rules.evidence import first_words
from .script_body import canary_body, import_body

#: what an environment has beside what it is for
_NOISE = ("pip",)
#: a requirement that is never met, to leave out what is not there
_NEVER = "python_version < '3'"


@dataclass(frozen=True)
class Shown:
    """What a script is to show."""

    finding: Finding
    failure: Failure
    #: the model that fails; None: an import
    canary: Canary | None
    #: names that the script imports from the module that fails
    names: tuple[str, ...] = ()
    #: steps that can be taken in this environment
    stages: frozenset[Stage] = frozenset()
    #: whether scikit-learn itself refuses the hard rows; None where that is not known
    short: bool | None = None


@dataclass(frozen=True)
class Pins:
    """What a script runs with."""

    #: minor version of Python, as in "3.10"
    python: str
    #: canonical name -> release
    releases: Mapping[str, str]
    #: what metadata forbid and is nevertheless so: name -> release, "" for what is not there at all
    forced: Mapping[str, str]


def script(shown: Shown, pins: Pins, fixed: str = "") -> str:
    """The whole script; `fixed`: what the remedy changes, for a script that passes."""
    body = canary_body(shown.canary, shown.stages, shown.short) if shown.canary else ""
    body = body or import_body(shown.failure.subject, shown.names)
    return "\n".join([*head(pins), _docstring(shown, fixed), "", body])


def head(pins: Pins) -> list[str]:
    """The block that tells uv which Python and which packages."""
    wanted = [f"{n}=={v}" for n, v in sorted(pins.releases.items()) if n not in _NOISE]
    lines = ["/// script", f'requires-python = "=={pins.python}.*"', *_array("dependencies", wanted)]
    if pins.forced:
        forced = [f"{n}=={v}" if v else f"{n} ; {_NEVER}" for n, v in sorted(pins.forced.items())]
        lines += ["", "[tool.uv]", *_array("override-dependencies", forced)]
    return [f"# {line}".rstrip() for line in [*lines, "///"]]


def _array(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} = [", *(f"    {json.dumps(value)}," for value in values), "]"]


def _docstring(shown: Shown, fixed: str) -> str:
    failure = shown.failure
    said = _plain(shown.finding.message)
    words = f"{shown_type(failure)}: {_plain(first_words(failure.text, 300))}"
    if fixed:
        tells = [said, f"This script passes: {_plain(fixed)}", f"Without that it fails at {failure.stage.value}:"]
    else:
        tells = [said, f"Run it with `uv run`. It fails at {failure.stage.value}:"]
    text = "\n\n".join([*(textwrap.fill(t, 110, break_on_hyphens=False) for t in tells), f"    {words}"])
    return f'"""{text}\n"""'


def _plain(text: str) -> str:
    """One line that cannot end a docstring; places of the machine on which it was seen are left out."""
    return " ".join(shorten_paths(text).split()).replace("\\", "/").replace('"""', "'''")


def shown_type(failure: Failure) -> str:
    """The exception type by which a script shows a failure: a disagreement is an assertion that does not hold."""
    return "AssertionError" if failure.type in ("Disagreement", "ShapeDisagreement") else failure.type
