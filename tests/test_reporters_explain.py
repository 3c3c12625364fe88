"""The pages of `explain` and `canaries`."""

from __future__ import annotations

import pytest

from checker.knowledge import Limit, Provenance, Target, load
from checker.model import Canary, Case, Column, Finding, Logging, Observation, Stage, rule
from checker.reporters.explain import render_canaries, render_rule, render_targets, sections


@rule("Loaded modules are not those on disk", Stage.IMPORT)
def stale_kernel(case: Case[Observation]) -> list[Finding]:
    """The kernel holds another release than the disk.

    What happens: an import fails in a module of scikit-learn, although the installed release has it, and `pip list`
    shows nothing odd.

    Why: a package was installed over a loaded one.
    Python keeps what it has loaded.

    Remedy:
        restart the kernel

    Not this rule: two copies on the search path (see duplicates).
    """
    return []


PAGE = """\
Loaded modules are not those on disk
stale-kernel, at import

  The kernel holds another release than the disk.

What happens
  an import fails in a module of scikit-learn, although the installed release
  has it, and `pip list` shows nothing odd.

Why
  a package was installed over a loaded one. Python keeps what it has loaded.

Remedy
  restart the kernel

Not this rule
  two copies on the search path (see duplicates).
"""


def test_a_rule_is_explained_by_its_docstring() -> None:
    assert render_rule(stale_kernel) == PAGE


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("", []),
        ("One sentence.", [("", "One sentence.")]),
        ("A.\n\nWhy\n    Because.", [("", "A."), ("Why", "    Because.")]),
        ("A.\n\n**Why:** because\n\n## Remedy\nnone", [("", "A."), ("Why", "because"), ("Remedy", "none")]),
        ("Why numpy is no heading here.", [("", "Why numpy is no heading here.")]),
    ],
)
def test_sections(docstring: str, expected: list[tuple[str, str]]) -> None:
    assert sections(docstring) == expected


def test_canaries_are_listed_with_what_they_try() -> None:
    rows = [
        Canary(
            "Ridge",
            "sklearn.linear_model.Ridge(alpha=2.0)",
            ("sklearn.linear_model",),
            (Column("a", "float64"),),
            target="continuous",
        ),
        Canary(
            "mixed-pipeline",
            "",
            (),
            (Column("a", "float32", True), Column("b", "string")),
            layout="frame",
            since="0.20",
            logging=Logging(),
        ),
    ]
    assert render_canaries(rows) == (
        "Ridge           matrix of float64; target continuous\n"
        "    sklearn.linear_model.Ridge(alpha=2.0)\n"
        "mixed-pipeline  frame of float32 with gaps, string; target binary; MLflow; scikit-learn >=0.20\n"
        "2 canaries\n"
    )
    assert render_canaries([]) == "0 canaries\n"


def test_targets_are_listed_with_what_limits_them_and_where_it_is_known_from() -> None:
    known = Provenance("https://example.org/a/page about the place", "2026-01-31", "documented")
    limits = (Limit("onnxruntime", known, "1.12.1"), Limit("opset", known))
    assert render_targets([Target("sql", "A database", limits), Target("edge-2", "A device", ())], 60) == (
        "sql     A database\n"
        "    onnxruntime   1.12.1     https://example.org/a/page\n"
        "                             about the place (2026-01-31,\n"
        "                             documented)\n"
        "    opset         not known  https://example.org/a/page\n"
        "                             about the place (2026-01-31,\n"
        "                             documented)\n"
        "edge-2  A device\n"
        "2 targets\n"
    )
    assert render_targets([]) == "0 targets\n"
    assert render_targets(load().targets).isascii()
