"""The command line: bad input is one clear line and the documented status; recorded observations replay anywhere."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from checker.cli import main
from checker.commands.parsing import parse
from checker.errors import UsageError
from checker.names import meant
from checker.pipeline import check_keep, check_wanted, meant_package
from checker.request import Request

from .reports import ready

HERE = Path(__file__).parent


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Status, output and errors of one command."""
    try:
        status = main(list(arguments))
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["preflight", "--python", "/no/such/python"], 3, "no such interpreter"),
        (["preflight", "--python", "3.99"], 3, "no Python 3.99 was found"),
        (["preflight", "--python", "2.7"], 3, "Python 2.7 is too old (the checker looks at Python 3.6 and later)"),
        (["preflight", "--python", "3.5.10"], 3, "Python 3.5.10 is too old"),
        (["bisect", "skl2onnx", "--python", "2"], 3, "Python 2 is too old"),
        (["preflight", "--python", ""], 2, "--python is empty"),
        (["preflight", "--python", "3.11", "--pythons", "{folder}/none"], 3, "there is no such folder"),
        (["preflight", "--canaries", ","], 2, "--canaries names nothing"),
        (["preflight", "--requirements", "{bytes}"], 3, "save it as UTF-8"),
        (["preflight", "--requirements", "{empty}"], 3, "names no package"),
        (["probe", "--output", "{folder}"], 2, "cannot write to"),
        (["explain", "--output", "/no/such/folder/rules"], 2, "cannot write to"),
        (["preflight", "--python", "{folder}"], 3, "there is no Python in the folder"),
        (["preflight", "--python", "{dies}"], 3, "did not answer as a Python does"),
        (["preflight", "no-such-script.py"], 3, "no-such-script.py: not found"),
        (["preflight", "{folder}"], 3, "is a folder"),
        (["preflight", "{bytes}", "--static"], 3, "UTF-8"),
        (["preflight", "{empty}", "--static"], 3, "there is no code in it"),
        (["preflight", "{notebook}", "--static"], 3, "is not JSON"),
        (["preflight", "--requirements", "none.txt"], 3, "none.txt: not found"),
        (["preflight", "--canaries", "LogisticRegresion"], 2, "did you mean LogisticRegression"),
        (["preflight", "--via", ""], 2, "--via is empty"),
        (["preflight", "--via", "no-such-command-at-all -"], 3, "cannot run no-such-command-at-all"),
        (["preflight", "--via", "'"], 2, "cannot be split"),
        (["preflight", "--via", "x", "--python", "y"], 2, "contradict"),
        (["preflight", "--from", "x", "--save", "y"], 2, "contradict"),
        (["preflight", "--from", "no-such-frames"], 3, "cannot read"),
        (["preflight", "--from", "missing.jsonl"], 3, "cannot read missing.jsonl: not found (check the path)"),
        (["preflight", "--from", "{folder}"], 3, "it is a folder"),
        (["preflight", "--from", "{bytes}"], 3, "holds no frames"),
        (["preflight", "--from", "{number}"], 3, "holds no frames"),
        (["preflight", "--from", "{partial}"], 3, "holds no frames"),
        (["preflight", "a" * 300 + ".py"], 3, "File name too long"),
        (["preflight", "--from", "dir/" * 2000], 3, "File name too long"),
        (["preflight", "--pyhton", "x"], 2, "did you mean --python"),
        (["preflight", "--format", "yaml"], 2, "there is no choice 'yaml': choose from text"),
        (["preflight", "--format", "jsn"], 2, "did you mean json"),
        (["preflight", "--static", "--save", "/no/such/folder/frames"], 2, "cannot write"),
        (["preflight", "{folder}/trian.py"], 3, "did you mean {folder}/train.py?"),
        (["preflight", "--requirements", "{folder}/trian.py"], 3, "did you mean {folder}/train.py?"),
        (["preflight", "--python", "train.py"], 2, "is a script"),
        (["preflight", "--static", "--python", sys.executable, "--keep", "pytset"], 2, "did you mean pytest?"),
        (["preflight", "--static", "--python", sys.executable, "--keep", "no-such-package"], 2, "not installed there"),
        (["preflight", "--wanted", "<="], 2, "no wish for releases"),
        (["preflight", "--wanted", "onnxruntime"], 2, "no wish for releases"),
        (["preflight", "--wanted", "python==3.9"], 2, "no remedy changes the Python"),
        (["preflight", "--wanted", "onnx<2", "--keep", "onnx"], 2, "both about onnx"),
        (["preflight", "--wanted", "onnx<2", "--static"], 2, "contradict each other"),
        (["bisect", "train.py"], 2, "the package comes first"),
        (["repro", "some-name", "{folder}/trian.py"], 3, "did you mean {folder}/train.py?"),
        (["preflight", "--static", "--output", "/no/such/folder/report"], 2, "cannot write"),
        (["explain", "removed-nam"], 2, "did you mean removed-name"),
        (["preflght"], 2, "did you mean preflight?"),
        (["preflght"], 2, "there is no command"),
        (["train.py"], 2, "did you mean `checker preflight train.py`?"),
        (["--verison"], 2, "did you mean --version?"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {n: tmp_path / n for n in ("folder", "dies", "bytes", "notebook", "number", "partial", "empty")}
    places["folder"].mkdir()
    (places["folder"] / "train.py").write_text("")
    places["empty"] = tmp_path / "empty.py"
    places["empty"].write_text("\n")
    places["dies"].write_text("#!/bin/sh\nexit 1\n")
    places["dies"].chmod(0o755)
    places["number"].write_text("5\n")
    places["partial"].write_text('{"frame": "hello"}\n')
    places["bytes"].write_bytes(b"\xff\xfe\x00\x01")
    places["notebook"] = tmp_path / "broken.ipynb"
    places["notebook"].write_text("{")
    found, out, err = run(*(a.format(**places) for a in arguments), capsys=capsys)
    assert (found, out) == (status, "")
    assert words.format(**places) in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["preflight", "probe", "bisect", "repro"])
