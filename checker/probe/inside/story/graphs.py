"""Graphs that a script builds with onnx.helper, built and loaded again, statement by statement."""

import importlib
from functools import partial
from typing import Any

from ..artifact.keeping import kept_model


def steps_of_graph(canary: dict) -> list:
    """The statements in their order, those of one stage after the other a step."""
    steps = []  # type: list
    for line in canary["details"]["lines"]:
        if not steps or steps[-1][0] != line[1]:
            steps.append((line[1], []))
        steps[-1][1].append(line)
    return [(stage, partial(take_lines, lines)) for stage, lines in steps]


def take_lines(lines: list, canary: dict, state: dict) -> dict:
    """Run statements; what fails is told with its place in the script and what the graph's inputs hold."""
    names = state.setdefault("names", {})
    for module in canary["imports"] if not names else ():
        importlib.import_module(module)
        names[module.partition(".")[0]] = importlib.import_module(module.partition(".")[0])
    for text, _, where, model in lines:
        try:
            exec(text, names)
        except Exception as error:
            told = {"called": where, "statement": text[:300], "inputs": declared_inputs(names.get(model))}
            try:
                error.facts = told  # type: ignore[attr-defined]
            except Exception:  # an exception that takes no attribute
                pass
            raise
    loaded = [model for _, _, _, model in lines if model]
    return kept_graph(names.get(loaded[0])) if loaded and canary.get("keeps") else {}


def kept_graph(model: Any) -> dict:
    """The graph itself, in texts, where it is a model."""
    return kept_model(model) if hasattr(model, "graph") else {}


def declared_inputs(model: Any) -> list:
    """[name, type of its elements] of each input of a graph."""
    try:
        kinds = importlib.import_module("onnx").TensorProto.DataType
        return [[i.name, kinds.Name(i.type.tensor_type.elem_type).lower()] for i in model.graph.input]
    except Exception:  # it is none
        return []
