"""Whether the models that have to work do so under a plan, as far as it was measured elsewhere.

The measurements are asked about the environment as it is first. Where they contradict what was seen here they do not
know the trouble, and are not believed about it: of a model that fails here and should work, no release is said to mend
it; of one that works here and should fail, none is said to break it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...matrix.expected import BESIDE, JUDGED, imported, outcome_of, pins_of, told
from ...matrix.matching import Match, find_akin, judge, match
from ...matrix.matching.judging import IMPORTS
from ...matrix.measured import Measured, Pins, Question, Verdict
from ...model import Basis, Canary, Case, Distribution, Failure, Observation, Outcome, Passed, Plan, Stage
from ...names import pinned_version, required_name
from ...rules import diagnose
from ..prove.acceptance import AcceptanceCriteria, TrialResult, find_broken, find_remaining
from .freed import Freed

#: what was seen of a model that passed every step
WORKED = Passed(Stage.TARGET, "", 0.0)
#: the steps that a model takes
STEPS = (Stage.FIT, Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN, Stage.PARITY)


@dataclass(frozen=True)
class Outlook:
    """What is known of a plan."""

    #: every model that has to work does so
    works: bool = False
    #: how it is known that they work, the weakest, or that one of them fails
    basis: Basis | None = None
    #: what would be seen, where one of them fails
    result: TrialResult | None = None
    #: how it fails, and where that was measured, in a sentence
    why: str = ""

    @property
    def place(self) -> int:
        """What was measured to work first, then what is inferred, then what is not known."""
        return self.basis.order if self.works and self.basis else len(Basis)


#: nothing is known
UNKNOWN = Outlook()


@dataclass(frozen=True)
class Forecast:
    """What measurements say of the models that have to work; nothing where there are none."""

    matrix: Measured
    case: Case[Observation]
    criteria: AcceptanceCriteria
    #: those that have to work by name, each with the measured canaries that speak for it
    models: Mapping[str, tuple[Canary, Match]]
    #: canaries of the same estimator, where none speaks for a model: with what they never fail as it does here, a hint
    akin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def here(self) -> Pins:
        """The versions that are there."""
        return pins_of(self.case.subject)

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """What they say of the environment as it is."""
        return self.ask(self.here)

    @cached_property
    def hopeful(self) -> bool:
        """Whether they may say that something works."""
        return bool(self.models) and all(self._may(name, works=True) for name in self.models)

    def ask(self, pins: Pins) -> dict[str, Verdict]:
        """The verdict on each model."""
        question = Question(self.matrix, pins)
        told = {name: self._judge(question, name, found) for name, (_, found) in self.models.items()}
        return {name: self._freed_of(verdict, pins) for name, verdict in told.items()}

    @cached_property
    def _freed(self) -> Freed:
        return Freed(self.matrix, self.here)

    def _freed_of(self, verdict: Verdict, pins: Pins) -> Verdict:
        """The verdict; where it is only inferred or unknown, what is known of the very failure that is seen here."""
        seen = self._seen(verdict.canary)
        doubtful = verdict.works is None or (verdict.works is False and verdict.basis is Basis.INFERRED)
        if not doubtful or not isinstance(seen, Failure) or verdict.stage not in (None, seen.stage):
            return verdict
        rows = self.models[verdict.canary][1].rows or self.akin.get(verdict.canary, ())
        freed = self._freed.find(rows, seen, pins)
        if not freed:
            return verdict
        why = f"{seen.type} was measured at {seen.stage.value}, and never with {freed}"
        return Verdict(verdict.canary, True, Basis.INFERRED, why=why)

    def work(self, pins: Pins) -> Basis | None:
        """The weakest basis on which all of them work, None where that is not known of one."""
        if not self.hopeful:
            return None
        bases = [v.basis for v in self.ask(pins).values() if v.works and v.basis]
        return max(bases, key=lambda basis: basis.order) if len(bases) == len(self.models) else None

    def look_at(self, plan: Plan) -> Outlook:
        """What becomes of the models under a plan."""
        if not self.models:
            return UNKNOWN
        verdicts = self.ask(pins_of_lock(plan.lock, self.case.subject.minor))
        fails = [(n, v) for n, v in verdicts.items() if v.works is False and self._may(n, works=False)]
        if fails:
            result = self._imagine(plan, verdicts)
            if find_remaining(self.criteria, result.findings) or find_broken(self.criteria, result.findings):
                return Outlook(basis=fails[0][1].basis, result=result, why=_sentence(*fails[0]))
            return UNKNOWN
        bases = [v.basis for v in verdicts.values() if v.works and v.basis]
        if self.hopeful and len(bases) == len(verdicts):
            return Outlook(True, max(bases, key=lambda basis: basis.order))
        return UNKNOWN

    def _judge(self, question: Question, name: str, found: Match) -> Verdict:
        """The verdict; of a stand-in for imports only whether it comes past them."""
        if found.until is not Stage.IMPORT:
            return judge(question, found, name)
        verdict = question.verdict(found.rows[0])
        if verdict.stage is Stage.IMPORT and verdict.signature:
            asked = {step.subject for step in self.criteria.must_pass} | self.criteria.asked
            return verdict if imported(verdict.signature.where) in asked else Verdict(name)
        return replace(verdict, works=True, signature=None) if verdict.works or verdict.stage else verdict

    def _may(self, name: str, works: bool) -> bool:
        """Whether they may be believed when they say that a model works, or that it fails."""
        said, seen = self.verdicts[name], self._seen(name)
        if said.works is None or seen is None:
            return True
        if said.works:
            return isinstance(seen, Passed) or not works
        assert said.signature
        if isinstance(seen, Passed) or seen.stage.order > said.signature.stage.order:
            return False
        if seen.stage is said.signature.stage:
            return seen.type == said.signature.type
        return not works

    def _seen(self, name: str) -> Failure | Passed | None:
        """How a model failed here first, `WORKED` where it did not, None where it was not tried."""
        outcomes = self.case.subject.outcomes if self.case.subject.imported else ()
        own = [o for o in outcomes if o.subject == name]
        steps = [s for s in self.criteria.must_pass if s.stage is Stage.IMPORT]
        failed = [o for o in outcomes if isinstance(o, Failure) and (o.step in steps or o.subject == name)]
        if failed:
            return min(failed, key=lambda failure: failure.stage.order)
        return WORKED if own else None

    def _imagine(self, plan: Plan, verdicts: Mapping[str, Verdict]) -> TrialResult:
        """What would be seen, and what the rules say of it."""
        outcomes = dict[tuple[Stage, str], Outcome]()
        for name, verdict in verdicts.items():
            if verdict.works is not None:
                outcome = replace(outcome_of(verdict), facts={})  # as if it were seen
                before = (Passed(s, name, 0.0) for s in STEPS if s.order < outcome.stage.order)
                outcomes |= {one.step: one for one in (*before, outcome) if one.step not in outcomes}
        seen = self.case.subject
        imagined = Observation(
            seen.python,
            seen.executable,
            seen.platform,
            seen.system,
            tuple(_installed(seen, plan)),
            outcomes=tuple(outcomes.values()),
            imported=False,
        )
        return TrialResult(diagnose(replace(self.case, subject=imagined)), imagined)


def make_forecast(
    matrix: Measured,
    case: Case[Observation],
    criteria: AcceptanceCriteria,
    relevant: Sequence[Canary],
    catalogue: Sequence[Canary],
) -> Forecast:
    """The forecast for the models that decide a try: the script's own, else those that are to be mended and that work.

    What else is tried beside a script is left to the try: of many models too much is unknown.
    """
    if not matrix.cells:
        return Forecast(matrix, case, criteria, {})
    stay = {f.subject for f in case.subject.failures()} - {step.subject for step in criteria.must_pass}
    own = {c.name for c in case.script.canaries} if case.script else {c.name for c in relevant}
    relevant = [canary for canary in relevant if canary.name in own]
    models = {c.name: (c, match(c, catalogue)) for c in relevant if c.name not in stay and (c.make or c.logging)}
    if not models and IMPORTS in matrix.places:
        models = {c.name: (c, Match((IMPORTS,), until=Stage.IMPORT)) for c in catalogue if c.name == IMPORTS}
    akin = {name: find_akin(c, catalogue) for name, (c, found) in models.items() if not found.rows}
    return Forecast(matrix, case, criteria, models, akin)


def pins_of_lock(lock: Sequence[str], python: str) -> Pins:
    """The versions that decide, of everything that a plan leaves installed."""
    versions = {required_name(line): pinned_version(line) for line in lock}
    return {"python": python, **{n: versions[n].partition("+")[0] for n in (*JUDGED, *BESIDE) if versions.get(n)}}


def _installed(seen: Observation, plan: Plan) -> Iterator[Distribution]:
    """What a plan leaves installed; of what moves nobody knows what it requires."""
    there = {d.name: d for d in reversed(seen.distributions)}
    for line in plan.lock:
        name, version = required_name(line), pinned_version(line)
        known = there.get(name)
        if known and known.version == version:
            yield known
        else:
            modules = known.modules if known else ()
            yield Distribution(name, version, known.location if known else seen.prefix, modules=modules)


def _sentence(name: str, verdict: Verdict) -> str:
    assert verdict.signature
    text = verdict.signature.text.partition("\n")[0][:120]
    return f"{name} fails at {verdict.signature.stage.value}: {verdict.signature.type}: {text} ({told(verdict)})"
