"""How a page for people is laid out: what wraps, what does not, and how wide it is."""

from __future__ import annotations

import pytest

from checker.reporters.blocks import Grid, Pairs, Prose, Verbatim, lay_out, wrapped
from checker.texts import cells

WORDS = "the runtime disagrees with scikit-learn on 39 of 45 rows"


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("one two three", 20, ["one two three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one two", 3, ["one", "two"]),
        ("a abcdefgh b", 4, ["a", "abcd", "efgh", "b"]),
        ("abcdef gh", 5, ["abcde", "f gh"]),
        ("one\ntwo three", 9, ["one", "two three"]),
        ("  indented words", 12, ["  indented", "words"]),
        ("実行時間が違う", 6, ["実行時", "間が違", "う"]),
        ("実行", 1, ["実", "行"]),
        ("", 10, [""]),
        ("one\n\ntwo", 10, ["one", "", "two"]),
    ],
)
def test_texts_are_broken_between_words(text: str, width: int, rows: list[str]) -> None:
    assert wrapped(text, width) == rows


@pytest.mark.parametrize(("text", "width"), [("", 0), ("abc", 3), ("実行", 4), ("e\u0301", 1)])
def test_letters_take_the_columns_of_a_terminal(text: str, width: int) -> None:
    assert cells(text) == width


def test_what_is_to_be_copied_is_never_broken() -> None:
    command = "pip install " + "x" * 200
    assert lay_out([Verbatim(command)], 40, color=False) == f"{' ' * 6}{command}\n"


def test_values_wrap_beside_their_names() -> None:
    page = lay_out([Pairs((("What", WORDS), ("Versions", ("onnx 1.17.0", "numpy 2.1.0", "scipy 1.14.1"))))], 42, False)
    assert page.split("\n") == [
        "  What      the runtime disagrees with",
        "            scikit-learn on 39 of 45 rows",
        "  Versions  onnx 1.17.0    numpy 2.1.0",
        "            scipy 1.14.1",
        "",
    ]


def test_a_grid_keeps_its_words_and_wraps_its_first_column() -> None:
    page = lay_out([Grid(("model", "convert"), (("a pipeline with quite a long name", "FAILED"),))], 40, False)
    assert page.split("\n") == [
        "  model                          convert",
        "  a pipeline with quite a long   FAILED",
        "  name",
        "",
    ]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    header = ("model", "fit", "convert", "check", "load", "run", "parity", "register")
    row = ("Pipeline(ColumnTransformer, RandomForestClassifier)", *["FAILED"] * 7)
    blocks = [Prose(WORDS * 3), Pairs((("n" * 90, WORDS), ("x", ""))), Grid(header, (row,)), Pairs(())]
    page = lay_out(blocks, width, False)
    assert max(map(cells, page.split("\n"))) <= width
    assert "Pip" in page


def test_styles_are_seen_in_colour_only() -> None:
    blocks = [Prose("bad", 0, "bold red"), Grid(("", "run"), (("model", "ok"),))]
    assert "\x1b" not in lay_out(blocks, 80, False)
    assert lay_out(blocks, 80, True) == "\x1b[1;31mbad\x1b[0m\n         \x1b[2mrun\x1b[0m\n  model  \x1b[32mok\x1b[0m\n"
