"""The script of a bug report: what it pins, what it holds, and when a run of it counts."""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
import symtable
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from checker.errors import CannotLook, UsageError
from checker.model import Canary, Failure, Logging, Observation, Patient, Report, Stage
from checker.probe.assemble import parts, source
from checker.probe.canaries import every
from checker.probe.canaries.programs import MLFLOW_TRACKING
from checker.probe.plan import canary_fields
from checker.repro.pins import Pins, needed, pins_of
from checker.repro.reproduce import _fewest, _shown, _stages, _verify, check_crossing, check_installed, unlike
from checker.repro.script import Shown, canary_body, laid_out, script
from checker.rules import diagnose
from checker.world.uv import plain_words

from .cases import MODEL, case, dist, failed, seen, sound, works
from .fake_uv import FakeUv, uv

__all__ = ["uv"]

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


#: the last steps that a script may end with
LAST = [Stage.FIT, Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN, Stage.PARITY, Stage.REGISTER]
PROBE = {part: source(part) for part in parts("canary.flow") if part.startswith(("canary.", "story."))}


@cache
def names_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names that a piece of a program defines at its head, and that it takes from there."""
    tables = [symtable.symtable(text, "script", "exec")]
    for table in tables:
        tables += table.get_children()
    head = tables[0].get_symbols()
    defined = frozenset(s.get_name() for s in head if s.is_assigned() or s.is_imported() or s.is_namespace())
    used = {s.get_name() for table in tables for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return defined, frozenset(used)


def unbound(text: str) -> set[str]:
    """Names that a script uses and that neither it nor Python defines."""
    imports, _, rest = text.partition("\n\n\n")
    functions, _, flow = rest.partition("\n# --- The model")
    parts = [names_in(part) for part in (imports, functions, "#" + flow)]
    assert len(parts[1][0]) > 1
    assert "canary" in parts[2][0]
    return {n for _, used in parts for n in used} - {n for defined, _ in parts for n in defined} - set(dir(builtins))


@cache
def keys_of(text: str) -> set[str]:
    """What the functions of a program look up in a canary by name."""
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Subscript)]
    return {ast.literal_eval(n.slice) for n in nodes if ast.unparse(n.value) == "canary"}


def row_of(text: str) -> dict[str, Any]:
    """The row of a script."""
    tree = ast.parse(text.partition("\ncanary = ")[2].partition("\n}\n")[0] + "\n}", mode="eval")
    row: dict[str, Any] = ast.literal_eval(tree)
    return row


@pytest.mark.parametrize("canary", every(), ids=lambda c: c.name)
def test_every_canary_is_a_program(canary: Canary) -> None:
    told = json.loads(json.dumps(canary_fields(canary)))
    for last in LAST:
        text = canary_body(canary, _stages(seen(), failed(last, canary.name, "E", ""), canary))
        assert unbound(text) == set()
        row = row_of(text)
        assert keys_of(text.partition("\n# --- The model")[0]) <= set(row) <= set(told)
        assert row == {key: told[key] for key in row}


STEP = {
    "call": "mlflow.pyfunc.load_model",
    "args": ["models:/t/1"],
    "kwargs": {},
    "where": "",
    "tried": False,
    "skip": False,
}
TOLD = replace(MLFLOW_TRACKING, name="told", logging=Logging(store="sqlite", story=(STEP,)))


@pytest.mark.parametrize("canary", [ridge(), MLFLOW_TRACKING, TOLD], ids=lambda c: c.name)
def test_what_is_shipped_is_what_was_run(canary: Canary) -> None:
    """Every function, class and constant is the probe's to the letter, and stands below what it calls."""
    text = canary_body(canary, ALL).partition("\n# --- The model")[0]
    cut = [n for n in ast.parse(text).body if not isinstance(n, ast.Import | ast.ImportFrom)]
    assert len(cut) > 1
    above: set[str] = set()
    for node in cut:
        own = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
        assert any(f"\n{own}\n" in whole for whole in PROBE.values())
        defined, used = names_in(own)
        assert {name for name in used if f"def {name}(" in text} <= above | defined
        above |= defined


