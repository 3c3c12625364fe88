"""Where the next cells lie: between one in which models convert and one in which they do not."""

from __future__ import annotations

from checker.knowledge import load
from checker.sweep.choosing.boundaries import Point, boundaries, middle

CANARIES = 20
ALL = frozenset(f"canary{n}" for n in range(CANARIES))
PINS = {
    "python": "3.11",
    "scikit-learn": "1.4.2",
    "numpy": "1.26.4",
    "scipy": "1.11.4",
    "skl2onnx": "1.16.0",
    "onnx": "1.15.0",
    "protobuf": "4.25.3",
}


def point(works: frozenset[str] = ALL, **pins: str) -> Point:
    return Point({**PINS, **pins}, works)


def test_one_package_that_differs_is_bisected() -> None:
    found = boundaries([point(onnx="1.14.0"), point(frozenset(), onnx="1.20.1")], load(), CANARIES)
    assert [{**PINS, "onnx": pins["onnx"]} for pins in found] == found
    assert "1.14.0" < found[0]["onnx"] < "1.20.1"


def test_neighbours_are_the_end() -> None:
    assert not boundaries([point(onnx="1.14.0"), point(frozenset(), onnx="1.14.1")], load(), CANARIES)


def test_of_several_packages_one_is_taken_over_from_the_good_cell() -> None:
    bad = point(frozenset(), onnx="1.20.1", skl2onnx="1.19.1")
    assert boundaries([point(), bad], load(), CANARIES) == [{**PINS, "onnx": "1.20.1"}]


def test_what_is_measured_is_not_asked_again() -> None:
    points = [point(onnx="1.14.0"), point(frozenset(), onnx="1.20.1")]
    (asked,) = boundaries(points, load(), CANARIES)
    again = boundaries([*points, point(onnx=asked["onnx"])], load(), CANARIES)
    assert asked not in again
    assert asked["onnx"] < again[0]["onnx"] < "1.20.1"


def test_a_single_canary_is_no_boundary_of_the_whole() -> None:
    assert not boundaries([point(), point(ALL - {"canary0"}, onnx="1.20.1")], load(), CANARIES)


def test_other_interpreters_are_no_neighbours() -> None:
    assert not boundaries([point(), point(frozenset(), python="3.12", onnx="1.20.1")], load(), CANARIES)


def test_the_middle_is_a_release_between() -> None:
    assert middle(["1.9", "1.10", "1.11", "1.12"], "1.12", "1.9") == "1.11"
    assert middle(["1.9", "1.10"], "1.9", "1.10") == ""
