"""The models that a case is about, as a place sees them: a file, or what canaries have come to."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...artifact.onnx.reading import read_onnx
from ...model import Artifact, Canary, Case, OnnxModel, Passed, Severity, Stage
from ..artifacts.reading import file_name
from ..evidence import canary_of, canary_severity


@dataclass(frozen=True)
class Made:
    """A model as it was made."""

    #: under which its steps are told
    name: str
    onnx: OnnxModel
    #: as of an artifact; "" for a canary, of which only the ONNX model is there
    form: str = ""
    #: bytes, None for a canary: its data are made up
    size: int | None = None
    canary: Canary | None = None
    #: what MLflow's folder says beside it
    details: Mapping[str, Any] | None = None

    @property
    def where(self) -> str:
        """The line of the script that makes it, "" for a file."""
        return self.canary.where if self.canary else ""


def models_of(case: Case[Any]) -> Iterator[Made]:
    """The models in question: those of the script where there is one."""
    subject = case.subject
    if isinstance(subject, Artifact):
        if subject.model and not subject.faults:
            yield Made(file_name(subject), subject.model, subject.form, subject.size, details=subject.details)
        return
    for outcome in subject.outcomes:
        if isinstance(outcome, Passed) and outcome.stage is Stage.CONVERT and outcome.facts.get("model"):
            own = canary_of(case, outcome.subject)
            if own or not (case.script and case.script.canaries):
                yield Made(outcome.subject, onnx_of(str(outcome.facts["model"])), canary=own)


@cache
def onnx_of(packed: str) -> OnnxModel:
    """The ONNX model of a canary, as the frames carry it."""
    found = read_onnx(Path("canary.onnx"), base64.b64decode(packed)).model
    return found or OnnxModel()


def worth(case: Case[Any], made: Made, worst: Severity) -> Severity:
    """How much it matters that a place does not take a model: as much as the model does."""
    if isinstance(case.subject, Artifact) or worst is not Severity.BLOCKER:
        return worst
    return canary_severity(case, (made.name,))
