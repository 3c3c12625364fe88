"""What is measured: cells of the matrices, and groups of cells that share what is dear."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

#: what a fitted model depends on, and what its conversion depends on beside that
FITTING = ("scikit-learn", "numpy", "scipy")
CONVERTING = ("skl2onnx", "onnx", "protobuf")
#: kinds of cells in which models are tried in whole flows -> what one of them is called
FLOW_CELLS = {"registries": "registry", "boosters": "booster"}

#: whether a release of a package is asked for, by name and version
Admits = Callable[[str, str], bool]


def cell_id(kind: str, pins: Mapping[str, str]) -> str:
    """The name of a cell: what it is, not when or where it was measured."""
    return sha256(json.dumps([kind, dict(pins)], sort_keys=True).encode()).hexdigest()[:12]


@dataclass
class Measured:
    """What one cell came to."""

    #: python and the releases that make it this cell
    pins: Mapping[str, str]
    #: every package that was there
    lock: Mapping[str, str] = field(default_factory=dict)
    #: what the packages' own metadata say against it, in uv's words
    declared: str = ""
    #: why it could not be built; "" where it could
    refused: str = ""
    #: failure frames, of which each names its subject
    failures: list[Mapping[str, Any]] = field(default_factory=list)
    #: what went wrong in the checker itself, of which nothing is concluded: subject -> in one line
    faults: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    #: how it was built: composed of a folder a package, or installed
    built: str = "composed"


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