def test_nothing_is_shipped_that_no_step_needs() -> None:
    text = canary_body(ridge(), frozenset({Stage.FIT, Stage.CONVERT}))
    defined = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    assert {"step_fit", "make_data", "step_convert", "typed"} <= defined
    assert not defined & {"step_check", "step_load", "feeds", "judge", "edge_rows", "try_canary", "evaluate"}
    assert "tempfile" not in text


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"converter": ""}, {"converter": "skl2onnx.convert_sklearn"}),
        ({"options": {"zipmap": False}, "target_opset": 12}, {"options": {"zipmap": False}, "target_opset": 12}),
        ({"options": {"sklearn.svm.SVC": {"zipmap": False}}}, {"options": {"sklearn.svm.SVC": {"zipmap": False}}}),
        ({"providers": False, "outputs": ("variable",), "feed": "flat"}, {"providers": False, "outputs": ["variable"], "feed": "flat"}),
        ({"reference": True, "runs": False}, {"reference": True, "runs": False}),
        ({"inputs": (("in", "Int32TensorType", (1, 1)),)}, {"inputs": [["in", "Int32TensorType", [1, 1]]]}),
        ({"where": "train.py:3"}, {"where": "train.py:3", "logging": None}),
    ],
)  # fmt: skip
def test_what_a_model_asks_for_is_in_its_row(fields: dict[str, Any], row: dict[str, Any]) -> None:
    found = row_of(canary_body(replace(ridge(), **fields), ALL))
    assert {key: found[key] for key in row} == row


def test_the_end_of_a_script() -> None:
    canary = replace(
        ridge(), columns=ridge().columns[:1], layout="vector", make="sklearn.linear_model.Ridge(solver='svd')"
    )
    text = canary_body(canary, frozenset({Stage.FIT, Stage.CONVERT}))
    assert text.startswith(
        "import importlib\nimport re\nfrom typing import Any\n\nimport sklearn.linear_model\n\n\n# --- Canary data"
    )
    assert (
        text.partition("\ncanary = ")[2]
        == """\
{
    "name": "Ridge-double",
    "make": "sklearn.linear_model.Ridge(solver='svd')",
    "columns": [{"name": "x0", "kind": "float64", "missing": False, "low": None, "high": None, "words": []}],
    "layout": "vector",
    "target": "continuous",
    "target_2d": False,
    "methods": [],
    "inputs": [],
    "typed": True,
    "converter": "skl2onnx.convert_sklearn",
    "options": None,
    "target_opset": None,
    "operators": {},
    "registered": [],
    "output_names": [],
    "where": "",
}
model = sklearn.linear_model.Ridge(solver="svd")
state = {"model": model}
step_fit(canary, state)
step_convert(canary, state)
"""
    )


def test_without_a_model_only_mlflow_is_shown() -> None:
    text = canary_body(MLFLOW_TRACKING, ALL)
    assert [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)] == [
        "answers",
        "served",
        "copy_schema",
        "open_store",
        "track",
        "step_track",
    ]
    assert text.endswith('state = {"folder": tempfile.mkdtemp()}\nstep_track(canary, state)\n')


def test_a_long_expression_is_one_argument_a_line() -> None:
    steps = ", ".join(f"('step{n}', sklearn.preprocessing.StandardScaler())" for n in range(4))
    text = laid_out(f"sklearn.pipeline.Pipeline([{steps}], memory=None)")
    assert max(map(len, text.splitlines())) < 110
    assert ast.unparse(ast.parse(text)) == f"sklearn.pipeline.Pipeline([{steps}], memory=None)"


@pytest.mark.parametrize("text", ["""f("it's", 'a')""", """f('say "no"', 'a')""", r"f('a\\n')"])
def test_quotes_are_changed_only_where_that_changes_nothing(text: str) -> None:
    assert ast.dump(ast.parse(laid_out(text))) == ast.dump(ast.parse(text))


