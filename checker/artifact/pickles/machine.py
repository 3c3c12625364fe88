"""A pickle's instructions, followed on paper: names and plain values are kept, nothing is imported, called or made."""

from __future__ import annotations

from typing import Any, Protocol

from .instructions import INSTRUCTIONS, MOST_TEXT
from .source import Source
from .values import MARK, UNKNOWN, Broken, Enough, Global, Made

#: instructions of one file that are followed
MOST_STEPS = 1_000_000
#: bytes of one piece of data, and of all texts and data together, that are kept
MOST_DATA, MOST_KEPT = 1 << 16, 16 << 20


class Listener(Protocol):
    """Who is told what a pickle does."""

    def named(self, found: Global) -> None:
        """A class or function is taken by its name."""

    def called(self, of: Any, arguments: Any) -> None:
        """Something is called."""

    def given(self, to: Any, state: Any, machine: Machine) -> Any:
        """An object gets its state; what is there afterwards."""

    def text_of_python2(self, data: bytes) -> None:
        """A text without an encoding."""


class Machine:
    """The stack of one pickle, which begins where the source stands."""

    def __init__(self, source: Source, listener: Listener, steps: list[int] | None = None) -> None:
        self.source, self.listener = source, listener
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        #: the highest protocol that was seen
        self.protocol = 0
        self.kept = 0
        #: instructions that are left, shared by the pickles of one file
        self.steps = [MOST_STEPS] if steps is None else steps

    def run(self) -> Any:
        """Follow it to its end; what it comes to. Raises Broken and Enough."""
        steps, read = self.steps, self.source.read
        while True:
            code = read(1)
            if code == b".":
                return self.pop()
            instruction = INSTRUCTIONS.get(code)
            if instruction is None:
                raise Broken(f"byte {self.source.place:,} is no instruction of a pickle")
            steps[0] -= 1
            if steps[0] < 0:
                raise Enough("what follows its first instructions")
            instruction(self)

    # --- the stack ----------------------------------------------------------------------------------------

    def push(self, value: Any) -> None:
        """Lay a value on the stack."""
        self.stack.append(value)

    def pop(self) -> Any:
        """Take the last value."""
        if not self.stack or self.stack[-1] is MARK:
            raise Broken("an instruction in it has nothing to work on")
        return self.stack.pop()

    def top(self) -> Any:
        """The last value, which stays."""
        if not self.stack:
            raise Broken("an instruction in it has nothing to work on")
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        """The values since the last mark, which goes too."""
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is MARK:
                values = self.stack[place + 1 :]
                del self.stack[place:]
                return values
        raise Broken("a mark is missing in it")

    def remember(self, key: int) -> None:
        """Give the last value a number."""
        self.memo[key] = self.top()

    def recall(self, key: int) -> None:
        """Lay the value of a number on the stack."""
        if key not in self.memo:
            raise Broken("it refers to an object that it does not hold")
        self.stack.append(self.memo[key])

    # --- texts and data -----------------------------------------------------------------------------------

    def data(self, size: int, most: int = MOST_DATA) -> Any:
        """So many bytes; where they are too many to keep they are gone past."""
        if size > most or self.kept + size > MOST_KEPT:
            self.source.skip(size)
            return UNKNOWN
        self.kept += size
        return self.source.read(size)

    def text(self, size: int) -> None:
        """A text of so many bytes."""
        data = self.data(size, MOST_TEXT)
        self.push(data if data is UNKNOWN else data.decode("utf-8", "replace"))

    def old_text(self, data: Any) -> None:
        """A text that does not tell its encoding."""
        if data is not UNKNOWN and not data.isascii():
            self.listener.text_of_python2(data)
        self.push(data if data is UNKNOWN else data.decode("latin-1"))

    # --- names and calls ----------------------------------------------------------------------------------

    def take(self, module: Any, name: Any) -> None:
        """A class or function by its name."""
        if type(module) is not str or type(name) is not str:
            raise Broken("it takes something by a name that is no text")
        found = Global(*as_python3(module, name)) if self.protocol < 3 else Global(module, name)
        self.listener.named(found)
        self.push(found)

    def call(self, of: Any, arguments: Any) -> None:
        """What a call comes to."""
        self.listener.called(of, arguments)
        if type(of) is Global and of.dotted in RECONSTRUCTED and type(arguments) is tuple and arguments:
            of, arguments = arguments[0], arguments[1:]
        self.push(Made(of, arguments))

    def give(self) -> None:
        """State is given to the object below it."""
        state, to = self.pop(), self.pop()
        if type(to) is Made:
            to.state = state
        self.push(self.listener.given(to, state, self))


#: functions that make an object of their first argument, which is its class
RECONSTRUCTED = ("copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__")


def as_python3(module: str, name: str) -> tuple[str, str]:
    """A name of Python 2 as Python 3 calls it: those of old protocols are written so."""
    from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

    found = NAME_MAPPING.get((module, name))
    return found if found else (IMPORT_MAPPING.get(module, module), name)
