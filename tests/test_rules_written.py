"""Tables for the rules about what is written in requirement files."""

from __future__ import annotations

import pytest

from checker.model import Case, Failure, Observation, Stage

from .cases import BLOCKER, NOTE, WARNING, Fires, case, dist, failed, fires, script, sound, stays


def fault(kind: str, name: str, text: str, asked: str, meant: str = "") -> Failure:
    """What is wrong with the third line of a file."""
    facts = {"asked": asked, "place": "requirements.txt:3", "meant": meant}
    return failed(Stage.RESOLVE, name, kind, text, facts=facts)


COMMA = fault(
    "Mistyped", "scipy", "a comma is missing between two bounds", "scipy>=1.4.1<1.8", meant="scipy>=1.4.1,<1.8"
)
NO_SENSE = fault("Mistyped", "requirements.txt", "it cannot be read as a requirement", "<<<<<<< HEAD")
NEVER = fault("NoSuchRelease", "scipy", "there is no scipy 1.4.9", "scipy==1.4.9", meant="scipy==1.4.1")
NO_PACKAGE = fault("NoSuchPackage", "sciipy", "did you mean scipy?", "sciipy==1.4.1")
PYTHON = fault("NoSuchPackage", "python", "", "python==3.8")
UNBUILT = fault("NeedsBuilding", "openml", "openml==0.12.2 has no wheel at all", "openml==0.12.2")
UNBUILT_CORE = fault("NeedsBuilding", "scikit-learn", "it has no wheel at all", "scikit-learn==0.19.0")
STUB = fault("Stub", "sklearn", "sklearn is a stub for scikit-learn", "sklearn", meant="scikit-learn")
PINNED_STUB = fault("Stub", "sklearn", "sklearn is a stub for scikit-learn", "sklearn==0.0", meant="scikit-learn")
BROKEN_BUILD = fault(
    "BuildFailed",
    "openml",
    "error: Failed to build `openml==0.12.2` cause: [stderr] error: command 'gcc' failed hint: Build failures happen",
    "openml==0.12.2",
)
NO_OPENML = failed(Stage.IMPORT, "openml", "ModuleNotFoundError", "No module named 'openml'")
NO_ARFF = failed(Stage.IMPORT, "arff", "ModuleNotFoundError", "No module named 'arff'")
NO_ONNX = failed(Stage.IMPORT, "onnx", "ModuleNotFoundError", "No module named 'onnx'")

FIRES: dict[str, tuple[Fires, ...]] = {
    "mistyped-requirement": (
        Fires(case(COMMA, stack=()), BLOCKER, Stage.RESOLVE, ("scipy",), "requirements.txt:3: in 'scipy>=1.4.1<1.8' a"),
        Fires(case(NO_SENSE, stack=()), BLOCKER, Stage.RESOLVE, (), "it cannot be read as a requirement."),
    ),
    "release-never-made": (
        Fires(
            case(NEVER, stack=()),
            BLOCKER,
            Stage.RESOLVE,
            ("scipy",),
            "requirements.txt:3: scipy 1.4.9 does not exist; the nearest is 1.4.1.",
        ),
    ),
    "package-unknown": (
        Fires(
            case(NO_PACKAGE, stack=()), BLOCKER, Stage.RESOLVE, ("sciipy",), "no package sciipy; did you mean scipy?"
        ),
        Fires(case(PYTHON, stack=()), BLOCKER, Stage.RESOLVE, ("python",), "the package index has no package python."),
    ),
    "stub-package": (
        Fires(case(STUB, stack=()), BLOCKER, Stage.RESOLVE, ("scikit-learn", "sklearn"), "called scikit-learn."),
        Fires(case(PINNED_STUB), WARNING, Stage.RESOLVE, ("scikit-learn", "sklearn"), "requirements.txt:3: sklearn is"),
    ),
    "needs-building": (
        # nobody asks for it; the script imports it, or something that may well come with it
        Fires(case(UNBUILT_CORE), WARNING, Stage.RESOLVE, ("scikit-learn",), "which was not tried"),
        Fires(case(UNBUILT), NOTE, Stage.RESOLVE, ("openml",), "requirements.txt:3: openml has to be built"),
        Fires(
            case(UNBUILT, NO_OPENML, uses=script(imports="sklearn openml")),
            WARNING,
            Stage.RESOLVE,
            ("openml",),
            "which was not tried",
        ),
        Fires(
            case(UNBUILT, NO_ARFF, uses=script(imports="sklearn arff")),
            WARNING,
            Stage.RESOLVE,
            ("openml",),
            "which was not tried",
        ),
    ),
    "build-failed": (
        Fires(
            case(BROKEN_BUILD, stack=()),
            BLOCKER,
            Stage.RESOLVE,
            ("openml",),
            "building openml==0.12.2 from its sources fails: error: command 'gcc' failed",
        ),
    ),
}
#: what is there under the name of what was not built, and what a known package brings
BUILT = (*sound(), dist("openml", "0.12.2", "openml"))
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "mistyped-requirement": (case(NEVER, stack=()), case()),
    "release-never-made": (case(COMMA, stack=()), case(UNBUILT)),
    "package-unknown": (case(NEVER, stack=()), case()),
    "stub-package": (case(UNBUILT), case(stack=(*sound(), dist("sklearn", "0.0")))),
    "needs-building": (case(BROKEN_BUILD, stack=()), case(stack=BUILT)),
    "build-failed": (case(UNBUILT), case(stack=BUILT)),
}


@pytest.mark.parametrize("told", [COMMA, NO_SENSE, NEVER, NO_PACKAGE, PYTHON, STUB, UNBUILT, BROKEN_BUILD])
def test_nothing_of_this_is_a_conflict(told: Failure) -> None:
    stays("requirements-conflict", case(told, stack=()))


def test_what_is_known_to_be_missing_is_no_part_of_what_was_not_built() -> None:
    missing = case(UNBUILT, NO_ONNX, stack=sound(onnx=""))
    fires("missing-package", Fires(missing, BLOCKER, Stage.INSTALL, ("onnx",), "onnx is not installed."))
