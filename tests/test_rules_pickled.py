"""Rules over pickled files: what they fire on, and near ones that they leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from checker.knowledge import load
from checker.model import Artifact, Case, Distribution, Failure, Finding, Needed, Observation, Pickled, Reinstall, Stage
from checker.rules import diagnose

MODULES = {"scikit-learn": "sklearn"}


def consumer(python: str = "3.10.13", **versions: str) -> Observation:
    """An environment of those releases."""
    names = {name.replace("_", "-"): version for name, version in versions.items()}
    found = tuple(Distribution(n, v, "/site", modules=(MODULES.get(n, n),)) for n, v in names.items())
    return Observation(python, "/env/bin/python", "Linux", {"machine": "x86_64"}, distributions=found)


SAVED = Pickled("joblib", protocol=4, root="sklearn.svm._classes.SVC", saved={"scikit-learn": ("1.2.2",)})
SAME, LATER = consumer(scikit_learn="1.2.2", numpy="1.26.4"), consumer(scikit_learn="1.5.2", numpy="1.26.4")


def found(pickled: Pickled, seen: Observation | None = SAME, *outcomes: Any) -> dict[str, Finding]:
    """Rule -> its finding."""
    made = Artifact("runs/m.pkl", pickled.form, pickled=pickled, consumer=seen, outcomes=outcomes)
    return {f.rule: f for f in diagnose(Case(made, None, load()))}


def failed(kind: str, stage: Stage = Stage.LOAD, **facts: Any) -> Failure:
    """What the probe tells of the file."""
    return Failure(stage, "m.pkl", 0.1, kind, "said", facts=facts)


def lost(kind: str, module: str, name: str = "", missing: str = "", **more: str) -> dict[str, str]:
    """One name that is not to be had."""
    return {"kind": kind, "module": module, "name": name, "missing": missing or name, "text": "", **more}


def test_a_file_of_the_same_release_is_left_alone() -> None:
    assert found(SAVED) == {}
    assert found(SAVED, None) == {}


@pytest.mark.parametrize("seen", [None, SAME])
def test_a_file_that_runs_commands_blocks_whoever_loads_it(seen: Observation | None) -> None:
    one = found(Pickled("pickle", dangers=("posix.system",)), seen)["pickle-runs-code"]
    assert (one.severity.value, one.stage, one.culprits) == ("blocker", Stage.LOAD, ())
    assert "posix.system" in one.message


@pytest.mark.parametrize(
    ("pickled", "python", "rule"),
    [
        (Pickled("pickle", protocol=5), "3.7.16", "pickle-protocol-too-new"),
        (Pickled("pickle", protocol=5), "3.8.18", ""),
        (Pickled("pickle", protocol=4), "3.6.15", ""),
        (Pickled("skops", protocol=5), "3.7.16", ""),
        (Pickled("cloudpickle", python=("3.11",), functions=("f",)), "3.8.18", "byte-code-of-another-python"),
        (Pickled("cloudpickle", python=("3.11", "3.12"), functions=("f",)), "3.12.1", ""),
        (Pickled("cloudpickle", functions=("f",)), "3.12.1", ""),
        (Pickled("pickle", python2=True), "3.8.18", "python-2-wrote-it"),
        (Pickled("joblib", container="lz4"), "3.8.18", "packing-not-installed"),
        (Pickled("joblib", container="xz"), "3.8.18", ""),
    ],
)
def test_against_the_python(pickled: Pickled, python: str, rule: str) -> None:
    seen = found(pickled, consumer(python))
    assert [*seen] == ([rule] if rule else [])
    if rule:
        assert seen[rule].severity.value == "blocker"
        assert seen[rule].advice[0].kind in ("code", "action")


def test_lz4_that_is_there() -> None:
    assert found(Pickled("joblib", container="lz4"), consumer(lz4="4.3.3")) == {}


def test_names_that_are_gone_are_told_with_who_saved_the_file() -> None:
    facts = [lost("module", "sklearn.ensemble.forest", "RandomForestClassifier")]
    one = found(SAVED, LATER, failed("NamesLost", lost=facts))["saved-name-lost"]
    assert one.culprits == ("scikit-learn",)
    assert "scikit-learn 1.5.2 does not have: it was saved by scikit-learn 1.2.2" in one.message
    first = one.advice[0]
    assert (first.kind, first.trial) == ("action", Reinstall(("scikit-learn==1.2.2",)))


def test_where_nobody_knows_who_saved_it_a_bound_is_known() -> None:
    facts = [lost("module", "numpy._core.multiarray", "_reconstruct")]
    one = found(Pickled("pickle"), consumer(numpy="1.23.5"), failed("NamesLost", lost=facts))["saved-name-lost"]
    assert one.culprits == ("numpy",)
    assert one.advice[0].lines == ("/env/bin/python -m pip install 'numpy>=1.26.1'",)


def test_a_release_that_this_python_has_not_is_no_trial() -> None:
    old = Pickled("pickle", saved={"scikit-learn": ("0.20.4",)})
    facts = [lost("name", "sklearn.svm._classes", "SVC")]
    one = found(old, consumer("3.11.7", scikit_learn="1.5.2"), failed("NamesLost", lost=facts))["saved-name-lost"]
    assert [a.trial for a in one.advice] == [None] * len(one.advice)


def test_a_compiled_module_with_a_short_name_is_its_package_s() -> None:
    facts = [lost("name", "_loss", "CyHalfBinomialLoss", home="sklearn._loss._loss")]
    assert found(SAVED, LATER, failed("NamesLost", lost=facts))["saved-name-lost"].culprits == ("scikit-learn",)


@pytest.mark.parametrize(
    ("one", "rule", "culprits"),
    [
        (lost("package", "lightgbm.sklearn", "LGBMClassifier", "lightgbm"), "saved-package-missing", ("lightgbm",)),
        (lost("package", "taxi.steps", "Clean", "taxi"), "own-code-missing", ()),
        (lost("own", "__main__", "Clean"), "own-code-missing", ()),
    ],
)
def test_what_else_is_missing(one: dict[str, str], rule: str, culprits: tuple[str, ...]) -> None:
    seen = found(Pickled("pickle"), SAME, failed("NamesLost", lost=[one]))
    assert [*seen] == [rule]
    assert seen[rule].culprits == culprits
    assert seen[rule].severity.value == "blocker"


def test_each_thing_that_is_missing_has_its_finding() -> None:
    facts = [lost("own", "__main__", "Clean"), lost("package", "lightgbm.sklearn", "LGBMClassifier", "lightgbm")]
    assert {*found(Pickled("pickle"), SAME, failed("NamesLost", lost=facts))} == {
        "saved-package-missing",
        "own-code-missing",
    }


@pytest.mark.parametrize(
    ("failure", "rule", "stage", "said"),
    [
        (
            failed("LayoutRefused", layouts=[{"where": "sklearn.tree._tree.NODE_DTYPE", "there": ["a"], "here": ["a", "b"]}]),
            "array-layout-changed", Stage.LOAD, "its nodes lack b",
        ),
        (
            failed("LayoutRefused", Stage.RUN, layouts=[{"where": "sklearn.x.Y", "there": ["a", "c"], "here": ["a"]}]),
            "array-layout-changed", Stage.RUN, "its nodes have c, which is unknown there",
        ),
        (
            failed("HelperRefuses", refused=[["numpy.random._pickle.__bit_generator_ctor", "ValueError: x"]]),
            "helper-refuses", Stage.LOAD, "numpy 1.26.4 refuses",
        ),
        (
            failed("AttributesLost", Stage.RUN, lacks=[{"kind": "sklearn.tree._classes.Tree", "attribute": "monotonic_cst", "method": "predict", "text": "x"}]),
            "saved-attribute-missing", Stage.RUN, "reads monotonic_cst",
        ),
    ],
)  # fmt: skip
def test_what_no_longer_fits(failure: Failure, rule: str, stage: Stage, said: str) -> None:
    seen = found(SAVED, LATER, failure)
    assert [*seen] == [rule]
    assert said in seen[rule].message
    assert (seen[rule].stage, seen[rule].severity.value) == (stage, "blocker")
    assert failure.step in seen[rule].explains


@pytest.mark.parametrize(
    ("here", "warned"), [("1.5.2", True), ("1.2.0", False), ("1.2.2", False)], ids=["minor", "patch", "same"]
)
def test_another_release_is_a_warning_where_nothing_is_seen_to_fail(here: str, warned: bool) -> None:
    seen = found(SAVED, consumer(scikit_learn=here))
    assert [(f.rule, f.severity.value) for f in seen.values()] == [("saved-by-other-release", "warning")] * warned


def test_needs_are_told_by_their_dotted_names() -> None:
    assert (Needed("a.b", "C").dotted, Needed("a.b", "").dotted) == ("a.b.C", "a.b")
