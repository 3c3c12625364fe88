"""Interrupts in the middle of an import wait for its end: nothing hangs, and the interrupt is not lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker import cli

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="an interrupt is looked at again by a timer")

#: imports a module that takes a while and, like Python's own callbacks, swallows what is raised in it
STARTS = """
import sys
sys.path.insert(0, {folder!r})
from checker.world.output import interruptible, terminable, Terminated
interruptible()
terminable()
print("here", flush=True)
try:
    import slow
    done = slow.done
    import time
    time.sleep(20)
    print("nothing came")
except KeyboardInterrupt:
    print("interrupted after the import:", done)
except Terminated:
    print("terminated after the import:", done)
"""
SLOW = """
import time
try:
    time.sleep(1)
except BaseException:
    pass
done = True
"""


@pytest.mark.parametrize(("number", "word"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")])
def test_a_signal_in_an_import_waits_for_its_end(number: signal.Signals, word: str, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    words = [sys.executable, "-c", STARTS.format(folder=str(tmp_path))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, preexec_fn=hear) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        time.sleep(0.3)
        process.send_signal(number)
        assert process.stdout.read() == f"{word} after the import: True\n"
    assert process.returncode == 0


def hear() -> None:
    """Let a child hear an interrupt, even where the tests run in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_interrupt_that_is_ignored_stays_so(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    text = STARTS.format(folder=str(tmp_path)).replace("time.sleep(20)", "time.sleep(0.1)")
    words = [sys.executable, "-c", text]
    ignore = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN) and None  # noqa: E731
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, preexec_fn=ignore) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "nothing came\n"


def test_what_an_interrupt_broke_is_an_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    """The library's own clean-up may raise something else while it is unwound, as that of argparse does."""

    def run(given: object) -> int:
        try:
            raise KeyboardInterrupt
        finally:
            raise AttributeError("save_nargs")

    assert cli._guarded(run, None) == 130
    assert capsys.readouterr().err == "checker: interrupted\n"


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.35, 0.5, 0.8])
def test_an_early_interrupt_ends_the_command(seconds: float, tmp_path: Path) -> None:
    """`benchmarks/interrupts.py --early` does this some hundred times."""
    (tmp_path / "train.py").write_text("from sklearn.svm import SVC\n")
    words = [sys.executable, "-m", "checker", "preflight", "train.py", "--offline", "--python", sys.executable]
    variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear,
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[1]
    assert process.returncode in (130, 0, 1, -2), said
    assert "Traceback" not in said or "checker/" not in said


def test_nothing_is_imported_before_the_interrupt_is_heard() -> None:
    """What is loaded before `main` is at work would show a traceback where it is interrupted."""
    text = "import sys; before = {*sys.modules}; import checker.__main__; print(*sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["checker", "checker.__main__"]


def test_the_release_is_told_when_it_is_asked_for() -> None:
    import checker
    from checker.version import __version__

    assert checker.__version__ == __version__
    assert not hasattr(checker, "nothing")
