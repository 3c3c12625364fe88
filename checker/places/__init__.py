"""The runtimes of places, made here: a throwaway environment with the very release, in which models are loaded.

`open_places` makes them, one a place, when they are first asked, and removes them at its end.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..artifact.onnx.thresholds import known_texts
from ..ask import ProbeRequest
from ..errors import CannotLook
from ..knowledge import Knowledge
from ..model import Canary, Case, Failure, Import, Observation, Outcome, Passed, Patient, Place, Script, Stage
from ..rules import against_places
from ..rules.places.models import Made, models_of
from ..world.sandbox import put, scratch_folder
from ..world.terminal import Progress
from .making import Runtime, make_runtime
from .serving import logged_to, make_server

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
    #: where models are put to be loaded
    folder: Path
    #: False: nothing is made
    may_try: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: dict[str, Runtime] = field(default_factory=dict)

    def judge(self, seen: Observation, own: Collection[str] = ()) -> Observation:
        """What was seen of a patient, with what the places do with the models that came back.

        Every model has an outcome of the stage `target`: it passes where no place has anything against it that blocks.
        `own`: the models in question, with those that are made of them; empty = all.
        """
        case = Case(seen, None, self.knowledge, self.places)
        models = {made.name: made for made in models_of(case) if not own or made.name.partition(" [")[0] in own}
        with self._lock:
            tried = self.try_files({name: self._put(made) for name, made in models.items()}, trains=False)
        told = [o for name in models for o in self._concluded(case, name, [o for o in tried if o.subject == name])]
        return replace(seen, outcomes=(*seen.outcomes, *told))

    def _concluded(self, case: Case[Observation], name: str, tried: Sequence[Outcome]) -> Iterator[Outcome]:
        """The outcomes of one model: what its runtimes did, with the rules that tell what a place has against it."""
        mine = tuple(o for o in case.subject.outcomes if o.subject == name)
        alone = replace(case, subject=replace(case.subject, outcomes=(*mine, *tried)))
        found = [finding for finding in against_places(alone) if finding.explains]
        refused = [o for o in tried if isinstance(o, Failure)]
        rules = {"rules": [finding.rule for finding in found]}
        yield from (o for o in tried if not isinstance(o, Failure))
        yield from (replace(o, facts={**o.facts, **rules}) for o in refused)
        if found and not refused:
            yield Failure(Stage.TARGET, name, 0.0, "NotTaken", found[0].message, facts=rules)
        elif not (found or tried):
            yield Passed(Stage.TARGET, name, 0.0)

    def _put(self, made: Made) -> str:
        digest = hashlib.sha256(made.content).hexdigest()[:16]
        return put(self.folder, f"{digest}.onnx", made.content)

    def try_files(self, files: Mapping[str, str], trains: bool = True) -> tuple[Outcome, ...]:
        """What the runtime of every place does with models, by name and path: one outcome a model and place.

        `trains`: places that train are asked too.
        """
        if not (files and self.may_try):
            return ()
        found: list[Outcome] = []
        for place in self.places if trains else [p for p in self.places if p.target.kind != "trains"]:
            runtime = self._runtime(place)
            if runtime and runtime.patient:
                found += self._tried_in(place, runtime, runtime.patient, files)
        return tuple(found)

    @property
    def judges(self) -> bool:
        """Whether any of them has something to say of models."""
        return any(place.target.kind != "tracks" for place in self.places)

    def serve(self, wanted: ProbeRequest) -> ProbeRequest:
        """What a patient is asked, with its models logged to the server of a place that tracks, where one is made."""
        target = next((place.target for place in self.places if place.target.kind == "tracks"), None)
        if target is None or not self.may_try:
            return wanted
        self.progress("install", f"a server of mlflow {target.packages['mlflow']}")
        made = self._made[target.name] = self.stack.enter_context(make_server(target, self.knowledge, self.pythons))
        return logged_to(wanted, made.address) if made.address else wanted

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
        rows = tuple(
            Canary(name, "", (), (), converter="", artifact=path, form="onnx", details=known_texts(Path(path)))
            for name, path in files.items()
        )
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
        folder = stack.enter_context(scratch_folder())
        yield Places(places, knowledge, progress, pythons, stack, folder, may_try)
