"""Requirement files: their lines, the mistakes in them, and the environment that is built as far as it can be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from checker.knowledge import load
from checker.model import Case, Stage
from checker.requirements.building import Built, environment
from checker.requirements.choosing import choose_needs
from checker.requirements.lines import Line, read_lines
from checker.requirements.mistakes import Fault, find_mistakes, with_release
from checker.requirements.needs import Choice
from checker.requirements.refusals import find_faults, find_unbuilt
from checker.rules import diagnose
from checker.world.uv import TooSlow, run_uv

from .cases import seen
from .fake_uv import FakeUv
from .fake_uv import uv as uv


def line(text: str, number: int = 1) -> Line:
    return Line(text, "requirements.txt", number)


# --- lines -------------------------------------------------------------------------------------------------------


def test_a_line_knows_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "main.txt").write_text("# why\nnumpy \\\n  >=1.20\n\n-r more.txt\nscipy  # last\n")
    (tmp_path / "more.txt").write_text("\nonnx==1.16.2\n")
    places = [(found.place, found.text.split()[0]) for found in read_lines([tmp_path / "main.txt"])]
    assert places == [("main.txt:2", "numpy"), ("more.txt:2", "onnx==1.16.2"), ("main.txt:6", "scipy")]


@pytest.mark.parametrize(
    "text", ["-e .", "--editable=../own", "./own", "git+https://own/x", "x @ https://own/x.tar.gz", "../x"]
)
def test_sources_are_told_from_releases(text: str) -> None:
    assert line(text).is_source
    assert not line(text).is_option


@pytest.mark.parametrize(
    "text", ["numpy==1.26.4", "x @ https://own/x-1-py3-none-any.whl", "./x.whl", "--index-url https://own"]
)
def test_a_release_or_a_wheel_is_no_source(text: str) -> None:
    assert not line(text).is_source


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("scipy>=1.4.1<1.8", "scipy>=1.4.1,<1.8"),
        ("numpy >=1.19 <1.22 ; python_version < '3.9'", "numpy>=1.19,<1.22; python_version < '3.9'"),
        ("numpy=1.26", "numpy==1.26"),
        ("scikit-learn=1.3.2=pypi_0", "scikit-learn==1.3.2"),
        ("numpy=>1.26", "numpy>=1.26"),
        ("mlflow[extras]=>1.2<2", "mlflow[extras]>=1.2,<2"),
        ("scikit-learn 1.3.2", "scikit-learn==1.3.2"),
        ('"numpy>=1.2",', "numpy>=1.2"),
        ("numpy==1.26.x", "numpy==1.26.*"),
        ("<<<<<<< HEAD", ""),
        ("import numpy", ""),
    ],
)
def test_what_was_meant_by_a_line(text: str, meant: str) -> None:
    assert [(f.kind, f.meant, f.place) for f in find_mistakes([line(text, 4)])] == [
        ("Mistyped", meant, "requirements.txt:4")
    ]


@pytest.mark.parametrize(
    "text", ["scipy>=1.4.1,<1.8", "numpy", "pkg @ https://own/x.whl", "-e .", "--pre", "./x.whl", "x (>=1)"]
)
def test_what_can_be_read_is_no_mistake(text: str) -> None:
    assert list(find_mistakes([line(text)])) == []


def test_another_release_keeps_extras_and_marker() -> None:
    asked = "mlflow[extras]==2.9.9 ; python_version > '3.8'"
    assert with_release(asked, "2.9.2") == 'mlflow[extras]==2.9.2 ; python_version > "3.8"'


def test_sources_without_a_name_hide_nothing_else_that_is_wrong() -> None:
    """They are no step of the file's: what is refused of the whole file still blocks."""
    told = [
        Fault("NeedsBuilding", "", "it is named by its sources", "-e /own", "r.txt:1"),
        Fault("Refused", "", "Because a and b want different releases of c, we can conclude that it is unsatisfiable."),
    ]
    for faults, rules in ((told, ["requirements-conflict", "needs-building"]), (told[:1], ["needs-building"])):
        observation = replace(seen(stack=()), outcomes=tuple(fault.failure("r.txt") for fault in faults))
        found = [f.rule for f in diagnose(Case(observation, None, load())) if f.stage is Stage.RESOLVE]
        assert found == rules


# --- what the resolver's words say -------------------------------------------------------------------------------