def test_scripts_stand_anywhere(command: str) -> None:
    name = ["skl2onnx"] if command in ("bisect", "repro") else []
    option = ["--canaries", "SVC"]
    scripts = [Path("train.py"), Path("other.ipynb")]
    for words in (
        ["train.py", "other.ipynb", *option],
        ["train.py", *option, "other.ipynb"],
        [*option, "train.py", "other.ipynb"],
    ):
        found = parse([command, *name, *words])
        assert (found.scripts, found.canaries) == (scripts, "SVC")
        assert parse([command, *option, *name, "train.py", "other.ipynb"]).scripts == scripts


def test_a_guess_is_one_word_where_it_is_nearly_the_same() -> None:
    assert meant("--pyhton", ["--python", "--pythons", "--via"]) == "did you mean --python?"
    assert meant("LOGIST", ["logistic-a", "logistic-b"]) == "did you mean logistic-b or logistic-a?"
    assert meant("x", ["numpy"]) == ""


def test_a_module_names_its_package() -> None:
    assert meant_package("sklearn", ready().observation) == "did you mean scikit-learn?"
    check_keep(["onnxruntime-gpu"], replace(ready().observation, distributions=()))  # nothing is known to be there
    check_keep(["mlflow"], replace(ready().observation, distributions=ready().observation.distributions[:1]))


def test_a_script_for_another_python_is_not_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "old.py"
    script.write_text('print "hello"\n')
    status, out, err = run("preflight", "--python", sys.executable, "--static", str(script), capsys=capsys)
    assert status == 3
    assert "old.py:1 could not be parsed" in err
    assert "Ready" not in out


def unread(tmp_path: Path, *cells: str) -> str:
    rows = [{"cell_type": "code", "source": cell} for cell in cells]
    (tmp_path / "train.ipynb").write_text(json.dumps({"cells": rows, "nbformat": 4}))
    return str(tmp_path / "train.ipynb")


