"""Places: which one a name means, what is wrong with a file, the pages about them, the file of a new one."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.errors import CheckerError
from checker.knowledge import Limit, Provenance, Target, load
from checker.knowledge.targets import targets_of
from checker.model import Distribution, Observation
from checker.pipeline import with_training_place
from checker.places.hints import hinted
from checker.reporters.places import render_list, render_target
from checker.request import Request
from checker.targets import find_target
from checker.targets.mistakes import mistakes
from checker.targets.new import new_target

KNOWN = Provenance("https://example.org/a/page about the place", "2026-01-31", "documented")
HEAD = 'name = "prod"\ntitle = "ours"\nsource = "a look"\ndate = "2026-11-28"\nbasis = "measured"\n'


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("synapse-sql-predict", "synapse-sql-predict"),
        ("Synapse-SQL-predict", "synapse-sql-predict"),
        ("triton-24.08", "triton-24.08"),
        ("triton==24.08", "triton-24.08"),
        ("onnxruntime==1.10", "onnxruntime-1.10.0"),
        ("onnxruntime-1.17.3", "onnxruntime-1.17.3"),
        ("onnxruntime-web==1.17.3", "onnxruntime-web-1.17.3"),
        ("onnxruntime-web-1.17.3", "onnxruntime-web-1.17.3"),
    ],
)
def test_a_name_means_one_place(asked: str, name: str) -> None:
    assert find_target(asked, load()).name == name


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("synapse-sql-predct", "did you mean synapse-sql-predict?"),
        ("synapse-spark-3.9", "synapse-spark-3."),
        ("synapse-spark", "name one: synapse-spark-2.4-2020"),
        ("triton", "name one: triton-21.02, ..., triton-26.06"),
        ("onnxruntime", "which release?"),
        ("onnxruntime==1.99", "there is no such release"),
        ("onnxruntime==1.17.9", "known are"),
        ("zzz", "`checker targets` lists them"),
    ],
)
def test_a_mistyped_name_is_wrong_usage_and_says_which_is_meant(asked: str, words: str) -> None:
    with pytest.raises(CheckerError) as raised:
        find_target(asked, load())
    assert raised.value.code == 2
    assert words in str(raised.value)


def test_a_release_of_the_runtime_takes_what_was_measured_of_it() -> None:
    found = find_target("onnxruntime==1.10", load())
    assert {one.what: one.value for one in found.limits} == {
        "forms": "onnx", "onnxruntime": "1.10.0", "opset": "15", "ml_opset": "2", "ir": "8"
    }  # fmt: skip


def test_a_file_of_ones_own_is_a_place(tmp_path: Path) -> None:
    place = tmp_path / "prod.toml"
    place.write_text(HEAD + '[packages]\nonnxruntime = "1.16.3"\n[[limits]]\nwhat = "inputs"\nvalue = "columns"\n')
    found = find_target(str(place), load())
    assert (found.name, found.onnxruntime, found.value("inputs"), found.value("ir")) == (
        "prod",
        "1.16.3",
        "columns",
        "9",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = [", "is no TOML"),
        ('name = "p"\n', "title is missing; source is missing"),
        (HEAD + "nme = 1\n", "nme is no key of a target"),
        (HEAD + '[[limits]]\nwhat = "opsets"\nvalue = "1"\n', "there is no such limit"),
        (HEAD + '[[limits]]\nwhat = "opset"\nvalue = "new"\n', 'value = "new" is none of number'),
        (HEAD + '[[limits]]\nwhat = "opset"\nvalue = 17\n', "value has to be a text"),
        (HEAD + '[[limits]]\nwhat = "inputs"\nvalue = "both"\n', "is none of columns, matrix"),
        (HEAD + '[[limits]]\nwhat = "domains"\nvalue = "ai.onnx"\n', "a list of words"),
        (HEAD + "limits = 1\n", "limits has to be a list"),
        (HEAD + "[packages]\nonnx = 1\n", "every release has to be a text"),
        (HEAD.replace("2026-11-28", "soon"), "is no date"),
        (HEAD.replace('"prod"', '"Our Place"'), "write it in small letters"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_once(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "prod.toml").write_text(text)
    with pytest.raises(CheckerError) as raised:
        find_target(str(tmp_path / "prod.toml"), load())
    assert words in str(raised.value)


def test_a_file_that_is_not_there_cannot_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises(CheckerError) as raised:
        find_target(str(tmp_path / "prod.toml"), load())
    assert raised.value.code == 3


def test_a_release_stands_before_its_place() -> None:
    limits = [{"what": "opset", "value": "9"}, {"what": "forms", "value": ["onnx"]}]
    told = {"name": "a", "title": "A", "source": "s", "date": "d", "basis": "documented", "limits": limits, "packages": {"onnx": "1"}}  # fmt: skip
    newer = {"name": "2", "limits": [{"what": "opset", "value": "17"}], "packages": {"numpy": "2"}, "date": "e"}
    first, second = targets_of({**told, "releases": [{"name": "1"}, newer]})
    assert (first.name, first.title, first.value("opset"), first.provenance.date) == ("a-1", "A 1", "9", "d")
    assert (second.value("opset"), second.value("forms"), second.provenance.date) == ("17", "onnx", "e")
    assert second.packages == {"onnx": "1", "numpy": "2"}


def test_what_no_index_has_is_installed_in_the_nearest_release() -> None:
    place = next(t for t in load().targets if t.name == "synapse-spark-3.3")
    assert place.packages["skl2onnx"] == "1.8.0.1"
    assert "skl2onnx==1.8.0" in place.requirements


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"targets": ("synapse-spark-3.4", "fabric-1.3")}, "both train models"),
        ({"targets": ("synapse-spark-3.4",), "static": True}, "--static and --target synapse-spark-3.4 contradict"),
        ({"targets": ("synapse-spark-3.4",), "python": "/usr/bin/python3"}, "--python and --target"),
        ({"targets": ("synapse-spark-3.4",), "via": "docker run x"}, "--via and --target"),
    ],
)
def test_a_place_that_trains_is_the_environment(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(CheckerError) as raised:
        with_training_place(Request(**fields))
    assert words in str(raised.value)


def test_the_packages_of_a_place_that_trains_are_what_is_built() -> None:
    request = with_training_place(
        Request((), requirements=(Path("more.txt"),), targets=("synapse-spark-3.4", "sql-server"))
    )
    assert (request.python, request.built_from) == ("3.10", "synapse-spark-3.4 and more.txt")
    assert request.trained_in
    assert "scikit-learn==1.3.2" in request.trained_in.requirements
    plain = Request(targets=("sql-server",))
    assert with_training_place(plain) is plain


def test_a_place_is_shown_with_its_limits_and_their_sources() -> None:
    limits = (
        Limit("onnxruntime", KNOWN, ("1.12.1",)),
        Limit("opset", KNOWN, assume="11", note="a guess"),
        Limit("ir", KNOWN),
    )
    assert render_target(Target("sql", "A database", limits, expires="2027-01-01"), 60) == (
        "sql: A database\n"
        "To be looked at again by 2027-01-01.\n"
        "\n"
        "  onnxruntime             1.12.1 [1]\n"
        "  ai.onnx opset, at most  not known; safe is 11; a guess [1]\n"
        "  IR version, at most     not known [1]\n"
        "\n"
        "  [1]   https://example.org/a/page about the place\n"
        "        (2026-01-31, documented)\n"
    )


def test_every_place_has_a_page() -> None:
    targets = load().targets
    assert all(render_target(target).isascii() for target in targets)
    listed = render_list(targets)
    assert listed.isascii()
    assert all(target.family in listed for target in targets)
    assert max(map(len, listed.splitlines())) <= 80


def test_a_new_place_is_one_and_names_what_may_be_added() -> None:
    there = (Distribution("onnxruntime", "1.16.3", "/x"), Distribution("flask", "3.0", "/x"))
    text = new_target(Observation("3.11.7", "/x/python", "linux", {}, there), "Our place", "/x/python", "2026-11-28")
    told = _parse(text)
    assert mistakes(told) == []
    assert (told["name"], told["python"], told["packages"]) == ("our-place", "3.11.7", {"onnxruntime": "1.16.3"})
    every = "\n".join(line.removeprefix("# ") for line in text.splitlines() if not line.startswith("# W"))
    every = every[: every.index("A place")] + every[every.index("name =") :]
    assert mistakes(_parse(every)) == []


def _parse(text: str) -> dict[str, object]:
    from checker.targets import tomllib

    told: dict[str, object] = tomllib.loads(text)
    return told


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "new", "--python", sys.executable, "--output", str(tmp_path / "here.toml")]) == 0
    own = {d.name for d in distributions() if d.name in ("numpy", "onnx", "onnxruntime", "scikit-learn")}
    assert own <= {*_parse((tmp_path / "here.toml").read_text()).get("packages", {})}  # type: ignore[call-overload]
    assert main(["targets", "show", str(tmp_path / "here.toml")]) == 0
    assert f"Python {sys.version.split()[0]}" in capsys.readouterr().out
    assert main(["targets", "show", "sql-servr"]) == 2
    assert "did you mean sql-server?" in capsys.readouterr().err
    assert main(["targets", "show"]) == 2
    assert main(["targets", "list", "sql-server"]) == 2
    assert main(["targets", "sho"]) == 2


@pytest.mark.parametrize("path", ["model.onnx", "model"])
def test_a_server_that_scripts_log_to_is_no_place_of_a_model(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", path, "--target", "mlflow==2.9.2"]) == 2
    assert "asked nothing of a model (ask with `checker preflight SCRIPT`" in capsys.readouterr().err


SAYS = {
    "a query": (
        'spark.sql("SELECT d.*, p.Score FROM PREDICT(MODEL = @model, DATA = dbo.rides AS d)")',
        "synapse-sql-predict",
    ),
    "a name": ("# scored with SQL PREDICT", "synapse-sql-predict"),
    "another query": ("""sql = "CREATE MODEL m OPTIONS(model_type='ONNX', model_path='gs://m')" """, "bigquery-ml"),
    "an import": ("from synapse.ml.predict import MLFlowTransformer", "fabric-predict"),
    "a longer import": ("import azure.synapse.ml.predict as pcontext", "synapse-spark-predict"),
    "a method": ("y = model.predict(model=1)", ""),
    "a word": ("print('we predict in SQL')", ""),
}


@pytest.mark.parametrize("says", SAYS)
def test_a_script_names_its_place_itself(tmp_path: Path, says: str) -> None:
    text, name = SAYS[says]
    path = tmp_path / "train.py"
    path.write_text(f"import onnx\n\n{text}\n")
    found = hinted([path], load().targets)
    assert [(p.target.name, p.where) for p in found] == ([(name, "train.py:3")] if name else [])
    assert all(limit.known for p in found for limit in p.target.limits)
