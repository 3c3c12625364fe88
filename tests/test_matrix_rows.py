"""The environments worth testing: few, none twice, each with its reason; and the files that run them."""

from __future__ import annotations

import configparser
import itertools
import re
import runpy
import shlex
import time
from pathlib import Path

import pytest
import yaml

from checker.cli import main
from checker.errors import UsageError
from checker.knowledge import Knowledge, load
from checker.matrix.measured.values import Measured, unfold
from checker.matrix.testing import github, tox_ini
from checker.matrix.testing.admitted import admit, is_admitted, read_pythons
from checker.matrix.testing.asked import Asked
from checker.matrix.testing.boundaries import find_boundaries
from checker.matrix.testing.rows import MOST, Admitted, Boundary, Row, choose_rows, pin
from tests.matrices import Rule, at, folded, made_up

ROOT = Path(__file__).parents[1]
FOUR = ("3.10", "3.11", "3.12", "3.13")
ASKED = Asked("checker matrix tox ...", "2026-01-01", ("train.py",))


def here(python: str, **releases: str) -> Admitted:
    """What one Python admits: releases of packages, and skl2onnx, of which nothing is known."""
    known = {name: versions.split() for name, versions in releases.items()}
    return Admitted(python, {**{name: f"{name}>=1" for name in known}, "skl2onnx": "skl2onnx"}, known)


def every(pythons: tuple[str, ...] = FOUR, onnx: str = "1.14.0 1.15.0 1.16.0 1.17.0 1.18.0") -> list[Admitted]:
    return [here(python, onnx=onnx) for python in pythons]


def names(rows: tuple[Row, ...]) -> list[str]:
    return [row.name for row in rows]


# --- which rows ----------------------------------------------------------------------------------------------------


def test_the_corners_of_each_python() -> None:
    rows = choose_rows(every())
    assert names(rows) == [f"py{p.replace('.', '')}-{w}" for p in FOUR for w in ("oldest", "newest")]
    assert rows[0].requirements == ("onnx==1.14.0", "skl2onnx")
    assert rows[1].requirements == ("onnx>=1", "skl2onnx")
    assert (rows[0].why, rows[1].why) == (
        "the oldest that is admitted on Python 3.10: onnx 1.14.0",
        "the newest that is admitted on Python 3.10: onnx 1.18.0, or later",
    )


def test_where_nothing_is_to_be_chosen_one_row_is_enough() -> None:
    assert names(choose_rows([here("3.11", onnx="1.18.0")])) == ["py311-newest"]
    assert names(choose_rows([Admitted("3.11", {"xgboost": "xgboost>=2"}, {})])) == ["py311-newest"]


def test_every_package_is_oldest_at_once() -> None:
    (row, _) = choose_rows([here("3.11", onnx="1.16.0 1.17.0", numpy="1.26.4")])
    assert row.requirements == ("onnx==1.16.0", "numpy==1.26.4", "skl2onnx")


def test_both_sides_of_a_boundary_on_the_newest_python_that_has_them() -> None:
    admitted = [*every(("3.11", "3.12")), here("3.13", onnx="1.18.0 1.19.0")]
    rows = choose_rows(admitted, [Boundary("onnx", "1.15.0", "1.16.0")])
    assert names(rows)[2:6] == ["py312-oldest", "py312-onnx-1-15-0", "py312-onnx-1-16-0", "py312-newest"]
    assert [row.requirements[0] for row in rows[3:5]] == ["onnx==1.15.0", "onnx==1.16.0"]
    assert [row.why.split(":")[0] for row in rows[3:5]] == ["measured to work", "measured to fail"]


@pytest.mark.parametrize(
    ("boundary", "more"),
    [
        (Boundary("onnx", "1.17.0", "1.19.0"), ["onnx-1-17-0"]),
        (Boundary("onnx", "1.13.0", "1.15.0"), ["onnx-1-15-0"]),
        (Boundary("onnx", "1.19.0", "1.20.0"), []),
        (Boundary("pandas", "1.0", "2.0"), []),
        (Boundary("skl2onnx", "1.16.0", "1.17.0"), []),
    ],
)
def test_of_a_boundary_only_what_is_admitted(boundary: Boundary, more: list[str]) -> None:
    assert {*names(choose_rows(every(), [boundary]))} - {*names(choose_rows(every()))} == {
        f"py313-{name}" for name in more
    }


