"""What may become of a model, as the pages tell it apart: a word, a sign and a colour for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ...matrix.measured import Signature
from ...model import Stage


class Kind(Enum):
    """What became of a model; the value is its name in style sheets and data."""

    WORKS = "works"
    EDGE = "edge"
    WRONG = "wrong"
    REFUSED = "refused"
    CONVERSION = "conversion"
    ENVIRONMENT = "environment"


#: kind -> a word or two, for a place in a table
WORD = {
    Kind.WORKS: "works",
    Kind.EDGE: "differs at thresholds",
    Kind.WRONG: "wrong answers",
    Kind.REFUSED: "refused",
    Kind.CONVERSION: "not converted",
    Kind.ENVIRONMENT: "not imported",
}
#: kind -> (sign, what it means)
MEANING = {
    Kind.WORKS: ("✓", "converts, runs, and answers as scikit-learn does"),
    Kind.EDGE: ("≈", "answers otherwise only on values next to the thresholds of its trees"),
    Kind.WRONG: ("≠", "runs without an error, and its answers are wrong"),
    Kind.REFUSED: ("⊘", "converts, and the checker of ONNX or the runtime refuses the model"),
    Kind.CONVERSION: ("✗", "does not fit or does not convert"),
    Kind.ENVIRONMENT: ("–", "is not reached: the packages cannot be installed or imported together"),
}
#: how many sets of each kind
Counts = Mapping[Kind, int]
#: stages at which the environment itself fails, and at which the model does before there is a graph
BEFORE = (Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT)
MAKING = (Stage.FIT, Stage.CONVERT)


def kind_of(signature: Signature | None) -> Kind:
    """The kind of a failure, and of what passed (None)."""
    if signature is None:
        return Kind.WORKS
    if signature.stage in BEFORE:
        return Kind.ENVIRONMENT
    if signature.stage in MAKING:
        return Kind.CONVERSION
    if signature.stage is not Stage.PARITY:
        return Kind.REFUSED
    return Kind.EDGE if signature.type == "EdgeDisagreement" else Kind.WRONG


def most_telling(counts: Counts) -> Kind | None:
    """The kind that stands for many: that it works anywhere, else how far it came; None where nothing was tried."""
    return next((kind for kind in Kind if counts.get(kind)), None)
