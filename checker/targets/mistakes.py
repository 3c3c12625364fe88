"""What is wrong with the file of a place, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..knowledge.targets import LIMITS

KINDS = ("scores", "trains")
BASES = ("measured", "declared", "documented", "inferred")
STATEMENTS = ("synapse", "edge")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_VALUES = {"release": re.compile(r"\d+(\.\w+)*"), "number": re.compile(r"\d{1,15}")}
_FACT = {"source": str, "date": str, "basis": str, "note": str, "expires": str}
#: what a file may say at its head, and of a release
_PLACE: Mapping[str, Any] = {
    **dict.fromkeys(("title", "source", "date", "basis", "expires", "retired", "python", "statement"), str),
    **dict.fromkeys(("packages", "standins"), dict),
    **dict.fromkeys(("limits", "types", "notes", "signs"), list),
}
_TABLES: Mapping[str, Mapping[str, Any]] = {
    "limits": {**_FACT, "what": str, "value": (str, list), "assume": str},
    "types": {**_FACT, "column": str, "onnx": list},
    "notes": {**_FACT, "text": str},
}
_NEEDED = {"limits": ("what",), "types": ("column", "onnx"), "notes": ("text",)}


def mistakes(told: Mapping[str, Any]) -> list[str]:
    """What is wrong with the content of a file, in sentences; empty: nothing."""
    found = [f"{key} is missing" for key in ("name", "title", "source", "date", "basis") if not told.get(key)]
    if isinstance(told.get("name"), str) and not _NAME.fullmatch(told["name"]):
        found.append(f'name = "{told["name"]}": write it in small letters, digits, dots and dashes')
    found += _wrong_place(told, {**_PLACE, "name": str, "kind": str, "releases": list}, "")
    found += _wrong_word(told, "kind", KINDS, "")
    for release in _tables(told, "releases"):
        at = f"release {release.get('name', '?')}: "
        found += [] if release.get("name") else ["a release has no name"]
        found += _wrong_place(release, {**_PLACE, "name": str}, at)
    return found


def _wrong_place(table: Mapping[str, Any], keys: Mapping[str, Any], at: str) -> Iterator[str]:
    """What is wrong with the head of a file or a release, and with its tables."""
    yield from _wrong_keys(table, keys, at)
    yield from _wrong_word(table, "basis", BASES, at)
    yield from _wrong_word(table, "statement", STATEMENTS, at)
    yield from _wrong_dates(table, at)
    yield from (f'{at}signs: "{one}" is no regular expression' for one in _no_patterns(table.get("signs")))
    for name in _TABLES:
        for one in _tables(table, name):
            yield from _wrong_fact(name, one, at)


def _no_patterns(signs: Any) -> Iterator[str]:
    for one in signs if isinstance(signs, list) else ():
        try:
            re.compile(one)
        except (re.error, TypeError):
            yield str(one)


def _wrong_fact(name: str, one: Mapping[str, Any], at: str) -> Iterator[str]:
    """What is wrong with one limit, type or note."""
    at = f"{at}[[{name}]] {one.get('what') or one.get('column') or ''}".rstrip() + ": "
    yield from _wrong_keys(one, _TABLES[name], at)
    yield from _wrong_word(one, "basis", BASES, at)
    yield from _wrong_dates(one, at)
    yield from (f"{at}{key} is missing" for key in _NEEDED[name] if not one.get(key))
    if name == "limits" and one.get("what"):
        yield from _wrong_limit(one, at)


def _wrong_limit(one: Mapping[str, Any], at: str) -> Iterator[str]:
    """Whether a limit is a known one, and its value of the right kind."""
    kind = LIMITS.get(str(one["what"]))
    if kind is None:
        yield f"{at}there is no such limit; there are {', '.join(LIMITS)}"
        return
    several = kind == "words"
    for key in ("value", "assume"):
        value = one.get(key)
        if value is None or (several and key == "assume"):
            continue
        if several != isinstance(value, list):
            yield f"{at}{key} has to be {'a list of words' if several else 'a text'}"
        elif not several and not _fits(str(value), kind):
            yield f'{at}{key} = "{value}" is none of {kind.replace("|", ", ")}'


def _fits(value: str, kind: str) -> bool:
    return bool(_VALUES[kind].fullmatch(value)) if kind in _VALUES else value in kind.split("|")


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = table.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _wrong_keys(table: Mapping[str, Any], keys: Mapping[str, Any], at: str) -> Iterator[str]:
    for key, value in table.items():
        if key not in keys:
            yield f"{at}{key} is no key of a target"
        elif not isinstance(value, keys[key]):
            yield f"{at}{key} has to be {_called(keys[key])}"
        elif isinstance(value, dict) and not all(isinstance(v, str) for v in value.values()):
            yield f"{at}{key}: every release has to be a text"


def _called(kind: Any) -> str:
    return {str: "a text", dict: "a table", list: "a list"}.get(kind, "a text or a list")


def _wrong_word(table: Mapping[str, Any], key: str, words: Iterable[str], at: str) -> Iterator[str]:
    if key in table and table[key] not in words:
        yield f'{at}{key} = "{table[key]}" is none of {", ".join(words)}'


def _wrong_dates(table: Mapping[str, Any], at: str) -> Iterator[str]:
    for key in ("date", "expires", "retired"):
        if isinstance(table.get(key), str) and not _DATE.fullmatch(table[key]):
            yield f'{at}{key} = "{table[key]}" is no date: write it as 2026-11-23'
