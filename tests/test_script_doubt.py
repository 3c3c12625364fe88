"""What a script tries and may fail, what it asks of the surroundings, and what of it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Canary, Patient, Script, Severity, Stage
from checker.probe.inside.canary.converting import resolve_options
from checker.probe.inside.canary.running import asked_options
from checker.probe.plan import make_plan
from checker.rules.evidence import Cause
from checker.rules.models.canary_findings import severity
from checker.script import read

from .cases import MODEL, canary, case, failed
from .cases import script as asks

START = """
import os, sys, numpy as np, onnxruntime as rt
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeRegressor
from sklearn.pipeline import Pipeline
from skl2onnx import to_onnx
X = np.random.rand(60, 4).astype(np.float32)
y = np.random.rand(60)
m = Ridge().fit(X, y)
"""
SESSION = "s = rt.InferenceSession(to_onnx(m, X[:1]).SerializeToString())\n"
WIDE = "s.run(None, {'X': np.random.rand(3, 4)})"
RIGHT = "\ns.run(None, {'X': X})\n"


def script(tmp_path: Path, text: str) -> Script:
    path = tmp_path / "train.py"
    path.write_text(START + text, encoding="utf-8")
    return read([path])


def only(found: Script) -> Canary:
    assert len(found.canaries) == 1, (found.canaries, found.notes)
    return found.canaries[0]


FEEDS = [
    (f"try:\n    {WIDE}\nexcept Exception as e:\n    print(e)", ""),
    (f"try:\n    {WIDE}\nexcept:\n    pass", ""),
    (f"for _ in range(2):\n    try:\n        {WIDE}\n    except (ValueError, Exception):\n        continue", ""),
    (f"try:\n    {WIDE}\nexcept (RuntimeError, InvalidArgument) as e:\n    print(e)", ""),
    # its near twins: it does not go on
    (WIDE, "float64"),
    (f"try:\n    {WIDE}\nfinally:\n    pass", "float64"),
    (f"try:\n    {WIDE}\nexcept KeyError:\n    pass", "float64"),
    (f"try:\n    {WIDE}\nexcept Exception:\n    raise", "float64"),
    (f"try:\n    {WIDE}\nexcept Exception as e:\n    sys.exit(str(e))", "float64"),
]


@pytest.mark.parametrize(("text", "feed"), FEEDS)
def test_what_may_fail_is_not_what_the_script_needs(tmp_path: Path, text: str, feed: str) -> None:
    assert only(script(tmp_path, SESSION + text + RIGHT)).feed == feed


FED = [
    ("s.run(None, {'X': np.random.randint(0, 9, (3, 4))})", "int64"),
    ("s.run(None, {'X': np.random.randint(0, 9, (3, 4)).astype(np.float32)})", ""),
    ("s.run(None, {'X': X.astype(np.float64)})", "float64"),
]


@pytest.mark.parametrize(("text", "feed"), FED)
def test_numbers_of_another_type_than_the_model_takes_are_fed_as_they_are(tmp_path: Path, text: str, feed: str) -> None:
    assert only(script(tmp_path, SESSION + text + "\n")).feed == feed


CONVERSIONS = [
    ("try:\n    to_onnx(m, X[:1])\nexcept Exception as e:\n    print(e)\nprint('on')\n", True),
    ("for o in [12]:\n    try:\n        to_onnx(m, X[:1])\n    except Exception as e:\n        print(e)\n", True),
    # nothing comes after it: the script tells its end in its own words
    ("try:\n    to_onnx(m, X[:1])\nexcept Exception as e:\n    print(e)\n", False),
    (
        "def main():\n    to_onnx(m, X[:1])\nif __name__ == '__main__':\n    try:\n        main()\n"
        "    except Exception as e:\n        print(e)\n",
        False,
    ),
    ("to_onnx(m, X[:1])\n", False),
]


@pytest.mark.parametrize(("text", "caught"), CONVERSIONS)
def test_a_conversion_that_may_fail(tmp_path: Path, text: str, caught: bool) -> None:
    assert only(script(tmp_path, text)).caught == caught


BRANCHES = [
    ("if {0}:\n    more = {}\nelse:\n    more = {'ccp_alpha': .1}\n", "**more", ("", True)),
    ("n = 4\nif {0}:\n    n = 5\n", "max_depth=n", ("", False)),
    ("n = 4\nif {0}:\n    pass\nelse:\n    n = 5\n", "max_depth=n", ("", False)),
    ("if {0}:\n    n = 3\nelif {0} + 1:\n    n = 5\nelse:\n    n = 6\n", "max_depth=n", ("", False)),
    # its near twins: it is the same in both, is known to be taken, or does not go on
    ("if {0}:\n    n = 5\nelse:\n    n = 5\n", "max_depth=n", ("max_depth=5", False)),
    ("if {0}:\n    n = 5\n", "max_depth=n", ("max_depth=5", False)),
    ("n = 4\nif True:\n    n = 5\n", "max_depth=n", ("max_depth=5", False)),
    ("n = 4\nif {0}:\n    n = 5\n    raise ValueError\n", "max_depth=n", ("max_depth=4", False)),
    ("n = 4\nif {0}:\n    pass\n", "max_depth=n", ("max_depth=4", False)),
]


@pytest.mark.parametrize(("branches", "given", "kept"), BRANCHES)
def test_what_branches_differ_in_is_not_known(
    tmp_path: Path, branches: str, given: str, kept: tuple[str, bool]
) -> None:
    text = (
        branches.replace("{0}", "sys.version_info > (3, 7)") + f"to_onnx(DecisionTreeRegressor({given}).fit(X, y), X)"
    )
    found = only(script(tmp_path, text))
    assert (found.make, "arguments" in found.unread) == (f"sklearn.tree.DecisionTreeRegressor({kept[0]})", kept[1])


CATCHES = [
    (
        "try:\n    to_onnx(m, X[:1])\nexcept (RuntimeError, exc.Other) as e:\n    print(e)\nprint(1)\n",
        ("Other", "RuntimeError"),
    ),
    (
        "try:\n    to_onnx(m, X[:1])\nexcept RuntimeError:\n    raise\nexcept KeyError:\n    pass\nprint(1)\n",
        ("KeyError",),
    ),
    ("try:\n    pass\nexcept RuntimeError:\n    pass\nto_onnx(m, X[:1])\nprint(1)\n", ()),
    ("try:\n    to_onnx(m, X[:1])\nexcept RuntimeError:\n    sys.exit(1)\nprint(1)\n", ()),
    # at the end of the script too, where one kind is caught; whoever catches all tells it in his own words
    ("try:\n    to_onnx(m, X[:1])\nexcept RuntimeError as e:\n    print(e)\n", ("RuntimeError",)),
    ("try:\n    to_onnx(m, X[:1])\nexcept Exception as e:\n    print(e)\n", ()),
]


@pytest.mark.parametrize(("text", "catches"), CATCHES)
def test_errors_of_a_conversion_that_are_caught_by_kind(tmp_path: Path, text: str, catches: tuple[str, ...]) -> None:
    assert only(script(tmp_path, text)).catches == catches


READ = [
    ("to_onnx(m, X[:1], target_opset=int(os.environ.get('OPSET', '15')))", {"target_opset": 15, "unread": ()}),
    (
        "to_onnx(m, X[:1], target_opset={'': int(os.environ['OPSET']), 'ai.onnx.ml': 3})",
        {"target_opset": {"ai.onnx.ml": 3}, "unread": ("target_opset",)},
    ),
    ("to_onnx(m, X[:1], options=sys.argv[1])", {"options": None, "unread": ("options",)}),
    ("to_onnx(m, X[:1], black_op={'Add', 'Mul'})", {"operators": {"black_op": ("Add", "Mul")}, "unread": ()}),
    (
        "kind, more = Ridge, {'alpha': 2.0} if Ridge is Ridge else {'depth': 3}\n"
        "to_onnx(kind(**more).fit(X, y), X[:1])",
        {"make": "sklearn.linear_model._ridge.Ridge(alpha=2.0)", "unread": ()},
    ),
    (
        "import json\nto_onnx(DecisionTreeRegressor(max_depth=2, **json.load(open('c'))).fit(X, y), X[:1])",
        {"make": "sklearn.tree.DecisionTreeRegressor(max_depth=2)", "unread": ("arguments",)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_what_can_be_read_and_what_cannot(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    found = only(script(tmp_path, text + "\n"))
    assert {k: getattr(found, k) for k in expected} == {
        k: v.replace("._ridge", "") if isinstance(v, str) else v for k, v in expected.items()
    }


def test_a_model_made_of_converted_ones_is_none_of_them(tmp_path: Path) -> None:
    text = "from onnx import compose\na = to_onnx(m, X[:1])\n"
    text += "whole = compose.merge_models(a, compose.add_prefix(a, 'b_'), io_map=[])\n"
    text += "rt.InferenceSession(whole.SerializeToString()).run(['b_variable'], {'X': X})\n"
    found = script(tmp_path, text)
    assert (only(found).outputs, only(found).runs) == ((), False)
    assert any("makes another model of converted ones" in note for note in found.notes)


def test_options_by_the_names_of_steps_are_handed_on() -> None:
    model = object()
    assert resolve_options(model, {"clf__zipmap": False}) == {"clf__zipmap": False}
    assert resolve_options(model, {"clf__zipmap": False, "nocl": True}) == {
        "clf__zipmap": False,
        id(model): {"nocl": True},
    }
    assert resolve_options(model, {"zipmap": False}) == {id(model): {"zipmap": False}}
    assert asked_options({"options": {"clf__raw_scores": True}}) == {"raw_scores": True}


FAILED = failed(
    Stage.CONVERT, MODEL, "RuntimeError", "version 4 of domain 'ai.onnx.ml' not supported, see target_opset"
)
OTHER = failed(Stage.CONVERT, MODEL, "AttributeError", "'Ridge' object has no attribute 'x_'")
NOT_YET = failed(Stage.CONVERT, MODEL, "NotImplementedError", "this loss is not supported")
UNKNOWN_CLASS = failed(Stage.CONVERT, MODEL, "MissingShapeCalculator", "Unable to find a shape calculator for type 'X'")
REFUSED = failed(Stage.LOAD, MODEL, "RuntimeError", "no kernel")
WORTH = [
    (FAILED, {}, Severity.BLOCKER),
    (FAILED, {"unread": ("target_opset",)}, Severity.WARNING),
    (OTHER, {"unread": ("target_opset",)}, Severity.BLOCKER),
    (OTHER, {"unread": ("options",)}, Severity.WARNING),
    (OTHER, {"unread": ("arguments",)}, Severity.WARNING),
    (OTHER, {"caught": True}, Severity.WARNING),
    # caught by its kind, or by one that it is of
    (FAILED, {"catches": ("RuntimeError",)}, Severity.WARNING),
    (NOT_YET, {"catches": ("RuntimeError", "TypeError")}, Severity.WARNING),
    (UNKNOWN_CLASS, {"catches": ("RuntimeError",)}, Severity.WARNING),
    (UNKNOWN_CLASS, {"catches": ("MissingShapeCalculator",)}, Severity.WARNING),
    (OTHER, {"catches": ("RuntimeError",)}, Severity.BLOCKER),
    (REFUSED, {"catches": ("RuntimeError",)}, Severity.BLOCKER),
]


@pytest.mark.parametrize(("failure", "more", "worth"), WORTH)
def test_what_may_not_be_met_does_not_block(failure: object, more: dict[str, object], worth: Severity) -> None:
    seen = case(failure, uses=asks(canary(**more)))  # type: ignore[arg-type]
    assert severity(seen, Cause((failure,))) is worth  # type: ignore[arg-type]


@pytest.mark.parametrize(("imports", "converter"), [("sklearn", ""), ("sklearn skl2onnx", "skl2onnx.convert_sklearn")])
def test_only_a_script_that_converts_has_its_models_converted(imports: str, converter: str) -> None:
    fitted = asks(canary(converter=""), imports=imports)
    plan = make_plan(Patient(("python",), "", "", False), fitted, fitted.canaries)
    assert [c["converter"] for c in plan["canaries"]] == [converter]


PARAMETERS = [
    # how many different values there are is not how many values there are
    ("max_depth=len(set(np.arange(60) % 3))", ""),
    ("max_depth=len(np.unique(np.arange(60) % 3))", ""),
    ("max_depth=len(set(np.random.randint(0, 3, 60)))", "max_depth=3"),
    ("max_depth=len(np.random.randint(0, 2, 60).tolist())", "max_depth=60"),
    ("max_depth=len(set([4, 4, 5]))", "max_depth=2"),
    ("max_depth=len(set([len(X), mine]))", ""),
    # signs of what is no number as it stands
    ("ccp_alpha=-np.inf", "ccp_alpha=float('-inf')"),
    ("ccp_alpha=+0.5", "ccp_alpha=0.5"),
    ("ccp_alpha=-float('inf')", "ccp_alpha=float('-inf')"),
    ("ccp_alpha=np.inf", "ccp_alpha=float('inf')"),
]


@pytest.mark.parametrize(("given", "kept"), PARAMETERS)
def test_parameters_are_read_right_or_not_at_all(tmp_path: Path, given: str, kept: str) -> None:
    text = f"to_onnx(DecisionTreeRegressor({given}).fit(X, y), X[:1])\n"
    found = script(tmp_path, text)
    assert only(found).make == f"sklearn.tree.DecisionTreeRegressor({kept})"
    assert [n.endswith("is not a literal: the default is tried") for n in found.notes] == [True] * (not kept)
