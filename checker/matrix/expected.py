"""What the measurements let expect of an environment in which nothing was run, as outcomes that rules can read.

A failure that was measured elsewhere is explained by the same rules as one that is seen here; its facts say how it is
known ("basis"), and where it was measured ("measured").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..knowledge import Knowledge
from ..model import Basis, Canary, Failure, Frame, Observation, Outcome, Passed, Stage, Step
from .matching import imports, judge, match
from .measured import Measured, Pins, Question, Verdict

#: packages that decide, beside Python
JUDGED = ("scikit-learn", "numpy", "scipy", "skl2onnx", "onnx", "protobuf", "onnxruntime")
#: packages that decide where something is logged, or made by another library
BESIDE = ("mlflow", "sqlalchemy", "pandas", "xgboost", "lightgbm", "catboost", "onnxmltools")
#: a smaller distribution of MLflow, with the same releases
PART = "mlflow-skinny"
#: how many rows differ and how far, of which a measurement keeps no numbers
_UNCOUNTED = re.compile(r" on # of # rows:.*", re.DOTALL)
#: modules of other packages, and the module of the path whose import fails for them
CARRIED = {"google": "onnx", "numpy": "sklearn", "scipy": "sklearn", "joblib": "sklearn"}


@dataclass(frozen=True)
class Expected:
    """What is expected."""

    outcomes: tuple[Outcome, ...]
    #: (model of which nothing is known, why)
    unknown: tuple[tuple[str, str], ...]


def pins_of(observation: Observation) -> Pins:
    """The versions that decide; of a package that is not there, none."""
    found = {"python": observation.minor}
    for name in (*JUDGED, *BESIDE):
        if version := observation.version(name):
            found[name] = version.partition("+")[0]
    return found


def expect(
    matrix: Measured,
    observation: Observation,
    canaries: Sequence[Canary],
    catalogue: Sequence[Canary],
    knowledge: Knowledge,
    converts: bool = True,
) -> Expected:
    """What becomes of these models under the versions that an observation tells, by the catalogue's rows like them.

    Where nothing converts, a model only has to fit, and to be logged where it is.
    """
    question = Question(matrix, pins_of(observation))
    outcomes: dict[Step, Outcome] = {o.step: o for o in opsets_beyond(observation, canaries, knowledge)}
    outcomes.update((o.step, o) for o in left_out(observation, canaries, knowledge))
    told = {outcome.step.subject for outcome in outcomes.values()}
    canaries = [canary for canary in canaries if canary.name not in told]
    verdicts = [judge(question, match(canary, catalogue, converts), canary.name) for canary in canaries]
    for verdict in verdicts or ([] if outcomes else [imports(question)]):
        if verdict.works or verdict.failure:
            outcome = outcome_of(verdict)
            outcomes.setdefault(outcome.step, outcome)
    unknown = tuple((v.canary, v.why) for v in verdicts if v.works is None and not v.likely)
    return Expected(tuple(outcomes.values()), unknown)


def opsets_beyond(observation: Observation, canaries: Sequence[Canary], knowledge: Knowledge) -> Iterator[Failure]:
    """The conversions that ask for an opset which the release of onnx, as was measured of it, does not define."""
    release = knowledge.release("onnx", observation.version("onnx") or "0")
    highest = release.opset if release else None
    if not highest:
        return
    for canary in canaries:
        asked = canary.target_opset if isinstance(canary.target_opset, int) else (canary.target_opset or {}).get("", 0)
        if asked > highest:
            text = f"target_opset {asked} > {highest} is higher than the version of the installed onnx package."
            facts = {"basis": Basis.INFERRED.value, "measured": f"inferred, since onnx defines opsets up to {highest}"}
            chain = (("RuntimeError", text),)
            yield Failure(Stage.CONVERT, canary.name, 0.0, "RuntimeError", text, chain, facts=facts)


def left_out(observation: Observation, canaries: Sequence[Canary], knowledge: Knowledge) -> Iterator[Failure]:
    """The logging calls that need what a smaller distribution of MLflow does not bring, where nothing else does."""
    part = observation.version(PART) if not observation.version("mlflow") else None
    for canary in canaries if part else ():
        logging = canary.logging
        called = f"mlflow.{logging.flavor}.{logging.call}" if logging and canary.make else ""
        for need in knowledge.needs(called, part or ""):
            if not observation.version(need.needs) and logging and need.unless not in logging.arguments:
                text = f"No module named '{need.needs}'"
                where = (
                    f"inferred, since {called} needs {need.needs} from {need.version} on, which {PART} does not require"
                )
                facts = {"basis": Basis.INFERRED.value, "measured": where}
                kind = "ModuleNotFoundError"
                yield Failure(Stage.REGISTER, canary.name, 0.0, kind, text, ((kind, text),), facts=facts)


def outcome_of(verdict: Verdict) -> Outcome:
    """A verdict as an outcome: of an import that fails the subject is the module."""
    facts = {"basis": (verdict.basis or Basis.INFERRED).value, "measured": told(verdict)}
    signature = verdict.failure
    if signature is None:
        return Passed(Stage.PARITY, verdict.canary, 0.0, facts)
    module, _, function = signature.where.rpartition(".")
    frames = (Frame("", module, function, 0),) if module else ()
    text = _UNCOUNTED.sub(" on some rows", signature.text)
    chain = ((signature.type, text),)
    subject = imported(signature.where) if signature.stage is Stage.IMPORT else verdict.canary
    return Failure(signature.stage, subject, 0.0, signature.type, text, chain, frames, facts=facts)


def imported(where: str) -> str:
    """The module of the path whose import fails in that place."""
    top = where.partition(".")[0]
    return CARRIED.get(top, top) if top else "onnxruntime"


def told(verdict: Verdict) -> str:
    """Where it was measured, in a sentence."""
    cell = verdict.cells[0] if verdict.cells else None
    if cell is None:
        return verdict.why
    pins = ", ".join(f"{name} {version}" for name, version in cell.pins.items())
    near = "measured" if verdict.basis is Basis.MEASURED else "inferred, the nearest measured"
    return f"{near} on {cell.date} with {pins}"
