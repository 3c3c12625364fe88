"""A model without a script: what stands in for the script, and one clear line for whatever cannot be meant."""

from __future__ import annotations

import ast
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.cli import main
from checker.errors import CANNOT_LOOK, USAGE, CheckerError
from checker.model import Observation, Rehearsal
from checker.standin import Standin, check_rehearsed, find_standin, rehearsed, script_of
from checker.standin.asked import MODELS, ROWS
from checker.standin.parts import LOADED, READING
from checker.standin.text import program_of

from .rehearsals import observed, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the shadow is made of links")

#: as much of the stack as the script asks for: the converter raises what it is given
STACK = {
    "sklearn/__init__.py": "",
    "sklearn/base.py": "class BaseEstimator: pass\ndef is_classifier(m): return m.kind == 'c'\ndef is_regressor(m): return False",
    "skl2onnx/__init__.py": "def convert_sklearn(model, initial_types, target_opset):\n"
    "    raise ValueError('%s %s' % (model.fitted_on, initial_types))",
    "skl2onnx/common/__init__.py": "",
    "skl2onnx/common/data_types.py": "class Type:\n    def __init__(self, shape): self.shape = shape\n"
    "    def __repr__(self): return type(self).__name__[:-10] + str(self.shape)\n"
    + "\n".join(f"class {kind}TensorType(Type): pass" for kind in ("Float", "Int64", "Boolean", "String")),
    "pandas.py": """
class Kind:
    def __init__(self, kind): self.kind = kind
class Frame:
    def __init__(self, rows): self.rows, self.columns = rows, list(rows)
    shape = property(lambda self: (len(list(self.rows.values())[0]) if self.rows else 0, len(self.rows)))
    dtypes = property(lambda self: [Kind('f' if v[0].replace('.', '').isdigit() else 'O') for v in self.rows.values()])
    def drop(self, columns): return Frame({n: v for n, v in self.rows.items() if n not in columns})
    def __getitem__(self, name):
        if isinstance(name, slice): return self
        return Frame({n: self.rows[n] for n in name}) if isinstance(name, list) else self.rows[name]
def read_csv(path, sep):
    head, *rows = [line.split(sep) for line in open(path).read().split()] or [[]]
    if not head: raise ValueError('No columns to parse from file')
    return Frame({name: [row[n] for row in rows] for n, name in enumerate(head)})
def read_parquet(path): raise ImportError("Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'.")
""",
}
MODEL = """
import os
class Model:
    kind = 'c'
    def fit(self, X, y=None):
        self.fitted_on, self.n_features_in_ = (list(X.columns), y), X.shape[1]
        return self
    def predict(self, X): return X
class Fitted(Model):
    def __init__(self): self.fitted_on, self.n_features_in_, self.feature_names_in_ = 'before', 2, ['zone', 'miles']
class Loose(Model): kind = ''
def build(): return Model()
def needs(depth): return Model()
def nothing(): return 3
def ends(): os._exit(0)
class Kit:
    @staticmethod
    def build(): return Model()
ready, number = Model().fit.__self__, 3
"""
FILES = {
    **{f"site-packages/{name}": text for name, text in STACK.items()},
    "taxi/__init__.py": "",
    "taxi/model.py": MODEL,
    "taxi/broken.py": "import absent_package\n",
    "src/deep.py": "from taxi.model import build\n",
    "rides.csv": "miles,zone,tip\n1.5,A,1\n2.5,B,0\n",
    "rides;.csv": "miles;zone;tip\n1.5;A;1\n2.5;B;0\n",
    "empty.csv": "",
    "head.csv": "miles,zone\n",
    "rides.parquet": "PAR1",
    "rides.txt": "",
}


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Observation]:
    """What is seen of a model and rows in a user's folder; raises what is told of what cannot be meant."""
    monkeypatch.chdir(write(tmp_path, FILES))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site-packages"))

    def looked(model: str, data: str = "rides.csv", target: str = "tip") -> Observation:
        standin = find_standin(model, Path(data) if data else None, target)
        seen = observed(tmp_path, rehearsed(standin, RUN))
        check_rehearsed(standin, seen)
        return seen

    return looked


#: a script's rehearsal, before anything is known of it
RUN = Rehearsal((), "", seconds=30)


def converted(seen: Observation) -> str:
    """What the converter was given: on what the model was fitted, and the inputs."""
    assert [(f.subject, f.type) for f in seen.failures()] == [(seen.rehearsed[0].script, "ValueError")]
    return seen.failures()[0].text


@pytest.mark.parametrize("model", ["taxi.model:build", "taxi.model:Model", "taxi.model:Kit.build", "deep:build"])
def test_a_model_is_made_fitted_and_converted(model: str, look: Callable[..., Observation]) -> None:
    inputs = "[('miles', Float[None, 1]), ('zone', String[None, 1])]"
    assert converted(look(model)) == f"(['miles', 'zone'], ['1', '0']) {inputs}"


def test_fields_may_be_parted_by_something_else(look: Callable[..., Observation]) -> None:
    assert converted(look("taxi.model:build", "rides;.csv")).startswith("(['miles', 'zone'], ['1', '0'])")


def test_what_is_fitted_is_not_fitted_again(look: Callable[..., Observation]) -> None:
    """It gets the columns that it knows, in its own order, and nothing needs to be said of the others."""
    inputs = "[('zone', String[None, 1]), ('miles', Float[None, 1])]"
    assert converted(look("taxi.model:Fitted", target="")) == f"before {inputs}"


def test_what_predicts_nothing_needs_no_target(look: Callable[..., Observation]) -> None:
    assert converted(look("taxi.model:Loose", target="")).startswith("(['miles', 'zone', 'tip'], None)")


