"""What others say is data: no secret, no escape, no CI command and no link of it reaches anybody, in any format."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from checker.fix.pin_files import make_restore_commands
from checker.model import Damage
from checker.remedy.wording import make_install_commands
from checker.reporters import markdown
from checker.rules.installation.damage import search_path
from checker.texts import HIDDEN, all_without_secrets, cut, disarmed, quoted, safe, shell_word, without_secrets
from checker.world.terminal import complain

from .cases import case, dist, seen
from .test_reporters import everything, odd_report

#: what must never be seen, and texts that hold it
SECRET = "hunter2xyzzy"
TOKEN = "ghp_" + "a1B2" * 9
LEAKS = (
    f'os.system("pip install --index-url https://me:{SECRET}@index.example/simple x")',
    f"https://me:{SECRET}/with/slash{SECRET}@index.example/simple",
    f"https://me:1234/{SECRET}@index.example/simple",
    f"https://me:a?{SECRET}#b@index.example/simple",
    f"https://me:p%40{SECRET}@index.example:8443/simple",
    f"https://{SECRET}@index.example/simple",
    f"git+https://oauth2:{SECRET}@git.example/team/repo.git@v1.2",
    f"postgresql+psycopg2://mlflow:{SECRET}@db.example:5432/mlflow?sslmode=require",
    f"https://store.example/a.whl?sv=2024&sig={SECRET}&x=1",
    f"s3://bucket/key?X-Amz-Signature={SECRET}&X-Amz-Security-Token={SECRET}",
    f"https://store.example/#access_token={SECRET}",
    f"MLFLOW_TRACKING_PASSWORD={SECRET} python train.py",
    f"mlflow login --password {SECRET}",
    f"{{'password': '{SECRET} more', \"api_key\": \"{SECRET}\"}}",
    f"connect(user='me', password='{SECRET}')",
    f"Authorization: Basic {SECRET}==",
    f"Authorization: Bearer {SECRET}.{SECRET}",
    f"remote: {TOKEN} was refused",
    f"error: Failed to fetch: `https://me:{SECRET}@index.example/simple/numpy/`\n  Caused by: HTTP status client error (401 Unauthorized) for url (https://me:{SECRET}@index.example/simple/numpy/)",
    f"Looking in indexes: https://pypi.org/simple, https://me:{SECRET}@index.example/simple",
    f"WARNING: Retrying (Retry(total=4)) after connection broken: https://me:{SECRET}@index.example/simple/numpy/",
)
#: what looks a little like one, and is none
HARMLESS = (
    "git+https://github.com/onnx/onnx@v1.16.0",
    "http://localhost:5000",
    "sqlite:////tmp/mlruns.db",
    "unexpected token: INDENT",
    "KeyError: 'token'",
    "TfidfVectorizer(token_pattern='x+', max_features=3)",
    "pip install onnx==1.16.0 basic information",
    "https://user.example/simple?name=onnx",
    "file:///home/me@work/x",
)
#: lines that CI servers obey wherever they find them in a log
COMMANDS = (
    "::error file=a.py::no",
    "  ::set-output name=a::b",
    "##vso[task.setvariable variable=a]b",
    "##[error]no",
    "##teamcity[buildStop]",
    "ordinary\n::stop-commands::x\nmore ##vso[task.complete]",
    "word " * 13 + "::error::wrapped",
)


def commands_in(page: str) -> list[str]:
    """The lines of a page that some CI server takes for a command."""
    return [row for row in page.splitlines() if row.strip().startswith("::") or re.search(r"##\w*\[", row)]


@pytest.mark.parametrize("text", LEAKS)
def test_no_secret_is_seen_in_any_format(text: str) -> None:
    for form, page in everything(odd_report(text)).items():
        assert SECRET not in page, form
        assert TOKEN not in page, form
    assert without_secrets(without_secrets(text)) == without_secrets(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_what_is_kept_holds_no_secret_either() -> None:
    frame = {"frame": "hello", "system": {"variables": {"MLFLOW_TRACKING_URI": f"https://me:{SECRET}@h/"}, "path": [1]}}
    kept = json.dumps(all_without_secrets(frame))
    assert SECRET not in kept
    assert f"https://{HIDDEN}@h/" in kept


@pytest.mark.parametrize("text", COMMANDS)
def test_no_format_holds_a_command_to_a_ci_server(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for form, page in everything(odd_report(text)).items():
        own = re.compile(r"::(error|warning|notice) [^:]*::(?!.*##)" if form == "github" else "(?!)")
        assert [row for row in commands_in(page) if not own.match(row)] == [], form
    complain(text)
    assert commands_in(capsys.readouterr().err) == []
    assert safe("std::vector<int> ::onnx::Node") == "std::vector<int> ::onnx::Node"
    assert disarmed("  ::error") == "  : :error"


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/x",
        "www.evil.example",
        "[a](https://evil.example)",
        "<https://evil.example>",
        "@team",
        "#1",
    ],
)
def test_markdown_makes_no_link_of_what_a_package_says(text: str) -> None:
    shown = markdown.escape(f"see {text} now")
    assert not re.search(r"\w://|www\.|(?<!\\)[<\[](?!!-- -->)|@\w|(?<!\w)#\d", shown)


def test_a_secret_at_the_edge_of_a_cut_is_not_shown() -> None:
    """A long text is cut, cleaned, and cut again: whatever stands at the first edges is gone then."""
    for at in range(13_280, 13_340, 7):
        text = "x" * at + " https://user:" + "s3cr3t" * 20 + "@host " + "y" * 50_000
        assert "s3cr3t" not in cut(all_without_secrets(text, 20_000), 10_000)


# --- commands that are printed -----------------------------------------------------------------------------------

NASTY = [
    "/plain/bin/python", "/with blank/python", "/it's/python", '/a "quote"/python', "/$HOME/python", "/$(touch MARK)/python",
    "/`touch MARK`/python", "/a;touch MARK;/python", "/ö 雪/python", "/a\\b/python", "/a&b|c>d*?/python", "/'; touch MARK; '/python",
    "/a\nb/python", "/~/#x/python", "/" + "long" * 60,
]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("word", NASTY)
def test_a_path_in_a_command_is_one_word_and_runs_nothing(word: str, plain: bool, tmp_path: Path) -> None:
    told = f"printf %s {(shell_word if plain else quoted)(word)}"
    done = subprocess.run(["sh", "-c", told], capture_output=True, check=False, cwd=tmp_path)
    assert done.stdout.decode() == word
    assert list(tmp_path.iterdir()) == []


def test_what_needs_no_quotes_gets_none() -> None:
    assert shell_word("/env/bin/python") == "/env/bin/python"
    assert quoted("/env/onnx.py") == "'/env/onnx.py'"


@pytest.mark.parametrize("word", [r"C:\env\python.exe", "C:/env/python.exe", r"\\server\x\python.exe"])
def test_a_path_of_windows_is_taken_by_its_shells(word: str) -> None:
    assert shell_word(word) == word
    assert shell_word(word + " & more") == f'"{word} & more"'


@pytest.mark.parametrize("path", NASTY)
def test_every_command_of_a_report_quotes_its_paths(path: str) -> None:
    """What to type for an environment, and what is to be moved or deleted, wherever they lie."""
    observation = replace(seen(stack=(dist("numpy", "2.2.6"), dist("pip", "24.0"))), executable=path)
    for command in make_install_commands(["numpy==1.26.4"], observation, dry=False).values():
        assert path in shlex.split(command)
        assert "numpy==1.26.4" in shlex.split(command)
    for lines in make_restore_commands(path, path, ["onnx"]).values():
        assert all(path in shlex.split(line) for line in lines)
    damage = Damage("broken-pth", "numpy", path, "It is broken.")
    (finding,) = search_path(case(damage))
    assert shlex.split(finding.advice[0].lines[0]) == ["rm", path]
