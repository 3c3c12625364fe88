"""An artifact as a person wants to see it: one screen."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import say
from ..model import Artifact, OnnxModel, Operator, Tensor
from . import digest
from .blocks import GAP, Block, Grid, Pairs, Prose, heading
from .printable import count, line

#: inputs and outputs that are shown, and operators that are named
MOST_VALUES, MOST_OPERATORS = 12, 12


def heads(made: Artifact) -> Iterator[Block]:
    """The card under a heading of its own."""
    yield GAP
    yield heading(say("Artifact"))
    yield from shows(made)


def shows(made: Artifact) -> Iterator[Block]:
    """What it tells of itself, its operators and constants, its inputs and outputs as a table."""
    yield Pairs((*digest.told(made), *(parts(made.model) if made.model else ())))
    if made.model and (rows := [*values(made.model)]):
        yield GAP
        yield Grid(("", say("name"), say("type"), say("shape")), tuple(rows))
        left = len(made.model.inputs) + len(made.model.outputs) - len(rows)
        if left > 0:
            yield Prose(say("... ({number} more)", number=left))


def values(model: OnnxModel) -> Iterator[tuple[str, str, str, str]]:
    """A row for each input and output; what a map or sequence holds is told with its type."""
    outputs = model.outputs[: MOST_VALUES // 2]
    rows = [
        *((say("input"), t) for t in model.inputs[: MOST_VALUES - len(outputs)]),
        *((say("output"), t) for t in outputs),
    ]
    yield from ((side, line(t.name, 60), line(t.kind, 60), line(shape(t), 60)) for side, t in rows)


def shape(tensor: Tensor) -> str:
    """A shape as it is declared: "[None, 4]"; "any" where it is not told."""
    if tensor.shape is None:
        return say("any")
    return f"[{', '.join('None' if d is None else str(d) for d in tensor.shape)}]"


def parts(model: OnnxModel) -> Iterator[tuple[str, str]]:
    """Operators, constants, files beside it, what it defines itself, and what its maker wrote into it."""
    if model.operators:
        yield say("Operators"), f"{model.nodes:,}: {operators(model.operators)}"
    if model.initializers:
        yield say("Constants"), f"{model.initializers:,}, {count(model.initializer_bytes, 'byte')}"
    if model.external:
        told = (f"{line(e.location, 60)} ({e.state}, {count(e.tensors, 'tensor')})" for e in model.external)
        yield say("Beside it"), "; ".join(told)
    if model.functions:
        yield say("Defines"), line(", ".join(f"{name} ({domain})" for domain, name in model.functions), 300)
    if model.metadata:
        yield say("Metadata"), line("; ".join(f"{k}: {v}" for k, v in model.metadata.items()), 300)


def operators(found: tuple[Operator, ...]) -> str:
    """The operators, most frequent first: "12 x Identity, ZipMap (ai.onnx.ml)"."""
    shown = found[:MOST_OPERATORS]
    named = (
        f"{f'{o.count:,} x ' if o.count > 1 else ''}{line(o.name, 40)}"
        f"{'' if o.domain == 'ai.onnx' else f' ({line(o.domain, 40)})'}"
        for o in shown
    )
    return ", ".join(named) + (
        say(", and {number} more", number=len(found) - len(shown)) if len(found) > len(shown) else ""
    )
