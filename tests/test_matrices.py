"""The curated knowledge: what a schema says of the TOML files, what it cannot say, and what the loader answers."""

from __future__ import annotations

import datetime
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from checker import knowledge
from checker.names import canonicalize_name
from checker.targets.mistakes import mistakes

MATRICES = Path(__file__).parents[1] / "matrices"
RELEASES = sorted((MATRICES / "releases").glob("*.toml"))
TARGETS = sorted((MATRICES / "targets").glob("*.toml"))
SIGNATURES = MATRICES / "signatures.toml"
OPERATORS = MATRICES / "operators.toml"
FILES = [*RELEASES, *TARGETS, SIGNATURES, OPERATORS]


def build_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("matrices_build", MATRICES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = build_module()


def tables(value: Any) -> list[dict[str, Any]]:
    """Every table in a file, however deep."""
    if isinstance(value, list):
        return [t for v in value for t in tables(v)]
    return [value, *(t for v in value.values() for t in tables(v))] if isinstance(value, dict) else []


def twice(values: list[Any]) -> list[Any]:
    return [v for v, times in Counter(values).items() if times > 1]


# --- the files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_file_fits_its_schema(path: Path) -> None:
    name = path.stem if path.parent == MATRICES else path.parent.name
    schema = json.loads((MATRICES / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    problems = [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(build.read(path))]
    assert problems == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_dates_are_dates(path: Path) -> None:
    told = [t["date"] for t in tables(build.read(path)) if "date" in t]
    assert [datetime.date.fromisoformat(d).isoformat() for d in told] == told


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_package_file(path: Path) -> None:
    told = build.read(path)
    assert told["package"] == path.stem == canonicalize_name(path.stem)
    assert twice([b["id"] for b in told.get("known_bad", [])]) == []
    assert twice([(n["module"], n["name"], n["change"]) for n in told.get("names", [])]) == []


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_releases_are_sorted_newest_last_and_stand_once(path: Path) -> None:
    versions = [Version(r["version"]) for r in build.read(path).get("releases", [])]
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_versions_specifiers_and_requirements_parse(path: Path) -> None:
    told = build.read(path)
    for release in told.get("releases", []):
        SpecifierSet(release.get("requires_python", ""))
        pythons = [Version(p) for p in release.get("pythons", [])]
        assert pythons == sorted(set(pythons))
    for fact in told.get("known_bad", []):
        SpecifierSet(fact["versions"])
        [Requirement(r) for r in fact.get("beside", [])]
    [Version(n["version"]) for n in told.get("names", [])]


@pytest.mark.parametrize("path", TARGETS, ids=lambda p: p.stem)
def test_target_file(path: Path) -> None:
    told = build.read(path)
    assert told["name"] == path.stem
    assert twice([release["name"] for release in told.get("releases", ())]) == []
    for place in (told, *told.get("releases", ())):
        assert twice([limit["what"] for limit in place.get("limits", ())]) == []
    assert mistakes(told) == []


@pytest.mark.parametrize("path", TARGETS, ids=lambda p: p.stem)
def test_what_is_true_of_a_place_expires_after_it_was_seen(path: Path) -> None:
    told = build.read(path)
    day = told.get("expires") or told["retired"]
    assert [fact for fact in tables(told) if fact.get("date", "") >= fact.get("expires", day)] == []


def test_what_has_expired_is_told_of_a_day(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    text = (
        'name = "a"\ndate = "2026-01-01"\nexpires = "2027-01-01"\n[[limits]]\nwhat = "size"\nexpires = "2026-06-01"\n'
    )
    (tmp_path / "targets" / "a.toml").write_text(text + '[[releases]]\nname = "2"\nexpires = "2028-01-01"\n')
    assert build.expired("2026-06-01", tmp_path) == []
    assert build.expired("2026-06-02", tmp_path) == ["a.toml: size of 2026-01-01 expired on 2026-06-01"]
    assert len(build.expired("2030-01-01", tmp_path)) == 3


def test_signatures_compile_and_stand_once() -> None:
    told = build.read(SIGNATURES)["signatures"]
    assert twice([s["id"] for s in told]) == []
    for s in told:
        re.compile(s["text"])
        re.compile(s.get("module", ""))


def test_signatures_name_no_version() -> None:
    """A pattern tells of a mechanism; NumPy's own sentence about its first major release is the exception."""
    digits = {s["id"]: re.findall(r"\d+\\?\.\d+", s["text"]) for s in build.read(SIGNATURES)["signatures"]}
    assert {k: v for k, v in digits.items() if v} == {}


def test_readme_explains_every_key() -> None:
    text = (MATRICES / "README.md").read_text(encoding="utf-8")
    schemas = [json.loads(p.read_text(encoding="utf-8")) for p in (MATRICES / "schema").glob("*.json")]
    keys = {k for s in schemas for t in tables(s) for k in t.get("properties", {})}
    assert [k for k in sorted(keys) if not any(w in text for w in (f"`{k}`", f"`[[{k}]]`", f"{k}.toml"))] == []


def test_built_file_is_fresh() -> None:
    assert build.BUILT.read_text(encoding="utf-8") == build.fold(), "run python matrices/build.py"


# --- the loader --------------------------------------------------------------------------------------------

KNOWLEDGE = knowledge.load()


def test_everything_can_be_made() -> None:
    assert KNOWLEDGE.signatures
    for package in KNOWLEDGE.packages.values():
        assert package.releases or package.names or package.known_bad
        assert all(f.provenance.source for f in [*package.known_bad, *package.names])


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("onnx", "1.16.0", (21, 5, 10)),
        ("ONNX", "1.7", (12, 2, 7)),
        ("onnx", "1.16.0+local", (21, 5, 10)),
    ],
)
def test_release(name: str, version: str, expected: tuple[int, int, int]) -> None:
    found = KNOWLEDGE.release(name, version)
    assert found is not None
    assert (found.opset, found.ml_opset, found.ir) == expected


@pytest.mark.parametrize(("name", "version"), [("onnx", "99"), ("onnx", "not a version"), ("nobody", "1.0")])
def test_unknown_release_is_none(name: str, version: str) -> None:
    assert KNOWLEDGE.release(name, version) is None
    assert KNOWLEDGE.known_bad("nobody", version) == ()
    assert KNOWLEDGE.pythons(name, version) == ()


@pytest.mark.parametrize(
    ("name", "python", "first", "last"),
    [
        ("scikit-learn", "3.11", "1.1.3", None),
        ("scikit-learn", "3.7", None, "1.0.2"),
        ("scikit-learn", "3.6", None, "0.24.2"),
        ("onnx", "3.12", "1.16.0", None),
        ("onnx", "3.6", None, "1.11.0"),
        ("onnxruntime", "3.12", "1.17.0", None),
        ("numpy", "3.12", "1.26.0", None),
    ],
)
def test_releases_for_python(name: str, python: str, first: str | None, last: str | None) -> None:
    oldest, newest = KNOWLEDGE.first_release_for_python(name, python), KNOWLEDGE.last_release_for_python(name, python)
    assert first is None or (oldest is not None and oldest.version == first)
    assert last is None or (newest is not None and newest.version == last)


def test_a_stable_interface_wheel_serves_later_pythons() -> None:
    release = KNOWLEDGE.release("onnx", "1.20.1")
    assert release is not None
    assert [release.supports(p) for p in ("3.9", "3.10", "3.13", "3.14.2")] == [False, True, True, True]
    assert KNOWLEDGE.pythons("onnx", "1.20.1") == ("3.10", "3.11", "3.12")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.16.3", (19, 3, 9, "1.16.3", True)),
        ("1.17.2", (20, 4, 9, "1.17.1", False)),
        ("99.0", (28, 5, 14, "1.32.0", False)),
        ("1.1.0", (None, None, None, "1.1.0", True)),
    ],
)
def test_limits(version: str, expected: tuple[object, ...]) -> None:
    found = KNOWLEDGE.limits(version)
    assert found is not None
    assert (found.opset, found.ml_opset, found.ir, found.measured, found.exact) == expected