NO_RELEASE = "Because there is no version of scipy==1.4.9 and you require scipy==1.4.9, we can conclude"
BEYOND = "Because only scipy<=1.16.1 is available and you require scipy>=99, we can conclude"
NO_PACKAGE = "Because sciipy was not found in the package registry and you require sciipy==1.4.1, we can conclude"
SOURCES = (
    "Because openml==0.12.2 has no usable wheels and you require openml==0.12.2, we can conclude that. "
    "hint: Wheels are required for `openml` because building from source is disabled"
)
BENEATH = (
    "Because liac-arff>=2.4.0 has no usable wheels and openml==0.13.0 depends on liac-arff>=2.4.0, we can conclude that "
    "openml==0.13.0 cannot be used. And because you require openml==0.13.0, no. hint: Wheels are required for `liac-arff`"
)
#: the resolver went back to releases of long ago before it gave up
LONG_AGO = (
    "Because old-thing has no usable wheels and mlflow<0.3 depends on old-thing and you require mlflow, and because you "
    "require protobuf==3.1, no. hint: Wheels are required for `old-thing`"
)


@pytest.mark.parametrize(
    ("text", "asked", "kind"),
    [
        (NO_RELEASE, "scipy==1.4.9", "NoSuchRelease"),
        (BEYOND, "scipy>=99", "NoSuchRelease"),
        (NO_PACKAGE, "sciipy==1.4.1", "NoSuchPackage"),
    ],
)
def test_what_does_not_exist_is_found_in_its_line(text: str, asked: str, kind: str) -> None:
    assert [(f.kind, f.asked, f.place) for f in find_faults(text, [line(asked, 2)])] == [
        (kind, asked, "requirements.txt:2")
    ]
    # what a package of the index asks for is nobody's line
    assert list(find_faults(text, [line("numpy")])) == []


def test_only_known_packages_are_suggested() -> None:
    assert [f.text for f in find_faults(NO_PACKAGE, [line("sciipy==1.4.1")])] == ["did you mean scipy?"]
    strange = NO_PACKAGE.replace("sciipy", "my-own-thing")
    assert [f.text for f in find_faults(strange, [line("my-own-thing")])] == [""]


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [(SOURCES, "openml==0.12.2", "openml"), (BENEATH, "openml==0.13.0", "liac-arff"), (LONG_AGO, "mlflow", None)],
)
def test_what_needs_building(text: str, asked: str, name: str | None) -> None:
    found = find_unbuilt(text, [line(asked)])
    assert (found.name if found else None) == name


# --- an environment ----------------------------------------------------------------------------------------------


@contextmanager
def built(folder: Path, text: str, build: bool = False) -> Iterator[Built]:
    file = folder / "requirements.txt"
    file.write_text(text)
    with environment(Path("/base/python"), choose_needs([file], Choice(), "/base/python").needs, build=build) as found:
        yield found


def test_what_has_only_sources_is_left_out_and_told(tmp_path: Path, uv: FakeUv) -> None:
    """It is asked whether any Python has a wheel of it; then everything else is installed."""
    uv.answers(
        {"when": ["install", "--overrides"]},
        {"when": ["install", "-r"], "status": 1, "err": SOURCES},
        {"when": ["compile", "--universal"], "status": 1, "err": SOURCES},
    )
    with built(tmp_path, "numpy\nopenml==0.12.2\n") as found:
        assert found.python
    assert [(f.kind, f.name, f.place) for f in found.faults] == [("NeedsBuilding", "openml", "requirements.txt:2")]
    assert uv.asked("overrides.txt")[-1].startswith("openml ;")
    assert all("--no-build" in command for command in uv.asked() if "install" in command or "compile" in command)


#: a release without sources, and requirements that contradict each other over one of them
NO_TAG = (
    "Because onnxruntime==1.18.1 has no wheels with a matching Python ABI tag (e.g., `cp313`) and you require "
    "onnxruntime==1.18.1, we can conclude that your requirements are unsatisfiable.\nhint: You require CPython 3.13"
)
CONTRADICT = NO_TAG.replace("unsatisfiable.", "unsatisfiable, and because you require numpy>=2")


@pytest.mark.parametrize(("said", "found"), [(NO_TAG, ["onnxruntime", "openml"]), (CONTRADICT, ["requirements.txt"])])
def test_what_else_has_no_wheel_is_told_past_a_release_without_sources(
    said: str, found: list[str], tmp_path: Path, uv: FakeUv
) -> None:
    """It is left out for the next question, as one with sources is; two that contradict each other are not."""
    uv.answers(
        {"when": ["install", "--overrides", "openml ;"]},
        {"when": ["install", "--overrides"], "status": 1, "err": SOURCES},
        {"when": ["install"], "status": 1, "err": said},
        {"when": ["compile", "--universal"], "pins": "openml==0.12.2\n"},
    )
    with built(tmp_path, "numpy\nonnxruntime==1.18.1\nopenml==0.12.2\n") as environment:
        assert [(f.kind, f.name or "requirements.txt") for f in environment.faults] == [("Refused", n) for n in found]


