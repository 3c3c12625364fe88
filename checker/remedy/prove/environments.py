"""Where remedies are tried: throwaway environments of one interpreter, each asked as the patient was."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...ask import ProbeRequest
from ...errors import CannotLook
from ...model import Case, Observation, Patient, Plan
from ...probe import ProbeOptions
from ...rules import diagnose
from ...world.process import Children
from ...world.sandbox import Refused, copy_environment, fill, linked_without, make_environment, python_in, remove
from ...world.uv import plain_words, run_uv
from ..solve.resolution_input import ResolutionInput
from ..solve.uv_solver import UvSolver
from .acceptance import AcceptanceCriteria, TrialResult


@dataclass
class TrialEnvironments:
    """One interpreter, one scratch folder, and the environments in it."""

    base: Path
    folder: Path
    #: what the patient was asked
    wanted: ProbeRequest
    #: the script and the knowledge with which what is seen is judged
    case: Case
    children: Children = field(default_factory=Children)
    _idle: queue.SimpleQueue[Path] = field(default_factory=queue.SimpleQueue)
    _made: int = 0

    def make_solver(self, given: ResolutionInput) -> UvSolver:
        """The solver for this interpreter; raises CannotLook when the index cannot be used."""
        return UvSolver(given, self.base, self.folder, self.children).trim()

    def try_plan(self, plan: Plan, criteria: AcceptanceCriteria) -> TrialResult:
        """Build what the plan locks, or turn an idle environment into it, and ask it what the patient was asked."""
        with self.take_environment() as python:
            refused = fill(python, plan.lock, self.folder, self.children)
            if isinstance(refused, Refused):
                return TrialResult(refused=f"It cannot be installed: {refused.text[:300]}")
            return self.observe(python, self.probe_options(enough=criteria.is_hopeless))

    def observe(self, python: Path, options: ProbeOptions) -> TrialResult:
        """What one of these environments answers."""
        patient = Patient((str(python), "-"), str(python), "it was made to try a remedy")
        bytecode = self.folder / f"{python.parents[1].name}-bytecode"
        return self.judge(self.wanted.ask(patient, options, bytecode=str(bytecode))[0])

    def judge(self, observation: Observation) -> TrialResult:
        """What the rules say of an observation."""
        return TrialResult(diagnose(replace(self.case, observation=observation)), observation)

    def probe_options(self, **fields: Any) -> ProbeOptions:
        """How an environment is asked in a trial; fields of `ProbeOptions`."""
        return ProbeOptions(children=self.children, **fields)

    @contextmanager
    def take_environment(self) -> Iterator[Path]:
        """An environment that nobody uses, in whatever state it was left: its interpreter.

        Raises CannotLook where one has to be made and this interpreter makes none.
        """
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

    def reinstall(self, python: Path, requirements: Sequence[str]) -> None:
        """Lay releases down again in a copy; raises CannotLook when uv refuses."""
        done = run_uv(
            ["pip", "install", "-q", "--no-build", "--reinstall", "--no-deps", "--python", str(python), *requirements],
            children=self.children,
        )
        if done.returncode:
            raise CannotLook(f"it could not be reinstalled: {plain_words(done.stderr)[:200]}")

    def delete(self, python: Path, observation: Observation, path: str) -> None:
        """Delete in a copy what is in the environment at `path`; raises CannotLook where that lies elsewhere."""
        if not Path(path).is_relative_to(observation.prefix):
            raise CannotLook("what is to be deleted lies outside of the environment")
        remove(python.parents[1] / Path(path).relative_to(observation.prefix))

    def link_without(self, folder: str, hidden: str) -> str:
        """A folder that holds links to everything in another one but a file or folder of it."""
        return str(linked_without(Path(folder or "."), Path(hidden), self.folder / "beside"))
