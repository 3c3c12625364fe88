"""What is wrong with a graph itself, by what a runtime or the checker of onnx says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...model import Advice, Failure
from ..evidence import first_words, says

#: elements of which onnxruntime 1.10, 1.16 and 1.32 were measured to move and cast values on CPU, and to compute none
UNCOMPUTED = re.compile(r"bfloat16|complex|float8|float4|u?int[24]$")
_TYPE = r"\(?tensor\({}\)\)?"


@dataclass(frozen=True)
class Kind:
    """One way of being wrong; words in braces are groups of the pattern, {NAME} a group as TensorProto calls it."""

    pattern: str
    #: a clause
    wrong: str
    #: a sentence
    mend: str
    line: str = ""
    #: whether another release may take it all the same
    moves: bool = False


def _typed(name: str) -> str:
    """The pattern of a type, whose element gets a name."""
    return _TYPE.format(f"(?P<{name}>[^()]*)")


_DECLARE = 'helper.make_tensor_value_info("{name}", TensorProto.{TYPE}, shape)'
KINDS = (
    Kind(
        r"two nodes with same node name \((?P<name>.*?)\)",
        "two of its nodes are called {name}",
        "Give each node a name of its own, or none.",
        'helper.make_node(..., name="{name}_2")',
    ),
    Kind(
        r"Duplicate definition(?: of name|-site for) \((?P<name>.*?)\)|SSA\) form, however '(?P<again>[^']*)'",
        "the value {name}{again} is defined twice",
        "Give each input and each output of a node a name of its own.",
    ),
    Kind(
        r"graph is not acyclic",
        "a node waits for a value that is made of its own",
        "Let no node read what is made of its own output.",
    ),
    Kind(
        r"Nodes in a graph must be topologically sorted, however input '(?P<name>[^']*)'",
        "the value {name} is read before a node writes it",
        "Put the nodes in the order in which they write and read, and write every value that is read.",
    ),
    Kind(
        r"Node input '(?P<name>.*?)' is not a graph input|input arg \((?P<other>.*?)\) does not have type information"
        r"|Graph output '(?P<out>.*?)' is not an output of any node",
        "the value {name}{other}{out} is asked for and written by nobody",
        "Name an input, a constant or the output of another node.",
    ),
    Kind(
        r"has (?P<side>input|output) size (?P<has>\d+) not in range \[min=(?P<least>\d+), max=(?P<most>\d+)\]",
        "a node has {has} {side}s, and its operator takes from {least} to {most}",
        "Give the node as many {side}s as its operator has in this opset.",
    ),
    Kind(
        r"Required attribute '(?P<name>.*?)' is missing",
        "a node lacks the attribute {name}",
        "Give the node the attribute {name}.",
        "helper.make_node(..., {name}=...)",
    ),
    Kind(
        r"Unrecognized attribute: (?P<name>\S+) for operator (?P<op>\w+)",
        "the operator {op} has no attribute {name} in the opset of the graph",
        "Leave the attribute {name} out, or stamp the graph with the opset that has it.",
    ),
    Kind(
        r"Mismatched attribute type in '(?:.*? : )?(?P<name>[^']+)'",
        "the attribute {name} is of another type than its operator has",
        "Write the attribute {name} with the type that the operator has: a whole number, a float, a text or a list.",
    ),
    Kind(
        rf"Type '{_typed('type')}' of input parameter \((?P<name>.*?)\) of operator \((?P<op>.*?)\)",
        "the operator {op} does not take {type}, which {name} holds, in the opset of the graph",
        "Declare {name} as a type that {op} takes, or put a Cast before it.",
        'helper.make_node("Cast", ["{name}"], ["{name}_cast"], to=TensorProto.{CAST})',
    ),
    Kind(
        rf"Optype \((?P<op>.*?)\) bound to different types {_typed('one')} and {_typed('other')}",
        "{op} gets {one} and {other}, and takes one type for both",
        "Write both with one type; constants as numpy.{one}, for example.",
    ),
    Kind(
        rf"Type {_typed('has')} of output arg \((?P<name>.*?)\) of node .*? does not match expected type "
        rf"{_typed('type')}",
        "{name} is declared as {has}, and its node gives {type}",
        "Declare {name} as what its node gives: {type}.",
        _DECLARE,
    ),
    Kind(
        r"(?:input|output) \(.*?\) does not have type information|Field 'type' of 'value_info' is required",
        "an input or output tells no type",
        "Declare every input and output with a type.",
    ),
    Kind(
        rf"MLDataType for: {_typed('type')} is not currently registered",
        "onnxruntime has no values of {type}",
        "Declare inputs, outputs and constants with a type that the runtime has: float, for example.",
    ),
    Kind(
        r"tree_ensemble[\s\S]*?(?:Unable to find node|node_id[^)]*\) was false)",
        "the tables of a tree ensemble contradict each other: a node names one that is not there",
        "Write tables in which every true and false node is a node of the same tree.",
    ),
    Kind(
        r"Can't merge shape info|Mismatch between number of source and target dimensions",
        "a value is declared with another shape than its node gives",
        "Declare the shape that the node gives, or none.",
        moves=True,
    ),
    Kind(
        r"(?:Op \((?P<op>\w+)\)\s*|op_type:(?P<kind>\w+).*?)?"
        r"\[(?:Shape|Type)InferenceError\]\s*(?P<said>(?!.*InferenceError\]).+)",
        "shapes or types at {op}{kind} do not fit each other: {said}",
        "Mend the shape or type of the constant or input that this node reads, or its attribute.",
    ),
)
#: what the first rows show of shapes that do not fit, where nothing was found when the graph was loaded
MISFITS = (
    r"running (?P<op>\w+) node.*?(?:Dimension mismatch|cannot be reshaped|Attempting to broadcast|dimensions? mismatch"
    r"|by broadcast|must match|not compatible|incompatible|Got invalid dimensions)"
)


@dataclass(frozen=True)
class GraphFault:
    """What is wrong with a graph, and what mends it where it is made."""

    wrong: str
    advice: Advice
    #: whether another release may take it all the same
    moves: bool


def fault_of(failure: Failure) -> GraphFault | None:
    """What a runtime, or the checker of onnx, has against a graph; None where that hangs on the release."""
    for kind in KINDS:
        if found := says(failure, kind.pattern):
            return _told(kind, {name: text or "" for name, text in found.groupdict().items()})
    return None


def _told(kind: Kind, groups: Mapping[str, str]) -> GraphFault:
    short = {name: first_words(text, 200).rstrip(".") for name, text in groups.items()}
    words = {**short, "TYPE": groups.get("type", "").upper()}
    words |= {"op": short["op"] or ("" if short.get("kind") else "a node")} if "op" in short else {}
    words["CAST"] = "INT64" if re.match(r"u?int(?!64)", words.get("type", "")) else "FLOAT"
    line = kind.line.format(**words)
    mend = Advice("code", kind.mend.format(**words), lines=(line,) if line else ())
    return GraphFault(kind.wrong.format(**words), mend, kind.moves)


def misfit_of(failure: Failure) -> GraphFault | None:
    """Shapes that do not fit each other, as the first rows show."""
    if not (found := says(failure, f"(?is){MISFITS}")):
        return None
    text = "Mend the shapes of the constants that this node reads, or the declared ones of the inputs."
    return GraphFault(f"the shapes at {found['op']} do not fit each other", Advice("code", text), False)


def as_float(names: tuple[str, ...], element: str) -> Advice:
    """Advice to declare inputs as float."""
    lines = tuple(f'helper.make_tensor_value_info("{name}", TensorProto.FLOAT, shape)' for name in names)
    told = f"{' and '.join(names)} " if names else "what the operator reads "
    return Advice("code", f"Declare {told}as float (TensorProto.FLOAT), not as {element}.", lines=lines)
