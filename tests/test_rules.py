"""Every rule fires on its mechanism and stays away from what is not it; the list of rules is complete."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from checker import rules
from checker.model import Artifact, Case, Observation, Rule
from checker.rules import ARTIFACT, PLACES, rules_over
from checker.rules.environment import ALL, ENVIRONMENT

from . import (
    test_rules_differences,
    test_rules_folders,
    test_rules_hints,
    test_rules_imports,
    test_rules_install,
    test_rules_models,
    test_rules_onnxfiles,
    test_rules_places,
    test_rules_rehearsal,
    test_rules_runtime,
    test_rules_saved,
    test_rules_written,
    test_script_graphs,
    test_story,
    test_tables,
    test_unfitted,
)
from .cases import Fires, fires, stays

TABLES = (
    test_rules_install,
    test_rules_imports,
    test_rules_models,
    test_rules_onnxfiles,
    test_rules_saved,
    test_rules_folders,
    test_rules_places,
    test_rules_rehearsal,
    test_rules_runtime,
    test_rules_hints,
    test_rules_differences,
    test_rules_written,
    test_script_graphs,
    test_story,
    test_tables,
    test_unfitted,
)
FIRES: dict[str, tuple[Fires, ...]] = {k: v for table in TABLES for k, v in table.FIRES.items()}
STAYS: dict[str, tuple[Case[Observation], ...]] = {k: v for table in TABLES for k, v in table.STAYS.items()}
SECTIONS = ("What happens:", "Why:", "Remedy:", "Not this rule:")


@pytest.mark.parametrize(
    ("rule", "expected"), [pytest.param(k, f, id=f"{k}-{i}") for k, v in FIRES.items() for i, f in enumerate(v)]
)
def test_fires(rule: str, expected: Fires) -> None:
    fires(rule, expected)


@pytest.mark.parametrize(
    ("rule", "healthy"), [pytest.param(k, c, id=f"{k}-{i}") for k, v in STAYS.items() for i, c in enumerate(v)]
)
def test_stays(rule: str, healthy: Case[Observation]) -> None:
    stays(rule, healthy)


def test_every_rule_has_both_kinds_of_cases() -> None:
    known = {r.id for r in ALL}
    assert known == set(FIRES) == set(STAYS)
    assert all(FIRES.values())
    assert all(STAYS.values())


def public_functions(path: Path) -> set[str]:
    """Functions of a file that take a case and yield findings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_") and n.returns)
    return {
        f"{path.stem}.{n.name}"
        for n in found
        if n.returns and ast.unparse(n.returns) == "Iterator[Finding]" and [a.arg for a in n.args.args] == ["case"]
    }


def test_no_rule_is_forgotten() -> None:
    folder = Path(rules.__file__).parent
    written = {f for path in sorted(folder.rglob("*.py")) for f in public_functions(path)}
    listed = {f"{r.check.__module__.rpartition('.')[2]}.{r.check.__name__}" for r in ALL}
    assert written == listed


def test_identifiers_are_unique_and_each_rule_is_listed_under_its_subject() -> None:
    assert len({r.id for r in ALL}) == len(ALL)
    for subject in (Observation, Artifact):
        read = {r.id: r.check.__annotations__["case"] for r in rules_over(subject)}
        assert set(read.values()) <= {f"Case[{subject.__name__}]", "Case[Any]"}, read


def test_rules_are_in_the_order_of_the_path() -> None:
    for listed in (ENVIRONMENT, ARTIFACT, PLACES):
        assert [r.stage.order for r in listed] == sorted(r.stage.order for r in listed)


@pytest.mark.parametrize("rule", ALL, ids=lambda r: r.id)
def test_docstring_has_its_sections(rule: Rule[Any]) -> None:
    first, _, rest = inspect.cleandoc(rule.explanation).partition("\n")
    assert re.fullmatch(r"[A-Z`].*\.", first), "the first line is a sentence"
    places = [rest.find(f"\n{s}") for s in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    assert all(len(text.strip()) > 10 for text in re.split("|".join(SECTIONS), rest)[1:])
    assert rule.title
    assert not rule.title.endswith(".")
