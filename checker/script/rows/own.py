"""Transformers that the script writes itself: which of them no converter can know, and what stands for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model import Canary
from ..uses.estimators import COMPOSED, Estimator, is_class, parts_of
from ..uses.record import Conversion, Uses
from ..values.proxies import Class, Function, Instance
from .recipes import recipe

#: converters that look an estimator up by its class
BY_CLASS = ("skl2onnx.convert_sklearn", "skl2onnx.to_onnx", "onnxmltools.convert_sklearn")
#: names in a class that hand converters of its own to skl2onnx, or any attribute at all
CONVERTS = ("onnx_", "to_onnx", "__getattr")


def unknown_class(of: Class) -> bool:
    """Whether skl2onnx meets an object of a class as one of an unknown class: it brings no converter.

    It looks an object up by its very class, so that one made of an estimator of scikit-learn is unknown too.
    """
    names = list(of.library_bases())
    defined = {n for n in of.scope if n != "global "}
    stored = {n.attr for n in ast.walk(of.node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    marked = of.node.decorator_list or of.node.keywords or any(n.startswith(CONVERTS) for n in defined | stored)
    transforms = isinstance(of.scope.get("transform"), Function) and "predict" not in defined
    plain = bool(names) and all(n.startswith("sklearn.") for n in names)
    return plain and not marked and (transforms or made_of(of) is not None)


def made_of(of: Class) -> Estimator | None:
    """The estimator that a class is made of, None for none, or one that needs others to be made."""
    names = (
        n for n in of.library_bases() if is_class(n) and not n.startswith("sklearn.base.") and not COMPOSED.search(n)
    )
    return next((Estimator(n, (), {}, "") for n in names), None)


def stand_in(of: Class) -> str:
    """An object of a class of the same name and bases, without a line of the script's."""
    does = "{}" if made_of(of) else "{'fit': lambda self, X, y=None: self, 'transform': lambda self, X: X}"
    return f"type({of.name!r}, ({', '.join(of.library_bases())},), {does})()"


def unconverted(uses: Uses) -> Iterator[Canary]:
    """A row for every class of the script within a converted model that surely has no converter."""
    for conversion in uses.conversions:
        if conversion.converter not in BY_CLASS or "converters" in conversion.unread or None in uses.handed:
            continue
        found = {p.of.name: p.of for p in parts_of(conversion.model) if isinstance(p, Instance) and p.of}
        for of in found.values():
            if of not in uses.handed and of.name not in uses.own_converters and unknown_class(of):
                yield row(of, conversion)


def row(of: Class, conversion: Conversion) -> Canary:
    """A canary of what stands for an object of such a class."""
    ready = recipe(made_of(of))
    return Canary(
        f"{conversion.where} {of.name}",
        stand_in(of),
        tuple(dict.fromkeys(name.rpartition(".")[0] for name in of.library_bases())),
        ready.columns,
        ready.layout,
        ready.target,
        converter=conversion.converter,
        runs=False,
        where=conversion.where,
        caught=conversion.caught,
        catches=conversion.catches,
        guesses=tuple(("branch", why) for why in dict.fromkeys(conversion.why)),
    )
