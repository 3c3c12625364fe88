"""Frames become an observation: the one border at which what a patient says turns into our values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from ..errors import CannotLook
from ..model import (
    Damage,
    Distribution,
    Failure,
    Frame,
    Interface,
    Loaded,
    Observation,
    Origin,
    Passed,
    Stage,
    Unresolved,
)

#: kind of a frame that holds a fact -> field of the observation, and the value that is made of it
_FACTS: Mapping[str, tuple[str, Any]] = {
    "distribution": ("distributions", Distribution),
    "damage": ("damages", Damage),
    "origin": ("origins", Origin),
    "unresolved": ("unresolved", Unresolved),
    "interface": ("interfaces", Interface),
    "loaded": ("loaded", Loaded),
}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def _make(kind: Any, frame: Mapping[str, Any]) -> Any:
    """A value of a dataclass from a frame; fields that it does not know are ignored."""
    known = {f.name for f in fields(kind)}
    return kind(**{k: _frozen(v) for k, v in frame.items() if k in known})


def _outcome(frame: Mapping[str, Any]) -> Passed | Failure:
    values = {**frame, "stage": Stage(frame["stage"])}
    if frame["frame"] == "passed":
        return _make(Passed, values)  # type: ignore[no-any-return]
    values["frames"] = [Frame(**f) for f in frame.get("frames", ())]
    return _make(Failure, values)  # type: ignore[no-any-return]


def parse(frames: Iterable[Mapping[str, Any]], imported: bool = True) -> Observation:
    """The observation that frames tell; unknown kinds are ignored. Raises CannotLook when they name no patient."""
    found: dict[str, list[Any]] = {place: [] for place in [*(p for p, _ in _FACTS.values()), "outcomes", "remarks"]}
    hello: Mapping[str, Any] = {}
    for frame in frames:
        kind = str(frame.get("frame"))
        if kind == "hello":
            hello = frame
        elif kind in _FACTS:
            place, value = _FACTS[kind]
            found[place].append(_make(value, frame))
        elif kind in ("passed", "failure"):
            found["outcomes"].append(_outcome(frame))
        elif kind == "remark":
            found["remarks"].append(frame["text"])
    if not hello:
        raise CannotLook(
            "these frames name no patient", "record them with --save, or with the script that `checker probe` prints"
        )
    return Observation(
        python=hello["python"],
        executable=hello["executable"],
        platform=hello["platform"],
        system=hello["system"],
        imported=imported,
        **{k: tuple(v) for k, v in found.items()},
    )
