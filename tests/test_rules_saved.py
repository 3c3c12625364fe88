"""Rules over files of pickled objects: what they fire on, and near ones that they leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checker.model import Artifact, Case, Distribution, Failure, Observation, Passed, Stage
from checker.model.forms.pickled import Pickled
from checker.rules import diagnose

from .cases import BLOCKER, WARNING, Fires, knowledge

MODULES = {"scikit-learn": "sklearn"}
NAME = "m.pkl"


def consumer(python: str = "3.10.13", **versions: str) -> Observation:
    """An environment of those releases."""
    names = {name.replace("_", "-"): version for name, version in versions.items()}
    found = tuple(Distribution(n, v, "/site", modules=(MODULES.get(n, n),)) for n, v in names.items())
    return Observation(python, "/env/bin/python", "Linux", {"machine": "x86_64"}, distributions=found)


SAVED = Pickled("joblib", protocol=4, root="sklearn.svm._classes.SVC", saved={"scikit-learn": ("1.2.2",)})
PLAIN = Pickled("pickle")
SAME, LATER = consumer(scikit_learn="1.2.2", numpy="1.26.4"), consumer(scikit_learn="1.5.2", numpy="1.26.4")


def case(pickled: Pickled, seen: Observation | None = SAME, *outcomes: Any) -> Case[Any]:
    """A file, and what came out where it is to be loaded."""
    made = Artifact(f"runs/{NAME}", pickled.form, pickled=pickled, consumer=seen, outcomes=outcomes)
    return Case(made, None, knowledge())


def failed(kind: str, stage: Stage = Stage.LOAD, **facts: Any) -> Failure:
    """What the probe tells of the file."""
    return Failure(stage, NAME, 0.1, kind, "said", facts=facts)


def lost(kind: str, module: str, name: str = "", missing: str = "", **more: str) -> Failure:
    """One name that is not to be had."""
    return failed("NamesLost", lost=[name_of(kind, module, name, missing, **more)])


def name_of(kind: str, module: str, name: str = "", missing: str = "", **more: str) -> dict[str, str]:
    """A name, as the probe tells of it."""
    return {"kind": kind, "module": module, "name": name, "missing": missing or name, "text": "", **more}


def layout(stage: Stage, where: str, there: str, here: str) -> Failure:
    """Arrays whose fields (a letter each) are others there than here."""
    return failed("LayoutRefused", stage, layouts=[{"where": where, "there": [*there], "here": [*here]}])


def of_another_file(failure: Failure) -> Failure:
    """The same, seen of a file beside it."""
    return replace(failure, subject="other.pkl")


FOREST = lost("module", "sklearn.ensemble.forest", "RandomForestClassifier")
LIGHTGBM = lost("package", "lightgbm.sklearn", "LGBMClassifier", "lightgbm")
TAXI = lost("package", "taxi.steps", "Clean", "taxi")
CLEAN = lost("own", "__main__", "Clean")
NODES = layout(Stage.LOAD, "sklearn.tree._tree.NODE_DTYPE", "a", "ab")
MORE = layout(Stage.RUN, "sklearn.x.Y", "ac", "a")
GENERATOR = failed("HelperRefuses", refused=[["numpy.random._pickle.__bit_generator_ctor", "ValueError: x"]])
KERNEL = failed("HelperRefuses", refused=[["sklearn.svm._x.make", "TypeError: x"]])
TREE = {"kind": "sklearn.tree._classes.Tree", "attribute": "monotonic_cst", "method": "predict", "text": "x"}
LACKS = failed("AttributesLost", Stage.RUN, lacks=[TREE])
WORKED = (Passed(Stage.LOAD, NAME, 0.1), Passed(Stage.RUN, NAME, 0.1))
SYSTEM = Pickled("pickle", dangers=("posix.system",))
LAMBDA = Pickled("cloudpickle", python=("3.11",), functions=("f",))

FIRES = {
    "pickle-runs-code": (
        Fires(case(SYSTEM), BLOCKER, Stage.LOAD, (), "posix.system"),
        Fires(case(SYSTEM, None), BLOCKER, Stage.LOAD, (), "posix.system"),
    ),
    "pickle-protocol-too-new": (
        Fires(case(Pickled("pickle", protocol=5), consumer("3.7.16")), BLOCKER, Stage.LOAD, ("python",), "reads up to 4"),
        Fires(case(Pickled("joblib", protocol=5), consumer("3.6.15")), BLOCKER, Stage.LOAD, ("python",), "protocol 5"),
    ),
    "byte-code-of-another-python": (
        Fires(case(LAMBDA, consumer("3.8.18")), BLOCKER, Stage.LOAD, ("python",), "byte code of Python 3.11 (f)"),
    ),
    "python-2-wrote-it": (
        Fires(
            case(Pickled("pickle", python2=True), consumer("3.8.18")),
            BLOCKER, Stage.LOAD, ("python",), "written by Python 2",
        ),
    ),
    "packing-not-installed": (
        Fires(case(Pickled("joblib", container="lz4")), BLOCKER, Stage.LOAD, ("lz4",), "packed with lz4"),
    ),
    "saved-by-other-release": (
        Fires(case(SAVED, LATER), WARNING, Stage.LOAD, ("scikit-learn",), "saved by scikit-learn 1.2.2"),
    ),
    "saved-name-lost": (
        Fires(
            case(SAVED, LATER, FOREST),
            BLOCKER, Stage.LOAD, ("scikit-learn",), "1.5.2 does not have: it was saved by scikit-learn 1.2.2",
        ),
        Fires(
            case(PLAIN, consumer(numpy="1.23.5"), lost("module", "numpy._core.multiarray", "_reconstruct")),
            BLOCKER, Stage.LOAD, ("numpy",), "numpy 1.23.5 does not have",
        ),
    ),
    "saved-package-missing": (
        Fires(case(PLAIN, SAME, LIGHTGBM), BLOCKER, Stage.LOAD, ("lightgbm",), "needs lightgbm, which is not installed"),
    ),
    "own-code-missing": (
        Fires(case(PLAIN, SAME, CLEAN), BLOCKER, Stage.LOAD, (), "__main__.Clean, which its maker wrote"),
        Fires(case(PLAIN, SAME, TAXI), BLOCKER, Stage.LOAD, (), "taxi.steps.Clean, which its maker wrote"),
    ),
    "array-layout-changed": (
        Fires(case(SAVED, LATER, NODES), BLOCKER, Stage.LOAD, ("scikit-learn",), "its nodes lack b"),
        Fires(
            case(SAVED, LATER, MORE),
            BLOCKER, Stage.RUN, ("scikit-learn",), "its nodes have c, which is unknown there",
        ),
    ),
    "helper-refuses": (
        Fires(case(SAVED, LATER, GENERATOR), BLOCKER, Stage.LOAD, ("numpy",), "numpy 1.26.4 refuses"),
        Fires(case(SAVED, LATER, KERNEL), BLOCKER, Stage.LOAD, ("scikit-learn",), "scikit-learn 1.5.2 refuses"),
    ),
    "arrays-padded": (
        Fires(
            case(SAVED, consumer(scikit_learn="1.2.2", joblib="1.1.1"), failed("PaddingUnknown")),
            BLOCKER, Stage.LOAD, ("joblib",), "joblib 1.1.1 reads its arrays at wrong places",
        ),
    ),
    "saved-attribute-missing": (
        Fires(case(SAVED, LATER, LACKS), BLOCKER, Stage.RUN, ("scikit-learn",), "reads monotonic_cst"),
    ),
}  # fmt: skip

STAYS: dict[str, tuple[Case[Any], ...]] = {
    "pickle-runs-code": (case(PLAIN), case(LAMBDA, consumer("3.11.7"))),
    "pickle-protocol-too-new": (
        case(Pickled("pickle", protocol=5), consumer("3.8.18")),
        case(Pickled("pickle", protocol=4), consumer("3.6.15")),
        case(Pickled("skops", protocol=5), consumer("3.7.16")),
        case(Pickled("pickle", protocol=5), None),
    ),
    "byte-code-of-another-python": (
        case(replace(LAMBDA, python=("3.11", "3.12")), consumer("3.12.1")),
        case(replace(LAMBDA, python=()), consumer("3.12.1")),
        case(replace(LAMBDA, functions=()), consumer("3.8.18")),
        case(LAMBDA, None),
    ),
    "python-2-wrote-it": (case(Pickled("pickle", protocol=2), consumer("3.8.18")),),
    "packing-not-installed": (
        case(Pickled("joblib", container="lz4"), consumer(lz4="4.3.3")),
        case(Pickled("joblib", container="xz")),
        case(Pickled("joblib", container="lz4"), None),
    ),
    "saved-by-other-release": (
        case(SAVED, SAME),
        case(SAVED, consumer(scikit_learn="1.2.0")),
        case(SAVED, consumer(numpy="1.26.4")),
        case(SAVED, LATER, NODES),
        case(SAVED, None),
    ),
    "saved-name-lost": (case(SAVED, LATER, *WORKED), case(PLAIN, SAME, CLEAN), case(PLAIN, SAME, LIGHTGBM)),
    "saved-package-missing": (case(PLAIN, SAME, TAXI), case(PLAIN, SAME, of_another_file(LIGHTGBM))),
    "own-code-missing": (case(PLAIN, SAME, LIGHTGBM), case(SAVED, LATER, FOREST)),
    "array-layout-changed": (case(SAVED, LATER, KERNEL), case(SAVED, LATER, of_another_file(NODES))),
    "helper-refuses": (case(SAVED, LATER, NODES), case(SAVED, LATER, of_another_file(KERNEL))),
    "arrays-padded": (case(SAVED, LATER, *WORKED), case(SAVED, LATER, of_another_file(failed("PaddingUnknown")))),
    "saved-attribute-missing": (case(SAVED, LATER, *WORKED), case(SAVED, LATER, MORE)),
}


@pytest.mark.parametrize(
    "expected", [pytest.param(f, id=f"{k}-{i}") for k, v in FIRES.items() for i, f in enumerate(v)]
)
def test_what_blocks_explains_all_that_failed_and_tells_first_what_to_do(expected: Fires) -> None:
    first = diagnose(expected.case)[0]
    assert first.advice[0].kind in ("code", "action")
    assert {f.step for f in expected.case.subject.failures()} <= {*first.explains}
