"""What a project says once for all is the default of what is typed; a mistake in it is one line with file and key."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checker import cli
from checker.cli import configured
from checker.commands.parsing import _command, parse
from checker.commands.parsing.configured import FOLLOWED
from checker.settings import find_settings
from checker.settings.keys import KEYS, ONLY_TYPED
from checker.world.project import configuration
from checker.world.project.configuration import configuration_places

from .test_cli import run

WHOLE = """\
scripts = ["train.py", "more/score.ipynb"]
requirements = "requirements.txt"
python = "3.11"
targets = ["onnxruntime==1.10", "./prod.toml", "bigquery-ml"]
canaries = ["SVC", "KMeans"]
keep = ["Scikit_Learn"]
wanted = ["onnx<2"]
budget = 3
offline = true
strict = true
verbose = false
format = "json"
reports = ["html=out/report.html", "sarif=checker.sarif"]
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, worked in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options_of(*words: str) -> argparse.Namespace:
    return configured(list(words))


@pytest.mark.parametrize("name", ["checker.toml", "pyproject.toml"])
def test_what_the_project_says_is_what_would_be_typed(name: str, project: Path) -> None:
    (project / name).write_text("[tool.checker]\n" * (name == "pyproject.toml") + WHOLE)
    found = options_of()
    assert found.command == "preflight"
    assert found.scripts == [Path("train.py"), Path("more/score.ipynb")]
    assert (found.requirements, found.python) == ([Path("requirements.txt")], "3.11")
    assert found.target == ["onnxruntime==1.10", "prod.toml", "bigquery-ml"]
    assert (found.canaries, found.keep, found.wanted, found.budget) == ("SVC,KMeans", ["scikit-learn"], ["onnx<2"], 3)
    assert (found.offline, found.strict, found.verbose, found.static) == (True, True, False, False)
    assert (found.format, found.reports) == (
        "json",
        [("html", Path("out/report.html")), ("sarif", Path("checker.sarif"))],
    )


def test_what_is_typed_counts_more(project: Path) -> None:
    (project / "checker.toml").write_text(WHOLE)
    found = options_of("--format=text", "--keep", "onnx", "--budget", "8", "--canaries", "quick", "--target", "x")
    assert (found.format, found.keep, found.budget, found.canaries, found.target) == (
        "text",
        ["onnx"],
        8,
        "quick",
        ["x"],
    )
    assert found.strict


@pytest.mark.parametrize(
    ("words", "requirements", "python", "scripts"),
    [
        ([], 1, "3.11", 2),
        (["--python", "3.12"], 1, "3.12", 2),
        (["--python", "env"], 0, "env", 2),
        (["--via", "ssh x python -"], 0, None, 2),
        (["--from", "frames.jsonl"], 0, None, 2),
        (["other.py"], 0, None, 1),
        (["--requirements", "a.txt", "--requirements", "b.txt"], 2, None, 2),
        (["--model", "a:b"], 0, None, 0),
    ],
)
def test_who_names_an_environment_or_a_script_means_that(
    words: list[str], requirements: int, python: str | None, scripts: int, project: Path
) -> None:
    """So that `checker preflight train.py` builds nothing that a folder asks for, and looks where it always looked."""
    (project / "checker.toml").write_text(WHOLE)
    found = options_of("preflight", *words)
    assert (len(found.requirements), found.python, len(found.scripts)) == (requirements, python, scripts)


def test_extras_and_groups_are_those_of_the_requirements(project: Path) -> None:
    (project / "checker.toml").write_text('requirements = "pyproject.toml"\nextras = ["train"]\ngroups = "onnx"\n')
    found = options_of()
    assert (found.extra, found.group) == (["train"], ["onnx"])
    found = options_of("--requirements", "other.txt")
    assert (found.extra, found.group) == ([], [])


def test_other_commands_follow_what_concerns_them(project: Path) -> None:
    (project / "checker.toml").write_text(WHOLE)
    found = options_of("inspect", "model.onnx")
    assert (found.target, found.strict, found.python) == (["onnxruntime==1.10", "prod.toml", "bigquery-ml"], True, None)
    found = options_of("bisect", "skl2onnx")
    assert (found.scripts, found.format) == ([Path("train.py"), Path("more/score.ipynb")], "text")
    assert options_of("report", "rows").strict
    assert not options_of("report", "rows", "--no-config").strict
    assert not hasattr(options_of("explain"), "settings")


