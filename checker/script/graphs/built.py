"""What the calls of onnx.helper give, and the lines that make it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..values.proxies import Unknown


class Built(Unknown):
    """What a line made, or a part of that: known only when the lines are run again."""

    def __init__(self, number: int, path: str = "") -> None:
        super().__init__()
        self.number, self.path = number, path

    @property
    def text(self) -> str:
        """How the lines call it."""
        return f"v{self.number}{self.path}"

    def part(self, more: str) -> Built:
        """An attribute, an item or what a method gives that changes nothing."""
        return Built(self.number, f"{self.path}{more}")


@dataclass(frozen=True)
class Line:
    """One statement."""

    text: str
    #: convert (it makes or changes something), check, load, run
    stage: str
    where: str
    #: the number of what it makes, and of the object that it makes, changes, checks or runs
    makes: int | None
    root: int
    uses: frozenset[int]
    #: modules that it needs
    imports: frozenset[str]
    #: False: it may not come to it, or what fails in it is caught
    sure: bool
    #: what a session is made of, as the lines call it
    model: str = ""


@dataclass
class Graphs:
    """Everything that a script was seen to do with graphs of its own."""

    lines: list[Line] = field(default_factory=list)
    made: int = 0
    #: part of an object -> the number of the whole
    roots: dict[int, int] = field(default_factory=dict)
    #: numbers of what is changed in a way that cannot be told again
    spoiled: set[int] = field(default_factory=set)
    #: a loop was not followed to its end, so that something may lack everywhere
    cut: bool = False

    def root(self, value: Built) -> int:
        """The number of the whole that a value is or belongs to."""
        return self.roots.get(value.number, value.number)

    def spoil(self, values: Any) -> None:
        """Remember that something is done with values, the parts of lists included, that cannot be told again."""
        for value in values:
            inner = list(value) if isinstance(value, (list, tuple)) else [value]
            inner = list(dict.values(value)) if isinstance(value, dict) else inner
            self.spoiled |= {self.root(one) for one in inner if isinstance(one, Built)}

    def program(self, end: Line) -> list[Line] | None:
        """What leads up to a line and is done with its object, in order; None where that cannot be told again."""
        wanted, kept = {end.root, *end.uses}, list[Line]()
        for line in reversed(self.lines):
            if line.root not in wanted and line.makes not in wanted:
                continue
            if line.stage in ("check", "run") and line is not end and not line.sure:
                continue
            kept.append(line)
            wanted |= {*line.uses, *(self.roots.get(number, number) for number in line.uses)}
        whole = all(line.sure and line.root not in self.spoiled for line in kept)
        return kept[::-1] if whole and not self.cut else None
