"""Packages that tear the probe apart while it works: nothing of it is left, neither folders nor processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.probe import observe, program
from checker.world.locks import hold_lock

from .test_probe import plan_of

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")

KILLS_PARENT = "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)\n"
#: goes on in a session of its own, with or without the pipes of the process that started it
STAYS = (
    "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'],"
    " start_new_session=True{})\nopen({!r}, 'w').write(str(child.pid))\n"
)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this process and of the patient."""
    (folder := tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return folder


def look(folder: Path, text: str) -> None:
    """Look at an interpreter that imports a package with that text."""
    (folder / "tears.py").write_text(text)
    patient, plan = plan_of(sys.executable, folder, ["tears"])
    observe(patient, {**plan, "import_seconds": 30}, program())


def lives(number: int) -> bool:
    """Whether that process is still there after a moment, and no zombie that waits for its parent."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True


def test_a_package_that_kills_the_probe_leaves_nothing(tmp_path: Path, temporary: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(CannotLook, match="the probe died"):
        look(tmp_path, f"import os\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n{KILLS_PARENT}")
    assert not list(temporary.iterdir())
    assert not lives(int((tmp_path / "pid").read_text()))
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("pipes", ["", ", stdout=-3, stderr=-3", ", close_fds=False"])
@pytest.mark.parametrize("kills", [False, True])
def test_a_process_in_a_session_of_its_own_is_ended(pipes: str, kills: bool, tmp_path: Path, temporary: Path) -> None:
    text = STAYS.format(pipes, str(tmp_path / "pid")) + KILLS_PARENT * kills
    begun = time.monotonic()
    if kills:
        with pytest.raises(CannotLook, match="the probe died"):
            look(tmp_path, text)
    else:
        look(tmp_path, text)
    assert not lives(int((tmp_path / "pid").read_text()))
    assert not list(temporary.iterdir())
    assert time.monotonic() - begun < 30


def test_stale_folders_go_and_all_others_stay(tmp_path: Path, temporary: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    names = {
        f"checker-probe-{gone.pid}-0123-x": 7200,  # the only one whose run has ended, long ago
        f"checker-probe-{gone.pid}-4567-x": 0,
        f"checker-probe-{os.getpid()}-0123-x": 7200,
        "checker-probe-here-x": 7200,
        "checker-probe-a-b-c": 7200,
    }
    for name, age in names.items():
        (temporary / name).mkdir()
        (temporary / name / "file").touch()
        os.utime(temporary / name, (time.time() - age,) * 2)
    look(tmp_path, "")
    assert {p.name for p in temporary.iterdir()} == set(list(names)[1:])
    assert not (temporary / next(iter(names))).exists()


def test_a_folder_goes_at_once_where_nobody_holds_its_lock(tmp_path: Path, temporary: Path) -> None:
    """With what still runs of its dialogue: whoever started both was killed."""
    (free := temporary / "checker-probe-1-0123-x").mkdir()
    (held := temporary / "checker-probe-1-4567-x").mkdir()
    orphan = subprocess.Popen(["sleep", "60"], env={**os.environ, "CHECKER_RUN": "1-0123"})
    (free / "busy.lock").touch()
    (free / "shared").write_text("checker-left-shared\n../checker-left\n\n")
    Path("/dev/shm/checker-left-shared").touch()
    with hold_lock(held / "busy.lock"):
        look(tmp_path, "")
    assert list(temporary.iterdir()) == [held]
    assert not Path("/dev/shm/checker-left-shared").exists()
    assert orphan.wait(10) == -9


def test_a_run_holds_the_lock_of_its_folder(tmp_path: Path, temporary: Path) -> None:
    text = (
        "import fcntl, tempfile\nfile = open(tempfile.gettempdir() + '/busy.lock', 'ab')\n"
        "try: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        f"except OSError: open({str(tmp_path / 'held')!r}, 'w')\n"
    )
    look(tmp_path, text)
    assert (tmp_path / "held").exists()


def test_processes_of_others_go_on(tmp_path: Path, temporary: Path) -> None:
    other = subprocess.Popen(["sleep", "60"], env={**os.environ, "CHECKER_RUN": f"{os.getpid()}-0123"})
    try:
        look(tmp_path, "")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