def test_no_limits_below_everything_measured() -> None:
    assert KNOWLEDGE.limits("0.0.1") is None
    assert KNOWLEDGE.limits("nonsense") is None


def test_known_bad_and_what_must_stand_beside_it() -> None:
    assert [b.id for b in KNOWLEDGE.known_bad("onnxruntime", "1.27.0")] == ["binary-trees-wrong", "knn-imputer-crash"]
    (crash,) = (b for b in KNOWLEDGE.known_bad("onnxruntime", "1.16.3") if b.id == "numpy-2-crash")
    assert crash.applies({"numpy": "2.0.2"})
    assert not crash.applies({"numpy": "1.26.4"})
    assert not crash.applies({})


def test_names_say_which_releases_have_them() -> None:
    assert [(c.package, c.needs) for c in KNOWLEDGE.name_changes("pkg_resources")] == [("setuptools", "<82.0.0")]
    assert [c.needs for c in KNOWLEDGE.name_changes("google.protobuf.internal", "builder")] == [">=3.20.0"]
    assert KNOWLEDGE.name_changes("numpy", "ndarray") == ()


def test_targets_are_facts_like_all_others() -> None:
    assert {t.family for t in KNOWLEDGE.targets} == {p.stem for p in TARGETS}
    assert twice([t.name for t in KNOWLEDGE.targets]) == []
    facts = [fact for t in KNOWLEDGE.targets for fact in (t, *t.limits, *t.types, *t.notes)]
    assert all("https://" in fact.provenance.source for fact in facts)
    assert {limit.value for t in KNOWLEDGE.targets for limit in t.limits} > {"", "1.12.1", "17"}


