"""A missing name bounds its provider at once, and what is missing comes at once; the clock decides nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from checker.model import Case, Distribution, Finding, Observation, Stage
from checker.remedy.prove.acceptance import make_criteria
from checker.remedy.search.moves import find_moves
from checker.remedy.search.search import SearchResult, search
from checker.remedy.solve.names_in_releases import ReleaseNames, has_name
from checker.remedy.solve.resolution_input import ResolutionInput
from checker.remedy.solve.uv_solver import UvSolver
from checker.remedy.solve.whole_packages import find_required, find_whole
from checker.world.process import Children

from .cases import at, dist, failed, knowledge, seen, sound
from .fake_uv import FakeUv, uv
from .remedies import Releases, Table, after, blocker, moves, pins

__all__ = ["uv"]
#: releases of sqlalchemy, and those that have the name
RELEASES = "1.3.24 1.4.0 1.4.54 2.0.0 2.0.58 2.1.0 2.1.9 2.2.1"
LACKS = failed(Stage.IMPORT, "mlflow", "ImportError", "cannot import name 'Pool' from 'sqlalchemy.pool'")


class Unpacked(ReleaseNames):
    """Releases whose files are a literal list; counts those that are looked into."""

    def __init__(self, having: str, every: str = RELEASES) -> None:
        super().__init__(solver=None)  # type: ignore[arg-type]
        self.having, self.every = SpecifierSet(having), every.split()
        self.looked: set[str] = set()

    def _find_newest(self, package: str, bound: str) -> str:
        return max((v for v in self.every if v in SpecifierSet(bound)), key=Version, default="")

    def _has(self, package: str, version: str, module: str, name: str) -> bool:
        self.looked.add(version)
        return version in self.having


def holds(installed: str) -> Observation:
    """The sound stack with a sqlalchemy in which something is missing."""
    return seen(LACKS, stack=(*sound(), dist("sqlalchemy", installed)))


@pytest.mark.parametrize(
    ("having", "installed", "reached"),
    [
        ("<2.1", "2.2.1", "2.0.58"),  # two series back, past every patch
        ("<2", "2.2.1", "1.4.54"),  # a major back
        ("<1.4", "2.2.1", "1.3.24"),
        (">=2.1", "1.3.24", "2.1.0"),  # two majors on: the first that has it
        (">=2.2", "2.1.9", "2.2.1"),
        (">=9", "2.1.9", ""),  # nobody has it
        (">=1", "2.1.9", ""),  # it is there, so that the release is not the matter
    ],
)
def test_a_missing_name_bounds_its_provider(having: str, installed: str, reached: str) -> None:
    files, observation = Unpacked(having), holds(installed)
    found = list(files.find_bounds(blocker("mlflow"), observation))
    assert bool(found) == bool(reached)
    for package, bound in found:
        fitting = [v for v in RELEASES.split() if v in SpecifierSet(bound)]
        assert package == "sqlalchemy"
        assert (fitting[0] if bound.startswith(">") else fitting[-1]) == reached
    assert len(files.looked) <= 6
    assert list(files.find_bounds(blocker("mlflow"), observation)) == found  # and it is not looked into again


def test_the_bound_is_tried_first() -> None:
    """Before the next series of whoever asks for the name, and before that of whoever lacks it."""
    finding, files = blocker("mlflow", "mlflow", "sqlalchemy"), Unpacked("<2.1")
    first, *others = find_moves([finding], holds("2.2.1"), (), files.find_bounds)
    assert (first.name, first.bound) == ("sqlalchemy", "<2.1")
    assert {m.name for m in others} == {"mlflow", "sqlalchemy"}
    assert not [m for m in find_moves([finding], holds("2.2.1"), {"sqlalchemy"}, files.find_bounds) if m.rank < 0]


SKINNY = dist("mlflow-skinny", "2.19.0", "mlflow")
WHOLE = [
    ((SKINNY,), "mlflow-skinny", "mlflow==2.19.0"),
    ((SKINNY, dist("mlflow", "2.18.0")), "mlflow-skinny", ""),  # the whole is there, and another matter
    ((dist("google-auth", "2.40.0", "google"),), "google-auth", ""),  # who shares its module is no part of it
    ((dist("onnx", "1.16.2"),), "onnx", ""),
    ((), "", ""),
]


@pytest.mark.parametrize(("stack", "part", "pin"), WHOLE)
def test_a_part_is_known_by_its_name_and_its_module(stack: tuple[Distribution, ...], part: str, pin: str) -> None:
    assert find_whole(seen(stack=(*sound(mlflow="", onnx=""), *stack)), part) == pin


class Left(Unpacked):
    """A whole package whose requirements are a literal list."""

    def __init__(self, required: Mapping[str, str]) -> None:
        super().__init__("")
        self._required = {"mlflow==2.19.0": required}


@pytest.mark.parametrize(
    ("required", "bounds"), [({"sqlalchemy": "2.0.36"}, ["<=2.0.36"]), ({"alembic": "1.14.0"}, [""])]
)
def test_what_a_part_leaves_out_is_bounded_by_the_whole(required: Mapping[str, str], bounds: list[str]) -> None:
    """What the whole does not ask for is installed in any release."""
    lacks = failed(
        Stage.IMPORT,
        "mlflow",
        "ModuleNotFoundError",
        "No module named 'sqlalchemy'",
        at("mlflow/store/tracking/sqlalchemy_store.py", 11),
    )
    finding = blocker("mlflow", "sqlalchemy", "mlflow-skinny", advice=(pins(("sqlalchemy", "")),))
    before = seen(lacks, stack=(*sound(mlflow=""), SKINNY))
    found = find_moves([finding], before, (), Left(required).find_bounds)
    assert [m.bound for m in found if m.name == "sqlalchemy"] == bounds
    assert found[0].name == "sqlalchemy"


@pytest.mark.skipif(os.name != "posix", reason="a script in the place of uv")
def test_what_the_whole_asks_for_itself_is_read_from_the_answer(uv: FakeUv, tmp_path: Path) -> None:
    told = "alembic==1.14.0      # via mlflow\ngreenlet==3.1.1  # via sqlalchemy\nSQLAlchemy==2.0.36  # via alembic, mlflow\n"
    uv.answers({"pins": told})
    solver = UvSolver(ResolutionInput({}), Path("/env/bin/python"), tmp_path, Children())
    assert find_required(solver, "mlflow==2.19.0") == {"alembic": "1.14.0", "sqlalchemy": "2.0.36"}
    uv.answers({"status": 1, "err": "No solution found"})
    assert find_required(solver, "mlflow==2.19.0") == {}


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("class Pool: pass\n", "Pool", True),
        ("from .base import Pool\n", "Pool", True),
        ("from .base import *\n", "Deep", True),
        ("if True:\n    def Pool(): pass\n", "Pool", True),
        ("Other = 1  # no Pool\n", "Pool", False),
        ("import os\n", "inner", True),  # a module beside it
        ("", "", True),
    ],
)
def test_names_are_read_from_files(text: str, name: str, there: bool, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text(text)
    (tmp_path / "pkg" / "base.py").write_text("Deep = 1\n")
    (tmp_path / "pkg" / "inner.py").write_text("")
    assert has_name(tmp_path, "pkg", name) is there
    assert not has_name(tmp_path, "gone", name)


# --- several at once, and in whatever order they are ready --------------------------------------------------------

ABSENT = {"skl2onnx": "1.17.0", "onnx": "1.16.2", "onnxruntime": "1.19.2"}


def searched(
    index: Mapping[str, str],
    rows: Sequence[tuple[str, Finding | None]],
    findings: Sequence[Finding],
    before: Observation,
    *,
    waits: Mapping[str, str] | None = None,
    at_once: int = 2,
    installed: Mapping[str, str] | None = None,
) -> tuple[SearchResult, list[str]]:
    """What was found, and what was tried, in whatever order."""
    table = Table([*rows, ("", findings[0])], waits or {})
    criteria = make_criteria(Case(before, None, knowledge()), findings, findings)
    with ThreadPoolExecutor(3) as pool:
        found = search(
            Releases(index, pins=installed or {d.name: d.version for d in before.distributions}),
            table.try_plan,
            pool,
            criteria,
            observation=before,
            keep=frozenset(),
            progress=lambda stage, subject: None,
            budget=8,
            at_once=at_once,
        )
    return found, table.tried


def told(found: SearchResult) -> tuple[list[str], list[str]]:
    return [moves(c.plan) for c, _ in found.proven], [moves(r.plan) for r in found.refuted]


def test_everything_that_is_missing_comes_at_once() -> None:
    """No part of it would be enough: the first plan installs all, and it is the remedy."""
    findings = [blocker(name, name, advice=(pins((name, "")),), rule="missing-package") for name in ABSENT]
    before = after(findings[0], {d.name: d.version for d in sound() if d.name not in ABSENT})
    found, tried = searched(ABSENT, [(" ".join(ABSENT), None)], findings, before)
    assert told(found) == (["onnx==1.16.2 onnxruntime==1.19.2 skl2onnx==1.17.0"], [])
    assert tried == ["onnx==1.16.2 onnxruntime==1.19.2 skl2onnx==1.17.0"]


def test_one_that_is_missing_is_no_such_case() -> None:
    finding = blocker("onnx", "onnx", advice=(pins(("onnx", "")),), rule="missing-package")
    before = after(finding, {d.name: d.version for d in sound() if d.name != "onnx"})
    found, _ = searched(ABSENT, [("onnx", None)], [finding], before)
    assert told(found)[0] == ["onnx==1.16.2"]


SERIES = {"skl2onnx": "1.15.0 1.16.0 1.17.0 1.18.0 1.19.0", "onnx": "1.13.0 1.14.0 1.15.0 1.16.2 1.17.0 1.18.0"}
BROKEN = blocker("skl2onnx", "skl2onnx", "onnx")
WAITS: Iterable[Mapping[str, str]] = (
    {},
    {"skl2onnx==1.18.0": "onnx==1.15.0"},
    {"onnx==1.15.0": "skl2onnx==1.18.0"},
)


@pytest.mark.parametrize("rows", [[("onnx<1.15", None)], [("skl2onnx>=1.19", None), ("onnx<1.15", None)], []])
def test_what_is_ready_first_decides_nothing(rows: Sequence[tuple[str, Finding | None]]) -> None:
    every = [searched(SERIES, rows, [BROKEN], after(BROKEN), waits=w, at_once=2)[0] for w in WAITS]
    every += [searched(SERIES, rows, [BROKEN], after(BROKEN), at_once=n)[0] for n in (1, 2, 3)]
    assert all(told(found) == told(every[0]) for found in every)


def test_series_before_patches() -> None:
    """2.1.9 does not help, nor do its patches: the next series is the second try at the latest, not the tenth."""
    index = {"onnx": "1.14.1 1.15.0 1.16.0 1.16.1 1.16.2"}
    found, tried = searched(index, [("onnx<1.16", None)], [blocker("skl2onnx", "onnx")], after(BROKEN))
    assert told(found)[0] == ["onnx==1.15.0"]
    assert tried[0] == "onnx==1.15.0"
