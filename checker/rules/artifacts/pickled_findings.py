"""What the rules about pickled files have in common."""

from __future__ import annotations

from ...model import Advice, Artifact, Basis, Case, Finding, Observation, Severity, Stage, Step
from ...texts import shell_word
from .reading import file_name, in_consumer


def here(case: Case[Artifact]) -> Observation:
    """The environment that is to load the file; an empty one where none is named."""
    return in_consumer(case).subject


def consumer_python(case: Case[Artifact]) -> tuple[int, ...]:
    """The consumer's Python as numbers, () where none is named."""
    parts = here(case).minor.split(".")
    return tuple(int(p) for p in parts) if all(p.isdecimal() for p in parts) else ()


def pickled_finding(
    case: Case[Artifact],
    message: str,
    culprits: tuple[str, ...],
    *advice: Advice,
    stage: Stage = Stage.LOAD,
    severity: Severity = Severity.BLOCKER,
    basis: Basis = Basis.SEEN,
    evidence: tuple[str, ...] = (),
    explains: bool = True,
    part: str = "",
) -> Finding:
    """A finding about a pickled file; it explains whatever failed of it at that stage or a later one.

    `part` is what it is about where one failure has several causes, so that none of them is an echo of another.
    """
    own = [f for f in case.subject.failures() if f.subject == file_name(case.subject) and f.stage.order >= stage.order]
    parts = (Step(stage, f"{file_name(case.subject)}: {part}"),) if part else ()
    return Finding(
        severity=severity,
        stage=stage,
        basis=basis,
        subject=file_name(case.subject),
        message=message,
        culprits=culprits,
        evidence=evidence,
        advice=advice,
        explains=tuple(f.step for f in own) + parts if explains else (),
    )


def with_release(case: Case[Artifact], package: str, release: str) -> Advice:
    """Advice to load a file with the release that saved it; tried where that can be installed in the consumer."""
    known = case.knowledge.releases_for_python(package, here(case).minor)
    if release in [r.version for r in known]:
        return install(case, f"{package}=={release}", f"Install {package} {release}, which saved it.")
    return Advice("action", f"Load it where {package} {release} is installed, which saved it.")


def install(case: Case[Artifact], requirement: str, text: str) -> Advice:
    """Advice to put another release into the consumer."""
    from ...model.actions import Reinstall

    python = shell_word(here(case).executable) if here(case).executable else "python"
    line = f"{python} -m pip install {shell_word(requirement)}"
    return Advice("action", text, lines=(line,), trial=Reinstall((requirement,)))


def convert_instead(case: Case[Artifact]) -> Advice:
    """Advice to hand over what does not depend on releases."""
    return Advice("code", "Where the model is made, convert it to ONNX: that file does not depend on the library.")


def pin(package: str, specifier: str, text: str) -> Advice:
    """Advice to move one package of the consumer, to just these releases."""
    return Advice("pins", text, changes=((package, specifier),), together=bool(specifier))
