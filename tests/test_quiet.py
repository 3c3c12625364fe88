"""Where nobody sees: pipes, logs, small and dumb terminals, other alphabets. Terminals are real ones (`pty`)."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker import request
from checker.commands.parsing.options import BUDGET
from checker.world.progress import Live, cells, fitting, spent

LOOK = [sys.executable, "-m", "checker", "preflight", "--static", "--python", sys.executable]
ESCAPE = "\x1b"
posix = pytest.mark.skipif(os.name != "posix", reason="no terminals of that kind here")


def surroundings(**variables: str) -> dict[str, str]:
    """The environment of a run, without what speaks of the terminal of these tests."""
    ours = (
        "CI",
        "COLUMNS",
        "FORCE_HYPERLINK",
        "TERM_PROGRAM",
        "VTE_VERSION",
        "NO_COLOR",
        "FORCE_COLOR",
        "TERM",
        "PYTHONIOENCODING",
        "PYTHONUTF8",
        "LC_ALL",
        "LANG",
    )
    root = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    return {**{k: v for k, v in os.environ.items() if k not in ours}, **root, **variables}


def on_terminal(command: list[str], folder: Path, width: int = 80, **variables: str) -> tuple[int, str]:
    """Status, and everything that a terminal of so many columns is sent, errors included."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = surroundings(**{"TERM": "xterm-256color", **variables})
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    process = subprocess.Popen(command, **streams, env=environment, cwd=folder, close_fds=True)
    os.close(theirs)
    told = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # how Linux says that nobody is at the other end
            break
        if not more:
            break
        told += more
    os.close(ours)
    return process.wait(60), told.decode("utf-8", "replace").replace("\r\n", "\n")


