"""Strings made safe to print, and the words that every format uses.

What a package says in its error messages or file names is not ours: it may hold escape sequences, control characters,
halves of surrogate pairs or ten thousand characters. Everything passes through `safe` or `line` before it is printed.
"""

from __future__ import annotations

import re

from ..model import Basis, Severity

#: how a finding is known, in words
BASIS = {
    Basis.SEEN: "seen here",
    Basis.MEASURED: "measured elsewhere",
    Basis.DECLARED: "declared in the packages' metadata",
    Basis.INFERRED: "read in the installed files; nothing was run",
}
#: severity, one and many
SEVERITY = {
    Severity.BLOCKER: ("blocker", "blockers"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.NOTE: ("note", "notes"),
}

#: characters that a text may be longer than its limit, since saying that it was cut takes as many
SLACK = 40

# Terminal sequences: CSI (colours, cursor), OSC (titles, links; ended by BEL or ESC backslash) and the two-byte ones.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
# What XML 1.0 forbids or a terminal obeys, line separators that are no newline, marks that reverse the reading order.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe(text: object, limit: int = 0) -> str:
    """The text without terminal sequences, other unprintable characters as escapes; cut to `limit` (0 = whole)."""
    clean = _ESCAPES.sub("", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return cut(_UNPRINTABLE.sub(_escaped, clean), limit)


def line(text: object, limit: int = 0) -> str:
    """Safe text on one line: every run of white space is one space."""
    return cut(" ".join(safe(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """About `limit` characters (0 = all) of a text and how many were left out.

    The middle goes: the first and the last lines of an error say most.
    """
    if not limit or len(text) <= limit + SLACK:
        return text
    head, tail = text[: limit * 2 // 3], text[-(limit // 3) :]
    return f"{head} ... [{len(text) - len(head) - len(tail)} characters left out] ... {tail}"


def count(number: int, one: str, many: str = "") -> str:
    """`count(2, "model")` -> "2 models"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence(text: object) -> str:
    """One line that ends in a full stop."""
    words = line(text)
    return words if not words or words[-1] in ".!?" else words + "."


def clause(text: object) -> str:
    """One line without a full stop at its end, to stand after a colon."""
    return line(text).rstrip(".")


def seconds(value: float) -> str:
    """A duration for people: "0.04 s", "12 s"."""
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
