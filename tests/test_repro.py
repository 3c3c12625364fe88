"""The script of a bug report: what it pins, what it holds, and when a run of it counts."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest

from checker.errors import CannotLook, UsageError
from checker.model import Canary, Failure, Logging, Observation, Patient, Report, Stage
from checker.probe.canaries import every
from checker.repro.reproduce import _shown, _stages, pins_of, unlike
from checker.repro.script_body import canary_body, laid_out
from checker.repro.script_text import Pins, Shown, script
from checker.rules import diagnose

from .cases import MODEL, case, dist, failed, seen, sound, works

ALL = frozenset(Stage)
PINS = Pins("3.11", {"numpy": "1.26.4", "pip": "25.0", "skl2onnx": "1.17.0"}, {})
BROKEN = failed(Stage.CONVERT, "Ridge", "AttributeError", "'Ridge' object has no attribute 'coefs_'")


def report(*facts: Any, **fields: Any) -> Report:
    looked = case(*facts, **fields)
    patient = Patient(("/env/bin/python", "-"), "/env/bin/python", "")
    return Report(looked.subject, None, patient, diagnose(looked), (), {}, "2026-01-01")


def ridge() -> Canary:
    return next(c for c in every() if c.name.startswith("Ridge"))


def shown(failure: Failure, canary: Canary | None = None, **fields: Any) -> Shown:
    found = report(failure)
    return Shown(found.findings[0], failure, canary, **fields)


@pytest.mark.parametrize("canary", every(), ids=lambda c: c.name)
def test_every_canary_is_a_program(canary: Canary) -> None:
    ast.parse(canary_body(canary, ALL, None))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"converter": "skl2onnx.to_onnx"}, "onx = to_onnx(model, x[:1])"),
        ({"converter": "skl2onnx.to_onnx", "target_opset": 12}, "onx = to_onnx(model, x[:1], target_opset=12)"),
        ({"options": {"zipmap": False}}, "options={id(model): {'zipmap': False}}"),
        ({"options": {"sklearn.svm.SVC": {"zipmap": False}}}, "options={sklearn.svm.SVC: {'zipmap': False}}"),
        ({"providers": False}, "InferenceSession(onx.SerializeToString())"),
        ({"outputs": ("variable",)}, "got = session.run(['variable'], fed)"),
        ({"feed": "float64"}, "v.astype(np.float64)"),
        ({"feed": "flat"}, "v.reshape(-1)"),
        ({"reference": True}, "onnx.reference.ReferenceEvaluator(onx)"),
        ({"logging": Logging()}, "mlflow.onnx.log_model(onx, **arguments)"),
        ({"logging": Logging(call="save_model", store="file")}, "mlflow.onnx.save_model(onx, address, **arguments)"),
        ({"inputs": (("in", "DoubleTensorType", (None, 4)),)}, '[("in", DoubleTensorType([None, 4]))]'),
        ({"converter": "onnxmltools.convert_xgboost"}, "from onnxmltools.convert.common.data_types import"),
    ],
)
def test_what_a_model_asks_for_is_spelled_out(fields: dict[str, Any], words: str) -> None:
    text = canary_body(replace(ridge(), **fields), ALL, None)
    ast.parse(text)
    assert words in text


def test_a_long_expression_is_one_argument_a_line() -> None:
    steps = ", ".join(f"('step{n}', sklearn.preprocessing.StandardScaler())" for n in range(4))
    text = laid_out(f"sklearn.pipeline.Pipeline([{steps}], memory=None)")
    assert max(map(len, text.splitlines())) < 110
    assert ast.unparse(ast.parse(text)) == f"sklearn.pipeline.Pipeline([{steps}], memory=None)"


def test_a_script_ends_with_the_step_that_fails() -> None:
    found = seen(BROKEN)
    assert _stages(found, BROKEN, ridge()) == {Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT, Stage.FIT, Stage.CONVERT}
    text = canary_body(ridge(), _stages(found, BROKEN, ridge()), None)
    assert text.rstrip().splitlines()[-1].startswith("onx = convert_sklearn(")
    assert "onnxruntime" not in text


def test_what_fails_in_mlflow_is_shown_by_mlflow() -> None:
    failure = failed(Stage.LOAD, "m", "MlflowException", "no")
    stages = _stages(seen(*works(Stage.LOAD, "m"), failure), failure, replace(ridge(), logging=Logging()))
    assert stages == {Stage.FIT, Stage.CONVERT, Stage.REGISTER}


def test_the_whole_script_of_an_import() -> None:
    failure = failed(Stage.IMPORT, "skl2onnx", "ImportError", 'cannot import """x""" (/e/site-packages/onnx/m.py)')
    text = script(shown(failure, names=("to_onnx",)), PINS)
    head, _, body = text.partition('"""')
    assert head == (
        '# /// script\n# requires-python = "==3.11.*"\n# dependencies = [\n'
        '#     "numpy==1.26.4",\n#     "skl2onnx==1.17.0",\n# ]\n# ///\n'
    )
    assert body.endswith('"""\n\nfrom skl2onnx import to_onnx\n')
    assert "/e/site-packages" not in text
    ast.parse(text)


