"""What is read of a signature, an example and the rows that are scored, and what the advice makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.model import Canary, Given, Logging, Scored
from checker.probe.inside.canary.given import make_given
from checker.probe.inside.canary.register import score
from checker.rules.serving import advice
from checker.script import read

from .cases import canary

START = """import mlflow.pyfunc, mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types.schema import ColSpec, DataType, Schema, TensorSpec
from sklearn.linear_model import Ridge

trips = pd.DataFrame({"riders": np.random.randint(1, 6, 100), "km": np.random.rand(100), "fare": np.random.rand(100)})
X = trips[["riders", "km"]]
m = Ridge().fit(X, trips["fare"])
"""
LOG = """mlflow.sklearn.save_model(m, "fare", signature=%s)
answer = mlflow.pyfunc.load_model("fare").predict(%s)
"""


def logged(tmp_path: Path, signature: str, scored: str, more: str = "") -> Logging:
    path = tmp_path / "train.py"
    path.write_text(START + LOG % (signature, scored) + more, encoding="utf-8")
    (found,) = read([path]).canaries
    assert found.logging
    return found.logging


def table(rows: int | None, **columns: str) -> Given:
    parts = ((n, Given("column", t.rstrip("?"), (rows,), t.endswith("?"))) for n, t in columns.items())
    return Given("frame", dims=(rows,), parts=tuple(parts))


RIDERS = "pd.DataFrame({'riders': pd.array([2, None], dtype='Int32'), 'km': [1.5, 3.]})"
HANDED = [
    # what is scored, and what of it is known
    ("X", table(100, riders="int64", km="float64")),
    ("X.astype('float32')", table(100, riders="float32", km="float32")),
    ("X.astype({'riders': 'int32'})", table(100, riders="int32", km="float64")),
    # a missing value makes doubles of whole numbers, unless they are pandas' own
    ("pd.DataFrame({'riders': [2, None], 'km': [1.5, 3.]})", table(2, riders="float64?", km="float64")),
    (RIDERS, table(2, riders="Int32?", km="float64")),
    ("X.to_numpy()", Given("array", "float64", (None, 2))),
    ("X.values[:3].astype(np.float32)", Given("array", "float32", (3, 2))),
    ("X['km']", Given("column", "float64", (100,))),
    ("X['km'].values", Given("array", "float64", (100,))),
    ("{'x': X[['km']].values}", Given("dict", parts=(("x", Given("array", "float64", (None, 1))),))),
    ("pd.DataFrame({'riders': [3, 4], 'km': ['far', 'near']})", table(2, riders="int64", km="object")),
    # each column of a list of rows has a kind of its own
    ("pd.DataFrame([[3, 1.5]], columns=['riders', 'km'])", table(1, riders="int64", km="float64")),
    ("pd.DataFrame([{'riders': 3, 'km': 1}])", table(1, riders="int64", km="int64")),
    # numpy keeps texts in a dtype of their own, pandas does not
    ("np.array([['a', 'b']])", Given("array", "str", (1, 2))),
    ("X[['km']].values.astype(str)", Given("array", "str", (None, 1))),
    ("X[['km']].astype(str)", Given("frame", dims=(100,), parts=(("km", Given("column", "object", (100,))),))),
    ("X['km'].tolist()", Given("list", "float64", (100,))),
    ("X.iloc[0]", Given("column", "float64", (2,))),
    (
        "X.to_dict('records')",
        Given(
            "list",
            parts=(
                ("", Given("dict", parts=(("riders", Given("array", "int64")), ("km", Given("array", "float64"))))),
            ),
        ),
    ),
    # times, what is computed of them, and an index that is no column
    ("pd.DataFrame({'at': pd.to_datetime(['2024-01-01'])})", table(1, at="datetime64[ns]")),
    ("pd.DataFrame({'at': pd.date_range('2024', periods=3)})", table(3, at="datetime64[ns]")),
    ("pd.DataFrame({'at': [pd.Timestamp('2024-01-01')]})", table(1, at="datetime64[ns]")),
    ("pd.DataFrame({'at': pd.Series(['2024-01-01']).astype('datetime64[ns]').dt.hour})", table(1, at="int32")),
    ("pd.DataFrame({'at': (pd.to_datetime(X['km']) - pd.Timestamp('2023')).dt.days})", table(100, at="int64")),
    ("X.set_index('km')", table(100, riders="int64")),
    ("X.set_index('km').reset_index()", table(100, km="float64", riders="int64")),
    # near twins of which not all is known
    ("pd.DataFrame({'at': pd.to_datetime(X['km']) - pd.Timestamp('2023')})", None),
    ("pd.DataFrame({'at': pd.to_datetime(['2024'], utc=True)})", None),
    ("pd.read_csv('today.csv')", None),
    ("fetch()", None),
]


@pytest.mark.parametrize(("scored", "known"), HANDED, ids=[one for one, _ in HANDED])
def test_what_is_scored_is_told_as_it_is(tmp_path: Path, scored: str, known: Given | None) -> None:
    found = logged(tmp_path, "infer_signature(X)", scored).scored
    assert [_plain(one.data) for one in found] == ([_plain(known)] if known else [])


def _plain(given: Given) -> Any:
    """A value without the lengths of columns, which those of their table tell."""
    dims = () if given.form == "column" and len(given.dims) == 1 and given.dims[0] != 2 else given.dims
    return given.form, given.dtype, dims, given.missing, [(n, _plain(p)) for n, p in given.parts]


SCHEMAS = [
    (
        "ModelSignature(inputs=Schema([ColSpec('double', 'km'), ColSpec(DataType.long, name='riders')]))",
        Given(
            "schema",
            parts=(
                ("km", Given("columnspec", "double", value="km")),
                ("riders", Given("columnspec", "long", value="riders")),
            ),
        ),
    ),
    (
        "ModelSignature(Schema([TensorSpec(np.dtype(np.float32), (-1, 2))]), None)",
        Given("schema", parts=(("", Given("tensorspec", "float32", (-1, 2))),)),
    ),
    ("ModelSignature(inputs=Schema([ColSpec(kind, 'km')]))", None),
    ("make_signature()", None),
]


@pytest.mark.parametrize(("signature", "known"), SCHEMAS)
def test_signatures_written_by_hand_are_read(tmp_path: Path, signature: str, known: Given | None) -> None:
    found = logged(tmp_path, signature, "X")
    assert (found.signature, found.signed) == (True, known)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("answer['label']", (("label",),)),
        ("print(answer['label'], answer['p'])", (("label", "p"),)),
        ("answer[0]", ((),)),
        ("if unknown():\n    answer['label']", ((),)),
        ("try:\n    answer['label']\nexcept KeyError:\n    pass", ((),)),
    ],
)
def test_what_a_prediction_is_asked_for(tmp_path: Path, text: str, asks: tuple[tuple[str, ...], ...]) -> None:
    assert tuple(one.asks for one in logged(tmp_path, "infer_signature(X)", "X", text + "\n").scored) == asks


@pytest.mark.parametrize(
    "text", ["try:\n    served.predict(X)\nexcept Exception:\n    pass", "if x():\n    served.predict(X)"]
)
def test_what_may_not_be_scored_is_not_tried(tmp_path: Path, text: str) -> None:
    assert (
        len(
            logged(
                tmp_path, "infer_signature(X)", "X", f"served = mlflow.pyfunc.load_model('fare')\n{text}\nprint()\n"
            ).scored
        )
        == 1
    )


def signed(data: Given, *scored: Given) -> Canary:
    return replace(canary(), logging=Logging(signed=data, scored=tuple(map(Scored, scored))))


def test_the_advice_changes_both_sides_of_a_signature() -> None:
    narrow, wide = table(3, riders="int64", km="float32"), table(3, riders="float64?", km="float32")
    one = advice.signed_as_scored(signed(narrow, wide)).logging
    both = advice.whole_as("float64")(signed(narrow, narrow)).logging
    assert one
    assert both
    assert one.signed == wide
    assert both.signed == both.scored[0].data == table(3, riders="float64", km="float32")


def test_values_are_made_of_the_models_own_rows() -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    state = {"np": numpy, "x": pandas.DataFrame({"riders": [1.2, 2.0], "town": ["a", "b"]})}

    def made(given: dict[str, Any]) -> Any:
        return make_given({"missing": False, "parts": [], "value": None, "dims": [], "dtype": "", **given}, state)

    column = {"form": "column", "missing": True, "parts": [], "value": None, "dims": [None]}
    frame = made(
        {
            "form": "frame",
            "dims": [4],
            "parts": [["riders", dict(column, dtype="Int64")], ["new", dict(column, dtype="float32")]],
        }
    )
    assert [str(t) for t in frame.dtypes] == ["Int64", "float32"]
    assert frame["riders"].isna().tolist() == [True, False, False, False]
    array = made({"form": "array", "dtype": "float32", "dims": [2, 3]})
    assert (array.shape, str(array.dtype), array[:, 0].round(1).tolist()) == ((2, 3), "float32", [1.2, 2.0])


def test_what_is_asked_of_a_prediction_must_be_in_it() -> None:
    loaded = SimpleNamespace(predict=lambda data: {"label": 1})
    one = {"data": {"form": "literal", "value": 1}, "asks": ["label"], "taken": "", "params": None, "by": ""}
    score(loaded, "", {}, {"scored": [one]})
    with pytest.raises(ValueError, match="no 'p': it has label"):
        score(loaded, "", {}, {"scored": [dict(one, asks=["p"])]})
    with pytest.raises(TypeError, match="no array: it has label"):
        score(loaded, "", {}, {"scored": [dict(one, taken="array")]})


SESSION = """import numpy as np
import onnxruntime as rt
import pandas as pd
from skl2onnx import to_onnx
from sklearn.linear_model import Ridge

