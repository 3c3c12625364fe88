"""Every public estimator of every release is tried, by a row that says that it knows that release."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checker.model import Canary
from checker.probe.canaries import CATALOGUE

#: minor release of scikit-learn, oldest first -> names that `all_estimators` has `new`, and that are `gone` from it
RECORDED: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "recorded" / "estimators.json").read_text(encoding="utf-8")
)

#: public estimators that no row tries, and why
UNTRIED = {
    "MultiLabelBinarizer": "takes lists of labels",
    "NearestNeighbors": "answers kneighbors, neither predict nor transform",
    "PatchExtractor": "takes images",
    "DictVectorizer": "takes dictionaries",
    "LSHForest": "answers kneighbors, neither predict nor transform",
    "GaussianRandomProjectionHash": "a part of LSHForest",
    "CheckingClassifier": "a helper of scikit-learn's own tests",
}


def minor(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")[:2]))


def public(release: str) -> set[str]:
    """The public estimators of a minor release."""
    found: set[str] = set()
    for recorded, changes in RECORDED.items():
        if minor(recorded) <= minor(release):
            found = (found | set(changes["new"])) - set(changes["gone"])
    return found


def knows(canary: Canary, release: str) -> bool:
    """Whether the row says that this minor release has what it tries."""
    after = not canary.since or minor(canary.since) <= minor(release)
    return after and not (canary.until and minor(canary.until) <= minor(release))


def tried(release: str) -> set[str]:
    return {name for c in CATALOGUE if knows(c, release) for name in re.findall(r"\.([A-Z]\w*)", c.make)}


@pytest.mark.parametrize("release", RECORDED)
def test_every_public_estimator_is_tried_or_excused(release: str) -> None:
    assert sorted(public(release) - tried(release) - set(UNTRIED)) == []


@pytest.mark.parametrize("release", RECORDED)
def test_no_row_claims_a_release_that_does_not_have_its_estimator(release: str) -> None:
    """Without those that are asked for as experimental: they are not public then."""
    ever = {name for changes in RECORDED.values() for name in changes["new"]}
    asked = [c for c in CATALOGUE if c.make and knows(c, release) and "experimental" not in " ".join(c.imports)]
    assert sorted({re.findall(r"\.([A-Z]\w*)", c.make)[0] for c in asked} & ever - public(release)) == []


def test_what_is_excused_is_public_and_not_tried() -> None:
    assert set(UNTRIED) <= {name for changes in RECORDED.values() for name in changes["new"]}
    assert not [release for release in RECORDED if set(UNTRIED) & tried(release)]


def test_releases_are_recorded_without_a_gap() -> None:
    minors = [minor(release) for release in RECORDED]
    assert minors == [*((0, m) for m in range(20, 25)), *((1, m) for m in range(len(minors) - 5))]


@pytest.mark.live
def test_the_release_here_is_recorded_as_it_is() -> None:
    """In the environment that runs the tests, which must hold scikit-learn."""
    sklearn: Any = pytest.importorskip("sklearn")
    utils: Any = pytest.importorskip("sklearn.utils")
    assert {name for name, _ in utils.all_estimators()} == public(sklearn.__version__)
