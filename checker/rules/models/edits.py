"""What a change of code does to a model of the script, so that the change can be tried before it is advised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...model import Canary

Edit = Callable[[Canary], Canary]


def changed(**fields: Any) -> Edit:
    """Another value for some fields of the canary."""
    return lambda canary: replace(canary, **fields)


def both(first: Edit, second: Edit) -> Edit:
    """One change after the other."""
    return lambda canary: second(first(canary))


def floats(canary: Canary) -> Canary:
    """Declare, and fit on, floats where there were doubles."""
    inputs = tuple((n, "FloatTensorType" if k == "DoubleTensorType" else k, shape) for n, k, shape in canary.inputs)
    columns = tuple(replace(c, kind="float32") if c.kind == "float64" else c for c in canary.columns)
    return replace(canary, inputs=inputs, columns=columns)


def as_declared(canary: Canary) -> Canary:
    """Feed what is declared, and declare any number of rows."""
    inputs = tuple((n, kind, shape and (None, *shape[1:])) for n, kind, shape in canary.inputs)
    return replace(canary, feed="", inputs=inputs)


def as_matrix(canary: Canary) -> Canary:
    """Fit on the table, and convert with one row of it as an array: one input takes all columns."""
    kinds = {c.kind for c in canary.columns}
    kind = (
        "DoubleTensorType" if kinds == {"float64"} else "Int64TensorType" if kinds == {"int64"} else "FloatTensorType"
    )
    return replace(canary, layout="matrix", inputs=(("X", kind, (None, len(canary.columns))),), fed=())


def with_widths(canary: Canary) -> Canary:
    """Declare the number of columns of a single input."""
    inputs = tuple((n, kind, (None, len(canary.columns))) for n, kind, _ in canary.inputs)
    return replace(canary, inputs=inputs) if len(inputs) == 1 else canary


def logged_with(**arguments: Any) -> Edit:
    """Hand the logging call these arguments too."""

    def edit(canary: Canary) -> Canary:
        if not canary.logging:
            return canary
        return replace(canary, logging=replace(canary.logging, arguments={**canary.logging.arguments, **arguments}))

    return edit


def with_option(name: str, value: Any) -> Edit:
    """Convert with an option, or without it where its value is None; an option of a class stays with its class."""

    def edit(canary: Canary) -> Canary:
        old = canary.options or {}
        nested = {k: dict(v) for k, v in old.items() if isinstance(v, Mapping)}
        plain = {k: v for k, v in old.items() if k not in nested}
        for one in (plain, *nested.values()):
            one.pop(name, None)
        if value is not None and nested:
            nested.setdefault(last_class(canary.make) or canary.make.partition("(")[0], {})[name] = value
        elif value is not None:
            plain[name] = value
        return replace(canary, options={**plain, **{k: v for k, v in nested.items() if v}} or None)

    return edit


def locale(words: str, vectorizer: str) -> Edit:
    """Convert with the option `locale` for the vectorizer's class, a dotted name."""

    def edit(canary: Canary) -> Canary:
        old: Mapping[str, Any] = canary.options or {}
        model = canary.make.partition("(")[0]
        by_class = old if any("." in key for key in old) else {last_class(canary.make) or model: old} if old else {}
        return replace(canary, options={**by_class, vectorizer: {**by_class.get(vectorizer, {}), "locale": words}})

    return edit


def last_class(expression: str) -> str:
    """Dotted name of the last estimator that a constructor expression makes: the final step of a pipeline."""
    import re

    found = re.findall(r"((?:\w+\.)+[A-Z]\w*)\(", expression)
    return found[-1] if found else ""


def vectorizer_of(expression: str) -> str:
    """Dotted name of the text vectorizer in a constructor expression, "" where there is none."""
    import re

    found = re.search(r"((?:\w+\.)+(?:Tfidf|Count)Vectorizer)\(", expression)
    return found[1] if found else ""


def logged(**fields: Any) -> Edit:
    """Log with other settings: fields of `Logging`."""
    return lambda canary: replace(canary, logging=replace(canary.logging, **fields)) if canary.logging else canary


def argument_renamed(old: str, new: str) -> Edit:
    """Hand the logging call an argument by another name."""

    def edit(canary: Canary) -> Canary:
        if not canary.logging:
            return canary
        arguments = {new if k == old else k: v for k, v in canary.logging.arguments.items()}
        return replace(canary, logging=replace(canary.logging, arguments=arguments))

    return edit


def plain_names(canary: Canary) -> Canary:
    """Log under a name without slashes."""
    if not canary.logging:
        return canary
    arguments = {k: v.replace("/", "-") if isinstance(v, str) else v for k, v in canary.logging.arguments.items()}
    return replace(canary, logging=replace(canary.logging, arguments=arguments))
