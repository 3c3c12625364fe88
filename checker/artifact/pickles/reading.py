"""A file of pickled objects as a value: followed on paper from its first instruction to its last."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ...model.forms.pickled import Call, Kept, Needed, Pickled
from .arrays import bytes_that_follow, file_beside, holds_objects, is_wrapper, plain, record_of
from .bytecode import code_of
from .dangers import endangers, names_danger
from .machine import Machine
from .source import Source, Stream
from .values import MOST_ITEMS, UNKNOWN, Enough, Global, Made, Table

#: names, classes, calls and structured types of one file that are kept
MOST_NAMES, MOST_KINDS, MOST_CALLS, MOST_RECORDS = 2000, 400, 200, 40
#: what writes its release into every object: the attribute -> the distribution
_RELEASES = {"_sklearn_version": "scikit-learn"}
#: modules of Python itself; posix and nt are there on one system each
STANDARD = frozenset(sys.stdlib_module_names) | {"posix", "nt", "__builtin__"}


class Collector:
    """What the instructions of one file come to."""

    def __init__(self) -> None:
        self.needs: dict[Global, bool] = {}
        self.saved: dict[str, dict[str, None]] = {}
        self.attributes: dict[str, dict[str, None]] = {}
        self.settings: dict[str, dict[str, Any]] = {}
        self.calls: list[Call] = []
        self.records: dict[tuple[tuple[str, str], ...], None] = {}
        self.padded = False
        self.dangers: dict[str, None] = {}
        self.beside: dict[str, None] = {}
        self.functions: dict[str, None] = {}
        self.pythons: tuple[str, ...] | None = None
        self.python2 = False

    # --- what the machine tells ---------------------------------------------------------------------------

    def named(self, found: Global) -> None:
        """A class or function is taken by its name."""
        if len(self.needs) < MOST_NAMES:
            self.needs.setdefault(found, False)
        if names_danger(found):
            self.dangers[found.dotted] = None

    def called(self, of: Any, arguments: Any) -> None:
        """Something is called."""
        if type(of) is Global and of in self.needs:
            self.needs[of] = True
        if danger := endangers(of, arguments, STANDARD):
            self.dangers[danger] = None
        if found := code_of(of, arguments):
            self._note_code(*found)
        elif type(of) is Global and type(arguments) is tuple:
            self._note_call(of, arguments)

    def given(self, to: Any, state: Any, machine: Machine) -> Any:
        """An object gets its state; the numbers of one of joblib's arrays follow it."""
        if is_wrapper(to) and type(state) is Table:
            return self._array(state, machine)
        if name := file_beside(to, state):
            self.beside[name] = None
        if (fields := record_of(to, state)) and len(self.records) < MOST_RECORDS:
            self.records[fields] = None
        if type(to) is Made and to.kind:
            self._note_state(to.kind, state)
        return to

    def text_of_python2(self, data: bytes) -> None:
        """A text that Python 3 does not read unless it is told its encoding."""
        self.python2 = True

    # --- what comes of it ---------------------------------------------------------------------------------

    def _note_code(self, pythons: tuple[str, ...], name: str) -> None:
        if len(self.functions) < MOST_ITEMS:
            self.functions[name] = None
        known = self.pythons
        self.pythons = pythons if known is None else tuple(p for p in known if p in pythons)

    def _note_call(self, of: Global, arguments: tuple[Any, ...]) -> None:
        if len(self.calls) < MOST_CALLS and of.name not in ("dtype", "_reconstruct"):
            try:
                call = Call(of.module, of.name, tuple(plain(a) for a in arguments))
            except ValueError:
                return
            if call not in self.calls:
                self.calls.append(call)

    def _note_state(self, kind: str, state: Any) -> None:
        if type(state) is tuple and len(state) == 2 and type(state[0]) is Table:
            state = state[0]
        if type(state) is not Table or (kind not in self.attributes and len(self.attributes) >= MOST_KINDS):
            return
        for name, distribution in _RELEASES.items():
            if type(release := state.items.get(name)) is str:
                self.saved.setdefault(distribution, {})[release[:40]] = None
        first = kind not in self.attributes
        self.attributes.setdefault(kind, {}).update(dict.fromkeys(state.items))
        told = {name: value for name, value in state.items.items() if _is_setting(value)}
        known = self.settings.setdefault(kind, told)
        if not first:
            self.settings[kind] = {name: value for name, value in known.items() if told.get(name, UNKNOWN) == value}

    def _array(self, state: Table, machine: Machine) -> Any:
        """Go past the numbers of an array, which lie between two instructions."""
        source = machine.source
        if holds_objects(state.items.get("dtype")):
            Machine(source, self, machine.steps).run()
            return UNKNOWN
        size = bytes_that_follow(state)
        if type(state.items.get("numpy_array_alignment_bytes")) is int:
            self.padded = True
            source.skip(source.number(1))
        source.skip(size)
        return UNKNOWN


def _is_setting(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float) or (type(value) is str and len(value) <= 80)


def read_pickle(stream: Stream, container: str = "") -> Pickled:
    """What a stream of pickled objects tells; raises Broken where it is none, or not a whole one."""
    source, found = Source(stream), Collector()
    machine, root, why = Machine(source, found), None, ""
    try:
        root = machine.run()
    except Enough as enough:
        why = str(enough)
    needs = tuple(Needed(g.module, g.name, called) for g, called in found.needs.items())
    return Pickled(
        form=_form(needs),
        container=container,
        protocol=machine.protocol,
        root=root.kind if type(root) is Made else "",
        saved=_listed(found.saved),
        python=found.pythons or (),
        functions=tuple(found.functions),
        needs=needs,
        calls=tuple(found.calls),
        kinds=tuple(Kept(k, tuple(a), found.settings.get(k, {})) for k, a in found.attributes.items()),
        records=tuple(found.records),
        padded=found.padded,
        dangers=tuple(found.dangers),
        beside=tuple(found.beside),
        python2=found.python2,
        whole=not why,
        why=why,
    )


def _listed(found: Mapping[str, Mapping[str, None]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(releases) for name, releases in found.items()}


def _form(needs: tuple[Needed, ...]) -> str:
    """What wrote it, by the helpers that it names."""
    modules = {n.module for n in needs}
    if any(m.endswith("joblib.numpy_pickle") for m in modules):
        return "joblib"
    return "cloudpickle" if any(m.partition(".")[0] == "cloudpickle" for m in modules) else "pickle"
