"""Python's own functions, and the methods of lists, dicts and strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from .arrays import array_of, distinct
from .machine import Machine
from .values import (
    LONGEST,
    LONGEST_TEXT,
    UNKNOWN,
    Arguments,
    Array,
    Dtype,
    File,
    Frame,
    Identity,
    Items,
    Literal,
    Ref,
    Table,
    Tensor,
    Value,
    whole,
)

#: a format whose result may be of any length
WIDE = re.compile(r"\d{4}|:[^}]*\{")


def each(value: Value | None) -> tuple[Value, ...] | None:
    """The items that a loop over a value meets, None when they are not known."""
    if isinstance(value, Items):
        return value.elements
    if isinstance(value, Table):
        return tuple(v if value.form == "series" else k for k, v in value.entries)
    if isinstance(value, Frame) and value.complete:
        return tuple(Literal(name) for name, _ in value.columns)
    if isinstance(value, Literal) and isinstance(value.value, str):
        return tuple(Literal(c) for c in value.value[:LONGEST])
    return None


def listed(form: str) -> Callable[[Machine, Arguments], Value]:
    """`list(value)`, `tuple(value)`, `set(value)`."""

    def function(machine: Machine, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Items((), form)
        given = arguments.positional[0]
        if isinstance(given, Array):
            return distinct(given) if form == "set" else given
        found = each(given) if form != "set" else different(each(given))
        return UNKNOWN if found is None else Items(found, form)

    return function


def different(values: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    """Each value once, None where it is not known which ones are equal."""
    known = values is not None and all(isinstance(v, (Literal, Ref)) for v in values)
    return tuple(dict.fromkeys(values)) if known and values is not None else None


def make_dict(machine: Machine, arguments: Arguments) -> Value:
    """`dict(a=1)`, `dict(pairs)`, `dict(other)`."""
    named = tuple((Literal(k), v) for k, v in arguments.named.items())
    if not arguments.complete:
        return UNKNOWN
    if not arguments.positional:
        return Table(named)
    first = arguments.positional[0]
    if isinstance(first, Table):
        return Table(first.entries + named)
    pairs = [each(p) or () for p in each(first) or ()]
    whole_pairs = bool(pairs) and all(len(p) == 2 for p in pairs)
    return Table(tuple((p[0], p[1]) for p in pairs) + named) if whole_pairs else UNKNOWN


def text(machine: Machine, arguments: Arguments) -> Value:
    """`str(value)`: a dtype gives its name."""
    value = arguments.get(0)
    if isinstance(value, Dtype):
        return Literal({"string": "object"}.get(value.kind, value.kind))
    return Literal(str(value.value)) if isinstance(value, Literal) else UNKNOWN


def number(python: Callable[[object], object]) -> Callable[[Machine, Arguments], Value]:
    """`int(value)`, `float(value)`, `bool(value)`, `abs(value)`."""

    def function(machine: Machine, arguments: Arguments) -> Value:
        value = arguments.get(0)
        return Literal(python(value.value)) if isinstance(value, Literal) else UNKNOWN

    return function


def length(machine: Machine, arguments: Arguments) -> Value:
    """`len(value)`."""
    value = arguments.get(0)
    if isinstance(value, Frame):
        return UNKNOWN if value.rows is None else Literal(value.rows)
    if isinstance(value, Array):
        return Literal(value.shape[0]) if value.shape and value.shape[0] is not None else UNKNOWN
    found = each(value)
    return UNKNOWN if found is None else Literal(len(found))


def counted(machine: Machine, arguments: Arguments) -> Value:
    """`range(...)`, where it is short."""
    numbers = [whole(a) for a in arguments.positional]
    if None in numbers:
        return UNKNOWN
    found = range(*[n for n in numbers if n is not None])
    return Items(tuple(map(Literal, found))) if len(found) <= LONGEST else Array("int64", (len(found),))


def zipped(machine: Machine, arguments: Arguments) -> Value:
    """`zip(...)` of known lists."""
    lists = [each(a) for a in arguments.positional]
    if any(found is None for found in lists):
        return UNKNOWN
    return Items(tuple(Items(p, "tuple") for p in zip(*[found or () for found in lists], strict=False)))


def numbered(machine: Machine, arguments: Arguments) -> Value:
    """`enumerate(...)` of a known list."""
    found = each(arguments.get(0))
    if found is None:
        return UNKNOWN
    start = whole(arguments.get(1, "start")) or 0
    return Items(tuple(Items((Literal(i), v), "tuple") for i, v in enumerate(found, start)))


def ordered(machine: Machine, arguments: Arguments) -> Value:
    """`sorted(...)` of literals."""
    found = each(arguments.get(0))
    if found is None or arguments.named or not all(isinstance(v, Literal) for v in found):
        return UNKNOWN
    return Items(tuple(Literal(v) for v in sorted(v.value for v in found if isinstance(v, Literal))))


def identity(machine: Machine, arguments: Arguments) -> Value:
    """`id(value)`, also `type(value)`: the key of converter options."""
    return Identity(arguments.get(0) or UNKNOWN)


def class_of(machine: Machine, arguments: Arguments) -> Value:
    """`type(estimator)`."""
    name = getattr(arguments.get(0), "name", "")
    return Ref(name) if name else UNKNOWN


def opened(machine: Machine, arguments: Arguments) -> Value:
    """`open(path)`."""
    path = arguments.get(0, "file")
    return File(path.value) if isinstance(path, Literal) and isinstance(path.value, str) else UNKNOWN


def sliced(machine: Machine, arguments: Arguments) -> Value:
    """`slice(start, stop)`."""
    given = arguments.positional
    bounds = (Literal(None), *given) if len(given) == 1 else given
    return Items((*bounds, *[Literal(None)] * (3 - len(bounds))), "slice")


def instance(machine: Machine, arguments: Arguments) -> Value:
    """`isinstance(value, str)` where the value is a literal or a type of ONNX."""
    value, of = arguments.get(0), arguments.get(1)
    if isinstance(value, Literal) and isinstance(of, Ref) and of.name.startswith("builtins."):
        return Literal(type(value.value).__name__ == of.name[9:])
    if isinstance(value, Tensor) and isinstance(of, Ref):
        return Literal(value.name == of.name.rpartition(".")[2])
    return UNKNOWN


BUILTINS: dict[str, Callable[[Machine, Arguments], Value]] = {
    "list": listed("list"),
    "tuple": listed("tuple"),
    "set": listed("set"),
    "dict": make_dict,
    "str": text,
    "int": number(int),  # type: ignore[arg-type]
    "float": number(float),  # type: ignore[arg-type]
    "bool": number(bool),
    "abs": number(abs),  # type: ignore[arg-type]
    "len": length,
    "range": counted,
    "zip": zipped,
    "enumerate": numbered,
    "sorted": ordered,
    "id": identity,
    "type": class_of,
    "open": opened,
    "slice": sliced,
    "isinstance": instance,
}


def items_method(items: Items, name: str, arguments: Arguments) -> tuple[Value, Items | None]:
    """What a method of a list returns, and the list afterwards when it changes."""
    first = arguments.get(0, "labels")
    more = each(first)
    if name == "append" and first is not None:
        return Literal(None), Items((*items.elements, first), items.form)
    if name in ("extend", "update"):
        return Literal(None), Items(items.elements + more, items.form) if more is not None else None
    if name == "insert" and whole(first) is not None:
        at = whole(first) or 0
        return Literal(None), Items((*items.elements[:at], arguments.positional[1], *items.elements[at:]), items.form)
    if name == "remove" and first in items.elements:
        at = items.elements.index(first)
        return Literal(None), Items(items.elements[:at] + items.elements[at + 1 :], items.form)
    if name in ("drop", "difference"):
        gone = more if isinstance(first, Items) else (first,)
        return Items(tuple(e for e in items.elements if e not in (gone or ())), items.form), None
    if name in ("index", "get_loc") and first in items.elements:
        return Literal(items.elements.index(first)), None
    return (items if name in ("tolist", "to_list", "copy", "astype") else UNKNOWN), None


def table_method(machine: Machine, table: Table, name: str, arguments: Arguments, node: ast.expr) -> Value:
    """What a method of a dict returns; `update` binds the changed one."""
    first = arguments.get(0)
    if name == "get":
        return table.get(first or UNKNOWN) or arguments.get(1) or Literal(None)
    if name in ("items", "iteritems"):
        return Items(tuple(Items(e, "tuple") for e in table.entries))
    if name == "keys":
        return Items(tuple(k for k, _ in table.entries))
    if name in ("values", "tolist", "to_list"):
        return Items(tuple(v for _, v in table.entries))
    if name == "update" and isinstance(first, Table):
        machine.assign(node, Table(tuple({**dict(table.entries), **dict(first.entries)}.items()), table.form))
    return table if name in ("copy", "to_dict") else UNKNOWN


def text_method(value: Literal, name: str, arguments: Arguments) -> Value:
    """What a method of a string returns, for the harmless ones."""
    plain = [a.value for a in arguments.positional if isinstance(a, Literal)]
    if not isinstance(value.value, str) or len(plain) != len(arguments.positional) or arguments.named:
        joined = array_of(arguments.positional[0]) if name == "join" and arguments.positional else None
        parts = each(arguments.get(0)) if joined is not None else None
        known = [p.value for p in parts or () if isinstance(p, Literal)]
        if parts is None or len(known) < len(parts) or sum(len(k) + len(value.value) for k in known) > LONGEST_TEXT:
            return UNKNOWN
        return Literal(value.value.join(known))
    if name == "split":
        return Items(tuple(map(Literal, value.value.split(*plain))))
    if name == "replace" and len(value.value) * max(1, *(len(a) for a in plain[1:2])) > LONGEST_TEXT:
        return UNKNOWN
    if name == "format" and WIDE.search(value.value):
        return UNKNOWN
    if name in ("lower", "upper", "strip", "format", "replace", "startswith", "endswith", "title"):
        return Literal(getattr(value.value, name)(*plain))
    return UNKNOWN
