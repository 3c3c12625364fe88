"""What the probe looks for where a pickled file is to be loaded: on libraries that are made here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from checker.artifact import read
from checker.artifact.pickled import details_of
from checker.probe.inside.artifact import mlflowstore, pickled_layouts, pickled_names, pickled_twins, pickledfile

OWN = "def __getattr__(name):\n    raise AttributeError(name)\n"


@pytest.fixture
def libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the search path with a package of a known library's name, and a stranger's."""
    for name, text in {
        "catboost/__init__.py": "",
        "catboost/core.py": "class Pool:\n    class Inner: pass\n",
        "catboost/broken.py": "import nothing_like_that\n",
        "strange/__init__.py": "raise SystemExit('imported')\n",
        "strange/steps.py": "class Clean: pass\n",
        "strange/open.py": OWN,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    for module in [m for m in sys.modules if m.partition(".")[0] in ("catboost", "strange")]:
        monkeypatch.delitem(sys.modules, module)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "name", "kind", "missing"),
    [
        ("catboost.core", "Pool", "", ""),
        ("catboost.core", "Pool.Inner", "", ""),
        ("catboost.core", "", "", ""),
        ("catboost.core", "Gone", "name", "Gone"),
        ("catboost.gone", "Pool", "module", "catboost.gone"),
        ("catboost.broken", "Pool", "module", "nothing_like_that"),
        ("strange.steps", "Clean", "", ""),
        ("strange.steps", "Dirty", "name", "Dirty"),
        ("strange.open", "Anything", "", ""),
        ("strange.gone", "Clean", "module", "strange.gone"),
        ("not_there_at_all", "X", "package", "not_there_at_all"),
        ("__main__", "Mine", "own", "Mine"),
        ("collections", "OrderedDict", "", ""),
        ("pathlib._gone", "PosixPath", "module", "pathlib._gone"),
        ("builtins", "set", "", ""),
    ],
)
def test_names(libraries: Path, module: str, name: str, kind: str, missing: str) -> None:
    why = pickled_names.why_lost(module, name)
    assert (why["kind"], why["missing"]) == (kind, missing) if kind else why is None
    assert "strange" not in sys.modules


def test_what_is_run_as_a_program_is_never_imported(libraries: Path) -> None:
    (libraries / "catboost" / "__main__.py").write_text("raise SystemExit('ran')")
    assert not pickled_names.is_imported("catboost.__main__")
    assert pickled_names.why_lost("catboost.__main__", "X")["kind"] == "name"


class Old:
    """A model as a library of today has it."""

    def __init__(self, depth: int = 3) -> None:
        self.depth = depth

    def get_params(self) -> dict[str, Any]:
        """As scikit-learn."""
        return {"depth": self.depth}

    def fit(self, rows: Any, goal: Any) -> Old:
        """As scikit-learn."""
        self.coef_, self.added = [1], None
        return self

    def predict(self, rows: Any) -> list[int]:
        """Reads what the last release has added."""
        return [1] if self.added is None else [0]


