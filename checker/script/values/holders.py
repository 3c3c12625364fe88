"""Values that hold others, and those that hold none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: values within one value beyond which nothing more is kept of it
HEAVIEST = 100_000
LEAVES = (bool, int, float, complex, str, bytes, type(None), type(...), slice, range)
HOLDERS = (list, tuple, dict, set)


class TooLarge(ValueError):
    """A value that is not kept."""


def leaves(value: Any, most: int = HEAVIEST) -> Iterator[Any]:
    """Everything within a value that holds nothing itself; raises TooLarge when there is too much of it."""
    waiting = [value]
    while waiting:
        most -= 1
        if most < 0:
            raise TooLarge
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *dict.values(one)]
        elif isinstance(one, HOLDERS):
            waiting += one
        else:
            yield one


def is_large(value: Any) -> bool:
    """Whether there is too much within a value."""
    try:
        for _ in leaves(value):
            pass
    except TooLarge:
        return True
    return False
