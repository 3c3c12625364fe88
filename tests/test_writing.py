"""Texts of proven pins, to the letter; what a file's name says; credentials stay out."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.fix import pin_files, proven_pins
from checker.fix.installer import Installer, find_installer
from checker.model import Change, Distribution, Observation, Proven, Remedy, Report, Unproven
from checker.world.files import check_files
from checker.world.journal import PIP, Moves, make_commands

from .cases import dist, seen
from .reports import blocked, ready

BLOCKED, READY = blocked(), ready()
PINS = ("numpy==1.26.4", "scikit-learn==1.4.2")

CONDA = """\
# The pins stand below pip, because they were tried with the wheels of the package index, not with conda's.
name: proven
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
      - numpy==1.26.4
      - scikit-learn==1.4.2
"""

WAY_BACK = """\
# The packages of /my env/bin/python on 2026-01-02 03:04:05, before `checker preflight --fix` changed them.
# To go back with uv:
#   uv pip uninstall --python '/my env/bin/python' onnx
#   uv pip install --no-deps --python '/my env/bin/python' -r /here/back.txt
# To go back with pip:
#   '/my env/bin/python' -m pip uninstall --yes onnx
#   '/my env/bin/python' -m pip install --no-deps -r /here/back.txt
# Not touched, because no package index has them: mine 0.1
numpy==2.2.6
scipy==1.15.3
"""


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("constraints.txt", pin_files.Form.CONSTRAINTS),
        ("my-Constraint-file.txt", pin_files.Form.CONSTRAINTS),
        ("requirements.txt", pin_files.Form.REQUIREMENTS),
        ("pool.txt", pin_files.Form.REQUIREMENTS),
        ("environment.yml", pin_files.Form.CONDA),
        ("environment.yaml", pin_files.Form.CONDA),
        ("pylock.toml", pin_files.Form.PYLOCK),
        ("pylock.train.toml", pin_files.Form.PYLOCK),
        ("pylock.a.b.toml", None),
        ("poetry.lock", None),
        ("env.yml", None),
        ("constraints", None),
        (".txt", None),
    ],
)
def test_the_name_tells_the_form(name: str, form: pin_files.Form | None) -> None:
    assert pin_files.find_form(name) is form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (pin_files.render_pins(PINS), "numpy==1.26.4\nscikit-learn==1.4.2\n"),
        (pin_files.render_conda(PINS, "3.11.7"), CONDA),
        (pin_files.render_conda((), "3.6.15"), CONDA.partition("  - pip:")[0].replace("3.11", "3.6")),
        (
            pin_files.render_way_back(
                "/my env/bin/python",
                when="2026-01-02 03:04:05",
                file="/here/back.txt",
                pins={"scipy": "1.15.3", "numpy": "2.2.6"},
                newcomers=("onnx",),
                alone=("mine 0.1",),
            ),
            WAY_BACK,
        ),
    ],
    ids=["pins", "conda", "conda-empty", "way-back"],
)
def test_golden(text: str, expected: str) -> None:
    assert text == expected


def test_pins_are_sorted_and_an_installer_does_not_pin_itself() -> None:
    assert pin_files.select_pins(["scipy==1", "pip==24.0", "pipx==1", "numpy==2"]) == (
        "numpy==2",
        "pipx==1",
        "scipy==1",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('index = "https://me:secret@host/simple"', 'index = "https://host/simple"'),
        ('url = "https://token@host/a%40b.whl"', 'url = "https://host/a%40b.whl"'),
        ('url = "https://host/@scope/a.whl"', 'url = "https://host/@scope/a.whl"'),
    ],
)
def test_credentials_stay_out(text: str, expected: str) -> None:
    assert pin_files.strip_credentials(text) == expected


def test_pins_of_a_lock_file() -> None:
    text = '[[packages]]\nname = "b"\nversion = "2"\nwheels = []\n\n[[packages]]\nname = "a"\nversion = "1"\n'
    assert proven_pins.read_pylock(text) == ("a==1", "b==2")


# --- which installer, and what it is told ------------------------------------------------------------------------


def observed(*names: str, conda: bool = False) -> Observation:
    found = seen(stack=tuple(dist(n, "1") for n in names))
    return Observation(**{**vars(found), "system": {**found.system, "conda": conda}})


@pytest.mark.parametrize(
    ("observation", "configuration", "expected"),
    [
        (observed("pip"), "home = /usr/bin\nuv = 0.9.2\n", "uv"),
        (observed("pip"), "home = /usr/bin\nversion = 3.11.7\n", "pip"),
        (observed("pip"), "home = /opt/uv = /bin\n", "pip"),
        (observed("numpy"), "home = /usr/bin\n", "uv"),
        (observed("pip"), "", "pip"),
        (observed("pip", conda=True), "", "conda"),
        (observed("numpy", conda=True), "uv = 0.9.2\n", "conda"),
    ],
)
def test_the_users_own_installer(observation: Observation, configuration: str, expected: str) -> None:
    assert find_installer(observation, configuration) == expected


CHANGES = (Change("numpy", "2.2.6", "1.26.4"), Change("onnx", "", "1.17.0"), Change("old", "1.0", ""))


@pytest.fixture(autouse=True)
def plain_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """A uv that is called so, without a configuration."""
    monkeypatch.setenv("UV", "uv")
    monkeypatch.setattr("checker.world.journal.configuration", lambda: ())


def words(installer: Installer) -> list[str]:
    told = make_commands(Moves(installer, "PY", tuple((c.name, c.was, c.to) for c in CHANGES)), "/s")
    return [" ".join(c).replace(f"-c {PIP}", "-m pip") for c in (*told.fetch, "|", *told.forward, "|", *told.back)]


def test_what_uv_is_told() -> None:
    assert words("uv") == [
        "uv pip install -q --python PY --no-build --no-deps --target /s/after numpy==1.26.4 onnx==1.17.0",
        "uv pip install -q --python PY --no-build --no-deps --target /s/before numpy==2.2.6 old==1.0",
        "|",
        "uv pip uninstall -q --python PY old",
        "uv pip install -q --python PY --no-build --no-deps numpy==1.26.4 onnx==1.17.0",
        "|",
        "uv pip uninstall -q --python PY onnx",
        "uv pip install -q --python PY --no-build --no-deps --reinstall numpy==2.2.6 old==1.0",
    ]


def test_what_pip_is_told() -> None:
    only = "--no-deps --only-binary :all:"
    assert words("pip") == [
        f"PY -m pip download -q {only} -d /s/after numpy==1.26.4 onnx==1.17.0",
        f"PY -m pip download -q {only} -d /s/before numpy==2.2.6 old==1.0",
        "|",
        "PY -m pip uninstall -q --yes old",
        f"PY -m pip install -q {only} --no-index --find-links /s/after numpy==1.26.4 onnx==1.17.0",
        "|",
        "PY -m pip uninstall -q --yes onnx",
        f"PY -m pip install -q {only} --no-index --find-links /s/before --force-reinstall numpy==2.2.6 old==1.0",
    ]


# --- which pins are proven ---------------------------------------------------------------------------------------


def reported(base: Report, *remedies: Remedy, **fields: object) -> Report:
    return Report(**{**vars(base), "remedies": remedies, **fields})


def remedy(kind: str, proof: Proven | Unproven) -> Remedy:
    changes = (Change("numpy", "2.2.6", "1.26.4"),) if kind == "pins" else ()
    return Remedy(kind, "It.", changes, (), {}, ("rule",), proof)


LOCKED = Proven("it was tried", 1.0, ("scipy==1.15.3", "numpy==1.26.4", "pip==24.0"))


@pytest.mark.parametrize(
    ("report", "pins"),
    [
        (reported(BLOCKED, remedy("pins", LOCKED)), ("numpy==1.26.4", "scipy==1.15.3")),
        (reported(BLOCKED, remedy("pins", Unproven("no")), remedy("pins", LOCKED)), ("numpy==1.26.4", "scipy==1.15.3")),
        (reported(BLOCKED, remedy("pins", Unproven("no"))), ()),
        (reported(BLOCKED, remedy("code", LOCKED)), ()),
        (reported(READY, subject=seen(stack=(dist("b", "2"), dist("a", "1"), dist("a", "0")))), ("a==1", "b==2")),
        (reported(READY, subject=seen(stack=(dist("a", "1"),), imported=False)), ()),
        (
            reported(READY, subject=seen(stack=(dist("t", "1+cpu"), Distribution("m", "1", "/e", editable="/src"), dist("a", "1")))),
            ("a==1",),
        ),
    ],
    ids=["proven", "the-first-proven", "unproven", "code", "ready", "static", "no-release-of-an-index"],
)  # fmt: skip
def test_the_proven_set(report: Report, pins: tuple[str, ...]) -> None:
    assert proven_pins.find_proven_pins(report) == pins


def test_what_is_left_out_is_named() -> None:
    stack = (dist("t", "1+cpu"), dist("a", "1"), dist("pip", "24.0"))
    assert proven_pins.find_unpinned(reported(READY, subject=seen(stack=stack)), ("a==1",)) == ("t",)


def test_a_folder_is_answered_with_a_file_of_the_kind_that_is_asked_for(tmp_path: Path) -> None:
    for name in ("train.py", "requirements.txt", "seen.jsonl"):
        (tmp_path / name).touch()
    for kind, meant in (("paths", "train.py"), ("requirements", "requirements.txt"), ("frames", "seen.jsonl")):
        with pytest.raises(CannotLook, match=f"it is a folder .*did you mean .*{meant}") as told:
            check_files(**{"paths": (), kind: (tmp_path,)})
        assert str(told.value).count("did you mean") == 1
