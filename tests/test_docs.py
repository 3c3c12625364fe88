"""The documents say what is there: commands, options, files, rules and words that they name exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from checker import __version__
from checker.cli import main
from checker.commands import COMMANDS, GROUPS
from checker.commands.parsing import parse
from checker.commands.parsing.examples import EXAMPLES
from checker.errors import BLOCKED, BUG, CANNOT_LOOK, READY, USAGE
from checker.model import Basis, Stage
from checker.probe.canaries import every
from checker.reporters import REPORTERS
from checker.rules.environment import ALL

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "reports/README.md",
    "benchmarks/README.md",
    "matrices/README.md",
)
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}
README = TEXTS["README.md"]
#: words in a document that stand for a name of the reader's own
PLACEHOLDERS = {"FILE", "RULE", "FRAMES", "ENV", "PATIENT", "SCRIPT"}


def commands(text: str) -> list[str]:
    """Every `checker ...` in a document: in code spans and in code blocks, up to what stands behind it."""
    spans = re.findall(r"(?<!`)`(checker [a-z][^`]*)`", text)
    lines = re.findall(r"^(?: {4}|\$ |.*&& (?:\S*/)?)(checker [a-z].*?)(?: {3,}.*|\\)?$", text, re.MULTILINE)
    return [*spans, *lines]


@pytest.mark.parametrize(("name", "command"), [(n, c) for n, text in TEXTS.items() for c in commands(text)])
def test_commands_parse(name: str, command: str) -> None:
    words = shlex.split(command)[1:]
    assert "--help" in words or words[0] in ("help", "--version") or parse(words).command


def test_commands_are_found() -> None:
    assert len(commands(README)) > 15


@pytest.mark.parametrize(
    "name", ["", *COMMANDS, *(f"{group} {name}" for group, names in GROUPS.items() for name in names)]
)
@pytest.mark.parametrize("width", ["40", "100"])
def test_every_help_ends_in_examples_as_they_are_typed(
    name: str, width: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*name.split(), "--help"])
    options, _, shown = capsys.readouterr().out.partition("\nexamples:\n")
    assert "exit status: 0 " in " ".join(options.split())
    rows = shown.splitlines()
    assert max(map(len, rows)) < 80
    assert [row.removeprefix("  ") for row in rows[::2]] == [*EXAMPLES[name]]
    assert 2 <= len(EXAMPLES[name]) <= 4
    assert name in shown


@pytest.mark.parametrize("command", sorted({c for shown in EXAMPLES.values() for c in shown}))
def test_examples_of_the_help_parse_and_name_what_exists(command: str) -> None:
    if "--help" in command or command.startswith("checker help"):
        with pytest.raises(SystemExit, match=r"^0$"):
            parse(shlex.split(command)[1:])
        return
    options = parse(shlex.split(command)[1:])
    if options.command == "explain":
        assert options.rule in {None, *(r.id for r in ALL)}
    if options.command == "repro":
        assert options.name in {*(r.id for r in ALL), *(c.name for c in every())}
    if options.command == "preflight" and options.canaries != "quick":
        assert {*options.canaries.split(",")} <= {c.name for c in every()}


def test_canaries_and_rules_that_are_named_exist() -> None:
    known = {c.name for c in every()} | {"quick", "all"}
    named = [
        n
        for text in TEXTS.values()
        for found in re.findall(r"checker .*?--canaries ([\w,-]+)", text)
        for n in found.split(",")
    ]
    named += [n for found in re.findall(r"`--canaries ([\w,-]+)`", README) for n in found.split(",")]
    assert {n for n in named if n not in known} <= {"MyEstimator-tag"}
    rules = {r for text in TEXTS.values() for r in re.findall(r"checker explain ([\w-]+)", text)}
    assert rules - PLACEHOLDERS <= {r.id for r in ALL}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_exist(name: str) -> None:
    folders = "checker|matrices|tests|reports|examples|schemas|benchmarks"
    found = re.findall(rf"`((?:{folders})/[\w./-]*)`", TEXTS[name])
    assert [path for path in found if "PACKAGE" not in path and not (ROOT / path).exists()] == []


def test_exit_statuses() -> None:
    table = [int(n) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE) for n in row.split(",")]
    assert table[:5] == [READY, BLOCKED, USAGE, CANNOT_LOOK, BUG]


def test_stages_and_bases_are_those_of_the_code() -> None:
    assert f"in causal order: {', '.join(s.value for s in Stage)} |" in README
    assert f"how a finding is known: {', '.join(b.value for b in Basis)} |" in README


def test_formats_are_those_of_the_command() -> None:
    (formats,) = re.findall(r"`--format ([\w\\|]+)`", README)
    assert formats.replace("\\", "").split("|") == list(REPORTERS)


def test_set_up_is_two_commands_and_ci_runs_the_second() -> None:
    section = README.partition("\n## Set up")[2].partition("\n## ")[0]
    lines = re.findall(r"^ {4}(\S.*)$", section, re.MULTILINE)
    assert len(lines) == 2
    test = lines[1].rpartition("&& ")[2].removeprefix(".venv/bin/")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(test)


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## [{__version__}] - " in TEXTS["CHANGELOG.md"]


def test_tox_rows_that_are_named_exist() -> None:
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    named = re.findall(r"row-py\d+-\w+", README)
    assert named
    assert {*named} <= {*re.findall(r"^\[testenv:(row-[\w-]+)\]", tox, re.MULTILINE)}


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "benchmarks").glob("*.py")))
def test_every_benchmark_starts(name: str) -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks" / name, "--help"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