X = pd.DataFrame({"a.b": np.random.rand(50), "c": np.random.rand(50)}).astype("float32")
onx = to_onnx(Ridge().fit(X, X["c"]), X[:1])
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
"""
FED = [
    # the session's own names, by which a table has no column where the converter has renamed one
    ("{i.name: X[[i.name]].values for i in session.get_inputs()}", ["a.b", ""]),
    ("{i.name: X[[c]].values for i, c in zip(session.get_inputs(), X.columns)}", ["", ""]),
    ("{session.get_inputs()[0].name: X.values}", [""]),
    ("{name_of(session): X.values}", [""]),
    ("{'X': X.values}", ["X"]),
]


@pytest.mark.parametrize(("feed", "names"), FED, ids=range(len(FED)))
def test_by_which_names_a_session_is_fed(tmp_path: Path, feed: str, names: list[str]) -> None:
    path = tmp_path / "train.py"
    path.write_text(f"{SESSION}session.run(None, {feed})\n", encoding="utf-8")
    (found,) = read([path]).canaries
    assert [name for name, _ in found.feeds[0].data.parts] == names


@pytest.mark.parametrize(("text", "count"), [("for row in A:\n    run(row.reshape(1, -1))", 1), ("run(A[:5])", 5)])
def test_rows_of_a_loop_are_fed_one_by_one(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "train.py"
    start = "A = X.to_numpy()\n\ndef run(rows):\n    session.run(None, {'X': rows})\n\n"
    path.write_text(f"{SESSION}{start}{text}\n", encoding="utf-8")
    (found,) = read([path]).canaries
    assert found.feeds[0].data.parts[0][1].dims == (count, 2)


def test_what_an_operator_refuses_of_made_up_values_is_no_failure() -> None:
    from checker.probe.inside.canary.given import told_by_values

    state = {"x": SimpleNamespace(shape=(120, 4))}

    def told(text: str, *dims: Any) -> bool:
        return told_by_values(ValueError(text), {"parts": [["X", {"dims": list(dims)}]]}, state)

    running = "Non-zero status code returned while running GatherElements node"
    assert told(running, 40, 4)
    assert told(running, None, None)
    assert not told(running, 40, 5)
    assert not told("Invalid rank for input: X Got: 1 Expected: 2", 4)
