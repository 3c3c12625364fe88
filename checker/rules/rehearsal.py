"""What a rehearsal decides: an exception that a script does not catch ends it, whatever caused it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Advice, Basis, Case, Failure, Finding, Observation, Severity, Stage, Subject, rule
from .advice import move
from .evidence import canary_of, first_words, involved, quote


def left_by(case: Case[Subject]) -> list[Failure]:
    """The failures with which rehearsed scripts ended."""
    return [failure for failure in case.subject.failures() if failure.facts.get("left")]


def decide(case: Case[Subject], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; what explains the end of a rehearsed script blocks, for it was seen to."""
    ends = {failure.step for failure in left_by(case)}
    for finding in with_assertions(case, tuple(findings)):
        if ends & set(finding.explains):
            yield replace(finding, severity=Severity.BLOCKER, out_of_scope=False)
        else:
            yield finding


def with_assertions(case: Case[Subject], findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """The findings; where a model differs, a script that then ends at an assertion of its own has seen the same."""
    asserted = {f.step: f for f in left_by(case) if f.type == "AssertionError"}
    differs = next((f for f in findings if f.stage is Stage.PARITY and f.severity is Severity.BLOCKER), None)
    for finding in findings:
        own = [asserted[step] for step in finding.explains if step in asserted]
        if finding is differs:
            lines = (f"{f.facts.get('where')} ends the script: {first_words(f.text, 160)}" for f in asserted.values())
            yield replace(finding, explains=(*finding.explains, *asserted), evidence=(*finding.evidence, *lines))
        elif not (differs and own):
            yield finding


@rule("The model was saved by another scikit-learn", Stage.FIT)
def saved_by_another_release(case: Case[Observation]) -> Iterator[Finding]:
    """The file of a model was written by another scikit-learn than the one that reads it.

    What happens: loading it fails, or the model fails later at an attribute that it does not have, or it answers
    something else; scikit-learn only warns of it (InconsistentVersionWarning).
    Why: a pickle holds the insides of a model, and these change from release to release.
    Remedy: the release that saved it; or fit the model with the one that is there, and save it again.
    Not this rule: another patch release, which reads the file without a failure.
    """
    saved, here = case.script.saved if case.script else "", case.subject.version("scikit-learn") or ""
    if not (saved and here and case.script) or saved == here:
        return
    (name,) = case.script.paths
    ends = tuple(f for f in left_by(case) if f.facts.get("where") == name and not f.stage.order > Stage.FIT.order)
    if not ends and saved.split(".")[:2] == here.split(".")[:2]:
        return
    words = f"ends with {ends[0].type}: {first_words(ends[0].text, 160)}" if ends else "scikit-learn warns of"
    yield Finding(
        Severity.BLOCKER if ends else Severity.WARNING,
        Stage.FIT,
        Basis.SEEN if ends else Basis.DECLARED,
        name,
        f"{name} was saved by scikit-learn {saved} and is read by scikit-learn {here}, which {words}.",
        culprits=("scikit-learn",),
        evidence=(name, *[line for failure in ends for line in quote(failure)]),
        advice=(
            Advice(
                "pins",
                f"Read it with scikit-learn {saved}, which saved it, or fit and save it again with {here}.",
                changes=(("scikit-learn", f"=={saved}"),),
            ),
        ),
        explains=tuple(failure.step for failure in ends),
    )


#: what is never a matter of releases: files that are not there, data that are otherwise
_OWN = ("OSError", "FileNotFoundError", "PermissionError", "IsADirectoryError", "KeyError", "IndexError", "Exit")
#: words of those who do not find one
_GPU = re.compile(r"(?i)\b(gpus?|cuda|cudnn|rocm|opencl|nvidia)\b")

#: files of what compares for a test: `numpy.testing`, `pandas.testing`, `unittest`
_TESTING = re.compile(r"[/\\](_?testing|unittest)[/\\]")


def compares(failure: Failure) -> bool:
    """Whether it is an assertion that the script makes with a library's help, which is no failure of that library."""
    return failure.type == "AssertionError" and bool(failure.frames) and bool(_TESTING.search(failure.frames[-1].file))


@rule("The script itself fails", Stage.FIT)
def script_fails(case: Case[Observation]) -> Iterator[Finding]:
    """The script was run small, and ended with an exception in a line that is no conversion.

    What happens: the script is left at the line that is named.
    Why: the exception and the lines on the way to it tell; it may lie in the script itself, in its data, or in a
    package that has changed.
    Remedy: mend that line, then rehearse again; another release of the package that raised it, where one did.
    Not this rule: what the rehearsal itself does not do (the network, other programs), and what the script catches.
    """
    for failure in left_by(case):
        canary = canary_of(case, failure.subject)
        names_nothing = failure.stage is Stage.IMPORT and failure.subject == failure.facts.get("where")
        if not (failure.stage is Stage.FIT or names_nothing) or (canary and canary.make):
            continue
        where = str(failure.facts.get("where", "")) or failure.subject
        words = f"{failure.type}: {first_words(failure.text, 160)}".rstrip(": .")
        lacks_gpu = bool(_GPU.search(failure.text)) and failure.type not in _OWN
        names = () if lacks_gpu or compares(failure) else involved(case.subject, failure)[:2]
        mend = Advice("code", f"Mend {where}, and rehearse again.")
        if lacks_gpu:
            mend = Advice(
                "code", f"Rehearse where there is a GPU and a build for it, or let {where} use the processor."
            )
            words = f"{words}: it needs a GPU, which is not to be had here"
        yield Finding(
            Severity.BLOCKER,
            failure.stage,
            Basis.SEEN,
            failure.subject,
            f"The script ends at {where} with {words}.",
            culprits=names,
            evidence=(where, *quote(failure)),
            advice=(mend,) if failure.type in _OWN or not names else (mend, move(case, names)),
            explains=(failure.step,),
        )