def test_a_script_ends_with_the_step_that_fails() -> None:
    found = seen(BROKEN)
    assert _stages(found, BROKEN, ridge()) == {Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT, Stage.FIT, Stage.CONVERT}
    text = canary_body(ridge(), _stages(found, BROKEN, ridge()))
    assert text.endswith("step_fit(canary, state)\nstep_convert(canary, state)\n")
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


#: what metadata ask of each other: skl2onnx needs onnx, which needs protobuf; mlflow and its own are beside it
WEB = {
    "skl2onnx": ("onnx>=1.2.1", 'tomli>=1 ; python_version < "3.11"'),
    "onnx": ("protobuf[fast]>=3",),
    "protobuf": ('upb ; extra == "fast"', 'grpc ; extra == "slow"'),
    "mlflow": ("flask<4", "scikit-learn<2"),
}
WOVEN = tuple(
    dist(n, "1.0", requires=WEB.get(n, ()))
    for n in ("skl2onnx", "onnx", "protobuf", "upb", "grpc", "tomli", "mlflow", "flask", "scikit-learn")
)


@pytest.mark.parametrize(
    ("text", "culprits", "names"),
    [
        ("import skl2onnx\n", (), {"skl2onnx", "onnx", "protobuf", "upb"}),
        ("from onnx.helper import make_node\n", (), {"onnx", "protobuf", "upb"}),
        ("call('skl2onnx.convert_sklearn')\n", (), {"skl2onnx", "onnx", "protobuf", "upb"}),
        ("call('a text about skl2onnx.')\n", ("flask",), {"flask"}),
        ("import os\n", ("mlflow",), {"mlflow", "flask", "scikit-learn"}),
    ],
)
def test_a_script_needs_what_it_imports_and_what_that_requires(
    text: str, culprits: tuple[str, ...], names: set[str]
) -> None:
    assert needed(text, culprits, seen(stack=WOVEN)) == names


def test_what_metadata_forbid_beside_a_script_is_not_forced_in_it() -> None:
    found = seen(stack=(dist("onnx", "1.0", requires=("protobuf>=3",)), dist("mlflow", "1.0", requires=("flask<1",))))
    pins = pins_of(found).only(needed("import onnx\n", (), found))
    assert (pins.releases, pins.forced) == ({"onnx": "1.0"}, {"protobuf": ""})


@pytest.mark.parametrize("enough", [True, False], ids=["enough", "not enough"])
def test_only_what_a_script_needs_is_pinned_where_that_shows_it(monkeypatch: pytest.MonkeyPatch, enough: bool) -> None:
    """The fewer pins count only after a run with them; where they do not show it, all of them must."""
    tried: list[str] = []

    def run(text: str, python: Path, seconds: float) -> CompletedProcess[str]:
        tried.append(text)
        printed = TOLD + f"{BROKEN.type}: {BROKEN.text}\n"
        fails = enough or "flask" in text
        return CompletedProcess([], int(fails), "", printed if fails else "")

    monkeypatch.setattr("checker.repro.reproduce.run_script", run)
    pins = Pins("3.11", {"numpy": "1.26.4", "flask": "3.0.0"}, {})
    made = _fewest(shown(BROKEN, ridge(), stages=ALL), pins, {"numpy"}, Path(sys.executable))
    assert (len(tried), "flask" in made.text, "everything that is installed" in made.said) == (
        (1, False, False) if enough else (2, True, True)
    )
    assert made.text == tried[-1]


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
        (failed(Stage.PARITY, "m", "Disagreement", "the runtime disagrees on 3 of 45 rows: largest 1e-2, 3 %"), 1, TOLD + "__main__.Disagreement: the runtime disagrees on 4 of 45 rows: largest 2.5, 4 %\n", True),
        (failed(Stage.PARITY, "m", "Disagreement", "the runtime disagrees"), 1, TOLD + "__main__.ShapeDisagreement: the runtime disagrees\n", False),
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


