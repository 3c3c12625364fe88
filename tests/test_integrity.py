"""Damage seen without importing: each kind once broken, once as it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .sites import Site, site

__all__ = ["site"]


def kinds(site: Site, *roots: str, **plan: Any) -> list[str]:
    return [d["kind"] for d in site.told("damage", *roots, **plan)]


CODE = {"sklearn/__init__.py": '__version__ = "1.2.2"\nfrom . import base\n', "sklearn/base.py": "x = 1\n"}


def test_healthy(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE, "sklearn/tests/test_base.py": ""})
    assert kinds(site, "sklearn") == []


def test_two_metadata_folders(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE})
    site.write(
        {
            "scikit_learn-1.5.2.dist-info/METADATA": "Name: scikit-learn\nVersion: 1.5.2\n",
            "scikit_learn-1.5.2.dist-info/RECORD": "sklearn/new.py,x,3\nsklearn/base.py,x,3\n",
        }
    )
    (seen,) = site.told("damage", "sklearn")
    assert (seen["kind"], seen["examples"]) == ("duplicate-metadata", ["1.2.2", "1.5.2", "1.2.2"])
    assert seen["modules"] == ["sklearn"]


@pytest.mark.parametrize(
    ("metadata", "code", "damaged"),
    [
        ("1.26.4", '__version__ = "2.2.6"', True),
        ("1.26.4", '__version__ = "1.26.4"', False),
        ("1.26.0", '__version__ = "1.26"', False),
        ("0.22.2.post1", '__version__ = "0.22.2"', False),
        ("1.0", '__version__ = "1.1.dev0"', False),
        ("1.0", "from importlib.metadata import version\n__version__ = version('x')", False),
    ],
)
def test_version_of_the_code(site: Site, metadata: str, code: str, damaged: bool) -> None:
    site.add("numpy", metadata, {"numpy/__init__.py": code})
    assert kinds(site, "numpy") == ["version-mismatch"] * damaged


def test_missing_code(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE, "sklearn/svm.py": ""})
    (site.folder / "sklearn/svm.py").unlink()
    (seen,) = site.told("damage", "sklearn")
    assert (seen["kind"], seen["examples"]) == ("missing-files", ["sklearn/svm.py"])


def test_missing_tests_are_a_slimmed_image(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE, "sklearn/tests/test_base.py": "", "sklearn/conftest.py": ""})
    (site.folder / "sklearn/tests/test_base.py").unlink()
    (site.folder / "sklearn/conftest.py").unlink()
    assert kinds(site, "sklearn") == []


def test_missing_tests_that_are_imported(site: Site) -> None:
    site.add(
        "numpy",
        "2.2",
        {
            "numpy/__init__.py": "from numpy.tests.kind import x\n",
            "numpy/tests/kind.py": "",
            "numpy/tests/__init__.py": "",
        },
    )
    for name in ("kind.py", "__init__.py"):
        (site.folder / "numpy/tests" / name).unlink()
    (site.folder / "numpy/tests").rmdir()
    (seen,) = site.told("damage", "numpy")
    assert seen["examples"] == ["numpy/tests/__init__.py"]


def test_replaced_code(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE})
    (site.folder / "sklearn/base.py").write_text("of another release\n")
    (seen,) = site.told("damage", "sklearn")
    assert (seen["kind"], seen["examples"]) == ("replaced-files", ["sklearn/base.py"])


def test_conda_rewrites_files(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE}, INSTALLER="conda")
    (site.folder / "sklearn/base.py").write_text("prefix replaced\n")
    assert kinds(site, "sklearn") == []


def test_metadata_without_code(site: Site) -> None:
    site.add("onnx", "1.15", {"onnx/__init__.py": "", "onnx/helper.py": ""})
    for name in ("__init__.py", "helper.py"):
        (site.folder / "onnx" / name).unlink()
    assert kinds(site, "onnx") == ["no-code"]


def test_folder_left_behind(site: Site) -> None:
    site.write({"onnx/models/my.onnx": "x"})
    (seen,) = site.told("damage", "onnx")
    assert (seen["kind"], seen["distribution"], seen["examples"]) == ("no-code", "onnx", ["models"])


def test_code_without_metadata(site: Site) -> None:
    site.write(
        {
            "otel/__init__.py": (
                "from importlib.metadata import entry_points\nx = next(iter(entry_points(group='a')))\n"
            ),
            "plain/__init__.py": "",
        }
    )
    asking, plain = site.told("damage", "otel", "plain")
    assert (asking["kind"], asking["modules"], asking["examples"]) == ("no-metadata", ["otel"], ["otel"])
    assert (plain["kind"], plain["examples"]) == ("no-metadata", [])


def test_leftovers_of_an_interrupted_pip(site: Site) -> None:
    site.add("scikit-learn", "1.2.2", {**CODE})
    site.write({"~klearn/__init__.py": "", "~cikit_learn-1.0.dist-info/METADATA": "Name: scikit-learn\n"})
    assert [(d["kind"], d["distribution"]) for d in site.told("damage", "sklearn")] == [
        ("leftover", "scikit-learn"),
        ("leftover", "~klearn"),
    ]


def test_wheel_of_another_python(site: Site) -> None:
    binary = "onnx/core.cpython-27-pdp11-linux-gnu.so"
    site.add("onnx", "1.15", {"onnx/__init__.py": "", binary: ""}, WHEEL="Tag: cp27-cp27-linux_pdp11\n")
    (seen,) = site.told("damage", "onnx")
    assert (seen["kind"], seen["examples"]) == ("wrong-wheel", [binary])
    assert "cp27-cp27-linux_pdp11" in seen["text"]


@pytest.mark.parametrize("beside", ["onnx/core.abi3.so", "onnx/core.py"])
def test_binary_for_another_python_beside_one_that_fits(site: Site, beside: str) -> None:
    site.add("onnx", "1.15", {"onnx/__init__.py": "", "onnx/core.cpython-27-pdp11-linux-gnu.so": "", beside: ""})
    assert kinds(site, "onnx") == []


@pytest.mark.parametrize(("version", "damaged"), [("1.20.0", True), ("1.19.0", False)])
def test_two_owners_of_one_folder(site: Site, version: str, damaged: bool) -> None:
    files: dict[str, str | bytes] = {"onnxruntime/__init__.py": '__version__ = "1.19.0"\n', "onnxruntime/capi.py": ""}
    site.add("onnxruntime", "1.19.0", files)
    site.add("onnxruntime-gpu", version, files)
    seen = [d for d in site.told("damage", "onnxruntime") if d["kind"] == "shared-folder"]
    assert [d["examples"] for d in seen] == [["onnxruntime-gpu"]] * damaged


@pytest.mark.parametrize("gone", [True, False])
def test_editable_source(site: Site, tmp_path: Path, gone: bool) -> None:
    source = tmp_path / ("gone" if gone else "work")
    url = json.dumps({"url": f"file://{source}", "dir_info": {"editable": True}})
    site.add("mine", "1", {}, **{"direct_url.json": url})
    assert kinds(site, "mine") == ["editable-gone"] * gone


@pytest.mark.parametrize(("version", "damaged"), [("1.15", True), ("1.19", False)])
def test_path_variable_wins(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, damaged: bool
) -> None:
    site.add("onnx", "1.19", {"onnx/__init__.py": ""})
    other = tmp_path / "other"
    site.write(
        {"onnx/__init__.py": "", f"onnx-{version}.dist-info/METADATA": f"Name: onnx\nVersion: {version}\n"}, other
    )
    monkeypatch.setenv("PYTHONPATH", str(other))
    assert kinds(site, "onnx", path=(other,)) == ["path-entry"] * damaged


def test_broken_metadata_costs_no_more_than_itself(site: Site) -> None:
    meta = site.add("scikit-learn", "1.2.2", {**CODE})
    (meta / "direct_url.json").write_text("[not json")
    (meta / "RECORD").write_bytes(b"\xff\xfe,\n,,,\n")
    assert kinds(site, "sklearn") in ([], ["no-metadata"])
