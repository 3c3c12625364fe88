"""Which failure is followed, and whether what is seen elsewhere is the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..errors import CannotLook
from ..model import Canary, Case, Failure, Finding, Observation, Passed, Stage
from ..rules.evidence import canary_of, first_words, links

#: a disagreement that is at most worth a warning
_EDGE = "EdgeDisagreement"
#: paths, addresses and numbers: they differ from one environment, run or release to the next
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.+@~\-]+){2,}")
_NUMBER = re.compile(r"0x[0-9a-f]+|\d[\d.]*(?:e[+-]?\d+)?|\b(?:nan|inf)\b")


class State(str, Enum):
    """What an environment does with the failure that is followed."""

    GOOD = "good"
    BAD = "bad"
    #: it fails, with another signature or before it comes so far
    OTHER = "fails otherwise"
    UNTESTED = "could not be tested"


def normalize_message(text: str) -> str:
    """The first words of a message without what is chance in them, and without its full stop."""
    return _NUMBER.sub("#", _PATH.sub("PATH", first_words(text, 400))).rstrip(" .")


def make_signature(failure: Failure) -> tuple[str, str, str, str]:
    """Stage, exception type, type of the first cause and its words: the same in every environment."""
    kind, text = links(failure)[0]
    return failure.stage.value, failure.type, kind, normalize_cause(kind, text)


def normalize_cause(kind: str, text: str) -> str:
    """The words of a first cause of that type, as `normalize_message` has them; of a disagreement its head only."""
    words = normalize_message(text)
    return words.partition(":")[0] if kind == "Disagreement" else words


@dataclass(frozen=True)
class Question:
    """One failure of the patient, which other environments are asked about."""

    finding: Finding
    failure: Failure
    #: the model that fails; None: an import, or a line of a rehearsed script
    canary: Canary | None = None
    #: whether it was seen when the script was rehearsed
    rehearsed: bool = False

    def judge(self, seen: Observation) -> tuple[State, str]:
        """The verdict on an environment, and in one sentence why it is neither good nor bad."""
        subject, stage = self.failure.subject, self.failure.stage
        own = [f for f in seen.failures() if f.subject == subject and f.type != _EDGE]
        if make_signature(self.failure) in map(make_signature, own):
            return State.BAD, ""
        passed = any(isinstance(o, Passed) and (o.stage, o.subject) == (stage, subject) for o in seen.outcomes)
        ended = bool(self.failure.facts.get("left")) and seen.whole
        if (passed or ended) and not own:
            return State.GOOD, ""
        left = [f for f in seen.failures() if f.facts.get("left")]
        if other := [*own, *seen.failures(Stage.IMPORT), *left]:
            words = first_words(shorten_paths(other[0].text), 160)
            return State.OTHER, f"{other[0].type} at {other[0].stage.value} of {other[0].subject}: {words}"
        short = [f": the rehearsal ended at {one.where} ({one.why})" for one in seen.rehearsed if not one.whole]
        return State.UNTESTED, f"{subject} was not reached at {stage.value}" + "".join(short)


def shorten_paths(text: str) -> str:
    """A text in which files of packages go by their place in site-packages, wherever that lies."""
    return re.sub(r"[^\s'\"(]*[\\/]site-packages[\\/]", "", text)


def find_questions(
    case: Case[Observation], findings: Sequence[Finding], canaries: Sequence[Canary]
) -> Iterator[Question]:
    """The failures that findings explain, in their order, the first of each."""
    failures = {f.step: f for f in reversed(case.subject.failures())}
    rows = {c.name: c for c in canaries}
    crossings = {c.name for c in case.subject.crossings}
    for finding in findings:
        own = [failures[k] for k in finding.explains if k in failures]
        mine = [f for f in own if canary_of(case, f.subject)] or own
        if mine:
            first = mine[0]
            rehearsed = first.subject in crossings or bool(first.facts.get("left"))
            yield Question(finding, first, None if rehearsed else rows.get(first.subject), rehearsed)


def choose_question(every: Sequence[Question], package: str, findings: Sequence[Finding]) -> Question:
    """The failure to follow: one that the package takes part in, else the first. Raises CannotLook for none."""
    if not every:
        raise CannotLook(
            f"nothing that was run fails here, so that no release can be compared: {findings[0].message}",
            "`checker preflight` tells what to do about it",
        )
    return next((q for q in every if package in q.finding.culprits), every[0])
