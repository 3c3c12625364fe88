"""Who writes a value of a graph, and who reads it: what no runtime can put in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wire:
    """What a node reads and writes, by name."""

    operator: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    name: str = ""


#: what to do where a graph is made, by what is wrong with it
MENDS = {
    "named-twice": "Give each node a name of its own, or none.",
    "given-twice": "Declare each input once.",
    "written-twice": "Give each output of a node a name of its own.",
    "dangling": "Read and hand out only what an input, a constant or a node brings: the names have to be the same.",
    "cycle": "Let no node read what is made of its own output.",
    "no-output": "Declare what the graph is to hand out as its outputs.",
}


def find_twice(names: Iterable[str]) -> str:
    """The first name that comes again, "" for none."""
    seen = set[str]()
    for name in filter(None, names):
        if name in seen:
            return name
        seen.add(name)
    return ""


def find_wrong(given: Collection[str], wires: Sequence[Wire], wanted: Iterable[str]) -> tuple[str, str] | None:
    """A kind and a sentence for the first thing that is wrong; `given` are inputs and constants, `wanted` outputs."""
    writers: dict[str, Wire] = {}
    for wire in wires:
        for name in filter(None, wire.writes):
            if name in writers or name in given:
                return "written-twice", f"the value {name} is written twice, by {wire.operator} and before"
            writers[name] = wire
    if again := find_twice(wire.name for wire in wires):
        return "named-twice", f"two of its nodes are called {again}"
    for wire in wires:
        lost = next((n for n in wire.reads if n and n not in given and n not in writers), None)
        if lost is not None:
            return "dangling", f"{wire.operator} reads the value {lost}, which nobody writes"
    lost = next((n for n in wanted if n not in given and n not in writers), None)
    if lost is not None:
        return "dangling", f"the output {lost} is written by nobody"
    left = _circle(given, wires)
    return ("cycle", f"{left.operator} waits for a value that is made of its own: {left.writes[0]}") if left else None


def _circle(given: Collection[str], wires: Sequence[Wire]) -> Wire | None:
    """A node of a circle, None where all can be put in order."""
    readers: dict[str, list[int]] = {}
    waits = [len({n for n in wire.reads if n and n not in given}) for wire in wires]
    for place, wire in enumerate(wires):
        for name in {n for n in wire.reads if n and n not in given}:
            readers.setdefault(name, []).append(place)
    ready = [place for place, number in enumerate(waits) if not number]
    done = set(ready)
    while ready:
        for name in wires[ready.pop()].writes:
            for place in readers.pop(name, ()):
                waits[place] -= 1
                if not waits[place] and place not in done:
                    done.add(place)
                    ready.append(place)
    return next((wire for place, wire in enumerate(wires) if place not in done and wire.writes), None)
