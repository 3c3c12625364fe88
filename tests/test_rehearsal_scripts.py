"""Several scripts in one rehearsal: they have files in common, and nothing else."""

from __future__ import annotations

from pathlib import Path

from checker.model import Failure
from checker.probe.inside.rehearse.small import Small

from .rehearsals import rehearse, write

TRAIN = "import pickle, sys\nsys.shared = 1\npickle.dump([1, 2], open('model.pkl', 'wb'))\n"
CONVERT = (
    "import pickle, sys\nassert pickle.load(open('model.pkl', 'rb')) == [1, 2]\nassert not hasattr(sys, 'shared')\n"
)


def test_files_pass_from_script_to_script_and_nothing_else_does(tmp_path: Path) -> None:
    seen = rehearse(write(tmp_path, {"train.py": TRAIN, "convert.py": CONVERT}), "train.py", "convert.py")
    assert [(one.script, one.whole) for one in seen.rehearsed] == [("train.py", True), ("convert.py", True)], seen
    assert {path.name for path in tmp_path.iterdir()} == {"train.py", "convert.py"}


def test_a_class_of_the_first_script_is_not_there_in_the_second(tmp_path: Path) -> None:
    train = "import pickle\nclass Model: pass\npickle.dump(Model(), open('model.pkl', 'wb'))\n"
    convert = "import pickle\npickle.load(open('model.pkl', 'rb'))\n"
    seen = rehearse(write(tmp_path, {"train.py": train, "convert.py": convert}), "train.py", "convert.py")
    assert [(o.subject, o.type) for o in seen.outcomes if isinstance(o, Failure)] == [
        ("convert.py:2", "AttributeError")
    ]


def test_what_comes_after_a_failure_is_not_run(tmp_path: Path) -> None:
    files = {"train.py": "raise KeyError(1)\n", "convert.py": "open('model.pkl')\n"}
    seen = rehearse(write(tmp_path, files), "train.py", "convert.py")
    assert [one.script for one in seen.rehearsed] == ["train.py"]


def test_a_script_that_leaves_python_is_not_gone_past(tmp_path: Path) -> None:
    files = {"train.py": "import os\nos._exit(3)\n", "convert.py": "x = 1\n"}
    seen = rehearse(write(tmp_path, files), "train.py", "convert.py")
    assert [o.type for o in seen.outcomes if isinstance(o, Failure)] == ["Exit"]
    assert [one.script for one in seen.rehearsed if not one.whole] == ["train.py"]


class Model:
    n_features_in_ = 2

    def __init__(self, depth: int = 1) -> None:
        self.depth = depth

    def get_params(self, deep: bool = True) -> dict[str, int]:
        return {"depth": self.depth}


def test_the_rows_of_a_model_are_known_to_the_scripts_after(tmp_path: Path) -> None:
    first, second = (Small(1000, str(tmp_path / "rows")) for _ in range(2))
    model = Model(3)
    first.fit_small(model, lambda *_: None, "fit", ([[1, 2], [3, 4]],), {})
    assert second.rows_of(Model(3)) is None
    first.leave()
    assert second.rows_of(Model(3)) == [[1, 2], [3, 4]]
    assert second.rows_of(Model(4)) is None