def test_a_boundary_is_shown_beside_what_it_was_measured_beside() -> None:
    boundary = Boundary("onnx", "1.15.0", "1.16.0", "3.11", (("skl2onnx", "1.14.1"), ("protobuf", "4.25.8")))
    rows = choose_rows(every(), [boundary])
    (good, bad) = (row for row in rows if "onnx" in row.name)
    assert (good.python, good.requirements) == ("3.11", ("skl2onnx==1.14.1", "protobuf==4.25.8", "onnx==1.15.0"))
    assert bad.requirements == ("skl2onnx==1.14.1", "protobuf==4.25.8", "onnx==1.16.0")
    assert len(choose_rows(every(("3.12",)), [boundary])) == len(choose_rows(every(("3.12",))))


def test_a_fault_that_was_mended_is_a_boundary_too() -> None:
    rows = choose_rows(every(), [Boundary("onnx", "1.16.0", "1.15.0")])
    assert [row.why for row in rows if "onnx" in row.name] == [
        "measured to work: onnx 1.16.0, where 1.15.0 fails",
        "measured to fail: onnx 1.15.0, where 1.16.0 works",
    ]


def test_one_release_at_two_boundaries_is_one_row() -> None:
    sides = [
        Boundary("onnx", a, b, "3.11", (("numpy", n),))
        for a, b, n in (("1.15.0", "1.16.0", "1"), ("1.16.0", "1.17.0", "2"))
    ]
    assert [name for name in names(choose_rows(every(), sides)) if "onnx" in name] == [
        f"py311-onnx-1-{n}-0" for n in (15, 16, 17)
    ]


def test_a_side_that_is_a_corner_is_no_second_row() -> None:
    rows = choose_rows(every(), [Boundary("onnx", "1.14.0", "1.15.0")])
    assert [row.name for row in rows if "onnx" in row.name] == ["py313-onnx-1-15-0"]


MANY = [Boundary("onnx", a, b) for a, b in itertools.pairwise(["1.14.0", "1.15.0", "1.16.0", "1.17.0", "1.18.0"])]


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("sides", range(len(MANY) + 1))
def test_never_more_rows_than_somebody_waits_for(count: int, sides: int) -> None:
    pythons = tuple(f"3.{minor}" for minor in range(6, 6 + count))
    rows = choose_rows(every(pythons), MANY[:sides])
    assert len(rows) <= MOST == 12
    assert len({(row.python, row.requirements) for row in rows}) == len(rows) == len({*names(rows)})
    assert {row.python for row in rows} >= {pythons[0], pythons[-1]}
    assert [row.python for row in rows] == sorted((row.python for row in rows), key=pythons.index)
    if count <= 4:
        assert {*names(rows)} >= {*names(choose_rows(every(pythons)))}
    if sides:
        assert sum("onnx" in name for name in names(rows)) >= min(sides, 3)


def test_of_many_pythons_each_has_its_newest() -> None:
    pythons = tuple(f"3.{minor}" for minor in range(6, 14))
    rows = choose_rows(every(pythons))
    assert [row.python for row in rows if row.name.endswith("newest")] == [*pythons]


def test_nothing_admitted_is_no_row() -> None:
    assert choose_rows([]) == ()


@pytest.mark.parametrize(
    ("requirement", "told"),
    [("onnx", "onnx==1.2"), ("onnx>=1,<2", "onnx==1.2"), ("mlflow[db,extras]>=2", "mlflow[db,extras]==1.2")],
)
def test_a_pin_keeps_the_extras(requirement: str, told: str) -> None:
    assert pin(requirement, "1.2") == told


# --- what is admitted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pythons"),
    [
        ("3.11", ("3.11",)),
        ("3.9-3.11", ("3.9", "3.10", "3.11")),
        ("3.12,3.9", ("3.9", "3.12")),
        ("3.6, 3.8-3.9,3.8", ("3.6", "3.8", "3.9")),
    ],
)
def test_pythons(text: str, pythons: tuple[str, ...]) -> None:
    assert read_pythons(text) == pythons


@pytest.mark.parametrize(
    "text", ["", "3", "2.7", "3.5", "3.13-3.10", "3.10-", "x", "3.10;3.11", "3.11.2", "3.99", "3.1٣"]
)
def test_no_pythons(text: str) -> None:
    with pytest.raises(UsageError, match="names no Pythons"):
        read_pythons(text)


def admitted_on(python: str, *requires: str) -> Admitted:
    (found,) = admit(requires, python, load())
    return found


