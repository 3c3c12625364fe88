"""What was measured elsewhere of the releases that are installed here, where nothing was run."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Basis, Case, Finding, Observation, Severity, Stage, rule
from ..advice import move
from ..evidence import versions

#: what stands for a session that is made without `providers=`, among what a release misbehaves with
BARE_SESSION = "onnxruntime.InferenceSession(model)"


@rule("A model comes out otherwise than it was measured", Stage.PARITY)
def measured_otherwise(case: Case[Observation]) -> Iterator[Finding]:
    """A model comes out otherwise than it was measured.

    What happens: a model works here and was measured to fail under the very same versions, or the other way round.
    Why: another package has a part in it, or the machine, or the files that are installed; or the measurement is wrong.
    Remedy: nothing has to be done, since what is seen here counts; measured again, it becomes known elsewhere too.
    Not this rule: what only follows from measured neighbours.
    """
    for one in case.subject.otherwise:
        does = "fails" if one.was == "works" else "works"
        yield Finding(
            Severity.NOTE,
            Stage.PARITY,
            Basis.SEEN,
            one.model,
            f"{one.model} {does} here, and {one.was} where it was measured with the same versions.",
            evidence=(one.measured, f"to record what is seen here: {one.command}"),
        )


@rule("A release that was measured to misbehave", Stage.PARITY)
def known_bad_release(case: Case[Observation]) -> Iterator[Finding]:
    """A release is installed that was measured to misbehave with what the script uses.

    What happens: what the knowledge says of the release; a static look cannot see it.
    Why: faults of single releases, silent ones among them, show only when something is run.
    Remedy: run the canaries (leave --static out), or move the package.
    Not this rule: anything that was run here, since what is seen here counts more.
    """
    if case.subject.imported or not case.script:
        return
    installed = {d.name: d.version for d in reversed(case.subject.distributions)}
    made = " ".join(canary.make for canary in case.script.canaries)
    if not all(canary.providers for canary in case.script.canaries):
        made += f" {BARE_SESSION}"
    for name, version in installed.items():
        for known in case.knowledge.known_bad(name, version):
            if known.applies(installed) and any(subject in made for subject in known.subjects):
                yield Finding(
                    Severity.WARNING,
                    Stage(known.stage),
                    Basis.MEASURED,
                    name,
                    f"{versions(case.subject, (name,))}: {known.what}",
                    culprits=(name,),
                    evidence=(f"{known.provenance.source} ({known.provenance.date})",),
                    references=known.references,
                    advice=(move(case, (name,)),),
                )
