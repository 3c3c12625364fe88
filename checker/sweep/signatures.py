"""Failures as signatures: what is the same wherever the same thing fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .cells import Signature

#: longest text of a signature, in characters
TEXT = 200
_CHANGES = (
    (re.compile(r"0x[0-9a-fA-F]+"), "0x#"),
    (re.compile(r"\{'[^{}]*'\}"), "{...}"),  # a set, whose order is another at every run
    (re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.+~@-]+){2,}"), "PATH"),
    (re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"), "#"),
    (re.compile(r"(?:#[,;\s]*){2,}"), "# "),
    (re.compile(r"\s+"), " "),
)


def normalized(text: str) -> str:
    """A text without numbers, addresses, paths and line breaks, cut."""
    for pattern, instead in _CHANGES:
        text = pattern.sub(instead, text)
    return text.strip()[:TEXT].strip().encode("utf-8", "replace").decode("utf-8")


def signature_of(frame: Mapping[str, Any]) -> Signature:
    """The signature of a failure frame; of one that says nothing, the text of its first cause."""
    last = (frame.get("frames") or [{}])[-1]
    where = ".".join(filter(None, [last.get("module", ""), last.get("function", "")]))
    _, text = frame["cause"] if "cause" in frame else (frame.get("chain") or [("", "")])[0]
    return Signature(frame["stage"], frame["type"], where, normalized(frame["text"] or text))
