"""Graphs that a script builds with onnx.helper: what is read of them, how it is run again, and what of it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.model import Canary, Case, Observation, Passed, Stage
from checker.probe.inside.story.graphs import steps_of_graph
from checker.rules import diagnose
from checker.rules.places.models import models_of
from checker.script import read

from .cases import BLOCKER, Fires, canary, case, failed, script, works
from .onnxfiles import model

HEAD = """import sys
import numpy as np
import onnx
import onnxruntime as rt
from onnx import TensorProto as T, helper as h, numpy_helper as nh
def ends(kind=T.FLOAT):
    return [h.make_tensor_value_info(n, kind, [None, 2]) for n in ('X', 'Y')]
def build(nodes, kind=T.FLOAT, weights=()):
    x, y = ends(kind)
    return h.make_model(h.make_graph(nodes, 'g', [x], [y], list(weights)), opset_imports=[h.make_opsetid('', 15)])
m = build([h.make_node('Relu', ['X'], ['Y'])])
"""
OPENS = "rt.InferenceSession(m.SerializeToString())\n"

#: what a script does after that, and statements that are among those that are run again
TOLD = [
    (OPENS, ["v2 = onnx.helper.make_tensor_value_info('X', onnx.TensorProto.FLOAT, [None, 2])"]),
    ("m.ir_version = 8\n" + OPENS, ["v6.ir_version = 8"]),
    ("onnx.save(m, 'a.onnx')\nrt.InferenceSession('a.onnx')", ["v7 = copy.deepcopy(v6)"]),
    ("with open('a.onnx', 'wb') as f:\n    f.write(m.SerializeToString())\nm = onnx.load('a.onnx')\n" + OPENS, []),
    ("onnx.checker.check_model(m, full_check=True)", ["onnx.checker.check_model(v6, full_check=True)"]),
    ("m.graph.node[0].name = 'a'\nm.graph.node.extend([])\n" + OPENS, ["v6.graph.node[0].name = 'a'"]),
    ("m.graph.output.add().CopyFrom(ends()[1])\n" + OPENS, ["v7.CopyFrom(v9)"]),
    ("for n in m.graph.node:\n    print(n.op_type)\nprint(h.printable_graph(m.graph))\n" + OPENS, []),
    ("w = np.array([[1, 2]]).astype(np.float32)\nm = build([], weights=[nh.from_array(w, 'W')])\n" + OPENS,
     ["v7 = onnx.numpy_helper.from_array(numpy.asarray(numpy.array([[1, 2]]), numpy.float32), 'W')"]),
    ("del m.opset_import[:]\nm.opset_import.append(h.make_opsetid('', 13))\n" + OPENS, ["del v6.opset_import[:]"]),
    ("w = np.random.rand(2, 3)\nm = build([], weights=[h.make_tensor('W', 1, [6], w.ravel().tolist())])\n" + OPENS,
     ["v7 = onnx.helper.make_tensor('W', 1, [6], numpy.ones((6,), dtype=numpy.float64).tolist())"]),
    ("w = np.random.rand(2, 3).astype('float32')\nm = build([], weights=[nh.from_array(w, 'W')])\n" + OPENS,
     ["v7 = onnx.numpy_helper.from_array(numpy.ones((2, 3), dtype=numpy.float32), 'W')"]),
    ("w = np.zeros((2,), np.float32)\nm = build([], weights=[h.make_tensor('W', 1, [2], w.tobytes(), raw=True)])\n" + OPENS,
     ["v7 = numpy.zeros((2,), numpy.float32).tobytes()"]),
    ("s = rt.InferenceSession(m.SerializeToString())\ns.run(None, {s.get_inputs()[0].name: np.ones((1, 2), np.float32)})",
     ["v8 = v7.run(None, {v7.get_inputs()[0].name: numpy.ones((1, 2), numpy.float32)})"]),
    ("rt.InferenceSession(m.SerializeToString(), providers=rt.get_available_providers())",
     ["v7 = onnxruntime.InferenceSession(v6.SerializeToString(), providers=onnxruntime.get_available_providers())"]),
]  # fmt: skip
#: what cannot be run again for sure, or is expected to fail
QUIET = [
    "try:\n    rt.InferenceSession(m.SerializeToString())\nexcept Exception as error:\n    print(error)",
    "if len(sys.argv) > 1:\n    m.ir_version = 3\n" + OPENS,
    "for n in m.graph.node:\n    n.name = 'a'\n" + OPENS,
    "del m.graph.output[0]\n" + OPENS,
    "from onnxsim import simplify\nm, ok = simplify(m)\n" + OPENS,
    "import onnxconverter_common as c\nc.float16.convert_float_to_float16(m)\n" + OPENS,
    "m.ir_version = int(sys.argv[1])\n" + OPENS,
    "m.ir_version -= 1\n" + OPENS,
    "for i in range(900):\n    m.graph.node.append(h.make_node('Relu', ['X'], ['a%d' % i]))\n" + OPENS,
    "while len(m.graph.node) < 3 or True:\n    m.graph.node.append(h.make_node('Relu', ['X'], ['a']))\n    break\n"
    + OPENS,
    "o = rt.SessionOptions()\no.register_custom_ops_library('a.so')\nrt.InferenceSession(m.SerializeToString(), o)",
    "rt.InferenceSession('elsewhere.onnx')",
    "m = onnx.load('elsewhere.onnx')\nm.ir_version = 8\n" + OPENS,
    "def test_it():\n    rt.InferenceSession(m.SerializeToString())",
    "m = build([], weights=[nh.from_array(np.load('w.npy'), 'W')])\n" + OPENS,
]


def told(folder: Path, text: str) -> list[list[Any]]:
    (folder / "train.py").write_text(HEAD + text + "\n", encoding="utf-8")
    rows = [c for c in read([folder / "train.py"]).canaries if c.form == "graph"]
    return [list(line) for c in rows for line in c.details["lines"]]


@pytest.mark.parametrize(("text", "among"), TOLD, ids=range(len(TOLD)))
def test_a_graph_of_literals_is_built_again(tmp_path: Path, text: str, among: list[str]) -> None:
    lines = told(tmp_path, text)
    assert lines
    assert [one for one in among if one not in [line[0] for line in lines]] == []


@pytest.mark.parametrize("text", QUIET, ids=range(len(QUIET)))
def test_what_cannot_be_told_again_is_left_alone(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


def of_lines(*lines: tuple[str, str, str, str]) -> Canary:
    return Canary("train.py:3 graph", "", ("math",), (), converter="", form="graph", details={"lines": lines})


def run(row: Canary) -> list[str]:
    fields, state, done = {"details": row.details, "imports": row.imports}, dict[str, Any](), list[str]()
    for stage, step in steps_of_graph(fields):
        step(fields, state)
        done.append(stage)
    return done


def test_statements_are_run_in_their_order_a_step_a_stage() -> None:
    lines = ("v1 = math.sqrt(4)", "convert", "train.py:1", ""), ("v2 = v1 / 2", "convert", "train.py:1", "")
    assert run(of_lines(*lines, ("v3 = [][int(v2) - 1:]", "load", "train.py:3", ""))) == ["convert", "load"]


def test_what_fails_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"domain|nonnegative") as caught:
        run(of_lines(("v1 = math.sqrt(-4)", "convert", "train.py:2", "")))
    assert caught.value.facts == {"called": "train.py:2", "statement": "v1 = math.sqrt(-4)", "inputs": []}  # type: ignore[attr-defined]


def test_a_graph_that_was_loaded_comes_back_for_places() -> None:
    made = "v1 = types.SimpleNamespace(graph=1, SerializeToString=lambda: kept)"
    lines = (f"kept = {model()!r}", "convert", "train.py:1", ""), (made, "convert", "train.py:1", "")
    fields = {
        "details": {"lines": (*lines, ("v2 = v1", "load", "train.py:3", "v1"))},
        "imports": ["types"],
        "keeps": True,
    }
    state: dict[str, Any] = {}
    facts = [step(fields, state) for _, step in steps_of_graph(fields)]
    assert facts[0] == {}
    loaded = Passed(Stage.LOAD, NAME, 0.1, facts[1])
    assert [made.onnx.nodes for made in models_of(case(loaded, uses=GRAPH))] == [1]


NAME = "train.py:9 graph"
GRAPH = script(canary(NAME, "", form="graph"), imports="onnx onnxruntime")
START = '[ONNXRuntimeError] : 10 : INVALID_GRAPH : This is an invalid model. In Node, ("", Foo, "", -1), Error '


def refused(text: str, stage: Stage = Stage.LOAD, kind: str = "InvalidGraph", **facts: Any) -> Case[Observation]:
    return case(failed(stage, NAME, kind, text, facts={"called": "train.py:12", **facts}), uses=GRAPH)


KERNEL = "[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for Sub(14) node with name ''"
#: what is said, where, and by whom; words of the message, culprits, words of the first advice, whether releases are moved
REFUSED: list[tuple[Case[Observation], str, tuple[str, ...], str, bool]] = [
    (refused(KERNEL, inputs=[["X", "bfloat16"]]), "no implementation of Sub(14) with bfloat16", ("onnxruntime",),
     'make_tensor_value_info("X", TensorProto.FLOAT', False),
    (refused(KERNEL, inputs=[["X", "uint16"]]), "of Sub(14) with uint16", ("onnxruntime",), "not as uint16", True),
    (refused("Error: two nodes with same node name (a)."), "every release of onnxruntime: two of its", (), "or none", False),
    (refused("No Op registered for Foo with domain_version of 15"), "no opset of ONNX has the operator Foo", (), "exact", False),
    (refused("No Op registered for Gelu with domain_version of 15"), "Gelu (ai.onnx) came with 20", (), '("", 20)', False),
    (refused("No Op registered for Scaler with domain_version of 15"), "Scaler is an operator of ai.onnx.ml", (),
     'domain="ai.onnx.ml"', False),
    (refused("Fatal error: my.ops:Foo(-1) is not a registered function/op"), "no operator Foo of my.ops", (), "custom_ops", False),
    (refused("Fatal error: ai.ml:Scaler(-1) is not a registered function/op"), "it is one of ai.onnx.ml", (), "domain", False),
    (refused("Unsupported model IR version: 11, max supported IR version: 10"), "IR version 11, it takes 10",
     ("onnxruntime", "onnx"), "model.ir_version = 10", True),
    (refused("Unsupported model IR version: 99, max supported IR version: 10"), "IR version 99", ("onnxruntime", "onnx"),
     "ir_version", False),
    (refused("Number of values does not match tensor's size.", Stage.CONVERT, "ValueError"), "cannot be built with onnx",
     ("onnx",), "Mend", False),
    (refused("make_node() got an unexpected keyword argument 'overload'", Stage.CONVERT, "TypeError"), "cannot be built",
     ("onnx",), "Mend", True),
    (refused("Graph output 'Y' is not an output of any node in graph.", Stage.CHECK, "ValidationError"),
     "the graph is wrong: the value Y", (), "Name an input", False),
    (refused("Unexpected input data type. Actual: (tensor(double))", Stage.RUN, "InvalidArgument"), "not what the graph", (),
     "Feed what", False),
]  # fmt: skip
#: a line of a rehearsed script that loads a graph, in a script without converters and in one with one
LINE = script(canary("train.py:12", "", converter=""), imports="onnx onnxruntime")
TWICE = failed(Stage.LOAD, "train.py:12", "Fail", "Error: two nodes with same node name (a).")
FIRES: dict[str, tuple[Fires, ...]] = {
    "graph-of-script": (
        *(Fires(c, BLOCKER, c.subject.outcomes[0].stage, who, says) for c, says, who, _, _ in REFUSED),
        Fires(case(TWICE, uses=LINE), BLOCKER, Stage.LOAD, (), "two of its nodes are called a"),
    )
}
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "graph-of-script": (
        case(*works(Stage.LOAD, NAME), uses=GRAPH),
        case(failed(Stage.LOAD, NAME, "NotImplemented", KERNEL), uses=script(canary(NAME))),
        case(TWICE, uses=replace(LINE, conversions=1)),
    )
}


@pytest.mark.parametrize(
    ("found", "advised", "moves"), [(c, a, m) for c, _, _, a, m in REFUSED], ids=range(len(REFUSED))
)
def test_the_first_advice_is_about_the_script(found: Case[Observation], advised: str, moves: bool) -> None:
    finding = diagnose(found)[0]
    assert finding.message.startswith("train.py:12 ")
    assert finding.advice[0].kind == "code"
    assert advised in "\n".join([finding.advice[0].text, *finding.advice[0].lines])
    assert any(a.kind == "pins" for a in finding.advice) == moves