@pytest.mark.parametrize(
    ("held", "lacks"),
    [
        (["depth", "coef_"], [("added", "predict")]),
        (["depth", "coef_", "added"], []),
        (["depth"], []),  # it was never fitted
    ],
)
def test_twins(held: list[str], lacks: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr(pickled_twins, "is_imported", lambda module: True)
    monkeypatch.setattr(pickled_twins, "inner_models", lambda cls, known: {})
    kind = f"{__name__}.Old"
    found = pickled_twins.lacking_attributes([(kind, held, {"depth": 2})])
    assert [(one["attribute"], one["method"]) for one in found] == lacks


class Picky(Old):
    """A model that has what its setting asks for, and takes no longer a word that it once took."""

    def __init__(self, depth: int = 3, wide: bool = True, sample: Any = None) -> None:
        super().__init__(depth)
        self.wide, self.sample = wide, sample

    def fit(self, rows: Any, goal: Any) -> Picky:
        """Refuses a setting of another release."""
        if self.sample == "warn":
            raise ValueError("sample")
        self.coef_ = [1]
        if self.wide:
            self.encoder = self
        return self

    def predict(self, rows: Any) -> list[int]:
        """Asks for the encoder where there is to be one."""
        return [1] if self.wide and self.encoder else [0]


def test_a_twin_has_all_settings_that_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr(pickled_twins, "is_imported", lambda module: True)
    monkeypatch.setattr(pickled_twins, "inner_models", lambda cls, known: {})
    held = ["depth", "wide", "sample", "coef_"]
    settings = {"depth": 2, "wide": False, "sample": "warn"}
    assert pickled_twins.lacking_attributes([(f"{__name__}.Picky", held, settings)]) == []
    wide = pickled_twins.lacking_attributes([(f"{__name__}.Picky", held, {**settings, "wide": True})])
    assert [one["attribute"] for one in wide] == ["encoder"]


def test_a_file_from_another_place_is_not_opened_there(monkeypatch: pytest.MonkeyPatch) -> None:
    details = details_of(read(Path(__file__).parent / "pickles" / "own-class.pkl").pickled)  # type: ignore[arg-type]
    with pytest.raises(pickledfile.NamesLost) as caught:
        pickledfile.link_pickled({"details": details, "artifact": "/nowhere"}, {})
    assert "Mine" in str(caught.value.facts["lost"])  # type: ignore[attr-defined]


def test_helpers_of_numpy_are_tried_with_what_the_file_hands_them() -> None:
    pytest.importorskip("numpy")
    known = [["numpy.random._pickle", "__bit_generator_ctor", ["MT19937"]]]
    other = [["numpy.random._pickle", "__bit_generator_ctor", ["NoSuchGenerator"]]]
    assert pickled_layouts.refused_calls(known) == []
    assert [name for name, _ in pickled_layouts.refused_calls(other)] == ["numpy.random._pickle.__bit_generator_ctor"]
    assert pickled_layouts.refused_calls([["os", "__system", ["touch pwned"]]]) == []


def test_schemas_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "mlflow" / "store" / "db_migrations" / "versions"
    place.mkdir(parents=True)
    (tmp_path / "mlflow" / "__init__.py").write_text("raise SystemExit('imported')")
    (place / "a.py").write_text('revision = "aa11"\ndown_revision = None\n')
    (place / "b.py").write_text('revision: str = "bb22"\ndown_revision = "aa11"\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    assert mlflowstore.known_schemas() == ({"aa11", "bb22"}, {"aa11"})
    assert mlflowstore.compare_store({"details": {"revision": "aa11"}}, {}) == {"migrates": True}
    assert mlflowstore.compare_store({"details": {"revision": "bb22"}}, {}) == {"migrates": False}
    with pytest.raises(mlflowstore.StoreNewer):
        mlflowstore.compare_store({"details": {"revision": "cc33"}}, {})


@pytest.mark.parametrize(
    ("writes", "padded", "refused"),
    [("numpy_array_alignment_bytes", True, False), ("", True, True), ("", False, False), (None, True, False)],
)
def test_who_puts_no_bytes_before_arrays_does_not_read_them(
    writes: str | None, padded: bool, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("joblib", "numpy"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "numpy.py").write_text("zeros = lambda number: []\n")
    (tmp_path / "joblib.py").write_text(f"def dump(value, file):\n    file.write({writes!r}.encode())\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    held = {"needs": [], "records": [], "calls": [], "padded": padded}
    if refused:
        with pytest.raises(pickledfile.PaddingUnknown):
            pickledfile.link_pickled({"details": held}, {})
    else:
        pickledfile.link_pickled({"details": held}, {})


class Around:
    """A model around another, which it asks for its prediction, or never."""

    def __init__(self, estimator: Any = None, asks: bool = True) -> None:
        self.estimator, self.asks = estimator, asks

    def get_params(self) -> dict[str, Any]:
        """As scikit-learn."""
        return {"estimator": self.estimator}

    def fit(self, rows: Any, goal: Any) -> Around:
        """As scikit-learn."""
        self.inner_ = (self.estimator or Old()).fit(rows, goal)
        return self

    def predict(self, rows: Any) -> list[int]:
        """Asks the inner model."""
        return list(self.inner_.predict(rows))


class Beside(Around):
    """One that asks it for something else."""

    def predict(self, rows: Any) -> list[int]:
        """Reads its coefficients only."""
        return [*self.inner_.coef_]


@pytest.mark.parametrize(("root", "found"), [("Around", True), ("Beside", False), ("Old", True), ("", True)])
def test_what_the_outermost_model_never_asks_of_an_inner_one_is_not_missed(
    root: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr(pickled_twins, "is_imported", lambda module: True)
    monkeypatch.setattr(pickled_twins, "inner_models", lambda cls, known: {})
    held = [(f"{__name__}.Old", ["depth", "coef_"], {})]
    held += [(f"{__name__}.{root}", ["estimator", "asks", "inner_"], {})] if root in ("Around", "Beside") else []
    lacks = pickled_twins.lacking_attributes(held, f"{__name__}.{root}" if root else "")
    assert ("added" in [one["attribute"] for one in lacks]) is found
