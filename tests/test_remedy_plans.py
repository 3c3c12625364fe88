"""Tables of what could be moved: bounds, distances, axes, and in which order an index is asked for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.model import Change, Distribution, Finding, Observation, Plan
from checker.remedy.search.candidates import MOST_MOVED, Candidate, CandidateQueue
from checker.remedy.search.moves import Move, distance, find_moves, next_bound, span

from .cases import dist, seen, sound
from .remedies import PINS, Releases, blocker, moves, pins


@pytest.mark.parametrize(
    ("version", "up", "step", "bound"),
    [
        ("1.17.0", True, 1, ">=1.18"),
        ("1.17.0", True, 2, ">=1.19"),
        ("1.17.0", True, 3, ">=1.21"),
        ("1.17.0", False, 1, "<1.17"),
        ("1.17.0", False, 2, "<1.16"),
        ("1.17.0", False, 3, "<1.14"),
        ("2.0.1", False, 1, "<2.0"),
        ("7.35.0", False, 2, "<7.34"),
        ("7.35.0", False, 3, "<7"),
        ("6.33.2", False, 4, "<6"),
        ("1.1.0", False, 5, "<1.0"),
        ("0.22.2.post1", False, 1, "<0.22"),
        ("3", True, 1, ">=3.1"),
        ("1!2.3.0", True, 1, ">=1!2.4"),
        ("1!2.3.0", False, 1, "<1!2.3"),
        ("of yesterday", True, 1, ""),
    ],
)
def test_the_bound_after_a_release(version: str, up: bool, step: int, bound: str) -> None:
    assert next_bound(version, up, step) == bound


@pytest.mark.parametrize(
    ("was", "to", "far"),
    [
        ("1.26.4", "2.0.0", (1, 0, 0)),
        ("2.0.0", "1.26.4", (1, 0, 0)),
        ("1.14.1", "1.17.0", (0, 3, 0)),
        ("1.16.0", "1.16.2", (0, 0, 2)),
        ("1.4.1", "1.4.1.post1", (0, 0, 1)),
        ("", "1.0", (99, 0, 0)),
        ("1.0", "", (99, 0, 0)),
    ],
)
def test_how_far_a_change_goes(was: str, to: str, far: tuple[int, int, int]) -> None:
    assert span(Change("onnx", was, to)) == far


def test_plans_are_ordered_by_packages_then_by_distance_then_by_what_comes_along() -> None:
    onnx, far, new = Change("onnx", "1.16.2", "1.17.0"), Change("onnx", "1.16.2", "2.0"), Change("ml-dtypes", "", "0.4")
    other = Change("numpy", "1.26.4", "1.26.3")
    plans = [Plan((onnx,), (), ("onnx>1",)), Plan((onnx, new), (), ("onnx>1",)), Plan((far,), (), ("onnx>1",))]
    plans.append(Plan((onnx, other), (), ("onnx>1",)))
    assert [distance(p) for p in plans] == [
        (1, (0, 1, 0), 1),
        (1, (0, 1, 0), 2),
        (1, (1, 0, 0), 1),
        (2, (0, 1, 1), 2),
    ]
    assert sorted([plans[n] for n in (3, 1, 0, 2)], key=distance) == plans


# --- axes ------------------------------------------------------------------------------------------------

PAIR = blocker("skl2onnx", "skl2onnx", "onnx")
NEWER_NUMPY = seen(
    stack=(*sound(numpy="", pandas=""), dist("pandas", "2.2.3", requires=("numpy<2",)), dist("numpy", "2.1.0"))
)
OLDER_ONNX = seen(
    stack=(*sound(skl2onnx="", onnx=""), dist("skl2onnx", "1.17.0", requires=("onnx>=1.17",)), dist("onnx", "1.15.0"))
)
PANDAS_ON_NUMPY = seen(
    stack=(*sound(pandas=""), dist("pandas", "2.2.3", requires=("python-dateutil>=2", "numpy>=1.22.4")))
)
NO_RUNTIME = seen(stack=sound(onnxruntime=""))


@pytest.mark.parametrize(
    ("findings", "observation", "keep", "first"),
    [
        ([PAIR], seen(), "", "skl2onnx>=1.18 onnx<1.16 skl2onnx<1.17 onnx>=1.17"),
        ([blocker("skl2onnx", "onnx", "skl2onnx")], seen(), "", "onnx<1.16 skl2onnx>=1.18"),
        ([blocker("pandas", "numpy", "pandas")], PANDAS_ON_NUMPY, "", "numpy<1.26 pandas>=2.3"),
        ([blocker("onnx", "onnx")], seen(), "", "onnx>=1.17 onnx<1.16"),
        # what a rule knows comes before what is only the next release
        (
            [blocker("skl2onnx", "skl2onnx", "onnx", advice=(pins(("onnx", "<1.14")),))],
            seen(),
            "",
            "onnx<1.14 skl2onnx>=1.18",
        ),
        (
            [blocker("skl2onnx", "skl2onnx", "onnx", advice=(pins(("onnx", "<1.16.2")),))],
            seen(),
            "",
            "onnx<1.16 skl2onnx>=1.18 skl2onnx<1.17",
        ),
        # what metadata ask for, in the direction in which it lies
        ([blocker("pandas", "pandas", "numpy")], NEWER_NUMPY, "", "numpy<2 pandas>=2.3"),
        ([blocker("onnx", "onnx", "skl2onnx")], OLDER_ONNX, "", "onnx>=1.17"),
        # what is kept is moved by nobody
        ([PAIR], seen(), "skl2onnx", "onnx<1.16 onnx>=1.17"),
        ([PAIR], seen(), "skl2onnx onnx", ""),
        ([blocker("a", "onnx", advice=(pins(("onnx", "<1.14")),))], seen(), "onnx", ""),
        # the very releases that a rule names are the only try
        (
            [blocker("a", "skl2onnx", "onnx", advice=(pins(("skl2onnx", "==1.16.0"), ("onnx", "==1.15.0"), together=True),))],
            seen(),
            "",
            "skl2onnx==1.16.0",
        ),
        # on the other side of a bound nothing can help
        (
            [blocker("a", "onnx", advice=(pins(("onnx", "<1.14"), one_sided=True),))],
            seen(),
            "",
            "onnx<1.14 onnx<1.16",
        ),
        # a package that is not there
        ([blocker("onnxruntime", "onnxruntime", advice=(pins(("onnxruntime", "")),))], NO_RUNTIME, "", "onnxruntime"),
        ([blocker("onnxruntime", advice=(pins(("onnxruntime", "")),))], seen(), "", ""),
        # the first finding is the likeliest cause
        ([blocker("a", "onnx"), blocker("b", "scipy")], seen(), "", "onnx>=1.17 scipy>=1.14"),
        ([blocker("a"), blocker("b"), blocker("c"), blocker("d", "scipy")], seen(), "", ""),
    ],
)  # fmt: skip
def test_what_is_moved_first(findings: list[Finding], observation: Observation, keep: str, first: str) -> None:
    found = [f"{a.name}{a.bound}" for a in find_moves(findings, observation, frozenset(keep.split()))]
    assert found[: len(first.split())] == first.split()
    assert first or not found


def test_nothing_is_tried_on_the_other_side_of_a_bound_that_says_so() -> None:
    for one_sided, number in ((True, 2), (False, 3)):
        wish = pins(("onnx", "<1.14"), one_sided=one_sided)
        assert len(find_moves([blocker("a", "onnx", advice=(wish,))], seen(), frozenset())) == number


@pytest.mark.parametrize(
    ("bound", "up"),
    [("<2", False), ("<=1.16", False), (">=1.17", True), (">1.17", True), ("~=1.17.0", True), ("==1.17.0", False)],
)
def test_the_direction_of_a_bound(bound: str, up: bool) -> None:
    (move,) = find_moves([blocker("a", advice=(pins(("onnx", bound)),))], seen(), frozenset())
    assert move.up == up


@pytest.mark.parametrize(("observation", "up"), [(NEWER_NUMPY, False), (OLDER_ONNX, True)])
def test_the_direction_of_what_is_declared(observation: Observation, up: bool) -> None:
    wanted = blocker("a", "pandas", "numpy") if observation is NEWER_NUMPY else blocker("a", "skl2onnx", "onnx")
    assert find_moves([wanted], observation, frozenset())[0].up == up


def test_releases_that_belong_together_are_asked_together() -> None:
    wanted = pins(("skl2onnx", "==1.16.0"), ("onnx", "==1.15.0"), together=True)
    (move,) = find_moves([blocker("a", "skl2onnx", "onnx", advice=(wanted,))], seen(), frozenset())
    move = replace(move, base=("numpy==1.26.3", *move.base))
    assert move.wishes == ("numpy==1.26.3", "onnx==1.15.0", "skl2onnx==1.16.0")


def test_past_a_release_that_did_not_help() -> None:
    move = Move("onnx", "<1.16.2", False, 0).after("1.16.1")
    assert (move.wishes, move.cost) == (("onnx<1.16",), 1)
    move = move.after("1.15.0")
    assert move.shorter
    assert (move.wishes, move.shorter.wishes) == (("onnx<1.14",), ("onnx<1.15",))


# --- the frontier ----------------------------------------------------------------------------------------

INDEX = {
    "skl2onnx": "1.15.0 1.16.0 1.17.0 1.18.0 1.19.1",
    "onnx": "1.14.1 1.15.0 1.16.1 1.16.2 1.17.0 1.18.0",
    "protobuf": "3.20.3 4.25.8 5.29.5",
}


def popped(queue: CandidateQueue, keeping: tuple[str, ...] = ()) -> str:
    found = queue.pop(keeping)
    return moves(found.plan) if found else ""


def test_the_nearest_comes_first_and_the_index_is_asked_as_late_as_can_be() -> None:
    solver = Releases(INDEX)
    queue = CandidateQueue(solver)
    queue.add(find_moves([PAIR], seen(), frozenset()))
    steps = [(popped(queue), len(solver.asked)) for _ in range(5)]
    assert steps == [
        ("skl2onnx==1.18.0", 1),
        ("onnx==1.15.0", 2),
        ("skl2onnx==1.16.0", 3),
        ("onnx==1.17.0", 4),
        ("", 4),
    ]


def test_one_package_comes_before_two() -> None:
    solver = Releases(INDEX, needs={"skl2onnx==1.18.0": ("protobuf>=5",)})
    queue = CandidateQueue(solver)
    queue.add(find_moves([PAIR], seen(), frozenset()))
    first, asked = popped(queue), len(solver.asked)
    assert (first, asked) == ("onnx==1.15.0", 2)  # a second question, since two packages may not be the nearest
    assert [popped(queue) for _ in range(3)] == ["skl2onnx==1.16.0", "onnx==1.17.0", "protobuf==5.29.5 skl2onnx==1.18.0"]  # fmt: skip


@pytest.mark.parametrize(
    ("along", "first"),
    [("protobuf>=5", "protobuf==5.29.5 skl2onnx==1.18.0"), ("protobuf>=5 numpy scipy", "onnx==1.16.1")],
)
def test_a_bound_that_is_known_to_be_needed_may_move_two_more(along: str, first: str) -> None:
    index = {**INDEX, "numpy": "2.0.0", "scipy": "1.14.0"}
    queue = CandidateQueue(Releases(index, needs={"skl2onnx==1.18.0": tuple(along.split())}))
    queue.add([Move("skl2onnx", ">=1.18", True, -1), Move("onnx", "<1.16.2", False, 0)])
    assert popped(queue) == first


def test_what_cannot_be_resolved_says_why() -> None:
    queue = CandidateQueue(Releases({"onnx": INDEX["onnx"]}))
    queue.add(find_moves([PAIR], seen(), frozenset(["onnx"])))
    assert queue.pop() is None
    assert queue.refusals == ["there is no skl2onnx>1.17.0", "there is no skl2onnx<1.17.0"]


def test_what_is_known_already_is_passed_by() -> None:
    solver = Releases(INDEX)
    queue = CandidateQueue(solver)
    queue.add([Move("onnx", "<1.16.2", False, 0), Move("onnx", "<=1.16.1", False, 0)])
    assert [popped(queue) for _ in range(3)] == ["onnx==1.16.1", "onnx==1.15.0", ""]


def test_too_many_packages_are_no_remedy() -> None:
    many = tuple(f"p{n}" for n in range(MOST_MOVED))
    lists = {"onnx": "1.15.0", **dict.fromkeys(many, "2.0")}
    before = {**PINS, **dict.fromkeys(many, "1.0")}
    queue = CandidateQueue(Releases(lists, {"onnx==1.15.0": many}, before))
    queue.add([Move("onnx", "<1.16.2", False, 0)])
    assert queue.pop() is None


def test_an_alternative_keeps_what_is_named_and_the_others_stay_in_line() -> None:
    queue = CandidateQueue(Releases(INDEX))
    queue.add(find_moves([PAIR], seen(), frozenset()))
    assert popped(queue, ("skl2onnx",)) == "onnx==1.15.0"
    assert popped(queue) == "skl2onnx==1.18.0"


def test_going_on_along_an_axis() -> None:
    """Twice as far each time after failures of the same look, one series after another one."""
    releases = {"onnx": "1.12.0 1.13.0 1.13.1 1.14.0 1.15.0 1.16.0 1.16.2"}
    found = {}
    for same in (True, False):
        queue = CandidateQueue(Releases(releases))
        queue.add([Move("onnx", "<1.15", False, 0, step=1)])
        first = queue.pop()
        assert first
        queue.go_past(first, same)
        found[same] = popped(queue)
    assert found == {True: "onnx==1.12.0", False: "onnx==1.13.1"}


def test_a_long_step_into_nothing_is_taken_again_as_a_short_one() -> None:
    solver = Releases({"onnx": "1.14.1 1.15.0"})
    queue = CandidateQueue(solver)
    queue.add([Move("onnx", "<1.13", False, 0, step=3, came="1.15.0")])
    assert popped(queue) == "onnx==1.14.1"
    assert solver.asked == [("onnx<1.13",), ("onnx<1.15",)]


@pytest.mark.parametrize(
    ("up", "refuted", "proven", "between"),
    [(True, "1.17.0", "1.20.0", "onnx==1.18.0"), (True, "1.17.0", "1.18.0", ""), (False, "1.20.0", "1.17.0", "onnx==1.19.0")],
)  # fmt: skip
def test_between_what_failed_and_what_works(up: bool, refuted: str, proven: str, between: str) -> None:
    queue = CandidateQueue(Releases({"onnx": "1.17.0 1.18.0 1.19.0 1.20.0"}))
    move = Move("onnx", "", up, 0)
    good = Candidate(Plan((Change("onnx", "1.16.2", proven),), (), ("onnx",)), move)
    found = queue.find_between(refuted, good)
    assert (moves(found.plan) if found else "") == between
    assert queue.find_between(refuted, good) is None, "it is tried once"


def test_a_distribution_without_a_release_has_no_axis() -> None:
    bare = seen(stack=(*sound(), Distribution("own", "", "/src")))
    assert find_moves([blocker("own", "own")], bare, frozenset()) == ()
