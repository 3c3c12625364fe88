"""Dockerfiles and the folders of MLflow models as requirements."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.requirements import choosing
from checker.requirements.choosing import choose_needs, markers_of
from checker.requirements.forms import read_needs
from checker.requirements.needs import Choice, Manner, Needs, Source


def needs(text: str, folder: Path = Path("/project"), name: str = "Dockerfile") -> Needs:
    return read_needs([Source(text, name, folder, folder / name)], Choice(), markers_of("3.11.7"))


def texts(found: Needs) -> list[str]:
    return [line.text for line in found.lines]


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("pip install numpy==1.26.4 'scipy>=1.11'", ["numpy==1.26.4", "scipy>=1.11"]),
        ("apt-get update && pip3 install --no-cache-dir numpy; rm -rf /var", ["numpy"]),
        ("python -m pip install -U pip && uv pip install --system numpy", ["pip", "numpy"]),
        ("/opt/venv/bin/pip install --target /x numpy", ["numpy"]),
        ('["pip", "install", "numpy"]', ["numpy"]),
        ("--mount=type=cache,target=/root/.cache pip install numpy", ["numpy"]),
        ("pip install \\\n  numpy \\\n  # why\n  scipy", ["numpy", "scipy"]),
        ("<<EOF\npip install numpy\npip install scipy\nEOF", ["numpy", "scipy"]),
        ("pip install --extra-index-url https://own/simple numpy", ["--extra-index-url https://own/simple", "numpy"]),
        ("pip install -i https://own/simple numpy", ["--index-url https://own/simple", "numpy"]),
        ("pip install numpy==$RELEASE onnx==${ONNX:-1.15.0}", ["numpy==1.26.4", "onnx==1.15.0"]),
        (
            "pip install 'mlflow[extras]' \"git+https://github.com/x/y@v1\"",
            ["mlflow[extras]", "git+https://github.com/x/y@v1"],
        ),
        ("conda install -y -c conda-forge numpy=1.26 pytorch", ["numpy==1.26.*", "torch"]),
        ("pip install numpy==1.24.0\nRUN pip install numpy==1.26.4", ["numpy==1.26.4"]),
        ("conda install -y cudatoolkit && mamba clean --all -f -y && pip install numpy", ["numpy"]),
        ("pip uninstall -y scipy && pip install numpy", ["numpy"]),
    ],
)
def test_what_the_commands_of_an_image_install(command: str, meant: list[str]) -> None:
    found = needs(f"FROM python:3.11-slim\nARG RELEASE=1.26.4\nRUN {command}\nCMD python train.py\n")
    assert (texts(found), found.python) == (meant, "==3.11.*")


def test_a_line_is_told_with_its_number() -> None:
    found = needs("# why\nFROM python:3.11\n\nRUN pip install \\\n  numpy\nRUN pip install scipy\n")
    assert [line.place for line in found.lines] == ["Dockerfile:4", "Dockerfile:6"]


@pytest.mark.parametrize("place", ["/tmp/requirements.txt", "requirements.txt", "/tmp/reqs.txt"])
def test_files_that_are_copied_are_read_beside_it(place: str, tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "requirements.txt").write_text("numpy==1.26.4\n")
    text = f"FROM python:3.11\nCOPY docker/requirements.txt {place}\nRUN pip install -r {place}\n"
    assert [(line.text, line.place) for line in needs(text, tmp_path).lines] == [
        ("numpy==1.26.4", "requirements.txt:1")
    ]


@pytest.mark.parametrize(
    ("image", "python", "told"),
    [
        ("python:3.10.12-bookworm", "==3.10.*", ()),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm", "==3.12.*", ()),
        ("ubuntu:22.04", "", ()),
        ("jupyter/scipy-notebook:python-3.11", "==3.11.*", ("jupyter/scipy-notebook:python-3.11",)),
        ("own/acpt-pytorch-1.11-py38-cuda11.3-gpu:1", "==3.8.*", ("own/acpt-pytorch-1.11-py38-cuda11.3-gpu:1",)),
        ("nvcr.io/nvidia/pytorch:22.02-py3", "", ("nvcr.io/nvidia/pytorch:22.02-py3",)),
        ("pytorch/pytorch:2.4.0", "", ("pytorch/pytorch:2.4.0",)),
    ],
)
def test_the_base_image(image: str, python: str, told: tuple[str, ...]) -> None:
    found = needs(f"FROM {image} AS base\nFROM base\nRUN pip install numpy\n")
    assert found.python == python
    assert found.remarks == tuple(f"What the base image {one} brings is not known" for one in told)


def test_a_release_of_the_base_image_in_a_variable() -> None:
    found = needs("ARG PY=3.9\nFROM --platform=linux/amd64 python:${PY}-slim\nRUN pip install numpy\n")
    assert found.python == "==3.9.*"


def test_the_project_itself_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["numpy"]\n[project.optional-dependencies]\na = ["scipy"]\n'
    )
    for command in ("pip install '.[a]'", "pip install -e '.[a]'"):
        found = needs(f"FROM python:3.11\nRUN {command}\n", tmp_path)
        assert texts(found) == ["numpy", "scipy"]
        assert "the project itself" in found.remarks[0]


def test_a_lock_file_that_an_image_installs(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "x"\nsource = { virtual = "." }\ndependencies = [{ name = "numpy" }]\n'
        '[[package]]\nname = "numpy"\nversion = "1.26.4"\nsource = { registry = "https://pypi.org/simple" }\n'
    )
    found = needs("FROM python:3.11\nCOPY . .\nRUN uv sync --frozen\n", tmp_path)
    assert (texts(found), found.manner, found.marked) == (["numpy==1.26.4"], Manner.ALONE, True)


def test_an_environment_of_conda_in_an_image(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("dependencies:\n- python=3.10\n- numpy=1.26\n")
    for command in ("conda env update -n base -f /tmp/environment.yml", "micromamba install -y -f environment.yml"):
        found = needs(f"FROM ubuntu\nCOPY environment.yml /tmp/\nRUN {command}\n", tmp_path)
        assert (texts(found), found.python) == (["numpy==1.26.*"], "==3.10.*")


def test_what_is_not_there_is_told() -> None:
    found = needs("FROM python:3.11\nRUN pip install -r /x/other.txt numpy $MORE\n")
    assert found.remarks == (
        "Not read: /x/other.txt, which does not lie beside Dockerfile",
        "Not honoured, since no value is told: $MORE",
    )


@pytest.mark.parametrize("text", ["FROM python:3.11\nCMD x\n", "", "FROM\n", "RUN [\n", "FROM x\nRUN <<EOF\npip"])
def test_an_image_that_installs_nothing(text: str) -> None:
    with pytest.raises(CannotLook, match="Dockerfile installs no package"):
        needs(text)


@pytest.mark.parametrize("name", ["Dockerfile", "dockerfile", "Dockerfile.gpu", "train.Dockerfile", "Containerfile"])
def test_the_names_of_such_files(name: str) -> None:
    assert texts(needs("FROM python:3.11\nRUN pip install numpy\n", name=name)) == ["numpy"]


# --- the folder of an MLflow model ---------------------------------------------------------------------------------


def test_the_folder_of_an_mlflow_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "requirements.txt").write_text("mlflow==2.9.2\nnumpy==1.26.4\n")
    for path in (tmp_path, tmp_path / "MLmodel"):
        assert choose_needs([path], Choice(), None).needs.lines[0].place == "requirements.txt:1"
    (tmp_path / "python_env.yaml").write_text(
        "python: 3.10.13\nbuild_dependencies:\n- pip==24.0\ndependencies:\n- -r requirements.txt\n"
    )
    monkeypatch.setattr(choosing, "version_of", lambda python: "3.10.2")
    found = choose_needs([tmp_path], Choice(), None).needs
    assert (texts(found), found.python) == (["mlflow==2.9.2", "numpy==1.26.4"], "==3.10.*")


def test_any_other_folder_is_none(tmp_path: Path) -> None:
    with pytest.raises(CannotLook, match="it is a folder"):
        choose_needs([tmp_path], Choice(), None)