def in_pipes(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A run whose output and errors nobody sees."""
    return subprocess.run(
        command,
        cwd=folder,
        env=surroundings(**variables),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
    )


def test_one_line_on_standard_error_says_the_verdict(tmp_path: Path) -> None:
    first = in_pipes([*LOOK, "--output", "report.json", "--format", "json"], tmp_path)
    assert first.stdout == ""
    assert re.fullmatch(
        r"checker: (Blocked at \w+|Ready.*): scikit-learn to ONNX to MLflow \(report\.json\)\n", first.stderr
    )
    piped = in_pipes(LOOK, tmp_path)
    assert piped.stdout.startswith(piped.stderr.removeprefix("checker: "))
    again = in_pipes(LOOK, tmp_path)  # from the cache
    assert (again.stdout, again.stderr, again.returncode) == (piped.stdout, piped.stderr, piped.returncode)


@posix
def test_on_a_terminal_the_report_is_the_verdict(tmp_path: Path) -> None:
    _, told = on_terminal(LOOK, tmp_path, NO_COLOR="1")
    assert "checker: " not in told
    _, told = on_terminal([*LOOK, "--output", "report.txt"], tmp_path)
    assert re.search(r"(?:^|\r)checker: .*\(report\.txt\)$", told, re.MULTILINE)


@posix
@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_on_a_terminal(variables: dict[str, str], colored: bool, tmp_path: Path) -> None:
    _, told = on_terminal(LOOK, tmp_path, **variables)
    assert (ESCAPE in told) is colored


@posix
@pytest.mark.parametrize(
    ("variables", "links"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "dumb"}, False),
        ({"TERM_PROGRAM": "WezTerm", "NO_COLOR": "1"}, False),
        ({"TERM_PROGRAM": "WezTerm", "CI": "true"}, False),
        ({"TERM_PROGRAM": "WezTerm", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1", "NO_COLOR": "1"}, True),
    ],
)
def test_links_on_a_terminal(variables: dict[str, str], links: bool, tmp_path: Path) -> None:
    code = "from checker.world.terminal import Page; print(Page(None).links)"
    _, told = on_terminal([sys.executable, "-c", code], tmp_path, **variables)
    assert told == f"{links}\n"


@pytest.mark.parametrize(("variables", "colored"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_colours_in_a_pipe(variables: dict[str, str], colored: bool, tmp_path: Path) -> None:
    assert (ESCAPE in in_pipes(LOOK, tmp_path, **variables).stdout) is colored
    in_pipes([*LOOK, "--output", "report.txt"], tmp_path, **variables)
    assert ESCAPE not in (tmp_path / "report.txt").read_text()


@posix
@pytest.mark.parametrize("width", [60, 80, 97, 200])
def test_no_text_is_wider_than_the_terminal(width: int, tmp_path: Path) -> None:
    _, told = on_terminal(LOOK, tmp_path, width, NO_COLOR="1")
    piped = in_pipes(LOOK, tmp_path, COLUMNS=str(width)).stdout
    commands = re.compile(r"^ {6}\S")  # what is to be copied stays on one line
    for page in (told.rpartition("\r")[2], piped):
        rows = [row for row in page.splitlines() if not commands.match(row)]
        assert max(map(len, rows)) <= width
        assert max(map(len, rows)) > min(width, 100) - 30


@posix
def test_a_line_that_moves_stays_one_line(tmp_path: Path) -> None:
    code = "import time; from checker.world.progress import Live\nwith Live() as live: live.step('prove', {!r}); time.sleep(0.5)"
    for subject in ("skl2onnx 1.17.0", "x" * 300, "模型" * 100):
        _, told = on_terminal([sys.executable, "-c", code.format(subject)], tmp_path, 60)
        drawn = [row for row in told.split("\r") if row.strip()]
        assert "\n" not in told
        assert ESCAPE not in told
        assert re.match(r"[|/\\-] 0 s, environment 1: trying ", drawn[-1])
        assert max(cells(row) for row in drawn) < 60
        assert told.endswith("\r")
    _, told = on_terminal([sys.executable, "-c", code.format("skl2onnx")], tmp_path, TERM="dumb")
    assert told == ""


def test_a_heartbeat_in_a_log() -> None:
    log = io.StringIO()
    with Live(log, beat=0.2) as live:
        live.step("import", "sklearn")
        time.sleep(0.3)
        live.step("prove", "skl2onnx 1.17.0")
        live.step("prove", "onnx 1.16.2")
        time.sleep(0.3)
        live.say("a word")
    rows = log.getvalue().splitlines()
    assert rows[0] == "checker: 0 s: importing sklearn"
    assert "checker: 0 s, environment 2: trying onnx 1.16.2" in rows
    assert "a word" in rows


def test_a_short_run_has_no_heartbeat() -> None:
    log = io.StringIO()
    with Live(log) as live:
        live.step("import", "sklearn")
    assert log.getvalue() == ""


def test_times_and_widths_in_words() -> None:
    assert [spent(s) for s in (0.4, 59.9, 190)] == ["0 s", "59 s", "3 min 10 s"]
    assert (fitting("a text", 6), fitting("a longer text", 9)) == ("a text", "a long...")
    assert cells(fitting("模型" * 9, 10)) <= 10


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=lambda v: " ".join(v),
)
def test_names_of_other_alphabets_survive(variables: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "обучение_é.py"
    script.write_text("from sklearn.svm import SVC\nмодель = SVC()\n", encoding="utf-8")
    for more in ([], ["--format", "junit", "--output", "été.txt"]):
        said = in_pipes([*LOOK, script.name, *more], tmp_path, **variables)
        assert said.returncode in (0, 1), said.stderr
        assert "Traceback" not in said.stderr
        assert re.search(r"^checker: .*(\\u043e\\u0431|об).*(\\xe9|é|�).py", said.stderr)
        assert "udcd" not in said.stdout + said.stderr
    assert (tmp_path / "été.txt").read_text(encoding="ascii").startswith("<?xml")
    missing = in_pipes([*LOOK, "пропал.py"], tmp_path, **variables)
    assert missing.returncode == 3
    assert re.fullmatch(r"checker: cannot read (\\u043f|п).*\n", missing.stderr)


@posix
@pytest.mark.parametrize(
    "words", ["preflight --static --python {}", "explain", "canaries", "targets", "--help", "preflight --help", "probe"]
)
def test_a_reader_who_has_seen_enough_is_no_error(words: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m checker {words.format(sys.executable)}"
    for pipe in (f"{command} | head -n 1", f"{command} 2>&1 | true"):
        said = in_pipes(["bash", "-c", f"{pipe}; exit ${{PIPESTATUS[0]}}"], tmp_path)
        assert said.returncode in (0, 1), pipe
        assert [row for row in said.stderr.splitlines() if not row.startswith("checker: ")] == []
        assert "bug" not in said.stderr


@posix
def test_closed_streams_and_a_full_disk(tmp_path: Path) -> None:
    command = " ".join(LOOK)
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&-"):
        said = in_pipes(["bash", "-c", f"{command} {closed}"], tmp_path)
        assert said.returncode in (0, 1), closed
        assert "Traceback" not in said.stderr
    if Path("/dev/full").exists():
        said = in_pipes(["bash", "-c", f"{command} > /dev/full"], tmp_path)
        assert said.returncode == 3
        assert said.stderr.startswith("checker: cannot write to standard output: No space left")
        assert said.stderr.count("\n") == 1


def test_json_in_a_pipe_is_json(tmp_path: Path) -> None:
    said = in_pipes([*LOOK, "--format", "json"], tmp_path, FORCE_COLOR="1")
    assert json.loads(said.stdout)["schema_version"] == 1


# --- the first sign of life ---------------------------------------------------------------------------------------

#: what takes a while to import, and nobody needs before a line moves, or for a help
HEAVY = (
    "checker.model",
    "checker.request",
    "checker.policy",
    "checker.reporters.digest",
    "inspect",
    "rich",
    "packaging",
)


@pytest.mark.parametrize(
    "words",
    [
        ["preflight", "train.py"],
        ["inspect", "model.onnx"],
        ["report", "rows"],
        ["repro", "SVC"],
        ["explain"],
    ],
)
def test_nothing_heavy_is_imported_before_a_line_moves(words: list[str]) -> None:
    code = (
        f"import sys; from checker.cli import parse; parse({words!r}); print([m for m in {HEAVY} if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys\nfrom checker.cli import main\ntry: main(['--help'])\nexcept SystemExit: print([m for m in {HEAVY} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.endswith("[]\n")
    assert BUDGET == request.BUDGET


@posix
def test_the_first_that_a_terminal_shows_is_the_line_that_moves(tmp_path: Path) -> None:
    _, told = on_terminal(LOOK, tmp_path)
    assert told.startswith("\r| 0 s: looking")
