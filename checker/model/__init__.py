"""The frozen values that travel from the probe to the report.

One direction: `Patient` -> `Subject` -> `Case` -> `Finding` -> `Remedy` -> `Report` -> text, where a subject is an
`Observation` of an environment or an `Artifact` that a training made.
What only some subjects have is imported from its own file: `forms` of pickles and of MLflow's folders, `tables`,
`actions`. Nothing here touches the world, and what failed in the patient is a value (`Failure`), never an exception.
"""

from __future__ import annotations

from .artifact import Artifact, Fault
from .asked import (
    FORMS,
    Canary,
    Column,
    Import,
    Install,
    Logging,
    Patient,
    Registered,
    Script,
)
from .concluded import (
    Advice,
    Case,
    Change,
    Finding,
    Ignored,
    Plan,
    Proven,
    Refuted,
    Remedy,
    Report,
    Rule,
    Subject,
    Unproven,
    rule,
)
from .forms.onnx import Dimension, ExternalData, OnnxModel, Operator, Tensor
from .given import Given, Scored
from .places import Place
from .rehearsed import Rehearsal, is_besides, with_rehearsed
from .seen import (
    Damage,
    Distribution,
    Failure,
    Frame,
    Interface,
    Loaded,
    Observation,
    Origin,
    Otherwise,
    Outcome,
    Passed,
    Rehearsed,
    Step,
    Unresolved,
)
from .sources import Source, packages_of
from .vocabulary import Basis, Severity, Stage
