"""Rules over pickled files: whom they blame and what they advise."""

from __future__ import annotations

from typing import Any

from checker.model import Finding, Observation
from checker.model.actions import Reinstall
from checker.model.forms.pickled import Needed, Pickled
from checker.rules import diagnose

from .test_rules_saved import FOREST, LATER, SAME, SAVED, case, consumer, failed, lost, name_of


def found(pickled: Pickled, seen: Observation | None = SAME, *outcomes: Any) -> dict[str, Finding]:
    """Rule -> its finding."""
    return {f.rule: f for f in diagnose(case(pickled, seen, *outcomes))}


def test_a_file_of_the_same_release_is_left_alone() -> None:
    assert found(SAVED) == {}
    assert found(SAVED, None) == {}


def test_names_that_are_gone_are_had_from_the_release_that_saved_the_file() -> None:
    first = found(SAVED, LATER, FOREST)["saved-name-lost"].advice[0]
    assert (first.kind, first.trial) == ("action", Reinstall(("scikit-learn==1.2.2",)))


def test_where_nobody_knows_who_saved_it_a_bound_is_known() -> None:
    gone = lost("module", "numpy._core.multiarray", "_reconstruct")
    one = found(Pickled("pickle"), consumer(numpy="1.23.5"), gone)["saved-name-lost"]
    assert one.advice[0].lines == ("/env/bin/python -m pip install 'numpy>=1.26.1'",)


def test_a_release_that_this_python_has_not_is_no_trial() -> None:
    old = Pickled("pickle", saved={"scikit-learn": ("0.20.4",)})
    gone = lost("name", "sklearn.svm._classes", "SVC")
    one = found(old, consumer("3.11.7", scikit_learn="1.5.2"), gone)["saved-name-lost"]
    assert [a.trial for a in one.advice] == [None] * len(one.advice)


def test_a_compiled_module_with_a_short_name_is_its_package_s() -> None:
    gone = lost("name", "_loss", "CyHalfBinomialLoss", home="sklearn._loss._loss")
    assert found(SAVED, LATER, gone)["saved-name-lost"].culprits == ("scikit-learn",)


def test_each_thing_that_is_missing_has_its_finding() -> None:
    facts = [name_of("own", "__main__", "Clean"), name_of("package", "lightgbm.sklearn", "LGBMClassifier", "lightgbm")]
    assert {*found(Pickled("pickle"), SAME, failed("NamesLost", lost=facts))} == {
        "saved-package-missing",
        "own-code-missing",
    }


def test_needs_are_told_by_their_dotted_names() -> None:
    assert (Needed("a.b", "C").dotted, Needed("a.b", "").dotted) == ("a.b.C", "a.b")
