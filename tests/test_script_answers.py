"""What a script does with the answers of a session, and what becomes of it where they are others."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.probe.inside.canary import compare, converting, running
from checker.rules.models import edits

from .cases import canary
from .test_script import START, only, script

MODEL = (
    f"{START}from sklearn.linear_model import LogisticRegression as L\nm = L().fit(X, yb)\n"
    "s = session(to_onnx(m, X[:1]))\ngot = s.run(None, {'X': X})\n"
)
#: what is done with the answers -> (place, as an array) of those that are taken by number
TAKEN = [
    # by the session's own names
    ("out = s.get_outputs()[1].name\ns.run([out], {'X': X})", ()),
    ("got[0]", ((0, False),)),
    ("got[1][:, 1]", ((1, True),)),
    ("np.allclose(got[1], m.predict_proba(X))", ((1, True),)),
    ("got[1] - m.predict_proba(X)", ((1, True),)),
    ("p = got[1]\nprint(got[0].shape, p.argmax(axis=1))", ((0, True), (1, True))),
    ("label, p = got\np.shape", ((1, True),)),
    ("label, p = got", ()),
    ("pd.DataFrame(got[1])", ((1, False),)),
    ("[row[1] for row in got[1]]", ((1, False),)),
    ("got[1][0]", ((1, False),)),
    ("got[1][:5]", ((1, False),)),
    ("got[-1]", ()),
    ("if hasattr(got[1], 'shape') and unknown:\n    got[1][:, 1]", ((1, False),)),
]  # fmt: skip


START_ONLY = MODEL.replace("got = s.run(None, {'X': X})\n", "")
NAMED = [
    ("got = s.run([s.get_outputs()[1].name], {'X': X})[0]\ngot[:, 1]", ((1, True),)),
    ("one, = s.run([s.get_outputs()[0].name], {'X': X})\none.shape", ((0, True),)),
    ("a, b = (o.name for o in s.get_outputs())\nprint(s.run([a, b], {'X': X})[1])", ((1, False),)),
]


@pytest.mark.parametrize(("text", "takes"), NAMED, ids=range(len(NAMED)))
def test_answers_by_the_names_that_the_session_gives(
    tmp_path: Path, text: str, takes: tuple[tuple[int, bool], ...]
) -> None:
    assert only(script(tmp_path, f"{START_ONLY}{text}\n")).takes == takes


@pytest.mark.parametrize(("text", "takes"), TAKEN, ids=range(len(TAKEN)))
def test_how_the_answers_are_taken(tmp_path: Path, text: str, takes: tuple[tuple[int, bool], ...]) -> None:
    assert only(script(tmp_path, f"{MODEL}{text}\n")).takes == takes


def given(*answers: Any, takes: tuple[tuple[int, bool], ...] = (), listed: int = 0) -> None:
    outputs = [SimpleNamespace(name=f"out{i}") for i in range(len(answers))]
    state = {"got": list(answers), "session": SimpleNamespace(get_outputs=lambda: outputs)}
    running.check_taken({"outputs": (), "takes": takes, "listed": listed}, state)


def test_answers_are_taken_as_the_script_takes_them() -> None:
    given("label", [{0: 0.5, 1: 0.5}], takes=((0, True), (1, False)))
    with pytest.raises(TypeError, match=r"answer 1 \(out1\) is a list with one map a row"):
        given("label", [{0: 0.5, 1: 0.5}], takes=((1, True),))
    with pytest.raises(ValueError, match="answer 1 is asked for: the session gives out0"):
        given("label", takes=((1, False),))
    given("label", listed=1)
    with pytest.raises(ValueError, match="output 1 is asked for: the session gives out0"):
        given("label", listed=2)


OPTIONS = [
    # options before, name, value, options after
    (None, "zipmap", False, {"zipmap": False}),
    ({"optim": "cdist", "zipmap": True}, "zipmap", False, {"optim": "cdist", "zipmap": False}),
    ({"optim": "cdist", "zipmap": False}, "optim", None, {"zipmap": False}),
    ({"optim": "cdist"}, "optim", None, None),
    ({"sklearn.svm.SVC": {"zipmap": True, "nocl": True}}, "zipmap", False, {"sklearn.svm.SVC": {"nocl": True, "zipmap": False}}),
    ({"sklearn.svm.SVC": {"optim": "cdist"}}, "optim", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "name", "value", "new"), OPTIONS, ids=range(len(OPTIONS)))
def test_one_option_is_set_or_left_out(old: Any, name: str, value: Any, new: Any) -> None:
    model = canary(make="sklearn.svm.SVC()", options=old)
    assert edits.with_option(name, value)(model).options == new


def test_small_answers_are_compared_by_their_own_size() -> None:
    np = pytest.importorskip("numpy")
    want = np.array([0.1, 0.08])
    assert compare.distance(np, want + 0.0005, want, 1e-3)[2].all()
    assert not compare.distance(np, want + 0.00005, want, 1e-3)[2].any()
    tiny = np.array([1e-9, -1e-9])  # what is left where large numbers cancel out
    assert not compare.distance(np, tiny * -100, tiny, 1e-3)[2].any()


METHODS = [
    # what the script does with the fitted model -> methods that it has to have
    ("m.predict_proba(X)", ("predict_proba",)),
    ("m.predict(X)", ()),
    ("if unknown:\n    m.decision_function(X)", ()),
    ("def never(): m.predict_proba(X)", ()),
]


@pytest.mark.parametrize(("text", "methods"), METHODS, ids=range(len(METHODS)))
def test_methods_that_the_script_calls_of_the_model(tmp_path: Path, text: str, methods: tuple[str, ...]) -> None:
    made = f"{START}from sklearn.svm import SVC\nm = SVC(probability=True).fit(X, yb)\n{text}\nto_onnx(m, X[:1])\n"
    assert only(script(tmp_path, made)).methods == methods


def test_a_parameter_that_was_not_read_may_decide_about_a_method(tmp_path: Path) -> None:
    made = f"{START}from sklearn.svm import SVC\nm = SVC(probability=open('p').read()).fit(X, yb)\n"
    assert only(script(tmp_path, f"{made}m.predict_proba(X)\nto_onnx(m, X[:1])\n")).methods == ()


def test_a_model_without_a_method_that_the_script_calls_does_not_pass() -> None:
    converting.check_methods({"methods": ("predict_proba",)}, SimpleNamespace(predict_proba=None))
    with pytest.raises(AttributeError, match="'SimpleNamespace' object has no attribute 'predict_proba'"):
        converting.check_methods({"methods": ("predict_proba",)}, SimpleNamespace())
