"""What a consumer is asked about the folder of an MLflow model, as plain data."""

from __future__ import annotations

from typing import Any

from ...model import Artifact
from ...model.forms.mlmodel import MlModel
from ...model.forms.pickled import Pickled
from ..pickled import details_of

#: modules of MLflow's own that load a model without running anything but a runtime; what is pickled is not among them
PLAIN_LOADERS = ("mlflow.onnx",)


def is_plain(model: MlModel) -> bool:
    """Whether MLflow loads it without running code of whoever made it."""
    return model.loader in PLAIN_LOADERS and not model.code


def details_of_folder(made: Artifact) -> dict[str, Any]:
    """What is looked for, and whether the folder may be loaded there."""
    model = made.mlmodel or MlModel()
    columns = model.signature.inputs if model.signature else ()
    return {
        **details_of(made.pickled or Pickled(""), model.brings),
        "loads": is_plain(model) and not made.faults,
        "native": "onnx" in model.flavors,
        "format": str(model.flavors.get("sklearn", {}).get("serialization_format") or ""),
        "example": model.example if model.has_example else "",
        "columns": [(c.name, c.kind, None if c.shape is None else list(c.shape)) for c in columns],
    }