def test_paths_start_from_the_file_that_names_them(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".git").mkdir()
    (project / "deep" / "er").mkdir(parents=True)
    (project / "checker.toml").write_text(WHOLE)
    monkeypatch.chdir(project / "deep" / "er")
    found = options_of()
    assert found.scripts[0] == Path("../../train.py")
    assert found.target[1] == "../../prod.toml"
    (project / "deep" / "pyproject.toml").write_text('[tool.checker]\nscripts = "near.py"\n')
    assert options_of().scripts == [Path("../near.py")]
    assert options_of("--config", "../../checker.toml").scripts[0] == Path("../../train.py")


def test_only_a_repository_is_looked_through(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "deep").mkdir()
    (project / "checker.toml").write_text(WHOLE)
    monkeypatch.chdir(project / "deep")
    assert configuration_places() == (Path("checker.toml"), Path("pyproject.toml"))
    assert options_of().command is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('cannaries = "SVC"', "cannaries: there is no such key; did you mean canaries?"),
        ("qqqqqq = 1", "qqqqqq: there is no such key; known are scripts, requirements"),
        ('strict = "yes"', "strict: write true or false"),
        ("budget = 1.5", "budget: write a whole number"),
        ("budget = true", "budget: write a whole number"),
        ("budget = 0", "budget: 0 is no number of tries: write 1 to 999"),
        ("scripts = [1]", "scripts: write a text in quotes, or several in brackets"),
        ("keep = {}", "keep: write a text in quotes, or several in brackets"),
        ('format = "jsn"', "format: there is no choice 'jsn': did you mean json?"),
        ('format = ["json"]', "format: write one text in quotes"),
        ("reports = 'html=../report.html'", "reports: ../report.html: write a file below the folder of this one"),
        ("reports = 'htlm=report.html'", "reports: "),
        ('python = "./env"', 'python: write a version, such as "3.11"'),
        ("rehearse = true", "rehearse: it is only for the command line"),
        ('via = "sh -c evil"', "via: it is only for the command line"),
        (
            "canaries = 'LogisticRegresion'",
            "canaries: no such canary: LogisticRegresion (did you mean LogisticRegression",
        ),
        ("scripts = 'trian.py'", "scripts: cannot read trian.py: not found (did you mean train.py?"),
        ("requirements = 'no.txt'", "requirements: cannot read no.txt: not found"),
        ("targets = 'bigquery-mll'", "targets: "),
        ("keep = 'scikit-lern'", "keep: --keep scikit-lern: not installed there"),
        ("scripts = [", "it is no TOML: "),
    ],
)
@pytest.mark.parametrize("name", ["checker.toml", "pyproject.toml"])
def test_a_mistake_is_one_line_with_file_and_key(
    text: str, words: str, name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text("import os\n")
    shared = name == "pyproject.toml"
    (project / name).write_text(f"{'[tool.checker]' * shared}\n{text}\n")
    status, out, err = run("--static", capsys=capsys)
    assert (status in (2, 3), out, err.count("\n")) == (True, "", 1), err
    assert err.startswith(f"checker: {name}: ")
    assert words in err
    assert "tool.checker." in err or not shared or "TOML" in words


def test_a_table_for_pyproject_is_known_where_it_is_pasted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "checker.toml").write_text('[[tool.checker.ignore]]\nrule = "zipmap"\nreason = "known"\n')
    words = "checker.toml: tool: here the keys stand without [tool.checker], which is for pyproject.toml"
    assert words in run(capsys=capsys)[2]


