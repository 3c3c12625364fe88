"""Pins that are judged with nothing built: what is read of requirement files, and what measurements say of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from checker.cli import main
from checker.errors import BLOCKED, READY, USAGE
from checker.matrix import measured
from checker.requirements import pinned
from checker.requirements.choosing import choose_needs
from checker.requirements.needs import Choice, Needs
from checker.requirements.pinned import pinned_set

from .matrices import FEW, SIGNATURES, packed

WHOLE = "scikit-learn=={}\nskl2onnx==1.16.0\nonnx==1.15.0\nnumpy==1.26.4\nscipy==1.11.4\nprotobuf==4.25.3\n"
SCRIPT = """
import numpy as np
from sklearn.linear_model import Ridge
from skl2onnx import to_onnx
X = np.random.rand(100, 4).astype(np.float32)
to_onnx(Ridge().fit(X, X[:, 0]), X[:1])
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """`checker preflight` on pins and a script, with a small matrix: its status, answer and word of complaint."""
    monkeypatch.setattr(measured, "PLACES", (packed(tmp_path / "measured.json.gz", FEW),))
    measured.load.cache_clear()
    (tmp_path / "train.py").write_text(SCRIPT)

    def run_(pins: str, *words: str) -> tuple[int, str, str]:
        (tmp_path / "pins.txt").write_text(pins)
        files = [str(tmp_path / "train.py"), "--requirements", str(tmp_path / "pins.txt")]
        status = main(["preflight", "--static", "--python", "3.11", *files, *words])
        told = capsys.readouterr()
        return status, told.out, told.err

    yield run_
    measured.load.cache_clear()


# --- what is read ------------------------------------------------------------------------------------------------


def needs(tmp_path: Path, text: str) -> Needs:
    (file := tmp_path / "pins.txt").write_text(text)
    return choose_needs([file], Choice(), "3.11").needs


def test_exact_pins_ask_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", "/nowhere/uv")
    found = pinned_set(needs(tmp_path, WHOLE.format("1.4.0") + "pip==24.0  # old\n"), "3.11")
    assert found.pins["scikit-learn"] == "1.4.0"
    assert len(found.distributions) == 7
    assert found.faults == found.remarks == ()


def test_a_line_for_another_python_is_no_pin(tmp_path: Path) -> None:
    text = (
        WHOLE.format("1.4.0")
        + 'onnxruntime==1.14.1 ; python_version < "3.10"\nonnxruntime==1.16.3; python_version>="3.10"\n'
    )
    assert pinned_set(needs(tmp_path, text), "3.11").pins["onnxruntime"] == "1.16.3"
    assert pinned_set(needs(tmp_path, text), "3.9").pins["onnxruntime"] == "1.14.1"


def test_what_is_open_is_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def compiled(lines: Iterable[str], words: Sequence[str], *_: object, **__: object) -> CompletedProcess[str]:
        asked.append([*lines, *words])
        return CompletedProcess([], 0, "scikit-learn==1.4.0\nskl2onnx==1.16.0\nnumpy==1.26.4\n", "")

    monkeypatch.setattr(pinned, "compile_pins", compiled)
    found = pinned_set(needs(tmp_path, "scikit-learn==1.4.0\nskl2onnx>=1.16\n"), "3.11")
    assert found.pins == {"scikit-learn": "1.4.0", "skl2onnx": "1.16.0", "numpy": "1.26.4"}
    assert asked == [["scikit-learn==1.4.0", "skl2onnx>=1.16", "--python-version", "3.11"]]


def test_what_nothing_satisfies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "error: No solution found: because there is no version of skl2onnx==9.9 we can conclude that ..."
    monkeypatch.setattr(pinned, "compile_pins", lambda *_, **__: CompletedProcess([], 1, "", said))
    found = pinned_set(needs(tmp_path, "scikit-learn==1.4.0\nskl2onnx==9.9\n"), "3.11")
    assert [(fault.kind, fault.name, fault.place) for fault in found.faults] == [
        ("NoSuchRelease", "skl2onnx", "pins.txt:2")
    ]


