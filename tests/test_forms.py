"""Requirements in the forms in which people have them: what each asks for, and what cannot be honoured."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.cli import main
from checker.errors import CANNOT_LOOK, CannotLook
from checker.requirements import choosing
from checker.requirements.choosing import choose_needs
from checker.requirements.forms import read_needs
from checker.requirements.forms.specs import read_spec
from checker.requirements.needs import Choice, Manner, Needs, Source
from checker.world import terminal

from .forms import CONDA_LIST, ENVIRONMENT, EXPLICIT, PIP_LIST

MARKERS = choosing.markers_of("3.11.7")


def needs(
    text: str, name: str = "standard input", *, folder: Path = Path("/project"), **choice: tuple[str, ...]
) -> Needs:
    return read_needs([Source(text, name, folder)], Choice(**choice), MARKERS)


def texts(found: Needs) -> list[str]:
    return [line.text for line in found.lines]


# --- conda: environment.yml --------------------------------------------------------------------------------------


def test_an_environment_of_conda_is_read_with_its_python() -> None:
    found = needs(ENVIRONMENT, "environment.yml")
    assert texts(found) == [
        "numpy==1.26.*",
        "scikit-learn==1.4.2",
        "pandas>=1.5,<2",
        "torch",
        "pip",
        "skl2onnx==1.16.0",
        "onnx>=1.15",
    ]
    assert found.python == "==3.10.*"
    assert found.manner is Manner.RESOLVED
    assert [line.place for line in found.lines if line.text.startswith(("scikit", "skl2onnx"))] == [
        "environment.yml:7",
        "environment.yml:13",
    ]
    assert "only conda has cudatoolkit" in " ".join(found.remarks)
    assert "wheels of the package index in the place of conda's" in " ".join(found.remarks)


def test_only_pip_lines_say_nothing_of_conda() -> None:
    found = needs("dependencies:\n- python=3.9.18\n- pip:\n  - mlflow\n  - numpy==1.26.4 # why\n", "conda.yaml")
    assert (texts(found), found.python, found.remarks) == (["mlflow", "numpy==1.26.4"], "==3.9.*", ())


def test_a_package_that_conda_has_in_parts_is_asked_for_once() -> None:
    found = needs(
        "dependencies:\n- numpy-base=1.26.4\n- numpy=1.26.4\n- matplotlib-base\n- matplotlib\n", "environment.yml"
    )
    assert texts(found) == ["numpy==1.26.4", "matplotlib"]


def test_an_export_is_taken_as_it_is() -> None:
    text = (
        "dependencies:\n- python=3.10.12=hd12c33a_0_cpython\n- numpy=1.26.4=py310hb13e2d6_0\n- openssl=3.1=hd590300_0\n"
    )
    found = needs(text, "environment.yml")
    assert (texts(found), found.manner) == (["numpy==1.26.4"], Manner.FIXED)


def test_what_pip_installs_anew_is_not_asked_of_conda() -> None:
    found = needs("dependencies:\n- numpy=1.24\n- scipy\n- pip:\n  - numpy==1.26.4\n", "environment.yml")
    assert texts(found) == ["scipy", "numpy==1.26.4"]


def test_the_python_of_an_mlflow_model() -> None:
    text = "python: 3.10.13\nbuild_dependencies:\n- pip==24.0\ndependencies:\n- mlflow==2.9.2\n"
    found = needs(text, "python_env.yaml")
    assert (texts(found), found.python) == (["mlflow==2.9.2"], "==3.10.*")


@pytest.mark.parametrize(
    ("spec", "meant"),
    [
        ("numpy", "numpy"),
        ("numpy=1.21", "numpy==1.21.*"),
        ("numpy=1.21.*", "numpy==1.21.*"),
        ("numpy=1.21.2", "numpy==1.21.2"),
        ("numpy==1.21", "numpy==1.21"),
        ("numpy 1.21", "numpy==1.21"),
        ("numpy 1.21.* py38_0", "numpy==1.21.*"),
        ("numpy=1.21=py38_0", "numpy==1.21"),
        ("numpy >=1.20, <1.22", "numpy>=1.20,<1.22"),
        ("numpy>=1.20.*", "numpy>=1.20"),
        ("numpy[version='>=1.20,<2']", "numpy>=1.20,<2"),
        ("conda-forge/linux-64::numpy=1", "numpy==1.*"),
        ("numpy=*", "numpy"),
        ("numpy!=1.5.*", "numpy!=1.5.*"),
    ],
)
def test_what_conda_writes_as_pip_has_it(spec: str, meant: str) -> None:
    found = read_spec(spec)
    assert found
    assert (f"{found.name}{found.specifier}", found.lost) == (meant, "")


def test_a_choice_that_pip_has_no_word_for_is_told() -> None:
    found = needs("dependencies:\n- numpy=1.20|1.22\n", "environment.yml")
    assert texts(found) == ["numpy"]
    assert "only conda reads it: numpy=1.20|1.22" in " ".join(found.remarks)


@pytest.mark.parametrize(
    "text",
    ["dependencies: " + "[" * 99 + "]" * 99, "a: &a [x, x]\n" + "b: *a\n" * 50, "a: !!python/name:os.system"],
)
def test_yaml_of_strangers_fills_no_memory(text: str) -> None:
    with pytest.raises(CannotLook, match=r"environment\.yml is no YAML that can be read: it "):
        needs(text, "environment.yml")


@pytest.mark.parametrize("text", ["name: x\n", "dependencies:\n", "- a\n- b\n", "dependencies: [\n", "a: b: c\n", ""])
def test_an_environment_that_asks_for_nothing(text: str) -> None:
    with pytest.raises(CannotLook, match=r"environment\.yml (names no package|is no YAML that can be read)"):
        needs(text, "environment.yml")


# --- lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (PIP_LIST, ["numpy==1.26.4", "scikit-learn==1.4.2"]),
        ('[{"name": "numpy", "version": "1.26.4"}]', ["numpy==1.26.4"]),
        ("Package Version Location Installer\n------- ------- --- ---\nnumpy 1.26.4 /env/lib pip\n", ["numpy==1.26.4"]),
        (
            "Package Version Editable project location Location Installer\n--- --- --- --- ---\n"
            "numpy 1.26.4 C:\\env\\lib pip\ntaxi 0.1 C:\\taxi C:\\env\\lib pip\n",
            ["numpy==1.26.4"],
        ),
        ("Package Version Latest Type\n------- ------- ------ -----\nnumpy 1.26.4 2.0 wheel\n", ["numpy==1.26.4"]),
    ],
)
def test_a_list_of_pip(text: str, meant: list[str]) -> None:
    found = needs(text)
    assert (texts(found), found.manner, found.python) == (meant, Manner.ALONE, "")


def test_what_is_installed_from_a_folder_is_told() -> None:
    assert needs(PIP_LIST).remarks == ("Left out, because they are installed from a folder: taxi",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (CONDA_LIST, ["mlflow==2.9.2", "numpy==1.26.4", "requests==2.31.0", "skl2onnx==1.16.0"]),
        (EXPLICIT, ["numpy==1.26.4"]),
        ("# platform: linux-64\npython=3.10.12=h1_0\nnumpy=1.26.4=py310h1_0\nzlib=1.2=h1_0\n", ["numpy==1.26.4"]),
        (
            '[{"name": "python", "version": "3.10.12", "channel": "pkgs/main", "build_string": "h1"},'
            '{"name": "numpy", "version": "1.26.4", "channel": "pkgs/main", "build_string": "py310h1_0"}]',
            ["numpy==1.26.4"],
        ),
    ],
)
def test_a_list_of_conda(text: str, meant: list[str]) -> None:
    found = needs(text, "list.txt")
    assert (texts(found), found.manner, found.python) == (meant, Manner.FIXED, "==3.10.*")


def test_what_conda_has_from_a_folder_is_told() -> None:
    found = needs(CONDA_LIST + "taxi                      0.1                       dev_0    <develop>\n")
    assert "taxi" not in " ".join(texts(found))
    assert found.remarks[-1] == "Left out, because they are installed from a folder: taxi"


def test_what_only_conda_has_is_told() -> None:
    assert "Left out: only conda has _libgcc_mutex, libblas, somelib" in needs(CONDA_LIST).remarks


# --- requirement files, and what is none -------------------------------------------------------------------------


def test_requirements_through_a_pipe_keep_their_hashes() -> None:
    found = needs("numpy==1.26.4 --hash=sha256:aa \\\n  --hash=sha256:bb\nscipy\n")
    assert texts(found) == ["numpy==1.26.4", "scipy"]
    assert found.asked == ("numpy==1.26.4 --hash=sha256:aa --hash=sha256:bb", "scipy")


def test_what_pip_freeze_prints_is_an_environment_as_it_is() -> None:
    """Its packages may contradict each other; a few pins, or others in no order, are requirements."""
    pins = [f"{name}==1.{n}" for n, name in enumerate(["a", "B", "c_d", "e", "f", "g", "h", "i"])]
    frozen = needs("\n".join([*pins, "taxi @ git+https://github.com/x/taxi@abc"]))
    assert (frozen.manner, frozen.asked[0]) == (Manner.FIXED, "a==1.0")
    for text in ("\n".join(pins[:5]), "\n".join(reversed(pins)), "\n".join([*pins, "j>=1"])):
        assert needs(text).manner is Manner.RESOLVED


def test_constraints_beside_requirements_only_bound_them(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("numpy\n")
    (tmp_path / "constraints.txt").write_text("numpy==1.26.4\nscipy==1.11.4\n")
    files = [tmp_path / "r.txt", tmp_path / "constraints.txt"]
    assert choose_needs(files, Choice(), None).needs.asked == (f"-r {files[0]}", f"-c {files[1]}")
    assert choose_needs(files[1:], Choice(), None).needs.asked == (f"-r {files[1]}",)


def test_what_is_frozen_from_folders_of_another_machine() -> None:
    """As `pip freeze` names what conda has installed; a wheel tells its release."""
    text = (
        "certifi @ file:///croot/certifi_1700/work/certifi\nnumpy @ file:///tmp/numpy-1.26.4-cp311-cp311-linux_x86_64.whl\n"
        "own @ file:///tmp/own-1.0-py3-none-any.whl\npandas @ file:///croot/pandas_1700/work\nsix==1.16.0\n"
    )
    found = needs(text)
    assert texts(found) == ["numpy==1.26.4", "pandas", "six==1.16.0"]
    why = "named by places that are not there, and not by releases"
    assert found.remarks == (
        f"Left out, since they are {why}: certifi, own",
        f"Taken in any release, since they are {why}: pandas",
    )
    with pytest.raises(CannotLook, match="names numpy by folders that are not there") as error:
        needs("numpy @ file:///croot/numpy_1700/work\n")
    assert "pip list" in error.value.hint


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.txt", b"", "names no package"),
        ("r.txt", b"# nothing\n\n", "names no package"),
        ("r.txt", b"\xff\xfen\0u\0m\0p\0y\0", "not a text in UTF-8"),
        ("r.txt", b"numpy\0\n", "is no text"),
        ("r.txt", b"<!DOCTYPE html><html>", "a page of the web"),
        ("train.py", b"import numpy\n", "it is a script"),
    ],
)
def test_what_holds_no_requirements(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotLook, match=said):
        choose_needs([tmp_path / name], Choice(), None)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "version = 9\n", "uv.lock has version 9, and only 1 is known"),
        ("environment.yml", "name: x\n", "environment.yml names no package"),
        ("Dockerfile", "FROM x\n", "Dockerfile installs no package"),
        ("requirements.txt", "\0", "it is no text"),
        ("list.txt", "Package Version\n------- -------\n", "list.txt names no package"),
    ],
)
def test_what_cannot_be_read_is_status_3_and_one_line(
    name: str, text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file := tmp_path / name).write_text(text)
    assert main(["preflight", "--requirements", str(file)]) == CANNOT_LOOK
    told = capsys.readouterr()
    assert (said in told.err, told.err.count("\n"), told.out) == (True, 1, "")


# --- standard input ----------------------------------------------------------------------------------------------


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end of a pipe to write into, whose other end is standard input."""
    read, write = os.pipe()
    with os.fdopen(read) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield write


