"""Texts of proven pins: constraints, requirements, a conda environment, a standard lock file, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from ..texts import shell_word


class Form(Enum):
    """What a file of pins is, with the name that it usually has."""

    CONSTRAINTS = "constraints.txt"
    REQUIREMENTS = "requirements.txt"
    CONDA = "environment.yml"
    PYLOCK = "pylock.toml"


#: the first pattern that a file's name fits says what it is
_NAMES = (
    (r"(?i).*constraint.*\.txt", Form.CONSTRAINTS),
    (r".+\.txt", Form.REQUIREMENTS),
    (r"environment\.ya?ml", Form.CONDA),
    (r"pylock(\.[^.]+)?\.toml", Form.PYLOCK),
)


def find_form(name: str) -> Form | None:
    """What a file of that name holds; None for a name that tells nothing."""
    return next((form for pattern, form in _NAMES if re.fullmatch(pattern, name)), None)


def select_pins(pins: Iterable[str]) -> tuple[str, ...]:
    """The pins of a set that others install, sorted; an installer does not pin itself."""
    return tuple(sorted(p for p in pins if not p.startswith("pip==")))


def render_pins(pins: Sequence[str]) -> str:
    """Constraints, or requirements as a managed Spark pool takes them: what `pip freeze` prints, and nothing else.

    Source: https://learn.microsoft.com/azure/synapse-analytics/spark/apache-spark-manage-pool-packages
    """
    return "".join(f"{pin}\n" for pin in pins)


def render_conda(pins: Sequence[str], python: str) -> str:
    """A conda environment of that Python, with the pins below pip: they were proven with the package index's wheels."""
    head = (
        "# The pins stand below pip, because they were tried with the wheels of the package index, not with conda's.",
        "name: proven",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={'.'.join(python.split('.')[:2])}",
        "  - pip",
    )
    tail = ("  - pip:", *(f"      - {pin}" for pin in pins)) if pins else ()
    return "\n".join((*head, *tail, ""))


def strip_credentials(text: str) -> str:
    """The text without the user names and passwords of its addresses."""
    return re.sub(r"(\w://)[^/@\s\"']+@", r"\1", text)


def render_way_back(
    python: str, *, when: str, file: str, pins: Mapping[str, str], newcomers: Sequence[str], alone: Sequence[str]
) -> str:
    """The file that holds the previous pins, with the commands that restore them.

    `newcomers` are the names that the change brings, `alone` what stays as it is in any case.
    """
    told = [f"# The packages of {python} on {when}, before `checker preflight --fix` changed them."]
    for installer, commands in make_restore_commands(python, file, newcomers).items():
        told += [f"# To go back with {installer}:", *(f"#   {command}" for command in commands)]
    if alone:
        told.append(f"# Not touched, because no package index has them: {', '.join(alone)}")
    return "\n".join([*told, *(f"{n}=={v}" for n, v in sorted(pins.items())), ""])


def make_restore_commands(python: str, file: str, newcomers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Installer -> what to type to go back to the pins of a file."""
    place, source, gone = shell_word(python), shell_word(file), " ".join(newcomers)
    commands = {
        "uv": (f"uv pip uninstall --python {place} {gone}", f"uv pip install --no-deps --python {place} -r {source}"),
        "pip": (f"{place} -m pip uninstall --yes {gone}", f"{place} -m pip install --no-deps -r {source}"),
    }
    return {name: lines if gone else lines[1:] for name, lines in commands.items()}
