"""The single changes of an ONNX file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..artifact.onnx.stamps import with_stamps
from ..artifact.onnx.writing import Parts
from ..world.foreign.opening import Content


@dataclass(frozen=True)
class Edit:
    """One change: in words, and as what it makes of a file."""

    #: "lower the IR version from 10 to 8"
    text: str
    apply: Callable[[Content], Parts]


def lower_stamps(was: Mapping[str, int], now: Mapping[str, int]) -> Edit:
    """Another IR version ("IR version") and other opsets, by domain."""
    ir, opsets = now.get("IR version"), {d: v for d, v in now.items() if d != "IR version"}
    told = [f"the {'' if d == 'IR version' else 'opset of '}{d} from {was[d]} to {v}" for d, v in now.items()]
    return Edit(f"lower {' and '.join(told)}", lambda content: with_stamps(content, ir, opsets))


def apply_all(edits: tuple[Edit, ...], content: Content) -> Parts:
    """All changes, one after another."""
    parts: Parts = [memoryview(content)]
    for edit in edits:
        parts = edit.apply(content if len(parts) == 1 and parts[0].nbytes == len(content) else b"".join(parts))  # type: ignore[union-attr]
    return parts
