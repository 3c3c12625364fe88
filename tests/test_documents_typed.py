"""Every command line of the documents is typed here, or stands in a list with the reason why it is not."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from checker.cli import main
from checker.commands.parsing.examples import EXAMPLES
from checker.errors import BLOCKED, READY

from .onnxfiles import model
from .test_docs import TEXTS, commands

ROOT = Path(__file__).parents[1]
#: the documents whose commands a reader types
READ = [name for name in TEXTS if name != "CHANGELOG.md"]
TYPED = sorted({c for name in READ for c in commands(TEXTS[name])} | {c for shown in EXAMPLES.values() for c in shown})
#: what is not typed here -> why; the first that matches counts
ELSEWHERE = {
    r" (ENV|PATH|FILES|PACKAGE|NAME|RULE|COMMAND|PINS|SCRIPT|FRAMES)\b": "a name of the reader's own stands in it",
    r"^checker sweep": "it measures for hours: tests/test_sweep_workers.py",
    r"verify.* --sample": "it builds environments: tests/test_sweep_again.py",
    r"verify --evidence evidence": "evidence of one's own: tests/test_sweep_linting.py",
    r"^checker (bisect|repro)": "it builds environments: tests/test_bisect.py, tests/test_repro.py",
    r"--python ~|--repair|--target": "it looks at environments, or builds them: tests/live/test_places.py",
    r"^checker preflight(?!.* --static)": "it looks at environments, or builds them: tests/live/test_story.py",
}
#: a script of which the measurements say something, and the pins of an environment
PINS = "scikit-learn==1.5.2\nnumpy==1.26.4\nscipy==1.14.1\nskl2onnx==1.17.0\nonnx==1.16.2\nprotobuf==5.29.6\nonnxruntime==1.19.2\nmlflow==2.16.2\n"
LOCKED = """[[package]]
name = "{}"
version = "{}"
source = {{ registry = "https://pypi.org/simple" }}
"""
LOCK = (
    "".join(LOCKED.format(*pin.split("==")) for pin in PINS.split())
    + """[[package]]
name = "tips"
version = "0.1.0"
source = { virtual = "." }
dependencies = [DEPENDENCIES]
""".replace("DEPENDENCIES", ", ".join(f'{{ name = "{pin.partition("==")[0]}" }}' for pin in PINS.split()))
)
CONDA = "name: tips\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - scikit-learn=1.5.2\n"


def reason(command: str) -> str:
    """Why a command is not typed here, "" where it is."""
    return next((why for pattern, why in ELSEWHERE.items() if re.search(pattern, command)), "")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the documents name; home and cache lie in it too."""
    shutil.copy(ROOT / "examples" / "train.py", tmp_path)
    shutil.copytree(ROOT / "reports", tmp_path / "rows", ignore=lambda _, names: [n for n in names if not re.match(r"\d.*\.json$", n)])  # fmt: skip
    rows = sorted((tmp_path / "rows").iterdir())
    for name, row in zip(("a.json", "b.json"), rows, strict=False):
        shutil.copy(row, tmp_path / name)
    (tmp_path / "requirements.txt").write_text(PINS)
    (tmp_path / "uv.lock").write_text(f'version = 1\nrequires-python = ">=3.11"\n{LOCK}')
    (tmp_path / "environment.yml").write_text(CONDA)
    (tmp_path / "model.onnx").write_bytes(model())
    for folder in ("home/.config/fish/completions", ".github/workflows"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_reason_is_needed() -> None:
    reasons = [reason(command) for command in TYPED]
    assert {*ELSEWHERE.values()} == {*filter(None, reasons)}
    assert reasons.count("") > 35


@pytest.mark.parametrize("command", [c for c in TYPED if not reason(c)])
def test_what_the_documents_say_can_be_typed(command: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if command.startswith("checker completions"):
        pytest.importorskip("shtab", reason="completions are an extra")
    words = [os.path.expanduser(word) for word in shlex.split(command)[1:]]
    try:
        status = main(words)
    except SystemExit as ended:  # a help
        status = ended.code if isinstance(ended.code, int) else READY
    told = capsys.readouterr()
    # what is asked of may block, and that is an answer
    assert status in (READY, BLOCKED), told.err
    written = (
        [words[words.index("--output") + 1]] if "--output" in words else ["public/index.html"] * ("public" in words)
    )
    assert all((project / name).is_file() for name in written)
    assert told.out or written or status == BLOCKED