def test_what_is_assumed_says_why() -> None:
    assumed = [(t.name, limit) for t in KNOWLEDGE.targets for limit in t.limits if limit.assume]
    assert assumed
    assert [(name, one.what) for name, one in assumed if one.known or not one.note] == []


def test_stamps_of_a_place_are_those_of_its_runtime() -> None:
    places = {t.name: t for t in KNOWLEDGE.targets}
    edge, nearest = places["azure-sql-edge-2.0.0"], places["azure-sql-edge-1.0.7"]
    assert [edge.value(what) for what in ("onnxruntime", "opset", "ml_opset", "ir")] == ["1.12.1", "17", "3", "8"]
    assert (edge.limit("opset") or 0).provenance.basis == "inferred"  # type: ignore[union-attr]
    assert "1.5.2, the nearest" in (nearest.limit("ir") or 0).note  # type: ignore[union-attr]
    # one that checks no stamps has none, and one that was looked for in vain stays unknown
    assert not places["azure-sql-edge-ctp-1.4"].limit("opset")
    assert places["synapse-sql-predict"].value("opset") == ""
    assert places["windows-ml-10-1809"].value("opset") == "7"
    assert places["fabric-1.2"].value("ir") == "9"


SEEN = [
    ("ImportError", "cannot import name 'builder' from 'google.protobuf.internal' (/x.py)", "", "protobuf-no-builder"),
    ("ImportError", "cannot import name 'trapezoid' from 'scipy.integrate' (/x.py)", "", "name-not-in-module"),
    ("ModuleNotFoundError", "No module named 'pkg_resources'", "", "no-pkg-resources"),
    ("ModuleNotFoundError", "No module named 'pandas'", "", "module-missing"),
    ("TypeError", "Descriptors cannot not be created directly.\nIf this call", "", "protobuf-old-generated-code"),
    ("ValueError", "numpy.dtype size changed, may indicate\n binary incompatibility.", "", "numpy-struct-size"),
    ("StopIteration", "", "opentelemetry.context", "entry-point-without-metadata"),
    ("AttributeError", "module 'numpy' has no attribute 'float'.", "skl2onnx.x", "numpy-alias-removed"),
    ("AttributeError", "'KernelPCA' object has no attribute 'lambdas_'", "skl2onnx.x", "fitted-attribute-renamed"),
    ("AttributeError", "'Mine' object has no attribute 'x'", "mine", None),
    ("a.b.MissingShapeCalculator", "Unable to find a shape calculator for type '<class 'a.B'>'.", "", "no-converter"),
    ("Fail", "Unsupported model IR version: 11, max supported IR version: 10", "", "ir-beyond-runtime"),
    ("MlflowException", "Invalid model name ('a/b') provided. Model", "", "mlflow-model-name"),
    ("KeyError", "'whatever'", "", None),
]


@pytest.mark.parametrize(("type_", "text", "module", "expected"), SEEN, ids=[str(s[3]) for s in SEEN])
def test_signature(type_: str, text: str, module: str, expected: str | None) -> None:
    found = KNOWLEDGE.signature(type_, text, module)
    assert (found and found.id) == expected


def test_signature_minds_the_stage() -> None:
    text = "Unsupported model IR version: 11, max supported IR version: 10"
    found = KNOWLEDGE.signature("Fail", text, "", "load")
    assert found is not None
    assert KNOWLEDGE.signature("Fail", text, "", "import") is None