def test_the_readme_has_every_key_and_no_mistake(project: Path) -> None:
    readme = (Path(cli.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("**Once for all.**")[2].partition("**In CI.**")[0]
    (keys,) = re.findall(r"Further keys are ([^\n]*?), each like its option", section)
    blocks = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2
    assert {*re.findall(r"`([\w-]+)`", keys), *re.findall(r"^([\w-]+) = ", blocks[0], re.MULTILINE)} == {*KEYS}
    (project / "pyproject.toml").write_text("".join(blocks))
    settings = find_settings()
    assert settings
    assert (len(settings.ignores), len(settings.severities)) == (1, 1)


def test_all_mistakes_are_told_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "checker.toml").write_text('strickt = true\nbudget = "3"\nkeep = 1\n')
    _, _, err = run(capsys=capsys)
    assert all(f"{key}: " in err for key in ("strickt", "budget", "keep"))


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_folder_that_is_a_link_leads_nothing_away(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "home").mkdir()
    (project / "taxi").mkdir()
    (project / "taxi" / "out").symlink_to("../home")
    (project / "taxi" / "checker.toml").write_text('reports = ["text=out/.bashrc"]\nbaseline = "out/b.json"\n')
    for words in ([], ["--config", "taxi/checker.toml"]):
        os.chdir(project / ("taxi" if not words else "."))
        status, _, err = run(*words, capsys=capsys)
        assert (status, err.count("leads it out of the folder")) == (2, 2)
    (project / "taxi" / "out").unlink()
    (project / "taxi" / "out").mkdir()
    assert options_of("--config", "taxi/checker.toml").reports == [("text", Path("taxi/out/.bashrc"))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'checker'\n"),
        ("pyproject.toml", "[project\nname = 'checker'\n"),
        ("pyproject.toml", "[tool.ruff]\n# checker\n"),
        ("pyproject.toml", "tool = 3 # checker\n"),
        ("setup.cfg", "[tool.checker]\n"),
    ],
)
def test_what_is_no_configuration_of_ours_is_left_alone(name: str, text: str, project: Path) -> None:
    (project / name).write_text(text)
    assert find_settings() is None
    assert options_of().command is None


def test_a_named_file_has_to_be_one(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'taxi'\n")
    assert "does not configure the checker" in run("--config", "pyproject.toml", capsys=capsys)[2]
    assert "cannot read no.toml: not found" in run("--config", "no.toml", capsys=capsys)[2]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_followed_only_by_name(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "checker.toml").write_text("strict = true\n")
    os.chown(project / "checker.toml", 4711, -1)
    assert options_of("report", "rows").strict  # root may look after anybody's project
    monkeypatch.setattr(configuration.os, "geteuid", lambda: 4712)
    status, _, err = run("report", "rows", capsys=capsys)
    assert (status, err.count("\n")) == (2, 1)
    assert "checker.toml belongs to another user (--config checker.toml follows it, --no-config leaves it out)" in err
    assert options_of("report", "rows", "--config", "checker.toml").strict
    assert not options_of("report", "rows", "--no-config").strict
    monkeypatch.setattr(configuration.os, "geteuid", lambda: 4711)
    assert options_of("report", "rows").strict


def test_every_option_is_a_key_or_only_typed() -> None:
    """Who adds an option of preflight's says which of both it is."""
    every = {o.removeprefix("--") for o in _command("preflight")._option_string_actions if o.startswith("--")} - {
        "help"
    }
    keys = {key.option.removeprefix("--") for key in KEYS.values() if key.option}
    assert every - keys - ONLY_TYPED == set()
    assert keys & ONLY_TYPED == set()
    assert {key for names in FOLLOWED.values() for key in names} == set(KEYS)


@pytest.mark.parametrize("name", [n for n in FOLLOWED if n != "preflight"])
def test_keys_that_a_command_follows_are_options_of_it(name: str) -> None:
    options = _command(name)._option_string_actions
    assert [key for key in FOLLOWED[name] if KEYS[key].option not in options and key != "scripts"] == []


def test_an_answer_that_was_kept_is_not_older_than_the_configuration(project: Path) -> None:
    (project / "train.py").write_text("import os\n")

    def ask() -> str:
        command = [sys.executable, "-m", "checker", "preflight", "train.py", "--static", "--python", sys.executable]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}).stdout  # fmt: skip

    first = ask()
    assert ask() == first
    (project / "checker.toml").write_text('format = "json"\n')
    assert ask().startswith("{")


def test_the_notebook_and_documents_parse_what_is_typed(project: Path) -> None:
    (project / "checker.toml").write_text(WHOLE)
    assert parse(["preflight"]).scripts == []
