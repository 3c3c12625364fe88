"""The pages of `explain` and `canaries`."""

from __future__ import annotations

import pytest

from checker.model import Canary, Case, Column, Finding, Logging, Observation, Stage, rule
from checker.reporters.explain import IGNORING, render_canaries, render_rule, sections


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
    assert render_rule(stale_kernel) == f"{PAGE}{IGNORING.format(rule='stale-kernel')}\n"


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
