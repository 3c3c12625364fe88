"""Where remedies are tried: throwaway environments of one interpreter, each asked as the patient was."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...ask import ProbeRequest
from ...model import Case, Observation, Patient, Plan, Stage
from ...probe import ProbeOptions
from ...rules import diagnose
from ...rules.installation.wanted import look_again
from ...world.cache import kept_place
from ...world.process import Children
from ...world.sandbox import Refused, copy_environment, fill, make_environment, python_in
from ..solve.resolution_input import ResolutionInput
from ..solve.uv_solver import UvSolver
from .acceptance import AcceptanceCriteria, TrialResult, find_relevant
from .bytecode import Bytecode


@dataclass
class TrialEnvironments:
    """One interpreter, one scratch folder, and the environments in it."""

    base: Path
    folder: Path
    #: what the patient was asked
    wanted: ProbeRequest
    #: the script and the knowledge with which what is seen is judged
    case: Case[Observation]
    children: Children = field(default_factory=Children)
    _idle: queue.SimpleQueue[Path] = field(default_factory=queue.SimpleQueue)
    _made: int = 0
    _tries: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        seen = self.case.subject
        kept = kept_place("bytecode", seen.executable) if seen.executable else ""
        self.bytecode = Bytecode(seen, kept)

    @classmethod
    def prepare(
        cls, base: Path, folder: Path, wanted: ProbeRequest, case: Case[Observation], *, children: Children
    ) -> TrialEnvironments:
        """Make the first one, empty; raises CannotLook where this interpreter makes none."""
        environments = cls(base, folder, wanted, case, children=children)
        with environments.take_environment():
            return environments

    def make_solver(self, given: ResolutionInput) -> UvSolver:
        """The solver for this interpreter; raises CannotLook when the index cannot be used."""
        return UvSolver(given, self.base, self.folder, self.children).trim()

    def try_plan(self, plan: Plan, criteria: AcceptanceCriteria) -> TrialResult:
        """Build what the plan locks, or turn an idle environment into it, and ask it what the patient was asked."""
        with self.take_environment() as python:
            refused = fill(python, plan.lock, self.folder, self.children)
            if isinstance(refused, Refused):
                return TrialResult(refused=f"It cannot be installed: {refused.text[:300]}")
            return self.observe(python, self.probe_options(enough=criteria.is_hopeless), plan.lock)

    def observe(self, python: Path, options: ProbeOptions, lock: Sequence[str] = ()) -> TrialResult:
        """What one of these environments answers; `lock` is what it holds, for which bytecode may be there already."""
        patient = Patient((str(python), "-"), str(python), "it was made to try a remedy")
        prefix = self.folder / f"bytecode-{next(self._tries)}"
        self.bytecode.lend(lock, python, prefix)
        relevant = find_relevant(self.case, self.wanted.canaries)
        seen, _ = self.wanted.ask(patient, options, canaries=relevant, bytecode=str(prefix))
        self.bytecode.remember(seen if lock else None, prefix)
        return self.judge(seen)

    def judge(self, observation: Observation) -> TrialResult:
        """What the rules say of an observation."""
        unbuilt = (f for f in self.case.subject.failures(Stage.RESOLVE) if f.type == "NeedsBuilding")
        again = look_again(self.case.subject, observation)
        observation = replace(observation, outcomes=(*unbuilt, *observation.outcomes, *again))
        return TrialResult(diagnose(replace(self.case, subject=observation)), observation)

    def probe_options(self, **fields: Any) -> ProbeOptions:
        """How an environment is asked in a trial; fields of `ProbeOptions`."""
        return ProbeOptions(children=self.children, **fields)

    @contextmanager
    def take_environment(self) -> Iterator[Path]:
        """An environment that nobody uses, in whatever state it was left: its interpreter. Raises CannotLook."""
        try:
            place = self._idle.get_nowait()
        except queue.Empty:
            self._made += 1
            place = self.folder / f"env-{self._made}"
            make_environment(self.base, place, self.children)
        try:
            yield python_in(place)
        finally:
            self._idle.put(place)

    def copy_patient(self, observation: Observation) -> Path:
        """A copy of the patient's own environment: its interpreter. Raises CannotLook where it cannot be copied."""
        return copy_environment(Path(observation.prefix), self.folder / "copy")