def test_what_is_not_named_comes_along_as_it_is() -> None:
    found = admitted_on("3.11", "Scikit_Learn>=1.4,<1.5")
    assert found.requirements["skl2onnx"] == "skl2onnx"
    assert {*found.releases} == {"scikit-learn"}
    assert found.releases["scikit-learn"][0] == "1.4.0"
    assert all(v.startswith("1.4.") for v in found.releases["scikit-learn"])


def test_the_oldest_is_one_that_the_python_can_install() -> None:
    first = [a.releases["scikit-learn"][0] for a in admit(["scikit-learn>=1.2"], "3.10-3.13", load())]
    assert first == ["1.2.0", "1.2.0", "1.3.1", "1.5.2"]


@pytest.mark.parametrize(
    ("requires", "told"),
    [
        (("onnx>=1.14", "onnx<1.16"), {"onnx": "onnx<1.16,>=1.14"}),
        (("mlflow[extras]>=2", "mlflow<3"), {"mlflow": "mlflow[extras]<3,>=2"}),
        (("onnx<1.16; python_version < '3.11'",), {"onnx": "onnx"}),
        (("onnx<1.16; python_version >= '3.11'",), {"onnx": "onnx<1.16"}),
        (("xgboost>=2",), {"xgboost": "xgboost>=2"}),
    ],
)
def test_requirements_are_those_of_the_python(requires: tuple[str, ...], told: dict[str, str]) -> None:
    assert {**admitted_on("3.11", *requires).requirements, **told} == admitted_on("3.11", *requires).requirements


def test_what_the_knowledge_does_not_know_is_left_to_the_installer() -> None:
    found = admitted_on("3.11", "shap>=2", "onnx @ https://example.org/onnx.whl")
    assert found.releases == {}
    assert "onnx@ https" in found.requirements["onnx"].replace("onnx @", "onnx@")


def test_pythons_without_any_release_are_left_out() -> None:
    assert [a.python for a in admit(["scikit-learn<1.3"], "3.10-3.13", load())] == ["3.10", "3.11"]
    with pytest.raises(UsageError, match=r"no known release of scikit-learn is admitted on Python 3\.13"):
        admit(["scikit-learn<1.3"], "3.13", load())


def test_nothing_known_is_no_obstacle() -> None:
    assert [a.releases for a in admit(["onnx>=1"], "3.11", Knowledge())] == [{}]


# --- boundaries that were measured ---------------------------------------------------------------------------------

CELL = {
    "python": "3.11",
    "scikit-learn": "1.4.2",
    "numpy": "1.26.4",
    "scipy": "1.13.1",
    "skl2onnx": "1.16.0",
    "onnx": "1.16.2",
    "protobuf": "4.25.8",
}


def measured(cells: list[dict[str, str]], **rules: Rule) -> Measured:
    return unfold(folded(cells, rules, ("1.17.3", "1.18.1", "1.19.2")))


def fails_from(package: str, version: str) -> Rule:
    """A canary that does not convert from a release on."""
    return lambda pins, runtime: 4 if package in pins and at(pins, package, version) else 0


def found(matrix: Measured, **pins: str) -> list[tuple[str, str, str]]:
    """Boundaries of cells that have these versions."""
    admits = {name.replace("_", "-"): version.split() for name, version in pins.items()}
    told = find_boundaries(matrix, lambda c: all(c.get(n, v[0]) in v for n, v in admits.items()))
    return [(one.package, one.good, one.bad) for one in told]


STEPS = [{**CELL, "scikit-learn": v} for v in ("1.5.2", "1.4.2", "1.6.1", "1.7.2")]


def test_a_boundary_lies_between_neighbours_that_differ_in_one_package() -> None:
    matrix = measured(STEPS, SVC=fails_from("scikit-learn", "1.6"))
    assert found(matrix) == [("scikit-learn", "1.5.2", "1.6.1")]
    (one,) = find_boundaries(matrix, lambda pins: True)
    assert one.python == "3.11"
    assert dict(one.beside) == {name: v for name, v in CELL.items() if name not in ("python", "scikit-learn")}


def test_cells_that_differ_in_two_packages_are_no_boundary() -> None:
    matrix = measured([STEPS[0], {**STEPS[2], "numpy": "2.0.2"}], SVC=fails_from("scikit-learn", "1.6"))
    assert found(matrix) == []


def test_what_works_from_a_release_on_is_a_boundary_the_other_way_round() -> None:
    matrix = measured(STEPS, SVC=lambda pins, runtime: 0 if at(pins, "scikit-learn", "1.6") else 4)
    assert found(matrix) == [("scikit-learn", "1.6.1", "1.5.2")]


