"""What is measured: cells of the matrices, and groups of cells that share what is dear."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

#: what a fitted model depends on, and what its conversion depends on beside that
FITTING = ("scikit-learn", "numpy", "scipy")
CONVERTING = ("skl2onnx", "onnx", "protobuf")
#: libraries of boosted trees, and what converts them; a cell has all of them or none
BOOSTERS = ("xgboost", "lightgbm", "catboost", "onnxmltools")


def cell_id(kind: str, pins: Mapping[str, str]) -> str:
    """The name of a cell: what it is, not when or where it was measured."""
    return sha256(json.dumps([kind, dict(pins)], sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Group:
    """Conversion cells of one interpreter and one set of fitted models."""

    #: minor version, "3.11"
    python: str
    #: name -> version of what is pinned for fitting
    fitting: Mapping[str, str]
    #: name -> version of what is pinned for each set of converters
    sets: tuple[Mapping[str, str], ...]

    def pins(self, converters: Mapping[str, str]) -> dict[str, str]:
        """The pins of one cell."""
        return {"python": self.python, **self.fitting, **converters}


@dataclass(frozen=True)
class Runtime:
    """One release of onnxruntime, in one interpreter."""

    python: str
    pins: Mapping[str, str]

    @property
    def cell(self) -> str:
        """Its name."""
        return cell_id("runtime", {"python": self.python, **self.pins})


@dataclass(frozen=True)
class Signature:
    """How something failed, without what differs from machine to machine and from canary to canary."""

    stage: str
    type: str
    #: module and function of the innermost frame of the first cause
    where: str
    text: str

    @property
    def id(self) -> str:
        """Its name."""
        return sha256(json.dumps([self.stage, self.type, self.where, self.text]).encode()).hexdigest()[:6]

    def line(self) -> dict[str, Any]:
        """As it stands in the evidence."""
        return {"id": self.id, "stage": self.stage, "type": self.type, "where": self.where, "text": self.text}
