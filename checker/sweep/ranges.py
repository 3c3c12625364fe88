"""Places in a list as text: "0-12,15", short where many stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def to_ranges(places: Iterable[int]) -> str:
    """The text of different places."""
    parts: list[list[int]] = []
    for place in sorted(places):
        if parts and parts[-1][1] == place - 1:
            parts[-1][1] = place
        else:
            parts.append([place, place])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in parts)


def from_ranges(text: str) -> list[int]:
    """The places of a text. Raises ValueError where it is none."""
    found: list[int] = []
    for part in text.split(",") if text else ():
        first, dash, last = part.partition("-")
        found.extend(range(int(first), int(last if dash else first) + 1))
    return found


def placed(named: Mapping[str, Iterable[str]], order: Sequence[str]) -> dict[str, str]:
    """key -> names, as key -> ranges of their places in a list."""
    places = {name: place for place, name in enumerate(order)}
    return {key: to_ranges(places[name] for name in names) for key, names in named.items()}


def named(ranges: Mapping[str, str], order: Sequence[str]) -> dict[str, list[str]]:
    """The other way round."""
    return {key: [order[place] for place in from_ranges(text)] for key, text in ranges.items()}
