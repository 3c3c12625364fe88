"""What a fitted model answers, as it is asked of every runtime: packed once for all."""

from typing import Any

from ..canary.compare import expected_answers, plain
from ..canary.converting import derived_inputs
from ..canary.parity import decided_rows, find_edges, gives_raw_scores, scores_count, tolerance_of
from ..canary.running import asked_options, feeds, scikit_answers
from .packed import pack


class GraphInputs:
    """The inputs of a model as a session would tell them, read from the model itself."""

    KINDS = {1: "float", 6: "int32", 7: "int64", 8: "string", 9: "bool", 11: "double"}

    def __init__(self, onx: Any) -> None:
        weights = {tensor.name for tensor in onx.graph.initializer}
        self.nodes = [Input(node, self.KINDS) for node in onx.graph.input if node.name not in weights]

    def get_inputs(self) -> list:
        """Name, type and shape of each."""
        return self.nodes


class Input:
    """One input: what a session says of it."""

    def __init__(self, node: Any, kinds: dict) -> None:
        kind = node.type.tensor_type
        self.name = node.name
        self.type = "tensor(%s)" % kinds.get(kind.elem_type, "other")
        self.shape = [d.dim_value or None for d in kind.shape.dim] if kind.HasField("shape") else None


def answers(canary: dict, state: dict) -> dict:
    """The answers of scikit-learn that a runtime is compared with: named arrays, and facts."""
    np, model = state["np"], state["model"]
    canary = dict(canary, inputs=canary["inputs"] or derived_inputs(canary))
    want = scikit_answers(canary, state)
    state["want"], state["edges"] = want, find_edges(np, canary, state)
    arrays = {"want:" + name: plain(np, value) for name, value in want.items()}
    if state["edges"] is not None:
        at_edges = expected_answers(model, state["edges"], asked_options(canary))
        arrays.update(("edge:" + name, plain(np, value)) for name, value in at_edges.items())
    if gives_raw_scores(canary, model):
        instead = expected_answers(model, state["test"], {})
        arrays.update(("instead:" + name, plain(np, value)) for name, value in instead.items())
    decided = decided_rows(np, state, tolerance_of(canary))
    if decided is not None:
        arrays["decided"] = decided
    classes = getattr(model, "classes_", None)
    if getattr(classes, "ndim", 0) == 1:
        arrays["classes"] = classes
    facts = {
        "order": {
            kind: [n.partition(":")[2] for n in arrays if n.startswith(kind)] for kind in ("want:", "edge:", "instead:")
        },
        "classifies": "classes_" in dir(model),
        "ordinary": state["ordinary"],
        "tolerance": tolerance_of(canary),
        "scores_count": scores_count(canary, state),
    }
    return {"arrays": arrays, "facts": facts}


def packed(canary: dict, state: dict, onx: Any) -> bytes:
    """What a runtime is fed with, and what it is to answer, as bytes."""
    asked = dict(state, session=GraphInputs(onx))
    arrays = dict(state["answers"]["arrays"])
    arrays.update(("feed:" + name, value) for name, value in feeds(canary, asked, state["test"]).items())
    if state["edges"] is not None:
        arrays.update(("probe:" + name, value) for name, value in feeds(canary, asked, state["edges"]).items())
    return pack(state["np"], arrays, state["answers"]["facts"])