#: model, rows, target -> status, and what is told
WRONG = {
    "no name": ("taxi.model", "rides.csv", "", USAGE, "--model 'taxi.model' names no model (write package.module:name"),
    "no Python": ("taxi-model:build", "rides.csv", "", USAGE, "names no model"),
    "no file": ("model.joblib", "rides.csv", "", CANNOT_LOOK, "cannot read model.joblib: not found"),
    "no rows": ("taxi.model:build", "ride.csv", "", CANNOT_LOOK, "ride.csv: not found (did you mean rides.csv?)"),
    "other rows": ("taxi.model:build", "rides.txt", "", USAGE, "rows are not read from such a file (give .csv, "),
    "target of nothing": ("taxi.model:build", "", "tip", USAGE, "--target-column is about --data"),
    "no module": (
        "taxis.model:build",
        "rides.csv",
        "tip",
        CANNOT_LOOK,
        "there is no module taxis (it is looked for in",
    ),
    "no part": ("taxi.models:build", "rides.csv", "tip", CANNOT_LOOK, "there is no module taxi.models ("),
    "no attribute": (
        "taxi.model:bild",
        "rides.csv",
        "tip",
        CANNOT_LOOK,
        "has no attribute 'bild' (it has Model, Fitted",
    ),
    "arguments": ("taxi.model:needs", "rides.csv", "tip", CANNOT_LOOK, "missing a required argument: 'depth' (name a"),
    "a number": ("taxi.model:number", "rides.csv", "tip", CANNOT_LOOK, "is a int: it is no estimator, and makes none"),
    "makes a number": ("taxi.model:nothing", "rides.csv", "tip", CANNOT_LOOK, "gives a int: an estimator has fit"),
    "no column": (
        "taxi.model:build",
        "rides.csv",
        "tap",
        USAGE,
        "rides.csv has no such column (it has miles, zone, tip)",
    ),
    "no target": (
        "taxi.model:build",
        "rides.csv",
        "",
        CANNOT_LOOK,
        "nothing says what it predicts (name the column",
    ),
    "unfitted": ("taxi.model:build", "", "", CANNOT_LOOK, "is not fitted, and there are no rows"),
    "empty": ("taxi.model:build", "empty.csv", "", CANNOT_LOOK, "empty.csv cannot be read: No columns to parse"),
    "only a head": ("taxi.model:build", "head.csv", "", CANNOT_LOOK, "holds no table of rows and columns (0 x 2)"),
    "no engine": (
        "taxi.model:build",
        "rides.parquet",
        "",
        CANNOT_LOOK,
        "read with pyarrow, which is not installed there",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_meant_is_one_clear_line(wrong: str, look: Callable[..., Observation]) -> None:
    model, data, target, status, words = WRONG[wrong]
    with pytest.raises(CheckerError) as told:
        look(model, data, target)
    assert words in str(told.value)
    assert (told.value.code, "\n" in str(told.value)) == (status, False)


def test_what_a_module_needs_is_no_fault_of_the_name(look: Callable[..., Observation]) -> None:
    (failure,) = look("taxi.broken:build").failures()
    assert (failure.stage.value, failure.subject) == ("import", "absent_package")


def test_a_way_to_end_of_the_users_own_is_none_of_ours(look: Callable[..., Observation]) -> None:
    assert [one.where for one in look("taxi.model:ends").rehearsed if not one.whole] in ([], ["model.py:18"])


@pytest.mark.parametrize(
    "words",
    [
        "--data rides.csv",
        "train.py --model taxi.model:build",
        "--model taxi.model:build --static",
        "--model taxi.model:build --via python",
    ],
)
def test_options_that_contradict_each_other(
    words: str, look: Callable[..., Observation], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preflight", *words.split()]) == USAGE
    assert "--model" in capsys.readouterr().err


class Saved:
    """As much of an estimator as tells who saved it."""

    def __init__(self) -> None:
        self._sklearn_version = "1.2.2"


@pytest.mark.parametrize(
    "content",
    [*[pickle.dumps(Saved(), n) for n in (2, 3, 4, 5)], zlib.compress(pickle.dumps(Saved())), pickle.dumps({"a": 1})],
)
def test_a_pickle_tells_which_release_saved_it(content: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "model.joblib").write_bytes(content)
    assert find_standin(str(path), None).saved == ("" if content == pickle.dumps({"a": 1}) else "1.2.2")


@pytest.mark.parametrize(
    ("text", "words"), [("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"), ("<html>", "is no pickle")]
)
def test_what_is_no_pickle_is_told(text: str, words: str, tmp_path: Path) -> None:
    (path := tmp_path / "model.pkl").write_text(text)
    with pytest.raises(CheckerError, match=words):
        find_standin(str(path), None)


@pytest.mark.parametrize("form", ["", *LOADED])
@pytest.mark.parametrize("kind", ["", *READING])
def test_every_script_is_python_of_the_floor(form: str, kind: str) -> None:
    text = program_of(Standin("a.b:c", form, 'it\'s "rows".csv', kind, "what's left", ("src",)))
    ast.parse(text, feature_version=(3, 6))


def test_made_up_rows_are_told() -> None:
    told = "No rows were given: model.joblib is compared on made-up numbers"
    assert script_of(Standin("a/model.joblib", "joblib")).notes == (told,)
    assert script_of(Standin("a/model.joblib", "joblib", "rides.csv", "csv")).notes == ()


def test_every_ending_is_read() -> None:
    assert {*MODELS.values()} < {*LOADED}
    assert {*ROWS.values()} < {*READING}
