"""The whole numbers that columns hold, as far as a script tells them: ids, times, ages."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence

from .values import Array, Bounds, Items, Literal, Range, Value, whole

#: kinds that hold whole numbers as they are
HOLDING = ("int64", "float32", "float64")
#: numbers beyond which nothing is kept of them: what a signed integer of 64 bits holds
LARGEST = 1 << 63
_COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv}


def between(low: int | None, high: int | None) -> Bounds:
    """The bounds low <= value < high for all columns; none where one is unknown or nothing lies between."""
    known = low is not None and high is not None and -LARGEST <= low < high <= LARGEST
    return ((low, high),) if known and low is not None and high is not None else ()


def of_range(numbers: range | None) -> Bounds:
    """The bounds of a range."""
    return between(min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1]) + 1) if numbers else ()


def of_elements(elements: Sequence[Value]) -> Bounds:
    """The bounds of the elements of a list, a column each where they are rows; what is missing has none."""
    rows = [e.elements for e in elements if isinstance(e, Items)]
    if rows and len(rows) == len(elements) and len({len(r) for r in rows}) == 1:
        return one_each(of_elements(column) for column in zip(*rows, strict=True))
    numbers = [n for n in map(whole, elements) if n is not None]
    present = [e for e in elements if e != Literal(None) and isinstance(e, Literal)]
    return between(min(numbers), max(numbers) + 1) if numbers and len(numbers) == len(present) else ()


def one_each(columns: Iterable[Bounds]) -> Bounds:
    """The bounds of columns beside each other, given as those of each."""
    found: list[Range | None] = [b[0] if len(b) == 1 else None for b in columns]
    return () if set(found) <= {None} else (found[0],) if len(set(found)) == 1 else tuple(found)


def side_by_side(parts: Sequence[Array]) -> Bounds:
    """The bounds of arrays that are put beside each other."""
    widths = [1 if p.rank == 1 else p.width for p in parts]
    if None in widths:
        return ()
    return one_each(of_column(p.bounds, i) for p, n in zip(parts, widths, strict=True) for i in range(n or 0))


def of_column(bounds: Bounds, place: int) -> Bounds:
    """Those of one column, by its place."""
    if len(bounds) < 2:
        return bounds
    found = bounds[place] if place < len(bounds) else None
    return (found,) if found else ()


def selected(bounds: Bounds, keys: Sequence[Value]) -> Bounds:
    """Those of what an index leaves; `keys` are one a dimension."""
    at = whole(keys[1]) if len(keys) == 2 else None
    if len(bounds) < 2 or len(keys) < 2:
        return bounds
    return of_column(bounds, at) if at is not None and 0 <= at < len(bounds) else ()


def of_arithmetic(left: Array, sign: str, right: Array, values: tuple[Value, Value]) -> Bounds:
    """The bounds of `left sign right`, where both are known: intervals added, subtracted, multiplied, divided down."""
    first, second = (one.bounds or of_elements([value]) for one, value in zip((left, right), values, strict=True))
    if len(first) != 1 or len(second) != 1 or not first[0] or not second[0]:
        return ()
    (low, high), (least, most) = first[0], second[0]
    if sign in ("%", "//") and not 0 < least == most - 1:
        return ()
    if sign == "%":
        return between(0, least)
    ends = [_COMPUTE[sign](x, y) for x in (low, high - 1) for y in (least, most - 1)] if sign in _COMPUTE else []
    return between(min(ends), max(ends) + 1) if ends else ()