def test_what_has_wheels_for_other_pythons_blocks(tmp_path: Path, uv: FakeUv) -> None:
    uv.answers(
        {"when": ["install", "--overrides"]},
        {"when": ["install", "-r"], "status": 1, "err": SOURCES},
        {"when": ["compile", "--universal"], "pins": "openml==0.12.2\n"},
    )
    with built(tmp_path, "numpy\nopenml==0.12.2\n") as found:
        assert found.python is None
    assert [(f.kind, f.name) for f in found.faults] == [("Refused", "openml")]


@pytest.mark.parametrize(("asked", "installs"), [("sklearn", False), ("sklearn==0.0", True)])
def test_a_stub_is_replaced_by_what_it_stands_for(asked: str, installs: bool, tmp_path: Path, uv: FakeUv) -> None:
    """Its newest releases refuse to be installed; with an old one the environment can be looked at."""
    said = SOURCES.replace("openml==0.12.2", asked).replace("openml", "sklearn")
    uv.answers({"when": ["install", "asked.txt", "--dry-run"]}, {"when": ["install"], "status": 1, "err": said})
    with built(tmp_path, f"numpy\n{asked}\n") as found:
        assert next((f.kind, f.meant) for f in found.faults) == ("Stub", "scikit-learn")
    assert uv.asked("asked.txt")[1] == "numpy\nscikit-learn\n"
    assert ("--dry-run" in uv.asked()[-1]) is not installs


def test_a_stub_beside_what_it_stands_for_is_taken_away(tmp_path: Path, uv: FakeUv) -> None:
    said = SOURCES.replace("openml==0.12.2", "sklearn").replace("openml", "sklearn")
    uv.answers({"when": ["install", "asked.txt", "--dry-run"]}, {"when": ["install"], "status": 1, "err": said})
    with built(tmp_path, "scikit-learn==1.5.2\nsklearn\n") as found:
        assert [(f.kind, f.meant) for f in found.faults] == [("Stub", "")]
    assert uv.asked("asked.txt")[1] == "scikit-learn==1.5.2\n"


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path, uv: FakeUv) -> None:
    uv.answers(
        {"when": ["install", "--dry-run", "scipy==1.4.1"]},
        {"when": ["install"], "status": 1, "err": NO_RELEASE},
        {"when": ["compile", "scipy>=1.4.9"], "pins": "scipy==1.16.0\n"},
        {"when": ["compile", "scipy<1.4.9"], "pins": "scipy==1.4.1\n"},
    )
    with built(tmp_path, "numpy>=1<2\nscipy==1.4.9\n") as found:
        assert found.python is None
    assert [(f.kind, f.meant) for f in found.faults] == [("Mistyped", "numpy>=1,<2"), ("NoSuchRelease", "scipy==1.4.1")]


def test_sources_are_built_only_where_that_is_agreed(tmp_path: Path, uv: FakeUv) -> None:
    with built(tmp_path, "numpy\n-e .\n") as found:
        assert [(f.kind, f.asked.split()[0]) for f in found.faults] == [("NeedsBuilding", "-e")]
    assert uv.asked("asked.txt") == ["numpy\n"]
    with built(tmp_path, "numpy\n-e .\n", build=True) as found:
        assert found.faults == ()
    assert "--no-build" not in uv.asked()[-1]


def test_a_build_that_fails_is_told_as_such(tmp_path: Path, uv: FakeUv) -> None:
    uv.answers(
        {"when": ["install", "--overrides"]},
        {"when": ["install"], "status": 1, "err": "error: Failed to build `openml==0.12.2`"},
    )
    with built(tmp_path, "openml==0.12.2\n", build=True) as found:
        assert [(f.kind, f.name) for f in found.faults] == [("BuildFailed", "openml")]


def test_a_build_that_takes_too_long_is_ended(tmp_path: Path, uv: FakeUv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.world.sandbox.BUILDING", 0.5)
    uv.answers({"when": ["install"], "sleep": 20})
    with built(tmp_path, "openml==0.12.2\n", build=True) as found:
        assert [f.kind for f in found.faults] == ["BuildFailed"]
        assert found.python is None


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
@pytest.mark.parametrize("waits", [True, False], ids=["uv waits", "uv has ended"])
def test_a_build_that_takes_too_long_is_ended_with_all_that_it_has_started(
    waits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler goes on, and holds uv's pipes, when nothing but uv is ended."""
    (program := tmp_path / "uv").write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {tmp_path}/pid\n" + "wait\n" * waits)
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    with pytest.raises(TooSlow):
        run_uv(["pip", "install"], seconds=1)
    started = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
    until = time.monotonic() + 10
    while going := started.exists() and started.read_text().rpartition(")")[2].split()[0] != "Z":
        if time.monotonic() > until:
            break
        time.sleep(0.01)  # the system takes a moment to end it
    assert not going
