"""Packages that break what the probe itself stands on: each costs its own step at most, and its true error is told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from checker.model import Canary, Column, Failure, Observation
from checker.probe import observe, program
from checker.probe.inside.errors import FIRST, LAST, chain_of
from checker.probe.inside.frames import MOST, Channel, LostChannel, decoded
from checker.probe.plan import canary_fields

from .test_probe import plan_of

RAISES = "def no(*a, **k): raise RuntimeError('patched')\n"
#: what a package does -> the type and a part of the text of its import's failure; "" for one that passes
PACKAGES = {
    "long_version": ("__version__ = 'x' * 10_000_000", "", ""),
    "long_name": ("raise type('E' * 3_000_000, (Exception,), {})('no')", "EEEE", "no"),
    "long_text": ("raise ValueError('x' * 30_000_000)", "ValueError", "characters left out"),
    "chained": (
        "e = None\nfor i in range(2000):\n    n = ValueError(str(i)); n.__context__ = e; e = n\nraise e",
        "ValueError",
        "1999",
    ),
    "patches_json": (
        f"import json\n{RAISES}json.dumps = json.loads = json.JSONEncoder.encode = json.JSONEncoder.default = no\n"
        "json.JSONDecoder.decode = json.JSONEncoder.iterencode = json.JSONDecoder.raw_decode = no",
        "",
        "",
    ),
    "closes_printed": ("import os\nos.close(1); os.close(2)", "", ""),
    "closes_low": ("import os\nos.closerange(3, 199)", "", ""),
    "closes_all": ("import os\nos.closerange(0, 65536)", "Exit", "it closed the files that others had opened"),
    "closes_streams": ("import sys\nsys.stdout.close(); sys.stderr.close()", "", ""),
    "has_no_streams": ("import sys\nsys.stdout = sys.stderr = None", "", ""),
    "odd_streams": ("import sys\nsys.stdout = sys.stderr = object()", "", ""),
    "writes_anywhere": (
        "import os\nfor fd in range(3, 12):\n    try: os.write(fd, b'no end')\n    except OSError: pass",
        "",
        "",
    ),
    "bad_eq": (
        "class E(Exception):\n    def __eq__(s, o): raise RuntimeError('eq')\n    __hash__ = None\n"
        "try: raise E('first')\nexcept E as e: raise E('second') from e",
        "E",
        "second",
    ),
    "bad_str": ("class E(Exception):\n    def __str__(s): raise SystemExit('str')\nraise E('x')", "E", "(no text)"),
    "bad_class": (
        "class E(Exception):\n    @property\n    def __class__(s): raise RuntimeError('class')\nraise E('x')",
        "E",
        "x",
    ),
    "bad_attributes": (
        "class E(Exception):\n    def __getattribute__(s, n): raise RuntimeError(n)\nraise E('x')",
        "E",
        "x",
    ),
    "bad_type": (
        "class M(type):\n    def __getattribute__(s, n): raise RuntimeError(n)\nclass E(Exception, metaclass=M): pass\n"
        "raise E('x')",
        "E",
        "x",
    ),
    "odd_facts": ("class E(Exception):\n    facts, stage = 3, []\nraise E('x')", "E", "x"),
    "endless_facts": (
        "class E(Exception):\n    facts = {'a': []}\nE.facts['a'].append(E.facts)\nraise E('x')",
        "E",
        "x",
    ),
    "version_raises": ("class V:\n    def __str__(s): raise RuntimeError('str')\n__version__ = V()", "", ""),
    "look_up_raises": ("def __getattr__(n): raise RuntimeError('getattr ' + n)", "", ""),
    "odd_text": ("class S(str):\n    def __getitem__(s, i): raise RuntimeError()\n__version__ = S('1')", "", ""),
    "surrogate": (r"raise ValueError('\ud800 \x00')", "ValueError", "\x00"),
    "exits": ("raise SystemExit(1)", "Exit", "it ended the process with exit status 1"),
    "exits_with_words": ("import sys; sys.exit('needs a license')", "Exit", "needs a license"),
    "leaves": (
        "import os, sys; print('no license', file=sys.stderr, flush=True); os._exit(1)",
        "Exit",
        "the last that it printed: no license",
    ),
    "patches_os": ("import os\nos.getpid = None", "Exit", "TypeError: 'NoneType' object is not callable"),
    "leaves_its_folder": ("import os, tempfile\nd = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)", "", ""),
    "fine": ("__version__ = '1.0'", "", ""),
}


def seen(module: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Observation:
    """What is seen of a healthy package, this one, and a canary after both."""
    (folder / "healthy.py").write_text("")
    (folder / f"{module}.py").write_text(PACKAGES[module][0] + "\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    usual = canary_fields
    monkeypatch.setattr("checker.probe.plan.canary_fields", lambda *a: {**usual(*a), "needs": []})
    canary = Canary("after", "healthy.No()", ("healthy",), (Column("x", "float32"),), converter="healthy.no")
    patient, plan = plan_of(sys.executable, folder, ["healthy", module], [canary])
    return observe(patient, {**plan, "import_seconds": 30, "canary_seconds": 30}, program())[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="canaries are forked")
@pytest.mark.parametrize("module", PACKAGES)
def test_the_true_error_is_told(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_there = seen(module, tmp_path, monkeypatch)
    outcomes = {o.subject: o for o in seen_there.outcomes}
    told, (_, kind, text) = outcomes[module], PACKAGES[module]
    assert (told.type[: len(kind)] if isinstance(told, Failure) else "") == kind
    if isinstance(told, Failure):
        assert text in told.text
        assert len(told.text) < 11_000
    # whatever happened costs nothing else
    assert not isinstance(outcomes["healthy"], Failure)
    assert isinstance(after := outcomes["after"], Failure)
    assert (after.type, seen_there.remarks) == ("AttributeError", ())


def test_a_long_chain_keeps_its_ends() -> None:
    error: BaseException | None = None
    for number in range(2000):
        following = ValueError(number)
        following.__context__, error = error, following
    assert error is not None
    chain = [e.args[0] for e in chain_of(error)]
    assert chain == [*range(FIRST), *range(2000 - LAST, 2000)]


# --- the channel ---------------------------------------------------------------------------------------------------


class Odd:
    def __str__(self) -> str:
        raise KeyboardInterrupt


NESTED: list[object] = []
NESTED.append(NESTED)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (float("inf"), float("inf")),
        (3, 3),
        ("é\ud800", "é\ud800"),
        ((1, ["a"]), [1, ["a"]]),
        ({1: "a"}, {"1": "a"}),
        (Path("a"), "a"),
        (Odd(), ""),
        ([10**5000], 1),
        ("x" * 5_000_000, 10_060),
        (["x"] * 100_000, 20_000),
        (["x" * 9000] * 20_000, 2000),
        (NESTED, 1),
        ({"x" * 100_000: 1}, 1),
    ],
)
def test_a_frame_is_bounded_where_it_is_made(value: object, told: object, tmp_path: Path) -> None:
    """A number stands for the length of what comes out, where it is not what went in."""
    with open(tmp_path / "frames", "w+b") as file:
        Channel("token", file.fileno()).send("x", value=value)
        file.seek(0)
        line = file.read()
    assert line.startswith(b"\ntoken ")
    assert line.count(b"\n") == 2
    assert len(line) < MOST + 100
    found = json.loads(line.partition(b" ")[2])["value"]
    assert found == told or (isinstance(told, int) and abs(len(found) - told) < 60)


@pytest.mark.parametrize("line", [b"", b"{", b"[1]", b"3", b'{"frame": 3}', b"\xff", b"[" * 100_000])
def test_what_is_no_frame_is_nobodys(line: bytes) -> None:
    assert decoded(line) is None
    assert decoded(b' {"frame": "x"}\n') == {"frame": "x"}


def test_another_file_under_the_same_number_is_not_written_to(tmp_path: Path) -> None:
    """A package closes the descriptor, and its next file gets the number."""
    with open(tmp_path / "frames", "wb") as file, open(tmp_path / "theirs", "wb") as theirs:
        channel = Channel("token", file.fileno())
        os.dup2(theirs.fileno(), file.fileno())
        with pytest.raises(LostChannel):
            channel.send("x")
    assert (tmp_path / "theirs").read_bytes() == b""
