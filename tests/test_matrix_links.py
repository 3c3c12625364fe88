"""Links between two packages, bounds that a measured cell holds, and what probably fails: on made-up cells whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from checker.matrix.measured.agreement import ranges
from checker.matrix.measured.inference import Judge
from checker.matrix.measured.links import linked
from checker.matrix.measured.space import Point, point, space
from checker.matrix.measured.values import CONVERTED, UNMEASURED, Signature
from checker.model import Stage

from .matrices import SIGNATURES

ASKER, PROVIDER = "skl2onnx", "onnx"
#: what is measured, and what is asked: between these too, and beyond
MEASURED, ASKED = (2, 4, 6, 8), tuple(range(1, 10))
Cells = Sequence[tuple[int, int]]


def at(cells: Cells, asker: int, provider: int) -> Point:
    """A question among cells of two packages."""
    pins = [{ASKER: f"{one}.0", PROVIDER: f"{other}.0"} for one, other in cells]
    return point(space((PROVIDER, ASKER), pins), {ASKER: f"{asker}.0", PROVIDER: f"{provider}.0"})


def split(broken: Sequence[bool]) -> tuple[int, int]:
    """The cells that passed, and those that failed."""
    failed = sum(1 << place for place, one in enumerate(broken) if one)
    return (1 << len(broken)) - 1 & ~failed, failed


def truths() -> Iterator[tuple[range, range]]:
    """(releases that ask, releases that lack): each from one on, or up to one."""
    ways = [*(range(first, 10) for first in ASKED), *(range(last) for last in ASKED)]
    yield from product(ways, ways)


# --- links ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_a_link_is_never_judged_wrongly(share: float) -> None:
    """A name is removed or added once, and asked for from one release on, or up to one."""
    chance, decided, within = random.Random(7), 0, 0
    for asks, lacks in truths():
        cells = [pair for pair in product(MEASURED, MEASURED) if chance.random() < share]
        passed, failed = split([one in asks and other in lacks for one, other in cells])
        for one, other in product(ASKED, ASKED):
            told = linked(at(cells, one, other), PROVIDER, passed, failed)
            holds = not (one in asks and other in lacks)
            assert told is None or told[0] in (None, holds), (asks, lacks, cells, one, other)
            if failed and 2 <= one <= 8 and 2 <= other <= 8:
                within, decided = within + 1, decided + (told is not None and told[0] is not None)
    assert decided > 0.45 * within


def test_beyond_what_was_seen_a_name_may_have_come_and_gone() -> None:
    """Only 4 asks for the name, which 6 has not; that 8 has it as little shows beside 4 alone, where nobody looked."""
    cells = [*product((2, 4), (2, 4, 6)), (2, 8), (6, 8)]
    passed, failed = split([(one, other) == (4, 6) for one, other in cells])
    told = [linked(at(cells, 4, other), PROVIDER, passed, failed) for other in ASKED]
    assert [one and one[0] for one in told] == [None, True, True, True, None, False, None, None, None]


def test_a_link_that_a_third_package_breaks_is_left_to_others() -> None:
    """The same two releases failed in one cell and passed in another."""
    cells = [(2, 2), (2, 2), (4, 2), (4, 4)]
    for broken in ([True, False, False, False], [True, False, True, False]):
        assert linked(at(cells, 2, 4), PROVIDER, *split(broken)) is None


@pytest.mark.parametrize("pins", [{ASKER: "4.0"}, {PROVIDER: "4.0"}, {}])
def test_a_link_of_which_one_side_is_open_is_not_known(pins: dict[str, str]) -> None:
    cells = [*product(MEASURED, MEASURED)]
    whole = at(cells, 4, 4)
    passed, failed = split([one == 4 and other == 4 for one, other in cells])
    assert linked(point(whole.space, pins), PROVIDER, passed, failed) is None
    assert linked(whole, PROVIDER, passed, failed)
    assert linked(whole, PROVIDER, passed | failed, 0) is None


# --- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_every_bound_is_held_by_a_cell_as_far_out(seed: int) -> None:
    chance = random.Random(seed)
    cells = [(chance.randrange(1, 9), chance.randrange(1, 9)) for _ in range(30)]
    limit = chance.randrange(3, 9)
    kept, shut_out = split([one >= limit or (other < 3 and chance.random() < 0.3) for one, other in cells])
    asked = at(cells, chance.randrange(1, 9), chance.randrange(1, 9))
    told = ranges(asked, kept, shut_out)
    gone = 0
    for bound in told.bounds:
        gone |= bound.cells
        beyond = asked.beyond(bound.axis, bound.above)
        assert told.cells & beyond
    assert told.cells == (kept & ~gone if told.cells else 0)
    assert not (told.cells and shut_out & ~gone)


def test_a_bound_that_no_cell_holds_gives_way_to_one_that_is_held() -> None:
    """Either package could shut out the failure; of onnx nothing that works is as new as what is asked."""
    cells = [(2, 2), (4, 2), (6, 2), (8, 8)]
    told = ranges(at(cells, 4, 4), 0b0111, 0b1000)
    assert [bound.axis for bound in told.bounds] == [ASKER]
    assert told.cells == 0b0111
    assert not ranges(at([(4, 2), (4, 8)], 4, 4), 0b01, 0b10).cells
    # each bound alone is held, and both together shut out who held the one
    apart = [(4, 5), (3, 2), (2, 3), (2, 1), (4, 4), (5, 1)]
    assert not ranges(at(apart, 4, 1), 0b001111, 0b110000).cells


# --- what probably fails -------------------------------------------------------------------------------------------

FAILED = {
    number: Signature(Stage(told[0]), *told[1:]) for number, told in enumerate(SIGNATURES) if isinstance(told, list)
}
PASSED, CONVERT, LOAD, NUMPY = 0, 4, 5, 9
FAILED[NUMPY] = Signature(Stage.IMPORT, "AttributeError", "numpy.__getattr__", "no attribute 'int'", "s9")


def likely(numbers: Sequence[int], asked: dict[str, str], cells: Sequence[dict[str, str]]) -> int:
    """How it probably fails where nothing can be said for sure; 0 it does not."""
    names = tuple(cells[0])
    answer = Judge(point(space(names, cells), asked), FAILED.get).answer(numbers)
    assert answer.number is None
    assert bool(answer.likely) is bool(answer.cells)
    return answer.likely


LINE = [{"scikit-learn": f"1.{minor}.0"} for minor in range(8)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0, 4, 0, 4, 4, 0, 4, 0), CONVERT),
        ((0, 4, 0, 4, 0, 4, 0, 4), PASSED),  # one of the nearest two works
        ((0, 0, 4, 4, -1, 4, 0, 0), CONVERT),  # what was not measured tells nothing
        ((0, 0, 4, 4, -2, 4, 0, 0), PASSED),  # it converted there
        ((0, 0, 5, 5, -2, 5, 0, 0), LOAD),  # it converted there, and nobody ran it
        ((0, 5, 0, 4, 4, 5, 0, 0), CONVERT),  # in which way, the nearest says
        ((0, 0, -1, 4, -1, -1, -1, 0), PASSED),
    ],
)
def test_what_the_nearest_two_say_is_likely(numbers: Sequence[int], expected: int) -> None:
    assert {CONVERTED, UNMEASURED} == {-2, -1}
    assert likely(numbers, {"scikit-learn": "1.3.5"}, LINE) == expected


@pytest.mark.parametrize("asked", ["1.3.5", "1.3.0"])
def test_older_and_newer_releases_are_as_far(asked: str) -> None:
    """Cells by their distance: by how many measured releases, on either side."""
    told = point(space(("scikit-learn",), LINE), {"scikit-learn": asked}).distances
    expected = [4, 3, 2, 1, 1, 2, 3, 4] if asked == "1.3.5" else [3, 2, 1, 0, 1, 2, 3, 4]
    assert told == [(int(far > 0), far) for far in expected]


def test_one_cell_is_not_two() -> None:
    cells = [{"scikit-learn": "1.0", "numpy": f"1.{minor}"} for minor in (1, 2, 3)]
    assert likely((CONVERT, CONVERT, UNMEASURED), {"scikit-learn": "1.0"}, cells) == CONVERT
    assert likely((CONVERT, UNMEASURED, UNMEASURED), {"scikit-learn": "1.0"}, cells) == PASSED


def test_who_took_part_in_a_failure_has_to_be_what_it_was() -> None:
    """A name that numpy 1.4 and 1.5 were asked for in vain: of a newer one that tells nothing."""
    cells = [{"numpy": f"1.{numpy}", "scikit-learn": f"1.{sk}"} for sk in (0, 1) for numpy in (3, 4, 5, 6)]
    numbers = (0, NUMPY, NUMPY, -1, 0, 0, 0, 0)
    assert likely(numbers, {"numpy": "1.4.5", "scikit-learn": "1.0"}, cells) == NUMPY
    assert likely(numbers, {"numpy": "1.5.5", "scikit-learn": "1.0"}, cells) == PASSED