def test_where_more_canaries_change_comes_first() -> None:
    rules = {
        "A": fails_from("scikit-learn", "1.5"),
        "B": fails_from("scikit-learn", "1.7"),
        "C": fails_from("scikit-learn", "1.7"),
    }
    assert found(measured(STEPS, **rules)) == [("scikit-learn", "1.6.1", "1.7.2"), ("scikit-learn", "1.4.2", "1.5.2")]


def test_what_is_not_admitted_is_no_boundary() -> None:
    matrix = measured(STEPS, SVC=fails_from("scikit-learn", "1.6"))
    assert found(matrix, scikit_learn="1.4.2 1.5.2") == []
    assert found(matrix, scikit_learn="1.5.2 1.6.1") == [("scikit-learn", "1.5.2", "1.6.1")]
    assert found(matrix, python="3.12") == []


def test_runtimes_have_boundaries_in_one_cell() -> None:
    matrix = measured([CELL], SVC=lambda pins, runtime: 6 if runtime == "1.18.1" else 0)
    assert {*found(matrix)} == {("onnxruntime", "1.17.3", "1.18.1"), ("onnxruntime", "1.19.2", "1.18.1")}
    assert found(matrix, onnxruntime="1.18.1 1.19.2") == [("onnxruntime", "1.19.2", "1.18.1")]


def test_nothing_measured_has_no_boundary() -> None:
    assert find_boundaries(Measured(), lambda pins: True) == ()


def test_a_whole_matrix_is_searched_in_a_moment() -> None:
    matrix = unfold(made_up(200, 20))
    begun = time.perf_counter()
    told = find_boundaries(matrix, lambda pins: True)
    assert time.perf_counter() - begun < 3
    assert len(told) > 10


def test_versions_are_admitted_as_far_as_both_name_them() -> None:
    admitted = [here("3.11", onnx="1.16.0 1.17.0")]
    assert is_admitted({"python": "3.11", "onnx": "1.16.0", "numpy": "2"}, admitted)
    assert is_admitted({"python": "3.11"}, admitted)
    assert not is_admitted({"python": "3.11", "onnx": "1.15.0"}, admitted)
    assert not is_admitted({"python": "3.12", "onnx": "1.16.0"}, admitted)


# --- the files -----------------------------------------------------------------------------------------------------

ROWS = choose_rows(every(), [Boundary("onnx", "1.15.0", "1.16.0")])