@pytest.mark.parametrize(("elsewhere", "blocks"), [(False, False), (True, True)])
def test_what_nobody_has_a_wheel_of_is_left_out(
    elsewhere: bool, blocks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is built here: what is only there as sources blocks nothing, what has wheels for other Pythons does."""
    said = "error: Because all versions of shap have no usable wheels and you require shap, it is unsatisfiable. "
    said += "hint: Wheels are required for `shap` because building from source is disabled for all packages"

    def compiled(
        lines: Iterable[str], words: Sequence[str], *_: object, overrides: Iterable[str] = (), **__: object
    ) -> CompletedProcess[str]:
        assert next(iter(lines)) == "--index-url https://index.example/simple"
        if ("--universal" in words and elsewhere) or [*overrides]:
            return CompletedProcess([], 0, "scikit-learn==1.4.0\n", "")
        return CompletedProcess([], 1, "", said)

    monkeypatch.setattr(pinned, "compile_pins", compiled)
    found = pinned_set(needs(tmp_path, "--index-url https://index.example/simple\nscikit-learn==1.4.0\nshap\n"), "3.11")
    assert bool(found.faults) is blocks
    assert found.remarks == (() if blocks else ("Left out: shap has no wheel, and nothing is built here",))


def test_offline_says_what_it_does_not_know(tmp_path: Path) -> None:
    found = pinned_set(needs(tmp_path, "scikit-learn==1.4.0\nskl2onnx>=1.16\n"), "3.11", offline=True)
    assert found.pins == {"scikit-learn": "1.4.0"}
    assert found.remarks == (
        "Not pinned, and without the index not resolved: skl2onnx>=1.16",
        "Not named, and without the index not resolved: numpy, scipy, onnx, protobuf",
    )


def test_a_mistyped_line_is_a_fault(tmp_path: Path) -> None:
    found = pinned_set(needs(tmp_path, "scikit-learn=1.4.0\n"), "3.11")
    assert [(fault.kind, fault.meant) for fault in found.faults] == [("Mistyped", "scikit-learn==1.4.0")]


# --- what is said of it ------------------------------------------------------------------------------------------


def test_a_model_that_was_measured_to_work(run: Run) -> None:
    status, told, _ = run(WHOLE.format("1.4.0"))
    assert status == READY
    words = " ".join(told.split())
    assert words.startswith("Ready")
    assert "Ridge works, measured on 2026-11-28 with python 3.11, scikit-learn 1.4.0, skl2onnx 1.16.0" in words


def test_a_model_that_was_measured_to_fail_blocks(run: Run) -> None:
    status, told, _ = run(WHOLE.format("1.7.0"), "--format", "json")
    assert status == BLOCKED
    first = json.loads(told)["findings"][0]
    assert (first["severity"], first["stage"], first["basis"]) == ("blocker", "convert", "measured")
    assert first["measured"] == "measured on 2026-11-28 with python 3.11, scikit-learn 1.7.0, skl2onnx 1.16.0"
    assert {"scikit-learn", "skl2onnx"} & set(first["culprits"])


def test_neighbours_that_fail_block_nobody(run: Run) -> None:
    status, told, _ = run(WHOLE.format("1.8.1"))
    assert status == READY
    assert "Ridge probably fails at convert" in " ".join(told.split())


@pytest.mark.parametrize(
    ("imported", "line", "status", "said"),
    [
        ("", "Ridge().fit(X, X[:, 0])", READY, "Ridge works, measured"),
        ("import skl2onnx", "Ridge().fit(X, X[:, 0])", READY, "Ridge fails at convert"),
        ("from skl2onnx import to_onnx", "to_onnx(Ridge().fit(X, X[:, 0]), X[:1])", BLOCKED, "Ridge fails at convert"),
    ],
)
def test_what_nothing_converts_only_has_to_fit(
    imported: str, line: str, status: int, said: str, run: Run, tmp_path: Path
) -> None:
    kept = [one for one in SCRIPT.splitlines() if "onnx" not in one]
    (tmp_path / "train.py").write_text("\n".join((imported, *kept, line, "")))
    found, told, _ = run(WHOLE.format("1.7.0"))
    assert (found, said in " ".join(told.split())) == (status, True), told


LOGS = """
import mlflow
import mlflow.sklearn
import numpy as np
from sklearn.linear_model import Ridge
X = np.random.rand(100, 4).astype(np.float32)
with mlflow.start_run():
    mlflow.{}.log_model(Ridge().fit(X, X[:, 0]), name="tip"{})
"""


@pytest.mark.parametrize(
    ("pins", "flavor", "more", "lacks"),
    [
        ("mlflow-skinny==3.14.0\n", "sklearn", "", True),
        ("mlflow-skinny==3.16.1\n", "sklearn", "", True),
        ("mlflow-skinny==3.13.0\n", "sklearn", "", False),
        ("mlflow-skinny==3.14.0\nskops==0.14.0\n", "sklearn", "", False),
        ("mlflow-skinny==3.14.0\n", "sklearn", ", serialization_format='cloudpickle'", False),
        ("mlflow-skinny==3.14.0\nmlflow==3.14.0\n", "sklearn", "", False),  # which brings it
        ("mlflow-skinny==3.14.0\n", "xgboost", "", False),
    ],
)
def test_what_a_smaller_mlflow_does_not_bring(
    pins: str, flavor: str, more: str, lacks: bool, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(LOGS.format(flavor, more))
    status, told, _ = run(WHOLE.format("1.4.0") + pins, "--format", "json")
    assert status == READY
    found = [f for f in json.loads(told)["findings"] if "skops" in f["culprits"]]
    assert bool(found) is lacks
    assert ("No module named 'skops'" in told) is lacks
    if lacks:
        assert (found[0]["severity"], found[0]["stage"]) == ("warning", "register")
        assert {"skops", "mlflow-skinny"} <= {*found[0]["culprits"]}


#: from scikit-learn 1.6 on its import fails; `LogisticRegression-binary` is what is asked about imports
BROKEN = ["import", "ImportError", "sklearn.utils", "numpy.dtype size changed", "s7"]
BROKEN_IMPORTS = {
    **FEW, "canaries": ["Ridge", "LogisticRegression-binary"], "signatures": [*SIGNATURES, BROKEN],
    "profiles": [None, 7, "0,0,0"], "outcomes": [",".join(("222222" + "111111") * 2)] * 2,
}  # fmt: skip
NO_MODELS = "import sklearn\nimport skl2onnx\n"
#: the same model, and one of which nothing is measured
TWO = SCRIPT + "from sklearn.linear_model import Lasso\nto_onnx(Lasso(positive=True).fit(X, X[:, 0]), X[:1])\n"


@pytest.mark.parametrize("script", [SCRIPT, NO_MODELS, TWO])
@pytest.mark.parametrize(
    ("release", "severity", "basis"),
    [("1.4.0", None, None), ("1.7.0", "blocker", "measured"), ("1.8.1", "warning", "inferred")],
)
def test_imports_are_judged_with_and_without_models(
    script: str, release: str, severity: str | None, basis: str | None, run: Run, tmp_path: Path
) -> None:
    packed(tmp_path / "measured.json.gz", BROKEN_IMPORTS)
    (tmp_path / "train.py").write_text(script)
    status, told, _ = run(WHOLE.format(release), "--format", "json")
    found = [f for f in json.loads(told)["findings"] if f["stage"] == "import"]
    assert [(f["severity"], f["basis"]) for f in found] == ([(severity, basis)] if severity else [])
    assert status == (BLOCKED if severity == "blocker" else READY)


def test_what_nobody_measured_is_not_called_ready(run: Run) -> None:
    status, told, _ = run(WHOLE.format("1.99.0"))
    assert status == READY
    assert told.startswith("Not all known (1 of 1 model not measured)")
    assert run(WHOLE.format("1.99.0"), "--strict")[0] == BLOCKED


def test_a_missing_file_is_one_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "--static", "--requirements", "nowhere.txt"]) in (USAGE, 3)
    assert len(capsys.readouterr().err.splitlines()) == 1
