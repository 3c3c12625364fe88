"""Transformers that the script writes itself: which of them no converter can know, and what stands for them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from ...model import Canary
from ..values.machine import Conversion, Machine, Uses
from ..values.values import Arguments, Items, Made, Ref, Table, Value
from .recipes import recipe

#: converters that look an estimator up by its class
BY_CLASS = ("skl2onnx.convert_sklearn", "skl2onnx.to_onnx", "onnxmltools.convert_sklearn")
#: names in a class that hand converters of its own to skl2onnx, or any attribute at all
CONVERTS = ("onnx_", "to_onnx", "__getattr")
#: stands among the classes that are handed on for one that cannot be read
UNREAD = ""


def note_class(machine: Machine, node: ast.ClassDef) -> None:
    """Remember a class of the script whose objects skl2onnx meets as a transformer of an unknown class."""
    bases = [machine.evaluate(machine, base) for base in node.bases]
    names = [base.name for base in bases if isinstance(base, Ref) and base.name.startswith("sklearn.base.")]
    if names and len(names) == len(bases) and not node.decorator_list and not node.keywords and transforms(node.body):
        machine.uses.classes[f"__main__.{node.name}"] = stand_in(node.name, names)


def transforms(body: Sequence[ast.stmt]) -> bool:
    """Whether a class only transforms, and brings no converter."""
    defined = {n.name for n in body if isinstance(n, ast.FunctionDef)}
    defined |= {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return "transform" in defined and "predict" not in defined and not any(n.startswith(CONVERTS) for n in defined)


def stand_in(name: str, bases: Sequence[str]) -> str:
    """An object of a class of the same name and bases, without a line of the script's."""
    does = "{'fit': lambda self, X, y=None: self, 'transform': lambda self, X: X}"
    return f"type({name!r}, ({', '.join(bases)},), {does})()"


def make(machine: Machine, name: str, where: str) -> Made:
    """An object of such a class: nothing that it is a part of can be tried."""
    number = len(machine.uses.made) + 1
    problem = f"{where} {name.rpartition('.')[2]} is a class of the script"
    machine.uses.made[number] = Made(
        name, machine.uses.classes[name], ("sklearn.base",), where, number, problem=problem
    )
    return machine.uses.made[number]


def hand(machine: Machine, arguments: Arguments) -> None:
    """A class that is handed to anything may have got a converter there."""
    if machine.uses.classes:
        machine.uses.handed.update(names_in((*arguments.positional, *arguments.named.values())))


def names_in(values: Iterable[Value]) -> Iterator[str]:
    """The names of what lies outside, or is a class of the script, in values and within them."""
    for value in values:
        if isinstance(value, Ref):
            yield value.name
        elif isinstance(value, Items):
            yield from names_in(value.elements)
        elif isinstance(value, Table):
            yield from names_in(part for entry in value.entries for part in entry)


def unconverted(uses: Uses) -> Iterator[Canary]:
    """A row for every class of the script within a converted model that surely has no converter."""
    given = uses.handed | {name.rpartition(".")[0] for name in uses.replaced}
    for conversion in uses.conversions:
        if conversion.converter in BY_CLASS and "converters" not in conversion.unread and UNREAD not in given:
            found = {made.name: made for made in parts_of(conversion.model) if made.name in uses.classes.keys() - given}
            yield from (row(made, conversion) for made in found.values())


def row(made: Made, conversion: Conversion) -> Canary:
    """A canary of what stands for an object of such a class."""
    name, ready = f"{conversion.where} {made.name.rpartition('.')[2]}", recipe(made.make)
    of = {"converter": conversion.converter, "runs": False, "where": conversion.where}
    of |= {"caught": conversion.caught, "catches": conversion.catches}
    return Canary(name, made.make, made.imports, ready.columns, ready.layout, ready.target, **of)  # type: ignore[arg-type]


def parts_of(value: Value) -> Iterator[Made]:
    """An estimator and those that it is made of."""
    if isinstance(value, Made):
        yield value
        yield from (made for inner in (*value.arguments, *value.named.values()) for made in parts_of(inner))
    elif isinstance(value, Items):
        yield from (made for element in value.elements for made in parts_of(element))
    elif isinstance(value, Table):
        yield from (made for _, entry in value.entries for made in parts_of(entry))
