"""Where remedies are tried: throwaway environments of one interpreter, each asked as the patient was."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import CannotLook
from ..look import Look
from ..model import Case, Observation, Patient, Plan
from ..probe import Manner
from ..rules import diagnose
from .judge import Goal
from .resolver import Given, Resolver
from .sandbox import Refused, fill, make_environment, python_in
from .search import Seen
from .uv import Children, plain_words, run_uv


@dataclass
class Workshop:
    """One interpreter, one scratch folder, and the environments in it; a `Tester` of plans."""

    base: Path
    folder: Path
    look: Look
    #: the script and the knowledge with which what is seen is judged
    case: Case
    children: Children = field(default_factory=Children)
    _idle: queue.SimpleQueue[Path] = field(default_factory=queue.SimpleQueue)
    _made: int = 0

    def resolver(self, given: Given) -> Resolver:
        """The solver for this interpreter; raises CannotLook when the index cannot be used."""
        return Resolver(given, self.base, self.folder, self.children).trimmed()

    def prepare(self) -> None:
        """Make the first environment, empty; raises CannotLook where this interpreter makes none."""
        with self._environment():
            pass

    def see(self, plan: Plan, goal: Goal) -> Seen:
        """Build what the plan locks, or turn an idle environment into it, and ask it what the patient was asked."""
        with self._environment() as python:
            refused = fill(python, plan.lock, self.folder, self.children)
            if isinstance(refused, Refused):
                return Seen(refused=f"It cannot be installed: {refused.text[:300]}")
            return self.asked(python, Manner(enough=goal.hopeless, keeper=self.children))

    def asked(self, python: Path, manner: Manner) -> Seen:
        """What an environment of this workshop answers."""
        patient = Patient((str(python), "-"), str(python), "it was made to try a remedy")
        bytecode = self.folder / f"{python.parents[1].name}-bytecode"
        return self.seen(self.look.at(patient, manner, bytecode=str(bytecode))[0])

    def seen(self, observation: Observation) -> Seen:
        """What the rules say of an observation."""
        return Seen(diagnose(replace(self.case, observation=observation)), observation)

    def manner(self, variables: Mapping[str, str | None] | None = None) -> Manner:
        """The manner of a trial, with variables of the environment changed."""
        return Manner(variables=variables or {}, keeper=self.children)

    @contextmanager
    def _environment(self) -> Iterator[Path]:
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

    def copy(self, observation: Observation) -> Path:
        """A copy of the patient's own environment: its interpreter. Raises CannotLook where it cannot be copied."""
        prefix = Path(observation.prefix)
        if not (prefix / "pyvenv.cfg").is_file():
            raise CannotLook("the environment cannot be copied: it is no virtual environment")
        place = self.folder / "copy"
        shutil.rmtree(place, ignore_errors=True)
        try:
            shutil.copytree(prefix, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        except (OSError, shutil.Error) as error:
            raise CannotLook(f"the environment could not be copied: {error}"[:200]) from error
        return python_in(place)

    def reinstall(self, python: Path, requirements: list[str]) -> None:
        """Lay releases down again in a copy; raises CannotLook when uv refuses."""
        done = run_uv(
            ["pip", "install", "-q", "--no-build", "--reinstall", "--no-deps", "--python", str(python), *requirements],
            children=self.children,
        )
        if done.returncode:
            raise CannotLook(f"it could not be reinstalled: {plain_words(done.stderr)[:200]}")

    def without(self, folder: str, hidden: str) -> str:
        """A folder that holds links to everything in another one but a file or folder of it."""
        place = self.folder / "beside"
        place.mkdir(exist_ok=True)
        for entry in Path(folder or ".").iterdir():
            link = place / entry.name
            if entry.absolute() != Path(hidden).absolute() and not link.exists():
                link.symlink_to(entry.absolute())
        return str(place)
