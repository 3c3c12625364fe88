"""Frames become an observation: the one border at which what a patient says turns into our values.

What a value must be stands in its dataclass: the annotations are the schema. Fields that are not known are ignored, one
that is missing or of another kind is an error that is told by its name, and a text that is too long is cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..errors import CannotLook
from ..model import (
    Canary,
    Column,
    Damage,
    Distribution,
    Failure,
    Interface,
    Loaded,
    Observation,
    Origin,
    Passed,
    Rehearsed,
    Unresolved,
)
from ..texts import all_without_secrets, cut

#: characters of one text, items of one list, depth of a fact, and size of a number that are taken in
TEXT, ITEMS, DEPTH, NUMBER = 10_000, 20_000, 6, 1 << 53
#: characters of one frame
FRAME = 4 << 20


@dataclass(frozen=True)
class _System:
    """What a patient tells of itself beside its name."""

    prefix: str = ""
    base_prefix: str = ""
    implementation: str = ""
    machine: str = ""
    path: tuple[str, ...] = ()
    conda: bool = False
    managed: bool = False
    variables: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Hello:
    python: str
    executable: str
    platform: str
    system: _System
    static: bool = False


@dataclass(frozen=True)
class _Remark:
    text: str


@dataclass(frozen=True)
class _Step:
    stage: str
    subject: str


@dataclass(frozen=True)
class _RestsOn:
    paths: tuple[str, ...]


@dataclass(frozen=True)
class _Crossing:
    """A conversion, or another line at which a rehearsed script meets the path."""

    name: str
    where: str
    make: str = ""
    imports: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    layout: str = "matrix"
    target: str = "none"
    converter: str = ""
    inputs: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    #: by domain; empty where none is given
    target_opset: Mapping[str, Any] | None = None
    options: Mapping[str, Any] | None = None
    operators: Mapping[str, Any] | None = None
    caught: bool = False

    def canary(self) -> Canary:
        """The same as rules read it; a size below zero is any."""
        opsets = dict(self.target_opset or {})
        inputs = tuple((n, t, tuple(None if d < 0 else d for d in shape)) for n, t, shape in self.inputs)
        told = {
            name: value for name, value in vars(self).items() if name not in ("inputs", "target_opset", "operators")
        }
        told |= {"options": self.options or None, "operators": self.operators or {}}
        opset = opsets.get("") if set(opsets) == {""} else opsets or None
        return Canary(**told, inputs=inputs, target_opset=opset)


#: kind of a frame that becomes a part of the observation -> the field, and the value that is made of it
_FACTS: Mapping[str, tuple[str, Any]] = {
    "distribution": ("distributions", Distribution),
    "damage": ("damages", Damage),
    "origin": ("origins", Origin),
    "unresolved": ("unresolved", Unresolved),
    "interface": ("interfaces", Interface),
    "loaded": ("loaded", Loaded),
    "passed": ("outcomes", Passed),
    "failure": ("outcomes", Failure),
    "remark": ("remarks", _Remark),
    "rehearsed": ("rehearsed", Rehearsed),
    "crossing": ("crossings", _Crossing),
}
#: other kinds that somebody reads
_OTHERS: Mapping[str, Any] = {"step": _Step, "rests-on": _RestsOn, "error": _Remark}


class _Odd(Exception):
    """What is odd about a value, in words that follow its name."""


def read_frame(line: str | bytes) -> dict[str, Any]:
    """One frame, without secrets; raises CannotLook for what is none."""
    if len(line) > FRAME:
        raise CannotLook(f"a frame is longer than {FRAME} characters")
    try:
        frame = all_without_secrets(json.loads(line), 2 * TEXT)
        if not isinstance(frame, dict) or not isinstance(frame.get("frame"), str):
            raise CannotLook("a line is no frame")
        if frame["frame"] in _OTHERS:
            _made(_OTHERS[frame["frame"]], frame)
    except (ValueError, RecursionError) as error:
        raise CannotLook("a line is no frame: it is not JSON, or nested too deeply") from error
    return frame


def parse(frames: Iterable[Mapping[str, Any]], imported: bool = True) -> Observation:
    """The observation that frames tell; unknown kinds are ignored.

    Raises CannotLook when they name no patient, or when something in them is not what it must be.
    """
    found: dict[str, list[Any]] = {place: [] for place, _ in _FACTS.values()}
    hello: _Hello | None = None
    for frame in frames:
        kind = frame["frame"]
        if kind == "hello":
            hello = _made(_Hello, frame)
        elif kind in _FACTS:
            place, value = _FACTS[kind]
            found[place].append(_made(value, frame))
    if not hello or not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}(\.[0-9A-Za-z.+-]{1,40})?", hello.python):
        raise CannotLook(
            "these frames name no patient", "record them with --save, or with the script that `checker probe` prints"
        )
    found["crossings"] = list({one.name: one.canary() for one in found["crossings"]}.values())
    found["remarks"] = [remark.text for remark in found["remarks"]]
    return Observation(
        python=hello.python,
        executable=hello.executable,
        platform=hello.platform,
        system={**vars(hello.system), "variables": hello.system.variables or {}},
        imported=imported,
        **{k: tuple(v) for k, v in found.items()},
    )


def _made(kind: Any, frame: Mapping[str, Any]) -> Any:
    """A value of that class from a frame; raises CannotLook with the name of the field that is wrong."""
    try:
        return _reader(kind)(frame)
    except _Odd as odd:
        raise CannotLook(f"a frame of the kind {str(frame['frame'])[:40]!r} is not as it must be: {odd}") from None


# --- the schema: an annotation becomes a function that reads such a value ------------------------------------------


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _row([_reader(i) for i in inner if i is not Ellipsis], Ellipsis in inner)
    if origin is UnionType:  # a value, or nothing
        return _reader(inner[0])
    if origin is not None:
        return _mapping
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return _record(hint)
    return _member(hint)


def _record(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _Odd("is no object")
        if missing := needed - value.keys():
            raise _Odd(f"{min(missing)} is missing")
        return kind(**{name: _named(name, of, value[name]) for name, of in readers.items() if name in value})

    return read


def _named(name: str, reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except _Odd as odd:
        raise _Odd(f"{name} {odd}") from None


def _row(readers: list[Callable[[Any], Any]], any_number: bool) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > ITEMS or not (any_number or len(value) == len(readers)):
            raise _Odd("is no list of that length")
        return tuple(
            reader(v) for reader, v in zip(readers * len(value) if any_number else readers, value, strict=True)
        )

    return read


def _member(kind: Any) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return kind(value)
        except (ValueError, TypeError):
            raise _Odd("is none that is known") from None

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Odd("is no text")
    return cut(value, TEXT)


def _truth(value: Any) -> bool:
    if not isinstance(value, (bool, int)):
        raise _Odd("is neither true nor false")
    return bool(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > NUMBER:
        raise _Odd("is no whole number")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) <= NUMBER:
        raise _Odd("is no number")
    return float(value)


def _mapping(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _Odd("is no object")
    return _fact(value, 0)


def _fact(value: Any, depth: int) -> Any:
    """A fact of any of JSON's types, within bounds."""
    if depth > DEPTH or (isinstance(value, (list, Mapping)) and len(value) > ITEMS):
        raise _Odd("holds too much")
    if isinstance(value, list):
        return tuple(_fact(v, depth + 1) for v in value)
    if isinstance(value, Mapping):
        return {cut(k, TEXT): _fact(v, depth + 1) for k, v in value.items()}
    if isinstance(value, str):
        return cut(value, TEXT)
    if isinstance(value, int) and abs(value) > NUMBER:
        raise _Odd("holds a number that is too large")
    return value


_PLAIN: Mapping[Any, Callable[[Any], Any]] = {str: _text, bool: _truth, int: _whole, float: _number}
