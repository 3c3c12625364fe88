"""A program in the place of uv, which keeps what it was asked and answers from a table."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checker.world.uv import SYSTEM_CERTIFICATES

PROGRAM = """#!{python} -S
import json, os, sys, time
asked = {{"command": sys.argv[1:]}}
for word in sys.argv[1:]:
    if word.endswith((".txt", ".in")) and os.path.exists(word):
        asked[word.replace("\\\\", "/").rpartition("/")[2]] = open(word).read()
with open({log!r}, "a") as log:
    log.write(json.dumps(asked) + "\\n")
trust = [name for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS") if os.environ.get(name) == "1"]
told = " ".join([*sys.argv[1:], asked.get("asked.in", ""), *trust])
for row in json.load(open({table!r})):
    if all(word in told for word in row["when"]):
        break
else:
    sys.exit(0)
time.sleep(row["sleep"])
if "-o" in sys.argv and row["pins"] is not None:
    open(sys.argv[sys.argv.index("-o") + 1], "w").write(row["pins"])
sys.stderr.buffer.write(row["err"].encode())
sys.exit(row["status"])
"""


@dataclass
class FakeUv:
    """uv, as the environment variable UV names it."""

    folder: Path

    def answers(self, *rows: dict[str, Any]) -> None:
        """The first row whose words are all in the command or in what is to be resolved; without one all is well.

        The variables that let uv trust the system's certificates are words too.
        """
        usual = {"when": [], "status": 0, "err": "", "pins": None, "sleep": 0}
        (self.folder / "table.json").write_text(json.dumps([{**usual, **row} for row in rows]))

    def asked(self, name: str = "command") -> list[Any]:
        """Every command, or the text of one file in each."""
        log = self.folder / "log"
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [line[name] for line in lines if name in line]


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    """A uv that says yes to everything, until it is told its answers."""
    folder = tmp_path / "uv"
    folder.mkdir()
    program, log, table = folder / "uv", str(folder / "log"), str(folder / "table.json")
    program.write_text(PROGRAM.format(python=sys.executable, log=log, table=table))
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    for name in SYSTEM_CERTIFICATES:
        monkeypatch.setenv(name, "1")  # what a run sets is taken back at the end
        monkeypatch.delenv(name)
    fake = FakeUv(folder)
    fake.answers()
    return fake