def test_a_fixed_script_says_what_was_changed() -> None:
    text = script(shown(BROKEN, ridge(), stages=ALL), PINS, fixed="Move skl2onnx from 1.16.0 to 1.17.0.")
    assert "This script passes: Move skl2onnx from 1.16.0 to 1.17.0." in text


def test_what_metadata_forbid_is_forced() -> None:
    asks = dist("skl2onnx", "1.17.0", requires=("onnx>=2", "absent>=1"))
    found = seen(stack=(*(d for d in sound() if d.name != "skl2onnx"), asks))
    pins = pins_of(found)
    assert pins.forced == {"onnx": "1.16.2", "absent": ""}
    text = script(shown(BROKEN, ridge()), pins)
    assert "# [tool.uv]\n# override-dependencies = [\n#     \"absent ; python_version < '3'\",\n" in text


TOLD = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n'


@pytest.mark.parametrize(
    ("failure", "status", "printed", "same"),
    [
        (BROKEN, 1, TOLD + "AttributeError: 'Ridge' object has no attribute 'coefs_'\n", True),
        (BROKEN, 1, TOLD + "AttributeError: 'Ridge' object has no attribute 'others_'\n", False),
        (BROKEN, 1, TOLD + "TypeError: 'Ridge' object has no attribute 'coefs_'\n", False),
        (BROKEN, 1, "AttributeError once\n" + TOLD + "TypeError: no\n", False),
        (BROKEN, 0, "", False),
        (failed(Stage.RUN, "m", "Fail", "[ONNXRuntimeError] : 1 : FAIL : no 12"), 1, TOLD + "onnxruntime.capi.x.Fail: [ONNXRuntimeError] : 1 : FAIL : no 15\n", True),
        (failed(Stage.PARITY, "m", "Disagreement", "the runtime disagrees on 3 of 45 rows: largest 1, 3 %"), 1, TOLD + "AssertionError: the runtime disagrees on 4 of 45 rows: largest 2\n", True),
        (failed(Stage.IMPORT, "m", "StopIteration", ""), 1, TOLD + "StopIteration\n", True),
        (failed(Stage.RUN, "m", "Crash", "the process died of SIGSEGV"), 139, "", True),
        (failed(Stage.RUN, "m", "Crash", "the process died of SIGSEGV"), 134, "", False),
        (None, 0, "a warning", True),
        (None, 1, TOLD + "ImportError: no\n", False),
    ],
)  # fmt: skip
def test_a_run_counts_when_it_says_the_same(failure: Failure | None, status: int, printed: str, same: bool) -> None:
    why = unlike(status, printed, failure)
    assert (why == "") is same
    assert "\n" not in why


@pytest.mark.parametrize("name", ["Ridge", "converter-and-estimator"])
def test_a_failure_goes_by_its_model_or_its_rule(name: str) -> None:
    found = _shown(report(BROKEN), name, {"Ridge": ridge()})
    assert (found.failure, found.canary) == (BROKEN, ridge())


@pytest.mark.parametrize(
    ("facts", "name", "error", "words"),
    [
        ((BROKEN,), "Rigde", UsageError, "nothing here is called 'Rigde'"),
        (works(Stage.CONVERT, MODEL), MODEL, CannotLook, "does not fail here"),
        ((failed(Stage.RUN, "Ridge", "TimeOut", "late"),), "Ridge", CannotLook, "ends in TimeOut"),
    ],
)
def test_what_cannot_be_shown_says_why(facts: tuple[Any, ...], name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        _shown(report(*facts), name, {})


def test_nothing_of_the_machine_is_in_a_script() -> None:
    observation: Observation = seen(BROKEN)
    assert "/env/" not in script(shown(BROKEN, ridge(), stages=ALL), pins_of(observation))
