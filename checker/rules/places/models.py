"""The models that a case is about, as a place sees them: a file, or what canaries have come to."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...artifact.onnx.reading import read_onnx
from ...model import Artifact, Canary, Case, OnnxModel, Passed, Severity, Stage
from ..artifacts.reading import file_name
from ..evidence import canary_of, canary_severity

#: bytes of a model that comes back in frames
MOST = 64 << 20


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
    #: of a canary its file
    content: bytes = b""

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
        made = (Stage.CONVERT, Stage.LOAD)  # a graph that a script builds is known when it is loaded
        if isinstance(outcome, Passed) and outcome.stage in made and outcome.facts.get("model"):
            own = canary_of(case, outcome.subject)
            if own or not (case.script and case.script.canaries):
                found = unpacked("".join(map(str, outcome.facts["model"])))
                if found:
                    yield Made(outcome.subject, found[1], canary=own, content=found[0])


@cache
def unpacked(packed: str) -> tuple[bytes, OnnxModel] | None:
    """The ONNX file of a canary as the frames carry it, and what it tells; None for what is none."""
    try:
        content = zlib.decompressobj().decompress(base64.b64decode(packed), MOST)
    except (ValueError, zlib.error):
        return None
    read = read_onnx(Path("canary.onnx"), content)
    return (content, read.model) if read.model and not read.faults else None


def worth(case: Case[Any], made: Made, worst: Severity) -> Severity:
    """How much it matters that a place does not take a model: as much as the model does."""
    if isinstance(case.subject, Artifact) or worst is not Severity.BLOCKER:
        return worst
    return canary_severity(case, (made.name,))