def ini(text: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.read_string(text)
    return found


def test_a_tox_ini_has_an_environment_a_row() -> None:
    found = ini(tox_ini.render(ROWS, ASKED))
    listed = found["tox"]["env_list"].split()
    assert listed == [f"row-{row.name}" for row in ROWS]
    for row in ROWS:
        section = found[f"testenv:row-{row.name}"]
        assert section["base"] == "row"
        assert section["base_python"] == f"python{row.python}"
        assert section["deps"].strip().splitlines() == [*row.requirements]
        assert section["description"] == row.why


def test_every_row_says_in_a_comment_why_it_is_there() -> None:
    lines = tox_ini.render(ROWS, ASKED).splitlines()
    assert [lines[lines.index(f"[testenv:row-{row.name}]") - 1] for row in ROWS] == [f"# {row.why}" for row in ROWS]
    lines = [line.strip() for line in github.render(ROWS, ASKED).splitlines()]
    assert [lines[lines.index(f"- name: {row.name}") - 1] for row in ROWS] == [f"# {row.why}" for row in ROWS]


def test_a_row_is_looked_at_from_outside_and_leaves_json_and_junit() -> None:
    row = ini(tox_ini.render(ROWS, ASKED))["row"]
    assert row["package"] == "skip"
    assert row["commands"].startswith("checker preflight --python {env_python} train.py --format json --output ")
    assert row["commands_post"].startswith("- checker report ")
    assert "--format junit" in row["commands_post"]


def test_no_environment_of_tox_lies_where_the_reports_are() -> None:
    """tox writes a JSON file of its own into each environment, and removes the folder when it makes it anew."""
    found = ini(tox_ini.render(ROWS, ASKED))
    (folder,) = {*re.findall(r"\{work_dir\}/([\w-]+)", " ".join(found["row"].values()))}
    assert f"testenv:{folder}" not in found


def test_a_row_begins_without_the_report_of_another_run(tmp_path: Path) -> None:
    words = shlex.split(ini(tox_ini.render(ROWS, ASKED))["row"]["commands_pre"])
    program = words[2].replace("{work_dir}", str(tmp_path)).replace("{env_name}", "a")
    report = tmp_path / "reports" / "a.json"
    for _ in range(2):
        assert words[:2] == ["python", "-c"]
        exec(program, {})
        assert (report.parent.is_dir(), report.exists()) == (True, False)
        report.write_text("{}")


def test_odd_names_of_scripts_are_words() -> None:
    asked = Asked("", "", ("a b/{x}.py", "it's #1.py"), "uv run checker")
    commands = ini(tox_ini.render(ROWS, asked))["row"]["commands"]
    assert "\\{x\\}" in commands
    words = shlex.split(commands.replace("\\{", "{").replace("\\}", "}"))
    assert words[:3] == ["uv", "run", "checker"]
    assert {"a b/{x}.py", "it's #1.py"} < {*words}
    (step,) = [
        s for s in yaml.safe_load(github.render(ROWS, asked))["jobs"]["row"]["steps"] if s.get("name") == "Look at it"
    ]
    assert {"a b/{x}.py", "it's #1.py"} < {*shlex.split(step["run"])}


#: actions that GitHub itself keeps
KNOWN = {"actions/checkout", "actions/setup-python", "actions/upload-artifact", "actions/download-artifact"}


def test_a_workflow_parses_and_uses_what_everybody_knows() -> None:
    found = yaml.safe_load(github.render(ROWS, ASKED))
    row, report = found["jobs"]["row"], found["jobs"]["report"]
    steps = [*row["steps"], *report["steps"]]
    assert {step["uses"].partition("@")[0] for step in steps if "uses" in step} == KNOWN
    assert row["strategy"]["fail-fast"] is False
    included = row["strategy"]["matrix"]["include"]
    assert [tuple(one["requirements"].splitlines()) for one in included] == [one.requirements for one in ROWS]
    assert [(one["name"], one["python"]) for one in included] == [(one.name, one.python) for one in ROWS]
    assert report["needs"] == "row"
    assert "GITHUB_STEP_SUMMARY" in report["steps"][-1]["run"]


def test_no_value_of_the_matrix_is_pasted_into_a_shell() -> None:
    found = yaml.safe_load(github.render(ROWS, ASKED))
    runs = [step["run"] for job in found["jobs"].values() for step in job["steps"] if "run" in step]
    assert len(runs) > 4
    assert not [run for run in runs if "${{" in run]


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--python", "3.11"], 2, "required: --requires"),
        (["--requires", "onnx"], 2, "required: --python"),
        (["--requires", "onnx", "--python", "2.7"], 2, "names no Pythons from 3.6 (write 3.11, 3.10-3.13 or 3.9,3.12)"),
        (["--requires", "a b", "--requires", "!", "--python", "3.11"], 2, "--requires 'a b', '!': no requirement"),
        (["--requires", "onnx<0.1", "--python", "3.11"], 2, "no known release of onnx is admitted on Python 3.11"),
        (["--requires", "onnx", "--python", "3.11", "--source", "x"], 2, "--source is about --github"),
        (["--requires", "onnx", "--python", "3.11", "--checker", " "], 2, "--checker is empty"),
        (["--requires", "onnx", "--python", "3.11", "none.py"], 3, "none.py"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["matrix", "tox", *arguments]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def test_a_group_without_a_command_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix"]) == 2
    assert re.search(r"^ +tox ", capsys.readouterr().out, re.MULTILINE)
    assert main(["matrix", "tx"]) == 2
    assert "did you mean tox?" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--github", "--source", "./checker"]])
def test_the_command_in_the_head_prints_the_same(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my train.py").write_text("import pandas, mlflow.onnx\nimport mine\n")
    words = ["--requires", "scikit-learn>=1.4", "--python", "3.10-3.13", *more, "my train.py"]
    assert main(["matrix", "tox", *words, "--output", "first"]) == 0
    first = Path("first").read_text()
    (command,) = re.findall(r"^# +checker (matrix tox .*)$", first, re.MULTILINE)
    assert main([*shlex.split(command), "--output", "second"]) == 0
    assert Path("second").read_text() == first
    assert "pandas" in first
    assert "mlflow" in first
    assert "mine\n" not in first


def test_this_projects_rows_are_what_the_command_prints() -> None:
    build = runpy.run_path(str(ROOT / "reports" / "build.py"))
    text = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert build["with_rows"]() == text, "run python reports/build.py, and read the difference"
    own = ini(text)
    rows = [name for name in own.sections() if name.startswith("testenv:row-")]
    assert 4 <= len(rows) <= MOST
    assert {own[name]["base_python"] for name in rows} >= {"python3.6", "python3.13"}
