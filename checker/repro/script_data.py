"""The data of a canary as lines of Python: the same values that the probe makes, without the probe."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..model import Canary

#: rows to fit, and ordinary rows to compare, as the probe has them
TRAIN, TEST = 120, 40
_WORDS = '["this is a test", "That CAT sat, on the mat", "two dogs ran home", "no cat at all", "the dog sat"]'
_WIDE = {"float64": "np.float64", "int64": "np.int64", "label": "np.int64", "bool": "bool"}
_FEW = ("category", "label", "bool")
#: kinds of which no value is missing, whatever the column says
_WHOLE = ("int64", "label", "bool", "counts", "category", "text")
_TARGETS = ("binary", "strings", "three", "positive", "continuous", "targets")
_WEIGHTS = ("1.0", "-0.5", "0.5", "0.25")

_COLUMN = """\
def column(fit, more, hard, dtype, gaps=False):
    \"\"\"One column: values to fit, and values to compare with the hard ones at their end.\"\"\"
    parts = [fit.astype(dtype), np.concatenate([more, hard(fit)]).astype(dtype)]
    for values in parts if gaps else []:
        values[random.rand(len(values)) < 0.2] = "" if dtype is object else np.nan
    return parts + [fit]
"""
_PICK = """\
def pick(count, rows):
    \"\"\"Categories by chance.\"\"\"
    return np.array(["a"] + ["c%d" % n for n in range(1, count)], dtype=object)[random.randint(0, count, rows)]
"""
_HARD = {
    "beyond": """\
def beyond(values):
    \"\"\"Beyond the range on both sides, zero, and large.\"\"\"
    return np.array([values.max() * 3 + 2, values.min() * 3 - 2, 0, values[0], 1000]).astype(values.dtype)
""",
    "above": """\
def above(values):
    \"\"\"Zero, beyond the range, and large.\"\"\"
    return np.array([values.max() * 3 + 2, 0, LEAST, values[0], 1000]).astype(values.dtype)
""",
    "first": """\
def first(values):
    \"\"\"Nothing but what is known.\"\"\"
    return values[:5]
""",
    "unseen": """\
def unseen(values):
    \"\"\"Categories that were not there in the training.\"\"\"
    return np.array(["zz-unseen", "", "\\u00e9t\\u00e9"] + list(values[:2]), dtype=object)
""",
}


def helpers(canary: Canary) -> Iterator[str]:
    """The functions that the data need, each as a text."""
    if canary.columns[0].kind != "text":
        yield _COLUMN
        yield from [_PICK] * any(c.kind == "string" for c in canary.columns)
        least = "0.125" if any(c.kind == "positive" for c in canary.columns) else "0"
        for name in dict.fromkeys(_hard(c.kind) for c in canary.columns):
            yield _HARD[name].replace("LEAST", least)


def data(canary: Canary) -> Iterator[str]:
    """Lines that make `x`, `y` (where there is a target) and `test`; they need numpy as `np`, and the helpers."""
    yield "random = np.random.RandomState(0)"
    if canary.columns[0].kind == "text":
        yield from _text_lines(canary)
    else:
        yield from (*_columns(canary), *_together(canary), *_target(canary))


def _hard(kind: str) -> str:
    if kind in _FEW:
        return "first"
    return {"string": "unseen", "counts": "above", "positive": "above"}.get(kind, "beyond")


def _columns(canary: Canary) -> Iterator[str]:
    yield "columns = ["
    for place, column in enumerate(canary.columns):
        fit, more = (_values(column.kind, place, rows) for rows in (TRAIN, TEST))
        dtype = "object" if column.kind == "string" else _WIDE.get(column.kind, "np.float32")
        gaps = ", gaps=True" if column.missing and column.kind not in _WHOLE else ""
        yield f"    column({fit}, {more}, {_hard(column.kind)}, {dtype}{gaps}),"
    yield "]"


def _values(kind: str, place: int, rows: int) -> str:
    if kind == "string":
        return f"pick({2 + place}, {rows})"
    whole = {
        "int64": f"random.randint(0, {6 + place}, {rows})",
        "bool": f"random.randint(0, 2, {rows}).astype(bool)",
        "category": f"random.randint(0, 6, {rows})",
        "label": f"random.randint(0, 3, {rows})",
        "counts": f"random.poisson(2, {rows})",
    }
    if kind in whole:
        return whole[kind]
    scale, offset = ((1, 0), (3, 1), (0.5, -0.5), (2, 0))[place % 4]
    drawn = (
        f"random.randn({rows})"
        + (f" * {scale}" if scale != 1 else "")
        + (f" {offset:+}".replace("+", "+ ").replace("-", "- ") if offset else "")
    )
    return f"np.abs({drawn}) + 0.125" if kind == "positive" else drawn


def _together(canary: Canary) -> Iterator[str]:
    if canary.layout == "frame":
        yield f"names = {json.dumps([c.name for c in canary.columns])}"
    for place, name in enumerate(("x", "test")):
        if canary.layout == "vector":
            yield f"{name} = columns[0][{place}]"
        elif canary.layout == "frame":
            yield f"{name} = pandas.DataFrame(dict(zip(names, [c[{place}] for c in columns])), columns=names)"
        else:
            yield f"{name} = np.column_stack([c[{place}] for c in columns])"


def _target(canary: Canary) -> Iterator[str]:
    if canary.target not in _TARGETS:
        return
    numeric = [n for n, column in enumerate(canary.columns) if column.kind != "string"]
    terms = [f"{_WEIGHTS[i % 4]} * columns[{n}][2]" for i, n in enumerate(numeric)]
    yield from _signal(" + ".join(terms) or f"random.randn({TRAIN})", canary.target)


def _signal(signal: str, target: str) -> Iterator[str]:
    yield f"signal = {signal}"
    yield "signal = (signal - signal.mean()) / (signal.std() or 1.0)"
    if target in ("binary", "strings", "three"):
        yield f"noisy = signal + random.randn({TRAIN}) * 0.5"
    binary = "(noisy > np.percentile(noisy, 70)).astype(np.int64)"
    yield (
        "y = "
        + {
            "binary": binary,
            "strings": f"np.array(['no', 'yes'], dtype=object)[{binary}]",
            "three": "np.digitize(noisy, np.percentile(noisy, [30, 75])).astype(np.int64)",
            "positive": "np.exp(signal / 4)",
            "continuous": "3 * signal + 40",
            "targets": "np.column_stack([signal, -(signal**2)])",
        }[target]
    )


def _text_lines(canary: Canary) -> Iterator[str]:
    yield f"words = {_WORDS}"
    drawn = f"np.array([words[i] for i in random.randint(0, len(words), {TRAIN})], dtype=object)"
    hard = 'np.array(words + ["An unseen word", "cat"], dtype=object)'
    yield "columns = ["
    yield from (f"    [{drawn}, {hard}]," for _ in canary.columns)
    yield "]"
    yield from _together(canary)
    if canary.target in _TARGETS:
        yield from _signal(f"random.randn({TRAIN})", canary.target)
