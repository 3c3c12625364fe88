"""Binary and generated interfaces, read from the files."""

from __future__ import annotations

import importlib.machinery
from typing import Any

import pytest

from .sites import Site, site

__all__ = ["site"]

SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]
ONE = b"\x7fELF numpy.core._multiarray_umath failed to import"
BOTH = ONE + b" numpy._core._multiarray_umath"
OLD = "from google.protobuf import descriptor as _descriptor\n_X = _descriptor.Descriptor(\n  name='X')\n"
BUILDER = "from google.protobuf.internal import builder as _builder\n"
CHECKED = (
    "from google.protobuf import runtime_version as _runtime_version\n"
    "_runtime_version.ValidateProtobufRuntimeVersion(\n    _runtime_version.Domain.PUBLIC,\n"
    "    6,\n    31,\n    1,\n    '', 'x')\n"
)
EITHER = (
    "import google.protobuf\nif new():\n"
    "  from google.protobuf.internal import builder as _builder\nelse:\n"
    "  _X = _descriptor.Descriptor()\n"
)


@pytest.mark.parametrize(
    ("numpy", "binary", "expected"),
    [
        ("2.2.6", ONE, ["numpy 2.2.6"]),
        ("2.2.6", BOTH, []),
        ("1.26.4", ONE, []),
        ("1.26.4", BOTH, []),
        ("2.2.6", b"\x7fELF", []),
    ],
)
def test_numpy(site: Site, numpy: str, binary: bytes, expected: list[str]) -> None:
    # the metadata may lie: the code's own version counts
    site.add(
        "numpy",
        "1.0",
        {"numpy/__init__.py": "from .version import version\n", "numpy/version.py": f'version = "{numpy}"\n'},
    )
    site.add("pandas", "2.0", {"pandas/__init__.py": "from pandas import _lib\n", "pandas/_lib" + SUFFIX: binary})
    seen = site.told("interface", "pandas")
    assert [i["runtime"] for i in seen] == expected
    assert all(
        (i["kind"], i["distribution"], i["built"], i["roots"]) == ("numpy", "pandas", "numpy 1", ["pandas"])
        for i in seen
    )


def test_numpy_in_a_library_beside_the_module(site: Site) -> None:
    site.add("numpy", "2.0", {"numpy/__init__.py": '__version__ = "2.0"\n'})
    site.add(
        "pyarrow",
        "14",
        {
            "pyarrow/__init__.py": "import pyarrow.lib\n",
            "pyarrow/lib" + SUFFIX: b"libarrow_python.so",
            "pyarrow/libarrow_python.so": ONE,
        },
    )
    assert [i["distribution"] for i in site.told("interface", "pyarrow")] == ["pyarrow"]


def test_numpy_only_where_it_is_reached(site: Site) -> None:
    site.add("numpy", "2.0", {"numpy/__init__.py": '__version__ = "2.0"\n'})
    guarded = "try:\n    from pandas import _lib\nexcept ImportError:\n    pass\n"
    site.add("pandas", "2.0", {"pandas/__init__.py": guarded, "pandas/_lib" + SUFFIX: ONE})
    assert site.told("interface", "pandas") == []


def protobuf(site: Site, version: str, code: str, *binaries: str) -> list[tuple[str, str]]:
    files: dict[str, str | bytes] = {"google/protobuf/__init__.py": f"__version__ = '{version}'\n"}
    names = ("descriptor", "runtime_version", "internal/__init__", "internal/builder", "internal/api_implementation")
    files.update({f"google/protobuf/{name}.py": "" for name in names})
    files.update({binary + SUFFIX: "" for binary in binaries})
    site.add("protobuf", version, files)
    site.add("onnx", "1", {"onnx/__init__.py": "from . import onnx_pb2\n", "onnx/onnx_pb2.py": code})
    return [(i["kind"], i["built"]) for i in site.told("interface", "onnx")]


UPB, CPP = "google/_upb/_message", "google/protobuf/pyext/_message"


@pytest.mark.parametrize(
    ("version", "code", "binary", "expected"),
    [
        ("4.21.12", OLD, UPB, [("protobuf", "protoc before 3.20")]),
        ("4.21.12", OLD, "", []),
        ("3.20.3", OLD, CPP, []),
        ("3.19.6", BUILDER, CPP, [("protobuf", "protoc 3.20 or later")]),
        ("3.20.0", BUILDER, CPP, []),
        ("7.36.2", BUILDER, UPB, []),
        ("5.29.5", CHECKED, UPB, [("protobuf", "protobuf 6.31.1")]),
        ("6.31.1", CHECKED, UPB, []),
        ("7.34.0", CHECKED, UPB, []),
        ("3.19.6", EITHER, CPP, []),
        ("4.25.3", EITHER, UPB, []),
    ],
)
def test_generated_code(
    site: Site, monkeypatch: pytest.MonkeyPatch, version: str, code: str, binary: str, expected: list[Any]
) -> None:
    monkeypatch.delenv("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", raising=False)
    assert protobuf(site, version, code, *[binary] * bool(binary)) == expected


def test_old_code_with_the_python_implementation(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python")
    assert protobuf(site, "4.21.12", OLD, UPB) == []


@pytest.mark.parametrize(
    ("asked", "version", "binary", "expected"),
    [
        ("cpp", "5.29.5", UPB, [("protobuf-backend", "cpp")]),
        ("cpp", "3.20.3", CPP, []),
        ("python", "5.29.5", UPB, []),
        ("upb", "5.29.5", UPB, []),
        ("", "5.29.5", UPB, []),
    ],
)
def test_backend(
    site: Site, monkeypatch: pytest.MonkeyPatch, asked: str, version: str, binary: str, expected: list[Any]
) -> None:
    monkeypatch.setenv("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", asked)
    assert protobuf(site, version, "from google.protobuf.internal import api_implementation\n", binary) == expected