def test_standard_input_is_a_file(piped: int) -> None:
    os.write(piped, b"Package Version\n------- -------\nnumpy 1.26.4\n")
    os.close(piped)
    found = choose_needs([Path("-")], Choice(), None).needs
    assert [(line.text, line.place) for line in found.lines] == [("numpy==1.26.4", "standard input:3")]


def test_standard_input_that_does_not_end(piped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "STDIN_PATIENCE", 0.05)
    with pytest.raises(CannotLook, match="did not end within"):
        choose_needs([Path("-")], Choice(), None)
    os.close(piped)


def test_standard_input_without_bounds(piped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST_LISTED", 10)
    os.write(piped, b"numpy\n" * 10)
    os.close(piped)
    with pytest.raises(CannotLook, match="more than 10 bytes"):
        choose_needs([Path("-")], Choice(), None)


def test_standard_input_is_read_once() -> None:
    with pytest.raises(CannotLook, match="only once"):
        choose_needs([Path("-"), Path("-")], Choice(), None)


# --- the Python that is meant ------------------------------------------------------------------------------------


@pytest.fixture
def pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 3.9.18 and 3.11.7, the second of which is the usual one."""
    there = {"3.9": Path("/3.9.18"), "3.11": Path("/3.11.7")}

    def of_version(version: str, folders: object = ()) -> Path:
        if version not in there:
            raise CannotLook(f"no Python {version} was found")
        return there[version]

    monkeypatch.setattr(choosing, "of_version", of_version)
    monkeypatch.setattr(choosing, "find", lambda asked, folders=(): there.get(asked, Path(asked)))
    monkeypatch.setattr(choosing, "version_of", lambda path: str(path)[1:])
    monkeypatch.setattr(choosing, "candidates", lambda: iter([choosing_candidate(there["3.11"])]))


def choosing_candidate(python: Path) -> object:
    from checker.world.pythons import Candidate

    return Candidate(python, "why")


@pytest.mark.usefixtures("pythons")
@pytest.mark.parametrize(
    ("asked", "python", "chosen"),
    [("=3.11", None, None), ("=3.9", None, "/3.9.18"), (">=3.8,<3.11", None, "/3.9.18"), ("=3.9", "3.11", "3.11")],
)
def test_the_python_that_a_file_names(asked: str, python: str | None, chosen: str | None, tmp_path: Path) -> None:
    (file := tmp_path / "environment.yml").write_text(f"dependencies:\n- python{asked}\n- pip:\n  - numpy\n")
    found = choose_needs([file], Choice(), python)
    assert found.python == chosen
    told = "Not honoured: Python ==3.9.* is asked for, and it is looked at on 3.11, as you asked for"
    assert found.needs.remarks == ((told,) if python else ())


def test_pins_for_one_python_start_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "version_of", lambda python: pytest.fail("an interpreter is started"))
    (file := tmp_path / "environment.yml").write_text("dependencies:\n- python=3.9\n- pip:\n  - numpy\n")
    assert choose_needs([file], Choice(), None, static=True).python == "3.9"


@pytest.mark.usefixtures("pythons")
@pytest.mark.parametrize(("asked", "chosen", "near"), [("3.11.5", None, "3.11.7"), ("==3.9.2", "/3.9.18", "3.9.18")])
def test_another_release_of_the_same_python_does(asked: str, chosen: str | None, near: str, tmp_path: Path) -> None:
    (file := tmp_path / "pyproject.toml").write_text(
        f'[project]\nname = "x"\nrequires-python = "{asked}"\ndependencies = ["numpy"]\n'
    )
    found = choose_needs([file], Choice(), None)
    told = f"Not honoured: Python {asked} is asked for, and it is looked at on {near}, the nearest that is here"
    assert (found.python, found.needs.remarks) == (chosen, (told,))


@pytest.mark.usefixtures("pythons")
def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    (file := tmp_path / "environment.yml").write_text("dependencies:\n- python=3.12\n- pip:\n  - numpy\n")
    with pytest.raises(CannotLook, match=r"for Python ==3\.12\.\*, and none was found"):
        choose_needs([file], Choice(), None)
    # pins are judged on a Python that need not be there, of a range on the oldest
    assert choose_needs([file], Choice(), None, static=True).python == "3.12"
    file.write_text("dependencies:\n- python>=3.12\n- pip:\n  - numpy\n")
    assert choose_needs([file], Choice(), None, static=True).python == "3.12"
