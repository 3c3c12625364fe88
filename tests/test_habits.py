"""What everybody expects of a command: quiet runs, a status of one's own choice, help, completions."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker import __version__
from checker.commands import COMMANDS, GROUPS
from checker.commands.parsing import whole
from checker.commands.telling import completions
from checker.knowledge import load

from .test_cli import run

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script, and two environments that are recorded: one that blocks it, one that is ready."""
    for name in ("4-silent", "5-latest"):
        recorded = ROOT / "reports" / "frames" / f"{name}.jsonl.gz"
        (tmp_path / f"{name}.jsonl").write_bytes(gzip.decompress(recorded.read_bytes()))
    (tmp_path / "train.py").write_bytes((ROOT / "examples" / "train.py").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


BLOCKED = ("preflight", "train.py", "--offline", "--from", "4-silent.jsonl")
READY = ("preflight", "train.py", "--offline", "--from", "5-latest.jsonl")


def test_a_quiet_run_that_passes_says_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*READY, "--quiet", capsys=capsys) == (0, "", "")


def test_a_quiet_run_that_fails_says_why_and_no_more(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(*BLOCKED, "--quiet", capsys=capsys)
    assert (status, out.splitlines()[0], err) == (1, "Blocked at parity: train.py", "")
    status, out, err = run(*BLOCKED, "--quiet", "--output", "report.txt", capsys=capsys)
    assert (status, out, err) == (1, "", "")


def test_what_a_quiet_run_is_to_write_is_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*READY, "--quiet", "--output", "a.txt", "--report", "json=b.json", capsys=capsys) == (0, "", "")
    assert (project / "a.txt").read_text().startswith("Ready")
    assert (project / "b.json").is_file()


def test_exit_zero_is_for_what_was_looked_at(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*BLOCKED, capsys=capsys)[0] == 1
    status, out, _ = run(*BLOCKED, "--exit-zero", capsys=capsys)
    assert (status, out.splitlines()[0]) == (0, "Blocked at parity: train.py")
    assert run("preflight", "no.py", "--exit-zero", capsys=capsys)[0] == 3
    assert run("preflight", "--pyhton", "x", "--exit-zero", capsys=capsys)[0] == 2


def test_rows_have_the_same_manners(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(*BLOCKED, "--report", "json=bad.json", capsys=capsys)
    run(*READY, "--report", "json=good.json", capsys=capsys)
    assert run("report", "good.json", "--quiet", capsys=capsys) == (0, "", "")
    status, out, err = run("report", "good.json", "bad.json", "--quiet", capsys=capsys)
    assert (status, bool(out), err) == (1, True, "")
    assert run("report", "bad.json", "--exit-zero", capsys=capsys)[0] == 0


def test_a_quiet_answer_is_not_kept_for_a_loud_one(project: Path) -> None:
    ask = [sys.executable, "-m", "checker", "preflight", "train.py", "--static", "--python", sys.executable]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    loud = subprocess.run(ask, capture_output=True, text=True, check=False, env=environment)
    for _ in range(2):
        quiet = subprocess.run([*ask, "--quiet"], capture_output=True, text=True, check=False, env=environment)
        assert (quiet.returncode, quiet.stderr) == (loud.returncode, "")


@pytest.mark.parametrize("command", ["preflight", "matrix", "matrix tox", ""])
def test_help_is_a_command_too(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(*command.split(), "--help", capsys=capsys)
    assert run("help", *command.split(), capsys=capsys) == told
    assert told[0] == 0


def test_the_version_tells_how_old_the_knowledge_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version", capsys=capsys) == (0, f"checker {__version__}, knowledge of {load().date}\n", "")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["preflight", "--quite"], "did you mean --quiet?"),
        (["preflight", "--canaries", "KMeens"], "did you mean KMeans?"),
        (["inspect", "m.onnx", "--tagret", "x"], "did you mean --target?"),
        (["help", "preflgiht"], "did you mean preflight?"),
        (["completions", "zhs"], "did you mean zsh?"),
        (["matrix", "txo"], "did you mean tox?"),
    ],
)
def test_what_is_mistyped_gets_the_nearest(words: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(*words, capsys=capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert meant in err


# --- completions ---------------------------------------------------------------------------------------------------


def test_the_whole_command_line_has_every_command() -> None:
    (commands,) = [a for a in whole()._actions if a.dest == "command"]
    assert {*commands.choices} == {*COMMANDS}
    (members,) = [a for a in commands.choices["matrix"]._actions if a.dest == "member"]
    assert {*members.choices} == {*GROUPS["matrix"]}


@pytest.mark.parametrize("shell", completions.SHELLS)
def test_completions_name_commands_options_and_rules(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run("completions", shell, capsys=capsys)
    assert (status, err) == (0, "")
    assert all(word in out for word in ("preflight", "requirements", "silent-disagreement", "tox"))


#: what is typed, and what it becomes
COMPLETED = [
    (["pre"], ["preflight"]),
    (["preflight", "--qu"], ["--quiet"]),
    (["explain", "silent-"], ["silent-disagreement"]),
    (["matrix", "to"], ["tox"]),
    (["preflight", "--format", "js"], ["json"]),
]


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize(("words", "found"), COMPLETED)
def test_bash_completes(words: list[str], found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("completions", "bash", "--output", str(tmp_path / "complete"), capsys=capsys)
    line = " ".join(f"'{word}'" for word in ["checker", *words])
    asked = (
        f"source '{tmp_path / 'complete'}'; COMP_WORDS=({line}); COMP_CWORD={len(words)}; "
        "f=$(complete -p checker | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $f; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert [word.strip() for word in done.stdout.splitlines()] == found


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish here")
@pytest.mark.parametrize(("words", "found"), COMPLETED)
def test_fish_completes(words: list[str], found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("completions", "fish", "--output", str(tmp_path / "complete"), capsys=capsys)
    asked = f"source '{tmp_path / 'complete'}'; complete -C 'checker {' '.join(words)}'"
    done = subprocess.run(["fish", "--no-config", "-c", asked], capture_output=True, text=True, check=True)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == found


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_read_it(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    run("completions", shell, "--output", str(tmp_path / "complete"), capsys=capsys)
    subprocess.run([shell, "-n", str(tmp_path / "complete")], check=True)


def test_without_shtab_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    status, _, err = run("completions", "bash", capsys=capsys)
    assert (status, err.count("\n")) == (3, 1)
    assert 'pip install "sklearn-onnx-checker[completions]"' in err