def test_what_was_not_looked_at_is_not_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = str(tmp_path / "frames")
    Path(frames).write_bytes(gzip.decompress((HERE / "recorded" / "tutorial-on-the-newest.jsonl.gz").read_bytes()))
    whole = unread(tmp_path, "import sys", "print(sys.path)")
    assert run("preflight", "--from", frames, "--strict", whole, capsys=capsys)[0] == 0
    broken = unread(tmp_path, "import sys", "for x in", "print(sys.path)")
    status, out, err = run("preflight", "--from", frames, broken, capsys=capsys)
    assert (status, err) == (0, "checker: Ready, but not all was looked at: train.ipynb\n")
    screen = out.splitlines()[:5]
    assert screen[0] == "Ready, but not all was looked at: train.ipynb"
    assert "Not all read: train.ipynb:cell 2:1 could not be parsed" in " ".join(screen)
    status, _, err = run("preflight", "--from", frames, "--strict", broken, capsys=capsys)
    assert (status, err) == (1, "checker: Ready, but not all was looked at (--strict): train.ipynb\n")
    _, out, _ = run("preflight", "--from", frames, "--format", "json", broken, capsys=capsys)
    assert len(json.loads(out)["not_looked_at"]) == 1


def test_a_recorded_observation_replays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = tmp_path / "frames"
    first = run(
        "preflight", "--python", sys.executable, "--static", "--save", str(frames), "--format", "json", capsys=capsys
    )
    again = run("preflight", "--from", str(frames), "--format", "json", capsys=capsys)
    assert first[0] == again[0]
    assert json.loads(first[1])["findings"] == json.loads(again[1])["findings"]


def test_via_any_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        "preflight", "--via", f"sh -c 'exec {sys.executable} -'", "--static", "--format", "json", capsys=capsys
    )
    assert status in (0, 1)
    assert json.loads(out)["environment"]["executable"] == sys.executable


def test_the_left_script_leaves_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "look.py"
    assert run("probe", "--static", "--output", str(program), capsys=capsys)[0] == 0
    program.read_bytes().decode("ascii")
    said = subprocess.run([sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "bring it to" in said.stdout
    status, out, _ = run(
        "preflight", "--from", str(tmp_path / "checker-frames.jsonl"), "--format", "json", capsys=capsys
    )
    assert status in (0, 1)
    assert json.loads(out)["schema_version"] == 1


def test_an_output_is_whole_or_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.md"
    run(
        "preflight",
        "--python",
        sys.executable,
        "--static",
        "--format",
        "markdown",
        "--output",
        str(report),
        capsys=capsys,
    )
    assert report.read_text().startswith("#")
    assert [p.name for p in tmp_path.iterdir()] == ["report.md"]


def test_a_device_is_written_to_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("no /dev/full here")
    status, _, err = run("preflight", "--python", sys.executable, "--static", "--output", "/dev/full", capsys=capsys)
    assert status == 3
    assert "No space left" in err
    assert Path("/dev/full").is_char_device()


def test_listings(capsys: pytest.CaptureFixture[str]) -> None:
    assert "silent-disagreement" in run("explain", capsys=capsys)[1]
    assert "What happens" in run("explain", "stale-kernel", capsys=capsys)[1]
    assert "tutorial-pipeline" in run("canaries", capsys=capsys)[1]
    assert "synapse-spark-RELEASE" in run("targets", capsys=capsys)[1]
    assert "scikit-learn 1.1.3" in run("targets", "show", "synapse-spark-3.3", capsys=capsys)[1]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("number", "status", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_an_interrupt_leaves_nothing(number: int, status: int, word: str, tmp_path: Path) -> None:
    started = tmp_path / "started"
    (tmp_path / "sitecustomize.py").write_text(f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(60)\n")
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": ""}
    slow = f"env PYTHONPATH={tmp_path} {sys.executable} -"
    command = [sys.executable, "-m", "checker", "preflight", "--via", slow]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=HERE.parent)
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert err == f"checker: {word}\n"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("checker-")] == []


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("onnxruntimee<2", "--wanted onnxruntimee: not installed there"),
        ("onnxruntime<0.1", "--wanted onnxruntime<0.1: there is no such release for Python 3.6"),
    ],
)
def test_a_wish_for_what_nobody_has_is_one_line(wish: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_wanted(Request(wanted=(wish,)).wishes, ready().observation)
    check_wanted(Request(wanted=("onnxruntime>=1.10", "onnxruntime<=1.14")).wishes, ready().observation)
