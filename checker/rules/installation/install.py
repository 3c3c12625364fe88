"""What is missing, or declared and not met."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Basis, Case, Finding, Observation, Severity, Stage, Step, rule
from ...names import STACK, STUBS, canonicalize_name, distribution_of
from ..evidence import CORE, asks_for, script_uses
from .requirements import unmet

#: what comes along with the path's packages
_BESIDE = ("mlflow-skinny", "joblib", "threadpoolctl", "onnxmltools", "onnxconverter-common")


@rule("A package of the path is not installed", Stage.INSTALL)
def missing_package(case: Case[Observation]) -> Iterator[Finding]:
    """A package of the path is not installed.

    What happens: nothing can be converted without scikit-learn, skl2onnx and onnx; nothing can be run or compared
    without onnxruntime; nothing can be registered without mlflow. None of them requires all the others, so a resolver
    does not help.
    Why: skl2onnx does not declare onnxruntime, mlflow declares neither onnx, onnxruntime nor skl2onnx.
    Remedy: install the package, resolved together with everything that is installed.
    Not this rule: a package that is installed and fails to import.
    """
    told = case.subject.failures(Stage.RESOLVE)
    unbuilt = {f.subject for f in told if f.type == "NeedsBuilding"}
    if told and not case.subject.distributions:
        return  # nothing was installed, for a reason that has its own finding
    installed = unbuilt | {d.name for d in case.subject.distributions}
    mentioned = {m for d in case.subject.damages for m in d.modules}
    for module in ("sklearn", "skl2onnx", "onnx", "onnxruntime", "mlflow"):
        name = distribution_of(module)
        if name in installed or f"{name}-skinny" in installed or module in mentioned or case.subject.owner(module):
            continue
        if severity := missing_severity(case, module):
            needed = " and the script needs it" if case.script and severity is Severity.BLOCKER else ""
            # every failure that only says that the module is absent; a warning hides none of them
            failures = case.subject.failures() if severity is Severity.BLOCKER else ()
            echoes = (f.step for f in failures if asks_for(case.subject, f, (module,)))
            yield Finding(
                severity,
                Stage.INSTALL,
                Basis.SEEN,
                name,
                f"{name} is not installed{needed}{_stub(case, name)}.",
                culprits=(name,),
                advice=(Advice("pins", f"Install {name}.", changes=((name, ""),)),),
                explains=(Step(Stage.IMPORT, module), *echoes),
            )


def _stub(case: Case[Observation], name: str) -> str:
    """What is there under a name like that of a package that is missing."""
    stubs = (stub for stub, real in STUBS.items() if real == name and case.subject.version(stub))
    return next((f"; the installed {stub} {case.subject.version(stub)} is only a stub for it" for stub in stubs), "")


def missing_severity(case: Case[Observation], module: str) -> Severity | None:
    """How much an absent package matters; None where nobody asked for it."""
    if case.script and distribution_of(module) in case.script.brings:
        return None
    if case.script is None:
        if distribution_of(module) in CORE:
            return Severity.BLOCKER
        return Severity.WARNING if module == "onnxruntime" else Severity.NOTE
    if script_uses(case, module):
        return Severity.BLOCKER
    converts = case.script.uses("skl2onnx")
    scores = case.script.uses("mlflow.pyfunc.load_model") and (case.script.uses("mlflow.onnx") or converts)
    if module == "onnxruntime" and (scores or converts):
        return Severity.BLOCKER if scores else Severity.WARNING
    return Severity.BLOCKER if module == "onnx" and converts else None


@rule("Declared requirements are not met", Stage.INSTALL)
def declared_conflict(case: Case[Observation]) -> Iterator[Finding]:
    """Declared requirements of the path's packages are not met.

    What happens: nothing, often; packages work far outside what they declare.
    Why: metadata are written at the release and cannot know later releases.
    Remedy: none needed while imports and canaries work.
    Not this rule: what an import or a canary saw fail.
    """
    for consumer, requirement, installed in unmet(case.subject, {*map(distribution_of, STACK), *_BESIDE}):
        said = f"is {installed}" if installed else "is not installed"
        text = f"{consumer} asks for {requirement}, and {requirement.name} {said}."
        culprits = (canonicalize_name(requirement.name), consumer)
        yield Finding(Severity.NOTE, Stage.INSTALL, Basis.DECLARED, consumer, text, culprits=culprits)
