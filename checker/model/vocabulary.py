"""The vocabulary: stages in causal order, how a finding is known, what it is worth."""

from __future__ import annotations

from enum import Enum


class Stage(str, Enum):
    """A step of the path from scikit-learn to ONNX to MLflow, in causal order."""

    RESOLVE = "resolve"
    INSTALL = "install"
    IMPORT = "import"
    FIT = "fit"
    CONVERT = "convert"
    CHECK = "check"
    LOAD = "load"
    RUN = "run"
    PARITY = "parity"
    REGISTER = "register"
    TARGET = "target"

    @property
    def order(self) -> int:
        """Position on the path, 0 for `resolve`: a failure at a lower one explains those at higher ones."""
        return list(Stage).index(self)


class Basis(str, Enum):
    """How a finding is known, the strongest first."""

    SEEN = "seen"
    MEASURED = "measured"
    DECLARED = "declared"
    INFERRED = "inferred"

    @property
    def order(self) -> int:
        """Position in the ranking, 0 for `seen`."""
        return list(Basis).index(self)


class Severity(str, Enum):
    """What a finding means for the path: a blocker ends it here."""

    BLOCKER = "blocker"
    WARNING = "warning"
    NOTE = "note"

    @property
    def order(self) -> int:
        """Position in the ranking, 0 for `blocker`."""
        return list(Severity).index(self)