NO_WHEEL = "there is no wheel of onnx 1.2.1 for this interpreter"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Because there is no version of numpy==9.9.9 and you require numpy==9.9.9", "the index has no numpy 9.9.9"),
        ("Because mine was not found in the package registry and you require mine==1", "the index has no mine"),
        ("Because onnx==1.2.1 has no usable wheels and you require onnx==1.2.1, we can conclude that your", NO_WHEEL),
        ("Because onnx==1.2.1 has no wheels with a matching Python ABI tag (e.g., `cp311`) and you", NO_WHEEL),
        ("Distribution `onnx==1.2.1 @ registry+https://pypi.org/simple` can't be installed because it is", NO_WHEEL),
        ("Something else", "No solution found when resolving script dependencies cause: Something else"),
    ],
)
def test_a_pin_that_cannot_be_had_is_named(said: str, words: str) -> None:
    printed = f"error: No solution found when resolving script dependencies\n  cause: {said}\n"
    with pytest.raises(CannotLook, match="the script cannot be tried here, and nothing was written") as told:
        check_installed(plain_words(printed))
    assert words in told.value.message


def test_an_index_that_does_not_answer_is_its_own_fault() -> None:
    with pytest.raises(CannotLook, match="the package index cannot be used"):
        check_installed("error: Failed to fetch: `https://pypi.org/simple/onnx/`")


@pytest.mark.skipif(os.name != "posix", reason="a script in the place of uv")
def test_a_script_that_cannot_be_tried_did_not_fail_otherwise(uv: FakeUv) -> None:
    said = "error: No solution found\n  cause: Because there is no version of mine==1.0+local and you require mine\n"
    uv.answers({"when": ["run"], "status": 1, "err": said})
    with pytest.raises(CannotLook) as told:
        _verify("import mine\n", Path(sys.executable), BROKEN)
    assert (
        told.value.message
        == "the script cannot be tried here, and nothing was written: the index has no mine 1.0+local"
    )
    assert "UV_FIND_LINKS" in told.value.hint


def test_a_script_that_dies_in_silence_has_run() -> None:
    check_installed("Illegal instruction: there is no model")


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


@pytest.mark.parametrize(
    ("make", "says"),
    [
        ("", "train.py:9 is a line of the script itself"),
        ("sklearn.pipeline.Pipeline(steps=[('a', __main__.Own(),)])", "is made of Own, which is the script's own"),
        ("sklearn.svm.SVC(kernel=...)", "is made of a part that has no short text"),
    ],
)
def test_what_was_rehearsed_is_written_down_where_it_can_be(make: str, says: str) -> None:
    seen_model = replace(ridge(), make=make, name=MODEL, where="train.py:9")
    with pytest.raises(CannotLook, match=re.escape(says)):
        check_crossing(seen_model)
    check_crossing(replace(seen_model, make="sklearn.linear_model.Ridge(alpha=2.0)"))


def test_a_model_that_was_rehearsed_is_shown_as_it_was_seen() -> None:
    model = replace(ridge(), name=MODEL, where="train.py:9", make="sklearn.linear_model.Ridge(alpha=2.0)")
    looked = report(replace(BROKEN, subject=MODEL))
    looked = replace(looked, subject=replace(looked.observation, crossings=(model,)))
    found = _shown(looked, "train.py:9", {MODEL: model})
    assert (found.canary, found.rehearsed) == (model, True)
    assert "Ridge(alpha=2.0)" in script(found, PINS)


def test_a_neighbour_that_differs_is_shown_by_made_up_rows_that_differ() -> None:
    text = "on a row with an unseen category in column 'city': largest difference 6"
    printed = (
        "Traceback (most recent call last):\n  x\nDisagreement: the runtime disagrees with scikit-learn on 3 of 45 rows"
    )
    for facts, shown_so in (({"neighbour": "a row"}, True), ({}, False)):
        said = unlike(1, printed, failed(Stage.PARITY, MODEL, "Disagreement", text, facts=facts))
        assert (said == "") is shown_so
