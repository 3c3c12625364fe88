"""A module's name is not a distribution's name: what is tied to a package is proposed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.ask import completed
from checker.model import Case, Damage, Distribution, Finding, Observation, Severity, Stage
from checker.names import distribution_of
from checker.rules import diagnose
from checker.rules.evidence import owner
from checker.world.project import find_own

from .cases import at, case, dist, failed, script, seen, sound

IMPORT = Stage.IMPORT
READS = script(imports="sklearn skl2onnx preprocess")
LOST = failed(IMPORT, "preprocess", "ModuleNotFoundError", "No module named 'preprocess'")
LOST_FRAME = at("mlflow/x.py")


def found(looked: Case[Observation]) -> Finding:
    """The finding about the module that is missing."""
    return next(f for f in diagnose(looked) if f.rule == "undeclared-dependency")


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("sklearn.svm", "scikit-learn"),
        ("imblearn.pipeline", "imbalanced-learn"),
        ("typing_extensions", "typing-extensions"),
        ("google.protobuf.service", "protobuf"),
        ("google", "protobuf"),
        ("google.colab", ""),
        ("azure.identity", "azure-identity"),
        ("azure.nobody", ""),
        ("preprocess", ""),
        ("src", ""),
        ("", ""),
    ],
)
def test_only_what_is_known_has_a_distribution(module: str, distribution: str) -> None:
    assert distribution_of(module) == distribution


def test_a_shared_namespace_is_nobody_s(tmp_path: Path) -> None:
    held = Observation("3.11.7", "", "", {}, (Distribution("google-auth", "2.0", "/x", modules=("google",)),))
    assert (owner(held, "google.colab"), owner(held, "google.auth")) == ("", "google-auth")
    looked = case(failed(IMPORT, "google.colab", "ModuleNotFoundError", "No module named 'google'"), stack=())
    told = found(replace(looked, script=script(imports="google.colab")))
    assert "google.colab, which is not found here" in told.message
    assert told.culprits == ()


def test_an_unknown_module_is_never_proposed() -> None:
    told = found(case(LOST, uses=READS))
    assert told.severity is Severity.BLOCKER
    assert "preprocess, which is not found here" in told.message
    assert [(a.kind, a.changes, a.lines) for a in told.advice] == [("action", (), ())]


def test_a_distribution_that_the_consumer_requires_is_tied_to_it() -> None:
    asks = failed(IMPORT, "mlflow", "ModuleNotFoundError", "No module named 'preprocess'")
    from_it = replace(asks, frames=(LOST_FRAME,))
    stack = (*sound(mlflow=""), dist("mlflow", "2.16.2", requires=("preprocess>=1",)))
    told = found(case(from_it, stack=stack))
    assert told.culprits == ("preprocess", "mlflow")
    stack = (*sound(mlflow=""), dist("mlflow", "2.16.2", requires=("other",)))
    assert found(case(from_it, stack=stack)).culprits == ("mlflow",)


def test_a_module_of_the_project_is_the_user_s_own() -> None:
    told = found(case(LOST, uses=replace(READS, own={"preprocess": "/home/ana/taxi/lib/preprocess.py"})))
    assert told.severity is Severity.WARNING
    assert "part of your own project (/home/ana/taxi/lib/preprocess.py)" in told.message
    assert told.advice[0].lines == ("export PYTHONPATH='/home/ana/taxi/lib'",)


@pytest.mark.parametrize("kind", ["no-code", "no-metadata", "editable-gone"])
def test_what_a_folder_is_called_is_not_reinstalled_from_an_index(kind: str) -> None:
    damage = Damage(kind, "preprocess", "/env/site-packages/preprocess", "It is damaged.", modules=("preprocess",))
    for finding in diagnose(Case(seen(damage, LOST), READS, case().knowledge)):
        for advice in finding.advice:
            assert "preprocess" not in str(advice.changes)
            assert not any("install" in line for line in advice.lines)


# --- the user's own project --------------------------------------------------------------------------------------


def write(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("", encoding="utf-8")
    return place


@pytest.mark.parametrize("own", ["preprocess.py", "src/preprocess.py", "lib/deep/preprocess.py", "preprocess/load.py"])
def test_any_folder_of_the_repository_may_answer(tmp_path: Path, own: str) -> None:
    (tmp_path / ".git").mkdir()
    train = write(tmp_path / "jobs" / "daily" / "train.py")
    write(tmp_path / own)
    assert find_own({"preprocess", "nobody"}, [train]) == {"preprocess": str(tmp_path / own.removesuffix("/load.py"))}


def test_what_lies_outside_is_not_the_project_s(tmp_path: Path) -> None:
    train = write(tmp_path / "project" / "jobs" / "train.py")
    (tmp_path / "project" / ".git").mkdir()
    write(tmp_path / "preprocess.py")
    write(tmp_path / "project" / "env" / "pyvenv.cfg")
    write(tmp_path / "project" / "env" / "preprocess.py")
    (tmp_path / "project" / "preprocess").mkdir()
    assert find_own({"preprocess"}, [train]) == {}


def test_a_script_knows_its_project(tmp_path: Path) -> None:
    train = tmp_path / "src" / "train.py"
    write(train).write_text("import sklearn, json\nfrom src.settings import WIDTH\n", encoding="utf-8")
    asked = completed([train])
    assert asked is not None
    assert asked.own == {"src": str(tmp_path / "src")}
