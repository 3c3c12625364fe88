"""The whole numbers that columns hold, as far as a script tells them: ids, times, ages.

Bounds are pairs with low <= value < high: one for all columns, or one a column (None where it is not known); empty
when nothing is known.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

from .proxies import whole

Range = tuple[int, int]
Bounds = tuple["Range | None", ...]
#: kinds that hold whole numbers as they are
HOLDING = ("int64", "float32", "float64")
#: numbers beyond which nothing is kept of them: what a signed integer of 64 bits holds
LARGEST = 1 << 63
_COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv}


def between(low: int | None, high: int | None) -> Bounds:
    """The bounds low <= value < high for all columns; none where one is unknown or nothing lies between."""
    if low is None or high is None or not -LARGEST <= low < high <= LARGEST:
        return ()
    return ((low, high),)


def of_elements(elements: Sequence[Any]) -> Bounds:
    """The bounds of the elements of a list, a column each where they are rows; what is missing has none."""
    rows = [e for e in elements if isinstance(e, (list, tuple))]
    if rows and len(rows) == len(elements) and len({len(r) for r in rows}) == 1:
        return one_each(of_elements(column) for column in zip(*rows, strict=True))
    numbers = [n for n in map(whole, elements) if n is not None]
    complete = len(numbers) == sum(e is not None for e in elements)
    return between(min(numbers), max(numbers) + 1) if numbers and complete else ()


def one_each(columns: Iterable[Bounds]) -> Bounds:
    """The bounds of columns beside each other, given as those of each."""
    found: list[Range | None] = [b[0] if len(b) == 1 else None for b in columns]
    return () if set(found) <= {None} else (found[0],) if len(set(found)) == 1 else tuple(found)


def of_column(bounds: Bounds, place: int) -> Bounds:
    """Those of one column, by its place."""
    if len(bounds) < 2:
        return bounds
    found = bounds[place] if 0 <= place < len(bounds) else None
    return (found,) if found else ()


def of_arithmetic(first: Bounds, sign: str, second: Bounds) -> Bounds:
    """The bounds of `first sign second`, where both are known: intervals are added, multiplied and so on."""
    if len(first) != 1 or len(second) != 1 or not first[0] or not second[0]:
        return ()
    (low, high), (least, most) = first[0], second[0]
    if sign in ("%", "//") and not 0 < least == most - 1:
        return ()
    if sign == "%":
        return between(0, least)
    ends = [_COMPUTE[sign](x, y) for x in (low, high - 1) for y in (least, most - 1)] if sign in _COMPUTE else []
    return between(min(ends), max(ends) + 1) if ends else ()
