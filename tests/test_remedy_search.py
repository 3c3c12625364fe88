"""The search for a proof, over an index that is a literal list and environments that are a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from checker.errors import CannotLook
from checker.model import Case, Finding, Plan, Stage
from checker.remedy.prove.acceptance import AcceptanceCriteria, TrialResult, make_criteria
from checker.remedy.search.search import SearchResult, _explain_omission, search
from checker.request import BUDGET

from .cases import knowledge
from .remedies import Releases, Table, after, blocker, moves

INDEX = {
    "skl2onnx": "1.14.1 1.15.0 1.16.0 1.17.0 1.18.0 1.19.1 1.20.0",
    "onnx": "1.12.0 1.13.1 1.14.1 1.15.0 1.16.1 1.16.2 1.17.0 1.18.0 1.19.0",
}
BROKEN = blocker("skl2onnx", "skl2onnx", "onnx")
#: the converter's next release is nearer than the library's
NEAR = {"skl2onnx": "1.16.0 1.17.0 1.17.1", "onnx": "1.15.0 1.16.2 1.18.0"}
BOTH = (("skl2onnx>=1.17.1", None), ("onnx<1.16.2", None))
Rows = Sequence[tuple[str, Finding | None]]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def searched(
    rows: Rows,
    pool: ThreadPoolExecutor,
    *,
    index: Mapping[str, str] = INDEX,
    needs: Mapping[str, tuple[str, ...]] | None = None,
    waits: Mapping[str, str] | None = None,
    keep: str = "",
    at_once: int = 2,
    budget: int = BUDGET,
) -> tuple[SearchResult, list[str]]:
    """What was found, and what was begun in which order; without another row everything stays as it is."""
    tester = Table([*rows, ("", BROKEN)], waits or {})
    before = after(BROKEN)
    wanted = make_criteria(Case(before, None, knowledge()), [BROKEN], [BROKEN])
    said: list[str] = []
    found = search(
        Releases(index, needs or {}),
        tester.try_plan,
        pool,
        wanted,
        observation=before,
        keep=frozenset(keep.split()),
        progress=lambda stage, subject: said.append(subject),
        budget=budget,
        at_once=at_once,
    )
    assert len(found.proven) + len(found.refuted) <= budget
    return found, [words.replace(" ", "==").replace(",==", " ") for words in said]


def proven(found: SearchResult) -> list[str]:
    return [moves(candidate.plan) for candidate, _ in found.proven]


@pytest.mark.parametrize(
    ("rows", "keep", "nearest"),
    [
        ([("skl2onnx>=1.18", None)], "", "skl2onnx==1.18.0"),
        ([("onnx<1.16.2", None)], "", "onnx==1.16.1"),  # of the installed series, though the next one was tried first
        ([("skl2onnx<1.17", None)], "", "skl2onnx==1.16.0"),
        ([("onnx>1.16.2", None)], "skl2onnx", "onnx==1.17.0"),
        ([("skl2onnx>=1.18", None), ("onnx<1.16.2", None)], "skl2onnx", "onnx==1.16.1"),
        ([("onnx<1.16", None)], "skl2onnx", "onnx==1.15.0"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at_once", [1, 2])
def test_the_nearest_is_found(rows: Rows, keep: str, nearest: str, at_once: int, pool: ThreadPoolExecutor) -> None:
    found, _ = searched(rows, pool, keep=keep, at_once=at_once)
    assert proven(found)[0] == nearest


def test_a_proof_tells_where_and_with_what(pool: ThreadPoolExecutor) -> None:
    found, _ = searched([("skl2onnx>=1.18", None)], pool)
    candidate, proof = found.proven[0]
    assert proof.how == "it was tried in a throwaway environment with Python 3.11.7"
    assert proof.lock == candidate.plan.lock
    assert "skl2onnx==1.18.0" in proof.lock
    assert {o.subject for o in proof.outcomes} == {"sklearn", "onnx", "skl2onnx"}


def test_a_nearer_proof_that_comes_later_wins(pool: ThreadPoolExecutor) -> None:
    """The library's step is done first, the converter's ends after it and is the one that is followed."""
    found, tried = searched(BOTH, pool, index=NEAR, waits={"skl2onnx==1.17.1": "onnx==1.15.0"})
    assert tried[:2] == ["skl2onnx==1.17.1", "onnx==1.15.0"]
    assert proven(found) == ["skl2onnx==1.17.1"]


@pytest.mark.parametrize("several", [True, False])
def test_where_the_first_moves_several_an_alternative_keeps_its_own(several: bool, pool: ThreadPoolExecutor) -> None:
    needs = {"skl2onnx==1.17.1": ("scipy>=1.14",), "onnx==1.15.0": ("scipy>=1.15",)} if several else {}
    index = {**NEAR, "scipy": "1.14.0 1.15.0"}
    found, _ = searched(BOTH, pool, index=index, needs=needs, keep="scipy" if not several else "")
    others = ["scipy==1.15.0 onnx==1.15.0"] if several else []
    assert proven(found) == [f"{'scipy==1.14.0 ' * several}skl2onnx==1.17.1", *others]


def test_one_alternative_is_tried(pool: ThreadPoolExecutor) -> None:
    """More than one try after a proof is not worth waiting for."""
    found, tried = searched([("onnx<1.16.2", None)], pool, index=NEAR, at_once=1)
    assert proven(found) == ["onnx==1.15.0"]
    after_it = tried[tried.index("onnx==1.15.0") + 1 :]
    assert len(after_it) <= 1


def test_what_moves_the_same_and_more_is_no_alternative(pool: ThreadPoolExecutor) -> None:
    rows: Rows = [("skl2onnx>=1.18", None), ("skl2onnx<1.17", None)]
    found, _ = searched(rows, pool, index={"skl2onnx": INDEX["skl2onnx"]})
    assert proven(found) == ["skl2onnx==1.18.0"]


def test_the_release_between_is_tried_once(pool: ThreadPoolExecutor) -> None:
    """1.17.0 does not help, 1.19 does: so does 1.18, which was left out on the way."""
    rows: Rows = [("onnx>=1.17.1", None)]
    index = {"onnx": "1.16.2 1.17.0 1.17.1 1.18.0"}
    found, tried = searched(rows, pool, index=index, at_once=1)
    assert tried == ["onnx==1.17.0", "onnx==1.18.0", "onnx==1.17.1"]
    assert proven(found) == ["onnx==1.17.1"]


def test_a_release_between_for_which_more_moves_is_not_nearer(pool: ThreadPoolExecutor) -> None:
    index, needs = {"onnx": "1.16.2 1.17.0 1.17.1 1.18.0", "scipy": "1.14.0"}, {"onnx==1.17.1": ("scipy>=1.14",)}
    found, tried = searched([("onnx>=1.17.1", None)], pool, index=index, needs=needs, at_once=1)
    assert tried == ["onnx==1.17.0", "onnx==1.18.0"]
    assert proven(found) == ["onnx==1.18.0"]


def test_the_release_between_may_fail(pool: ThreadPoolExecutor) -> None:
    index = {"onnx": "1.16.2 1.17.0 1.17.1 1.18.0"}
    found, tried = searched([("onnx>=1.18", None)], pool, index=index, at_once=1)
    assert tried == ["onnx==1.17.0", "onnx==1.18.0", "onnx==1.17.1"]
    assert proven(found) == ["onnx==1.18.0"]
    assert [moves(r.plan) for r in found.refuted] == ["onnx==1.17.0", "onnx==1.17.1"]


def test_what_comes_to_light_is_mended_on_top(pool: ThreadPoolExecutor) -> None:
    """The newer converter is stopped by scipy, of which nobody had spoken before: both move."""
    new = blocker("sklearn", "scipy", message="scipy is too old for it")
    rows: Rows = [("skl2onnx>=1.18 scipy>=1.14", None), ("skl2onnx>=1.18", new)]
    index = {"skl2onnx": "1.16.0 1.17.0 1.18.0", "scipy": "1.12.0 1.13.1 1.14.0"}
    found, tried = searched(rows, pool, index=index, keep="onnx")
    assert proven(found) == ["scipy==1.14.0 skl2onnx==1.18.0"]
    assert "skl2onnx==1.18.0" in tried
    assert found.proven[0][0].plan.asked == {"scipy", "skl2onnx"}


def test_a_last_step_that_would_do_alone_is_the_remedy(pool: ThreadPoolExecutor) -> None:
    new = blocker("sklearn", "scipy", message="scipy is too old for it")
    rows: Rows = [("scipy>=1.14", None), ("skl2onnx>=1.18", new)]
    index = {"skl2onnx": "1.16.0 1.17.0 1.18.0", "scipy": "1.12.0 1.13.1 1.14.0"}
    found, _ = searched(rows, pool, index=index, keep="onnx")
    assert proven(found) == ["scipy==1.14.0"]


def test_what_moves_along_counts(pool: ThreadPoolExecutor) -> None:
    """One package that helps comes before two that help, though the two are likelier."""
    rows: Rows = [("skl2onnx>=1.18", None), ("onnx<1.16.2", None)]
    needs = {"skl2onnx==1.18.0": ("scipy>=1.14",)}
    found, _ = searched(rows, pool, index={**INDEX, "scipy": "1.14.0"}, needs=needs)
    assert proven(found)[0] == "onnx==1.16.1"


def test_nothing_helps_and_every_plan_says_why(pool: ThreadPoolExecutor) -> None:
    found, tried = searched([], pool)
    assert found.proven == []
    assert len(found.refuted) == BUDGET
    assert {moves(r.plan) for r in found.refuted} <= set(tried)
    assert {r.why for r in found.refuted} == {"skl2onnx cannot be imported"}
    assert not found.exhausted
    assert searched([], pool, budget=1000)[0].exhausted


def test_nothing_to_try(pool: ThreadPoolExecutor) -> None:
    found, tried = searched([], pool, index={})
    assert (found.proven, found.refuted, tried) == ([], [], [])
    assert found.refusals[0] == "there is no skl2onnx>1.17.0"
    assert searched([], pool, keep="skl2onnx onnx") == (SearchResult(exhausted=True), [])


def test_what_breaks_something_is_refuted(pool: ThreadPoolExecutor) -> None:
    breaks = blocker("sklearn", "scikit-learn", rule="import-error", message="sklearn is torn")
    found, _ = searched([("skl2onnx>=1.18", breaks), ("onnx<1.16.2", None)], pool)
    assert proven(found) == ["onnx==1.16.1"]
    assert {r.why for r in found.refuted} <= {"sklearn is torn", "skl2onnx cannot be imported"}


class _Refuses(Table):
    def try_plan(self, plan: object, criteria: object) -> TrialResult:
        return TrialResult(refused="It cannot be installed: no space")


def test_what_cannot_be_built_is_refuted(pool: ThreadPoolExecutor) -> None:
    before = after(BROKEN)
    wanted = make_criteria(Case(before, None, knowledge()), [BROKEN], [BROKEN])
    found = search(
        Releases(INDEX),
        _Refuses(()).try_plan,
        pool,
        wanted,
        observation=before,
        keep=frozenset(),
        progress=lambda stage, subject: None,
        budget=BUDGET,
    )
    assert found.proven == []
    assert {r.why for r in found.refuted} == {"It cannot be installed: no space"}


class _Breaks(Table):
    def try_plan(self, plan: object, criteria: object) -> TrialResult:
        raise CannotLook("the disk is full")


@pytest.mark.parametrize(
    ("solver", "tester", "words"),
    [
        (Releases(INDEX, error=CannotLook("the index is gone"), error_at=1), Table([("", BROKEN)]), "the index is gone"),
        (Releases(INDEX, error=CannotLook("the index is gone"), error_at=4), Table([("", BROKEN)]), "the index is gone"),
        (Releases(INDEX), _Breaks(()), "the disk is full"),
    ],
)  # fmt: skip
def test_what_ends_the_search_is_not_swallowed(
    solver: Releases, tester: Table, words: str, pool: ThreadPoolExecutor
) -> None:
    before = after(BROKEN)
    wanted = make_criteria(Case(before, None, knowledge()), [BROKEN], [BROKEN])
    with pytest.raises(CannotLook, match=words):
        search(
            solver,
            tester.try_plan,
            pool,
            wanted,
            observation=before,
            keep=frozenset(),
            progress=lambda stage, subject: None,
            budget=BUDGET,
        )


@pytest.mark.parametrize(
    ("wishes", "why"), [(("setuptools",), "It leaves scipy as it is."), (("scipy>=1.4", "six"), "")]
)
def test_a_plan_that_leaves_a_faulty_line_as_it_is_is_no_proof(wishes: tuple[str, ...], why: str) -> None:
    """What cannot be installed is in no trial, so that none shows what it does."""
    faulty = replace(blocker("scipy", "scipy"), stage=Stage.RESOLVE)
    wanted = AcceptanceCriteria((faulty,), frozenset(), frozenset(), frozenset())
    assert _explain_omission(wanted, Plan((), (), wishes)) == why
