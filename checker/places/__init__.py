"""The runtimes of places, made here: a throwaway environment with the very release, in which models are loaded.

`open_places` makes them, one a place, when they are first asked, and removes them at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..ask import ProbeRequest
from ..errors import CannotLook
from ..knowledge import Knowledge
from ..model import Canary, Failure, Import, Outcome, Passed, Patient, Place, Script, Stage
from ..world.terminal import Progress
from .making import Runtime, make_runtime

__all__ = ["Places", "open_places"]


@dataclass
class Places:
    """Places, and their runtimes as far as these are made."""

    places: tuple[Place, ...]
    knowledge: Knowledge
    progress: Progress
    #: folders of interpreters
    pythons: Sequence[Path]
    stack: ExitStack
    #: False: nothing is made
    may_try: bool = True
    _made: dict[str, Runtime] = field(default_factory=dict)

    def try_files(self, files: Mapping[str, str]) -> tuple[Outcome, ...]:
        """What the runtime of every place does with models, by name and path: one outcome a model and place."""
        if not (files and self.may_try):
            return ()
        found: list[Outcome] = []
        for place in self.places:
            runtime = self._runtime(place)
            if runtime and runtime.patient:
                found += self._tried_in(place, runtime, runtime.patient, files)
        return tuple(found)

    @property
    def told(self) -> tuple[Place, ...]:
        """The places, each with whether its runtime was tried."""
        return tuple(self._told(place) for place in self.places)

    def _told(self, place: Place) -> Place:
        runtime = self._made.get(place.target.name)
        return replace(place, tried=runtime.told, untried=runtime.why) if runtime else place

    def _runtime(self, place: Place) -> Runtime | None:
        target = place.target
        if target.onnxruntime and target.name not in self._made:
            self.progress("install", f"onnxruntime {target.onnxruntime}")
            self._made[target.name] = self.stack.enter_context(make_runtime(target, self.knowledge, self.pythons))
        return self._made.get(target.name)

    def _tried_in(
        self, place: Place, runtime: Runtime, patient: Patient, files: Mapping[str, str]
    ) -> Iterator[Outcome]:
        self.progress("target", place.target.name)
        rows = tuple(Canary(name, "", (), (), converter="", artifact=path, form="onnx") for name, path in files.items())
        wanted = ProbeRequest(Script((), (Import("onnxruntime", "", ""),), rows), rows)
        try:
            seen, _ = wanted.ask(patient)
        except CannotLook as error:
            self._made[place.target.name] = replace(runtime, patient=None, told="", why=error.message)
            return
        if broken := next(iter(seen.failures(Stage.IMPORT)), None):
            why = f"it does not run here: {broken.type}: {broken.text[:120]}"
            self._made[place.target.name] = replace(runtime, patient=None, told="", why=why)
            return
        facts = {"target": place.target.name, "tried": runtime.told}
        for name in files:
            yield from outcome_of(name, [o for o in seen.outcomes if o.subject == name], facts)


def outcome_of(name: str, steps: Sequence[Outcome], facts: Mapping[str, str]) -> Iterator[Outcome]:
    """What a place does with one model: the first step that failed there, or that it takes it."""
    failed = [o for o in steps if isinstance(o, Failure) and o.stage in (Stage.LOAD, Stage.RUN)]
    # rows whose sizes are not declared had to be guessed: that they are refused says nothing
    failed = [o for o in failed if not (o.stage is Stage.RUN and o.facts.get("guessed"))]
    if failed:
        yield replace(failed[0], stage=Stage.TARGET, facts={**facts, "at": failed[0].stage.value})
    elif any(isinstance(o, Passed) and o.stage is Stage.LOAD for o in steps):
        yield Passed(Stage.TARGET, name, round(sum(o.seconds for o in steps), 3), facts)


@contextmanager
def open_places(
    places: tuple[Place, ...], knowledge: Knowledge, progress: Progress, pythons: Sequence[Path], may_try: bool
) -> Iterator[Places]:
    """Places whose runtimes can be tried; `may_try`: False where nothing may be made."""
    with ExitStack() as stack:
        yield Places(places, knowledge, progress, pythons, stack, may_try)
