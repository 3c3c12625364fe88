"""Big files of data in a rehearsal: what is read in their place, and what stays whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker.probe.inside.rehearse.given import parts
from checker.probe.inside.rehearse.given.parts import Parts, cut_lines

from .rehearsals import rehearse, write

MEGABYTE = 1 << 20


def big_text(path: Path, row: str = "{n},{kind},some words that fill the line a little\n") -> Path:
    """About 12 MB, sorted by its class, and small ones at both ends."""
    rows = 200_000
    kinds = ["first"] * 2 + [f"class {n * 6 // rows}" for n in range(rows)] + ["last"] * 2
    path.write_text("id,kind,text\n" + "".join(row.format(n=n, kind=kind) for n, kind in enumerate(kinds)))
    return path


def test_lines_come_from_all_over_a_text(tmp_path: Path) -> None:
    source, place = big_text(tmp_path / "data.csv"), tmp_path / "part.csv"
    cut_lines(str(source), str(place))
    lines = place.read_text().splitlines()
    assert lines[0] == "id,kind,text"
    assert {line.count(",") for line in lines} == {2}
    assert {line.split(",")[1] for line in lines[1:]} == {"first", "last", *(f"class {n}" for n in range(6))}
    numbers = [int(line.split(",")[0]) for line in lines[1:]]
    assert numbers == sorted(set(numbers))


def test_of_fields_that_go_over_lines_only_the_beginning_is_read(tmp_path: Path) -> None:
    source, place = big_text(tmp_path / "data.csv", '{n},{kind},"some\nwords, that\nfill"\n'), tmp_path / "part.csv"
    cut_lines(str(source), str(place))
    text = place.read_text()
    assert len(text) <= MEGABYTE
    assert text.count('"') % 2 == 0
    assert text.endswith('fill"\n')


@pytest.mark.parametrize(
    ("name", "how", "whole"),
    [("data.csv", "lines", False), ("data.csv.gz", "lines", True), ("data.parquet", "groups", True)],
)
def test_what_cannot_be_cut_stays_whole(
    name: str, how: str, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "BIG", MEGABYTE)
    source = big_text(tmp_path / name)
    made = Parts(str(tmp_path / "parts"))
    assert (made.part_of(str(source), how) == str(source)) is whole
    assert bool(made.told) is not whole
    assert made.part_of(str(source), how) == made.part_of(source, how) or whole


def test_small_files_addresses_and_open_files_stay_what_they_are(tmp_path: Path) -> None:
    made = Parts(str(tmp_path / "parts"))
    (tmp_path / "data.csv").write_text("a\n")
    for given in (str(tmp_path / "data.csv"), "https://example.com/data.csv", 3, None, tmp_path / "gone.csv"):
        assert made.part_of(given, "lines") is given
    assert not os.path.exists(made.folder)


PANDAS = {
    "pandas/__init__.py": "from pandas.io.parsers import read_csv\n",
    "pandas/io/__init__.py": "",
    "pandas/io/parsers.py": "def read_csv(filepath_or_buffer, nrows=None): return open(filepath_or_buffer).readlines()\n",
}


@pytest.mark.parametrize(("given", "fewer"), [("'big.csv'", True), ("'big.csv', nrows=200006", False)])
def test_a_script_reads_a_big_file_in_part(given: str, fewer: bool, tmp_path: Path) -> None:
    with open(tmp_path / "big.csv", "w") as file:
        file.write("id,text\n" + "1234567,some words that fill the line a little\n" * 1_200_000)
    train = f"import pandas\nrows = pandas.read_csv({given})\nassert (len(rows) < 400000) is {fewer}, len(rows)\n"
    seen = rehearse(write(tmp_path, {**PANDAS, "train.py": train}), "train.py")
    assert seen.rehearsed[0].whole, seen.outcomes
    assert seen.rehearsed[0].parts == (("big.csv (9 of 53 MB)",) if fewer else ())


def test_tables_that_do_not_belong_together_any_more_are_no_failure_of_the_script(tmp_path: Path) -> None:
    made = Parts(str(tmp_path))
    error = ValueError("Found input variables with inconsistent numbers of samples: [3, 4]")
    assert made.uneven(error) == ""
    made.told.append("x.csv (9 of 60 MB)")
    assert made.uneven(error).startswith("x.csv (9 of 60 MB) was read in part, of which this may come: Found input")
    assert made.uneven(ValueError("could not convert string to float: 'a'")) == ""
    assert made.uneven(KeyError("length")) == ""
    assert made.uneven(KeyError(123456))
    assert made.uneven(AssertionError("rows"))
