"""Releases that somebody wishes for: `--wanted "onnxruntime<=1.14"`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Outcome, Passed, Severity, Stage, rule
from ...names import read_requirement

#: the type of the failure that a wish is which is not met
KIND = "NotWanted"


def look_at_wishes(observation: Observation, wishes: Mapping[str, str]) -> Iterator[Outcome]:
    """Whether what is installed is what is wished for; `wishes`: canonical name -> requirement."""
    for name, text in wishes.items():
        requirement, version = read_requirement(text), observation.version(name) or ""
        facts = {"wanted": text}
        if requirement and version and requirement.specifier.contains(version, prereleases=True):
            yield Passed(Stage.INSTALL, name, 0.0, facts)
        else:
            there = f"{name} {version} is installed" if version else f"{name} is not installed"
            yield Failure(Stage.INSTALL, name, 0.0, KIND, f"{there}, and {text} is wanted", facts=facts)


def look_again(before: Observation, observation: Observation) -> Iterator[Outcome]:
    """The same of another environment, for what was wished of one."""
    told = {o.subject: str(o.facts["wanted"]) for o in before.outcomes if "wanted" in o.facts}
    return look_at_wishes(observation, told)


@rule("Another release is wanted", Stage.INSTALL)
def other_release_wanted(case: Case[Observation]) -> Iterator[Finding]:
    """Another release is wanted.

    What happens: a release is installed that `--wanted` excludes, or the package is not there.
    Why: production or a platform prescribes it, and what the training writes has to fit.
    Remedy: the nearest set of releases that has it and in which everything works.
    Not this rule: what the packages themselves require of each other.
    """
    for failure in case.subject.failures(Stage.INSTALL):
        wish = read_requirement(str(failure.facts.get("wanted", "")))
        if failure.type == KIND and wish:
            change = ((failure.subject, str(wish.specifier)),)
            yield Finding(
                Severity.BLOCKER,
                Stage.INSTALL,
                Basis.SEEN,
                failure.subject,
                f"{failure.text}.",
                culprits=(failure.subject,),
                advice=(Advice("pins", f"Install {wish}, as it is wanted.", change),),
                explains=(failure.step,),
            )
