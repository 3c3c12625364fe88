"""A file of skops: a zip with a description of the objects, which is read, and their arrays."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.forms.pickled import Kept, Needed, Pickled
from .archive import Member, Reach, content, members
from .reading import MOST_KINDS, MOST_NAMES, MOST_RECORDS
from .values import Broken, Enough

SCHEMA = "schema.json"
#: nodes of one description, bytes of it and of the head of one array
MOST_NODES, MOST_SCHEMA, MOST_HEAD = 400_000, 24 << 20, 1 << 16
#: nodes that are plain values, whose class is no name that anybody imports
_PLAIN = ("JsonNode",)


def read_skops(file: Reach) -> Pickled:
    """What a file of skops tells; raises Broken where it is none, or not a whole one."""
    found = members(file)
    if SCHEMA not in found:
        raise Broken("it is a zip file without the schema.json of skops")
    schema, why = _schema(file, found[SCHEMA]), ""
    needs: dict[Needed, None] = {}
    kinds: dict[str, Kept] = {}
    lost: list[str] = []
    try:
        for node in _nodes(schema):
            _note(node, needs, kinds)
            if type(name := node.get("file")) is str and name not in found:
                lost.append(name)
    except Enough as enough:
        why = str(enough)
    if lost:
        raise Broken(f"it lacks {len(lost)} of its arrays, {lost[0][:80]} among them")
    return Pickled(
        form="skops",
        container="zip",
        protocol=schema["protocol"] if type(schema.get("protocol")) is int else 0,
        root=_dotted(schema),
        saved=_saved(schema, kinds),
        needs=tuple(needs),
        kinds=tuple(kinds.values()),
        records=tuple(_records(file, found)),
        whole=not why,
        why=why,
    )


def _schema(file: Reach, member: Member) -> dict[str, Any]:
    """The description; raises Broken."""
    try:
        schema = json.loads(content(file, member, MOST_SCHEMA))
    except (ValueError, RecursionError) as error:
        raise Broken(f"its schema.json cannot be read: {error}") from None
    if not isinstance(schema, dict):
        raise Broken("its schema.json holds no object")
    return schema


def _nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of the description, however deep; raises Enough where there are too many."""
    waiting, left = [schema], MOST_NODES
    while waiting:
        one = waiting.pop()
        left -= 1
        if left < 0:
            raise Enough("what follows its first objects")
        if isinstance(one, dict):
            if type(one.get("__class__")) is str and type(one.get("__module__")) is str:
                yield one
            waiting += [value for value in one.values() if isinstance(value, (dict, list))]
        elif isinstance(one, list):
            waiting += [value for value in one if isinstance(value, (dict, list))]


def _note(node: Mapping[str, Any], needs: dict[Needed, None], kinds: dict[str, Kept]) -> None:
    """Keep what a node needs, and what it holds where it is an object."""
    if node.get("__loader__") in _PLAIN:
        return
    if len(needs) < MOST_NAMES and node["__module__"] != "builtins":
        needs[Needed(node["__module__"], node["__class__"], True)] = None
    inner = node.get("content")
    held = inner.get("content") if isinstance(inner, dict) and node.get("__loader__") == "ObjectNode" else None
    if isinstance(held, dict) and len(kinds) < MOST_KINDS:
        kind = _dotted(node)
        known = kinds.get(kind)
        told = {name: value for name in held if (value := _literal(held[name])) is not Ellipsis}
        names = dict.fromkeys((*(known.attributes if known else ()), *map(str, held)))
        same = {n: v for n, v in told.items() if not known or known.settings.get(n, Ellipsis) == v}
        kinds[kind] = Kept(kind, tuple(names), same)


def _literal(node: Any) -> Any:
    """The plain value of a node, ... where it is none."""
    if isinstance(node, dict) and node.get("is_json") is True and type(node.get("content")) is str:
        try:
            value = json.loads(node["content"][:200])
        except (ValueError, RecursionError):
            return Ellipsis
        if value is None or type(value) in (bool, int, float, str):
            return value
    return Ellipsis


def _saved(schema: Mapping[str, Any], kinds: Mapping[str, Kept]) -> dict[str, tuple[str, ...]]:
    """The releases that wrote it."""
    told = [k.settings.get("_sklearn_version") for k in kinds.values()]
    releases = tuple(dict.fromkeys(r[:40] for r in told if isinstance(r, str)))
    own = schema.get("_skops_version")
    found = {"scikit-learn": releases} if releases else {}
    return {**found, "skops": (own[:40],)} if isinstance(own, str) else found


def _records(file: Reach, found: Mapping[str, Member]) -> Iterator[tuple[tuple[str, str], ...]]:
    """The structured types of its arrays, read from the arrays' heads."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    for member in [m for m in found.values() if m.name.endswith(".npy")][:MOST_RECORDS]:
        fields = _fields(content(file, member, MOST_HEAD))
        if fields and fields not in seen:
            seen.add(fields)
            yield fields


def _fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Fields and their types in the head of a file of numpy's, empty for a plain array."""
    start = 12 if head[6:7] == b"\x02" else 10
    text = head[start:].partition(b"\n")[0].decode("latin-1")
    if not head.startswith(b"\x93NUMPY") or "[(" not in text:
        return ()
    try:
        described = ast.literal_eval(text.strip())["descr"]
        return tuple((str(field[0]), str(field[1])) for field in described if field[0])
    except (ValueError, SyntaxError, KeyError, TypeError, IndexError, RecursionError, MemoryError):
        return ()


def _dotted(node: Mapping[str, Any]) -> str:
    return f"{node.get('__module__')}.{node.get('__class__')}"
