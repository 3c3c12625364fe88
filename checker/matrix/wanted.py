"""Which versions and which canaries are asked for on a command line."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from ..errors import CannotLook, UsageError
from ..names import meant
from .measured import Measured, Pins, read_pins


def check(matrix: Measured) -> Measured:
    """The matrix, where there is one. Raises CannotLook."""
    if not matrix.cells:
        raise CannotLook("no measured matrix comes with this checker", "install a release that has one")
    return matrix


def canaries_named(matrix: Measured, patterns: Sequence[str]) -> tuple[str, ...]:
    """The measured canaries of these names or patterns; all without any. Raises UsageError for those of none."""
    if not patterns:
        return matrix.canaries
    found = {pattern: [n for n in matrix.canaries if fnmatchcase(n, pattern)] for pattern in patterns}
    if unknown := [pattern for pattern, names in found.items() if not names]:
        guesses = dict.fromkeys(filter(None, (meant(name, matrix.canaries) for name in unknown)))
        hint = " ".join(guesses) or "`checker canaries` lists them"
        raise UsageError(f"no such canary was measured: {', '.join(unknown)}", hint)
    return tuple(dict.fromkeys(name for names in found.values() for name in names))


def pins_named(matrix: Measured, texts: Sequence[str]) -> Pins:
    """The pins, as far as the matrix tells versions of them apart. Raises UsageError where it does of none."""
    pins = read_pins(texts)
    told = {*matrix.axes, "onnxruntime", *(name for table in matrix.flows for name in table.names)}
    kept = {name: version for name, version in pins.items() if name in told}
    if not kept:
        raise UsageError("none of these packages was measured", f"pin {', '.join(matrix.axes)} or onnxruntime")
    return kept
