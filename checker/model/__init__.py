"""The frozen values that travel from the probe to the report.

One direction: `Patient` -> `Subject` -> `Case` -> `Finding` -> `Remedy` -> `Report` -> text, where a subject is an
`Observation` of an environment or an `Artifact` that a training made.
Nothing here touches the world, and what failed in the patient is a value (`Failure`), never an exception.
"""

from __future__ import annotations

from .actions import Action, Delete, Hide, Reinstall, Restart, SetVariable
from .artifact import Artifact, Fault
from .asked import (
    FORMS,
    Canary,
    Column,
    Given,
    Import,
    Install,
    Logging,
    Patient,
    Registered,
    Scored,
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
from .forms.mlmodel import MlModel, ModelSignature, SignatureColumn
from .forms.onnx import Dimension, ExternalData, OnnxModel, Operator, Tensor
from .forms.pickled import Call, Kept, Needed, Pickled
from .places import Place
from .rehearsed import Rehearsal, with_rehearsed
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
from .tables import Table, TableColumn
from .vocabulary import Basis, Severity, Stage
