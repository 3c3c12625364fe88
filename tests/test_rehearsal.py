"""Rehearsed scripts: nothing of the user's is changed, nothing stays, and what they cannot do is said in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.model import Failure, Observation, Patient, Rehearsal, Rehearsed
from checker.probe import make_plan, observe, program

from .interpreters import interpreter
from .test_attacks_interrupts import hear

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the shadow is made of links")

PYTHONS = [
    p
    for p in dict.fromkeys(
        [
            sys.executable,
            interpreter("3.6"),
            interpreter("3.7"),
            interpreter("3.9"),
            interpreter("3.10"),
            interpreter("3.13"),
        ]
    )
    if p
]


class Home:
    """A user's folder with a few files, another one elsewhere, and the temporary folder of all processes."""

    def __init__(self, root: Path) -> None:
        self.project, self.elsewhere, self.temporary = root / "my próject", root / "elsewhere", root / "temporary"
        self.temporary.mkdir()
        self.fill(self.project, self.elsewhere)

    @staticmethod
    def fill(project: Path, elsewhere: Path) -> None:
        """What a user may have in a project, and elsewhere."""
        for folder in (project / "data" / "old", project / "out", elsewhere):
            folder.mkdir(parents=True)
        for name in ("data/old/a.csv", "data/b.csv", "out/model.onnx", "notes.txt", "raw.bin"):
            (project / name).write_text("mine\n")
        (elsewhere / "shared.csv").write_text("mine\n")
        (project / "linked").symlink_to(elsewhere)

    def write(self, name: str, text: str) -> str:
        """A script of the user's; its path."""
        (path := self.project / name).parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("ELSEWHERE", str(self.elsewhere)), encoding="utf-8")
        return str(path)

    def snapshot(self) -> dict[str, tuple[int, int, bytes]]:
        """Everything of the user's: kind and mode, time of the change, content."""
        found = {}
        for path in sorted([*self.project.rglob("*"), *self.elsewhere.rglob("*"), self.project, self.elsewhere]):
            status, plain = path.lstat(), path.is_file() and not path.is_symlink()
            found[str(path)] = (status.st_mode, status.st_mtime_ns, path.read_bytes() if plain else b"")
        return found

    def rehearse(
        self,
        *scripts: str,
        python: str = sys.executable,
        linked: bool = False,
        deaf: int = 10,
        written: str = "4 << 30",
        **how: object,
    ) -> Observation:
        """What is seen of the scripts; fails where anything was changed or left.

        `linked`: all files are big ones; `deaf`: seconds after which a script does not listen; `written`: bytes that
        it may write.
        """
        before = self.snapshot()
        patient = Patient((python, "-"), python, "")
        wanted = Rehearsal(scripts, str(self.project), **{"seconds": 20, **how})  # type: ignore[arg-type]
        plan = make_plan(patient, None, [], folder=os.path.dirname(scripts[0]), rehearsal=wanted)
        plan.update(looker="", imports=[], canaries=[], roots=[], looks=False, bytecode="")
        if linked:
            plan["rehearser"] = plan["rehearser"].replace("MOST_FILES, ROOM, ", "MOST_FILES, 0, ", 1)
        plan["rehearser"] = plan["rehearser"].replace("MOST_WRITTEN = 4 << 30", f"MOST_WRITTEN = {written}")
        plan["rehearser"] = plan["rehearser"].replace("AGAIN, DEAF = 1.0, 10", f"AGAIN, DEAF = 1.0, {deaf}")
        seen = observe(patient, plan, program().replace("LATER = 15", f"LATER = {deaf + 5}"))[0]
        assert self.snapshot() == before
        assert not list(self.temporary.iterdir())
        assert not os.path.exists("/dev/shm/checker-left")
        return seen


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A user's folder."""
    found = Home(tmp_path)
    monkeypatch.setenv("TMPDIR", str(found.temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    return found


def end_of(seen: Observation) -> Rehearsed:
    """How far the last script came."""
    return seen.rehearsed[-1]


def told(seen: Observation) -> list[str]:
    """How the scripts ended, and everything that failed, in short."""
    failed = [f"{f.stage.value} {f.facts.get('where')} {f.type}: {f.text[:300]}" for f in seen.failures()]
    return [f"{one.where} {one.why}" if not one.whole else "whole" for one in seen.rehearsed] + failed


def failure_of(seen: Observation) -> Failure:
    """The one failure that was seen."""
    (failure,) = seen.failures()
    return failure


#: what a script does to files, each with its own reading of what it did; it starts in its own folder
DEEDS = {
    "overwrites": "open('notes.txt', 'w').write('new')\nassert open('notes.txt').read() == 'new'",
    "appends": "open('notes.txt', 'a').write('new')\nassert open('notes.txt').read() == 'mine\\nnew'",
    "appends bytes": "open('raw.bin', 'ab').write(b'new')\nassert open('raw.bin', 'rb').read() == b'mine\\nnew'",
    "changes in place": "f = open('raw.bin', 'r+b'); f.seek(1); f.write(b'X'); f.close()\n"
    "assert open('raw.bin', 'rb').read() == b'mXne\\n'",
    "truncates": "os.truncate('raw.bin', 2)\nassert os.path.getsize('raw.bin') == 2",
    "renames": "os.rename('notes.txt', 'n.txt')\nassert not os.path.exists('notes.txt')\nassert 'mine' in open('n.txt').read()",
    "renames a link": "os.rename('raw.bin', 'r.bin')\nassert 'raw.bin' not in os.listdir('.')\nopen('r.bin', 'a').write('x')",
    "replaces": "open('new.bin', 'w').write('new')\nos.replace('new.bin', 'raw.bin')\nassert open('raw.bin').read() == 'new'",
    "deletes": "os.remove('raw.bin')\nassert not os.path.exists('raw.bin')\n"
    "try: open('raw.bin')\nexcept FileNotFoundError: pass\nelse: raise AssertionError",
    "old subfolder": "open('data/b.csv', 'w').write('n')\nopen('out/model.onnx', 'wb').write(b'n')\n"
    "assert open('out/model.onnx').read() == 'n'",
    "new subfolder": "os.makedirs('runs/1')\nopen('runs/1/a', 'w').write('n')\nassert os.listdir('runs') == ['1']",
    "makedirs again": "os.makedirs('out', exist_ok=True)\nos.makedirs(os.path.abspath('out'), exist_ok=True)",
    "pathlib": "p = Path('raw.bin'); p.write_text('n')\nassert p.read_text() == 'n' and p.resolve().read_text() == 'n'\n"
    "p.unlink()\nassert not p.exists()\nPath('notes.txt').rename('m.txt')\nassert Path('m.txt').is_file()\n"
    "Path('new').mkdir(); Path('new').rmdir(); Path('t').touch(); Path('raw2').symlink_to('t')",
    "in a class": "class Files: read = open; look = os.stat\n"
    "assert Files().read('raw.bin').read() == 'mine\\n' and Files().look('raw.bin').st_size == 5",
    "beside the script": "out = Path(__file__).resolve().parent / 'out'\nout.mkdir(exist_ok=True)\n"
    "(out / 'model.onnx').write_bytes(b'n')\nassert (out / 'model.onnx').read_bytes() == b'n'\n"
    "assert (Path(__file__).parent / 'data' / 'b.csv').read_text() == 'mine\\n'",
    "an absolute path": "open('ELSEWHERE/shared.csv', 'w').write('n')\nassert open('ELSEWHERE/shared.csv').read() == 'n'\n"
    "open('ELSEWHERE/new.csv', 'w').write('n')\nassert open('ELSEWHERE/new.csv').read() == 'n'\n"
    "assert sorted(os.listdir('ELSEWHERE')) == ['new.csv', 'shared.csv']\nassert os.path.isfile('ELSEWHERE/new.csv')",
    "an absolute path goes": "os.remove('ELSEWHERE/shared.csv')\nassert not os.path.exists('ELSEWHERE/shared.csv')\n"
    "assert os.listdir('ELSEWHERE') == []\n"
    "try: open('ELSEWHERE/shared.csv')\nexcept FileNotFoundError: pass\nelse: raise AssertionError",
    "an absolute folder": "os.makedirs('ELSEWHERE/a/b')\nopen('ELSEWHERE/a/b/c', 'w').write('n')\n"
    "assert Path('ELSEWHERE/a/b/c').read_text() == 'n'\nos.rename('ELSEWHERE/a', 'ELSEWHERE/z')\n"
    "assert os.listdir('ELSEWHERE/z/b') == ['c'] and not os.path.isdir('ELSEWHERE/a')",
    "through a link": "open('linked/shared.csv', 'w').write('n')\nassert open('linked/shared.csv').read() == 'n'\n"
    "open('linked/new.csv', 'w').write('n')\nassert os.path.exists('linked/new.csv')",
    "rmtree": "shutil.rmtree('data')\nassert not os.path.exists('data')\nos.mkdir('data')\nassert os.listdir('data') == []",
    "rmtree elsewhere": "shutil.rmtree('ELSEWHERE')\nassert not os.path.exists('ELSEWHERE')\nos.makedirs('ELSEWHERE')\n"
    "assert os.listdir('ELSEWHERE') == []",
    "copies": "shutil.copy('raw.bin', 'copy.bin')\nopen('copy.bin', 'a').write('x')\nshutil.copytree('data', 'data2')\n"
    "assert open('data2/old/a.csv').read() == 'mine\\n'\nshutil.copyfile('notes.txt', 'raw.bin')",
    "moves": "shutil.move('data', 'moved')\nassert open('moved/old/a.csv').read() == 'mine\\n'\n"
    "shutil.move('raw.bin', 'out')\nassert os.path.exists('out/raw.bin') and not os.path.exists('raw.bin')\n"
    "shutil.move('ELSEWHERE/shared.csv', 'got.csv')\nassert open('got.csv').read() == 'mine\\n'",
    "tempfile": "import tempfile\nwith tempfile.TemporaryDirectory() as d: open(d + '/a', 'w').write('n')\n"
    "f = tempfile.NamedTemporaryFile('w', delete=False); f.write('n'); f.close()\nassert open(f.name).read() == 'n'\n"
    "f = tempfile.NamedTemporaryFile('w', dir='.', delete=False); f.write('n'); f.close()\nos.replace(f.name, 'raw.bin')\n"
    "assert open('raw.bin').read() == 'n'",
    "sqlite3": "import sqlite3\nfor name in ('db', 'ELSEWHERE/db'):\n    c = sqlite3.connect(name)\n    c.execute('create table t (a)')\n"
    "    c.execute('insert into t values (1)')\n    c.commit()\n    c.close()\n"
    "    assert sqlite3.connect(name).execute('select a from t').fetchall() == [(1,)]\n    assert os.path.exists(name)",
    "sqlite3 by address": "import sqlite3\nfor name in ('file:db?mode=rwc', 'file://ELSEWHERE/a%20b'):\n"
    "    c = sqlite3.connect(name, uri=True)\n    c.execute('create table t (a)')\n    c.commit()\n    c.close()\n"
    "assert os.path.exists('db') and os.path.exists('ELSEWHERE/a b')\n"
    "sqlite3.connect('file::memory:?cache=shared', uri=True).execute('create table t (a)')\nassert not os.path.exists(':memory:')",
    "os.open": "d = os.open('raw.bin', os.O_WRONLY | os.O_TRUNC); os.write(d, b'n'); os.close(d)\nassert open('raw.bin').read() == 'n'\n"
    "d = os.open('ELSEWHERE/new', os.O_CREAT | os.O_RDWR); os.write(d, b'n'); os.close(d)\nd = os.open('ELSEWHERE/new', os.O_RDONLY)\n"
    "assert os.read(d, 9) == b'n'",
    "modes and times": "os.chmod('raw.bin', 0o600); os.utime('raw.bin', (1, 1)); os.chmod('ELSEWHERE/shared.csv', 0o600)\n"
    "os.chmod('out', 0o700)\nassert os.stat('raw.bin').st_mtime == 1\nassert os.stat('ELSEWHERE/shared.csv').st_mode & 0o777 == 0o600",
    "links": "os.symlink('raw.bin', 'l'); os.symlink('ELSEWHERE/shared.csv', 'ELSEWHERE/l'); os.link('notes.txt', 'hard')\n"
    "open('l', 'w').write('n'); open('hard', 'a').write('n')\nassert open('raw.bin').read() == 'n'",
    "changes directory": "os.chdir('data'); open('b.csv', 'w').write('n')\nos.chdir('ELSEWHERE'); open('shared.csv', 'w').write('n')\n"
    "assert open('ELSEWHERE/shared.csv').read() == 'n'\nassert os.getcwd()",
    "removes its own inputs": "import glob\nfor name in glob.glob('data/**/*.csv', recursive=True) + [__file__]: os.remove(name)\n"
    "assert not glob.glob('data/**/*.csv', recursive=True)",
    "walks": "found = [f for _, _, files in os.walk('.') for f in files]\nassert 'a.csv' in found and 'raw.bin' in found, found\n"
    "assert sorted(p.name for p in Path('data').rglob('*.csv')) == ['a.csv', 'b.csv']",
    "bytes and descriptors": "open(b'raw.bin', 'wb').write(b'n')\nd = os.open('.', os.O_RDONLY)\nos.remove('notes.txt', dir_fd=d)\n"
    "assert not os.path.exists('notes.txt')\nos.mkdir('n', dir_fd=d)\nassert os.path.isdir('n')",
    "logging": "import logging, warnings\nlogging.basicConfig(filename='run.log', level=10)\nlogging.info('x'); warnings.warn('w')\n"
    "assert 'INFO' in open('run.log').read()",
    "archives": "import zipfile, gzip, json, csv, pickle, shelve\nwith zipfile.ZipFile('ELSEWHERE/a.zip', 'w') as z: z.write('raw.bin')\n"
    "assert zipfile.ZipFile('ELSEWHERE/a.zip').namelist() == ['raw.bin']\nwith gzip.open('a.gz', 'wb') as g: g.write(b'n')\n"
    "pickle.dump([1], open('m.pkl', 'wb')); assert pickle.load(open('m.pkl', 'rb')) == [1]",
}
IMPORTS = "import os, shutil, sys\nfrom pathlib import Path\n"


@pytest.mark.parametrize("deed", DEEDS)
def test_files_are_as_the_script_left_them_and_as_they_were_for_its_user(deed: str, home: Home) -> None:
    seen = home.rehearse(home.write("train.py", IMPORTS + DEEDS[deed] + "\n"))
    assert told(seen) == ["whole"]


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).parents[1].name)
def test_files_are_led_in_every_python(python: str, home: Home) -> None:
    """All deeds one after another, each in a folder of its own that looks like the user's."""
    for number, deed in enumerate(DEEDS.values()):
        elsewhere = home.elsewhere / str(number)
        home.fill(home.project / str(number), elsewhere)
        text = deed.replace("ELSEWHERE", str(elsewhere))
        home.write(f"{number}/deed.py", f"{IMPORTS}os.chdir(os.path.dirname(__file__))\n{text}\n")
    runs = f"import os, runpy\nhere = os.getcwd()\nfor n in range({len(DEEDS)}):\n    runpy.run_path(here + '/%d/deed.py' % n)\n"
    assert told(home.rehearse(home.write("train.py", runs), python=python, linked=True)) == ["whole"]


#: what a script does in its second line -> how the rehearsal of it is told
ENDINGS = {
    "comes to its end": ("pass", "whole"),
    "leaves": ("sys.exit(0)", "whole"),
    "leaves at once": ("os._exit(0)", "whole"),
    "leaves with a status": ("sys.exit(3)", "Exit: it ended the process with exit status 3"),
    "leaves with words": ("sys.exit('no data')", "Exit: no data"),
    "leaves at once with a status": ("os._exit(4)", "Exit: it ended the process with exit status 4"),
    "raises": ("{}['tip']", "KeyError: 'tip'"),
    "aborts": ("os.abort()", "Crash: the process died of SIGABRT"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "Crash: the process died of SIGSEGV"),
    "reads what is not there": (
        "open('none.csv')",
        "FileNotFoundError: [Errno 2] No such file or directory: 'none.csv'",
    ),
    "reads what is nowhere": (
        "open('/none/at/all.csv')",
        "FileNotFoundError: [Errno 2] No such file or directory: '/none/at/all.csv'",
    ),
    "is deep": ("f = lambda: f(); f()", "RecursionError: maximum recursion depth exceeded"),
    "is no Python": ("print 'x'", "SyntaxError: "),
    "starts a program": ("import subprocess; subprocess.run(['ls'])", "no other program; --allow programs lets it"),
    "starts a shell": ("os.system('ls')", "no other program; --allow programs lets it"),
    "becomes a program": ("os.execv('/bin/ls', ['ls'])", "no other program; --allow programs lets it"),
    "uses the network": (
        "import urllib.request; urllib.request.urlopen('http://localhost:9/')",
        "no network; --allow network lets it",
    ),
    "looks a name up": ("import socket; socket.gethostbyname('example.org')", "no network; --allow network lets it"),
    "tries a server again and again": (
        "import socket, time\nwhile True:\n    try: socket.create_connection(('host', 80))\n    except OSError: time.sleep(60)",
        "no network; --allow network lets it",
    ),
    "tries a server a few times": (
        "import socket, time\nfor _ in range(9):\n    try: socket.create_connection(('host', 80))\n    except OSError: time.sleep(60)",
        "whole",
    ),
    "sleeps": ("import time; began = time.time(); time.sleep(0.5); assert time.time() - began > 0.4", "whole"),
    "asks": ("input('Continue? ')", "the rehearsal has nobody who answers input()"),
    "reads what was typed": ("assert sys.stdin.read() == '' and sys.stdin.readline() == ''", "whole"),
    "never ends": ("while True: pass", "time"),
    "never ends and swallows": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "time",
    ),
    "forks": ("pid = os.fork()\nif not pid: os._exit(0)\nos.waitpid(pid, 0)", "whole"),
    "forks and goes on": ("pid = os.fork()\nif pid: os.waitpid(pid, 0)", "whole"),
    "leaves a thread": ("import threading; threading.Thread(target=print).start()", "whole"),
    "leaves a thread that stays": (
        "import threading, time; threading.Thread(target=time.sleep, args=(900,), daemon=True).start()",
        "whole",
    ),
    "leaves a pool": (
        "import concurrent.futures as c; c.ThreadPoolExecutor(2).submit(open, 'notes.txt', 'w')",
        "whole",
    ),
    "leaves a thread that never ends": (
        "import threading, time; threading.Thread(target=time.sleep, args=(900,)).start()",
        "whole",
    ),
    "uses processes": (
        "import multiprocessing as m\nif __name__ == '__main__':\n"
        "    with m.get_context('fork').Pool(2) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]",
        "whole",
    ),
    "leaves a process": (
        "import time; pid = os.fork()\nif not pid: time.sleep(900)",
        "whole",
    ),
    "leaves a process in a session of its own": (
        "import time; pid = os.fork()\nif not pid: os.setsid(); time.sleep(900)",
        "whole",
    ),
    "dies and leaves a process": (
        "import time; pid = os.fork()\nif not pid: os.setsid(); time.sleep(900)\nos.abort()",
        "Crash: the process died of SIGABRT",
    ),
    "ends itself": ("import signal; os.kill(os.getpid(), signal.SIGTERM)", "Crash: the process died of SIGTERM"),
    "ends its group": ("import signal; os.killpg(0, signal.SIGKILL)", "Killed: the process died of SIGKILL"),
    "signals itself": (
        "import signal; signal.signal(signal.SIGUSR1, lambda *_: sys.exit(0)); os.kill(os.getpid(), signal.SIGUSR1)",
        "whole",
    ),
    "ends what started it": (
        "import signal; os.kill(os.getppid(), signal.SIGKILL)",
        "the rehearsal lets no script end processes that it has not started",
    ),
    "ends everybody": ("os.kill(-1, 15)", "the rehearsal lets no script end processes that it has not started"),
    "ends its child": (
        "import time; pid = os.fork()\nif not pid: time.sleep(900)\nos.kill(pid, 15)\nassert os.waitpid(pid, 0)[1] == 15",
        "whole",
    ),
    "asks for a password": ("import getpass; getpass.getpass()", "the rehearsal has nobody who answers getpass()"),
    "shares memory and leaves it": (
        "from multiprocessing import Lock, shared_memory\nlock = Lock()\n"
        "shared_memory.SharedMemory('checker-left', create=True, size=64); os._exit(0)",
        "whole",
    ),
    "shares memory in a file": (
        "open('/dev/shm/checker-left', 'w').write('x'); assert open('/dev/shm/checker-left').read() == 'x'",
        "whole",
    ),
    "registers what fails": (
        "import atexit\ndef save():\n    {}['tip']\natexit.register(save)",
        "KeyError: 'tip'",
    ),
    "registers what never ends": ("import atexit\ndef save():\n    while True: pass\natexit.register(save)", "time"),
    "leaves at once from a thread": (
        "import threading, time; threading.Thread(target=lambda: os._exit(3)).start(); time.sleep(9)",
        "Exit: the process ended with status 3 in the middle of the step",
    ),
    "leaves well from a thread": (
        "import threading, time\nthreading.Thread(target=lambda: os._exit(0)).start()\ntime.sleep(9)",
        "ends the process at once, from a thread or from compiled code",
    ),
    "never ends and hears late": (
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException as e:\n        time.sleep(0.97); raise",
        "time",
    ),
    "traces": ("sys.settrace(lambda *_: None)", "whole"),
    "lacks arguments": (
        "import argparse; p = argparse.ArgumentParser(); p.add_argument('--data', required=True); p.parse_args()",
        "needs other arguments (the following arguments are required: --data): write them behind --",
    ),
    "lacks an argument that it finds missing itself": (
        "import argparse; p = argparse.ArgumentParser(); p.add_argument('--data'); p.parse_args(); p.error('no data')",
        "needs other arguments (no data): write them behind --",
    ),
    "lacks arguments of an old kind": (
        "import optparse; optparse.OptionParser().error('DATA is missing')",
        "needs other arguments (DATA is missing): write them behind --",
    ),
    "lacks an argument at its place": (
        "path = sys.argv[1]",
        "needs other arguments (path = sys.argv[1]: list index out of range): write them behind --",
    ),
    "lacks arguments for its names": ("_, path, out = sys.argv", "needs other arguments (_, path, out = sys.argv: not"),
    "tells its usage": ("sys.exit('usage: train.py DATA')", "needs other arguments (usage: train.py DATA): write"),
    "has no item of its own": ("argvs = []; argvs[1]", "IndexError: list index out of range"),
    "knows a variable of a server's": (
        "os.environ['DATABRICKS_TOKEN']",
        "reads DATABRICKS_TOKEN, and a rehearsal is told of no server",
    ),
    "lacks a variable": ("os.environ['NO_SUCH_VARIABLE']", "KeyError: 'NO_SUCH_VARIABLE'"),
    "is refused by compiled code": (
        "class LibraryError(Exception): pass\nraise LibraryError('Opening /x/model.ubj failed: Permission denied')",
        "the rehearsal cannot lead this into its own folder: Opening /x/model.ubj failed: Permission denied",
    ),
    "writes without an end": (
        "f = open('big', 'wb')\nfor _ in range(2000): f.seek(1 << 20, 1); f.write(b'x')",
        "the rehearsal lets no file grow over 1024 MB",
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_is_told_in_a_sentence(ending: str, home: Home) -> None:
    line, words = ENDINGS[ending]
    seen = home.rehearse(home.write("train.py", f"import os, sys\n{line}\n"), seconds=2)
    (end,) = seen.rehearsed
    failed = [f"{f.type}: {f.text}" for f in seen.failures() if f.facts["left"]]
    said = ["whole"] if end.whole else failed if end.why == "failed" else [end.why]
    assert [words in one for one in said] == [True], (said, failed)
    assert len(failed) == (end.why == "failed")
    assert end.whole or end.where in [f"train.py:{n}" for n in range(2, 6)], end.where
    assert all(f.facts["where"] == end.where for f in seen.failures())


#: two ways in which click ends a script: while it handles the exception, and later
CLICKS = {
    "in": "try: raise UsageError()\n    except UsageError as e: sys.exit(2)",
    "after": "try: raise UsageError()\n    except UsageError as e: report = e.format_message\n    sys.exit(2)",
}


@pytest.mark.parametrize("how", CLICKS)
def test_click_says_which_arguments_are_missing(how: str, home: Home) -> None:
    home.write("click/__init__.py", "")
    text = "class UsageError(Exception):\n    def format_message(self): return \"Missing option '--data'.\"\n"
    home.write("click/exceptions.py", text)
    home.write("click/core.py", f"import sys\nfrom .exceptions import UsageError\ndef main():\n    {CLICKS[how]}\n")
    seen = home.rehearse(home.write("train.py", "from click.core import main\nmain()\n"))
    assert seen.rehearsed[0].why == "needs other arguments (Missing option '--data'.): write them behind --"


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).parents[1].name)
@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("", ["train.py:6 failed", "fit train.py:6 ValueError: saved"]),
        ("sys.exit()", ["train.py:6 failed", "fit train.py:6 ValueError: saved"]),
        ("os._exit(0)", ["whole"]),
        ("{}['tip']", ["train.py:9 failed", "fit train.py:9 KeyError: 'tip'"]),
    ],
)
def test_what_is_registered_for_the_end_is_run(last: str, end: list[str], python: str, home: Home) -> None:
    """After the threads have ended; the failure of a function shows that it was run."""
    text = """import atexit, os, sys, threading, time
t = threading.Thread(target=lambda: time.sleep(0.5))
def save():
    t.join(0)
    assert not t.is_alive()
    raise ValueError('saved')
atexit.register(save)
t.start()
"""
    assert told(home.rehearse(home.write("train.py", text + last + "\n"), python=python)) == end


def test_what_is_written_in_all_is_bounded(home: Home) -> None:
    text = "import os\nfor n in range(9): open('big', 'wb').write(os.urandom(1 << 24))\n"  # one file again and again
    assert told(home.rehearse(home.write("train.py", text), written="64 << 20")) == ["whole"]
    text = "import os\nfor n in range(9): open('big%d' % n, 'wb').write(os.urandom(1 << 24))\n"
    seen = home.rehearse(home.write("train.py", text), written="64 << 20")
    assert told(seen) == ["train.py:2 the rehearsal lets no script write more than 64 MB"]


def test_a_script_that_becomes_another_program_is_not_followed(home: Home) -> None:
    """Also where programs are allowed; a child of its may become one."""
    text = "import os, sys\npid = os.fork()\nif not pid: os.execlp('true', 'true')\nassert os.waitpid(pid, 0)[1] == 0\n"
    script = home.write("train.py", text + "os.execv(sys.executable, [sys.executable, '-c', ''])\n")
    seen = home.rehearse(script, allow=("programs",))
    assert told(seen) == ["train.py:5 goes on as another program, into which no rehearsal follows"]


#: files of a project, the script that is run among them -> all of them work as they do for the user
PROJECTS = {
    "modules beside": {"train.py": "import helper\nfrom helper import x\n", "helper.py": "x = 1\n"},
    "a package with relative imports": {
        "train.py": "from parts.deep import b\nassert b == 2\n",
        "parts/__init__.py": "from . import deep\n",
        "parts/deep.py": "from .base import a\nb = a + 1\n",
        "parts/base.py": "a = 1\n",
    },
    "src": {
        "jobs/train.py": "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'src'))\n"
        "import mine\nimport pathlib\nassert pathlib.Path(mine.__file__).exists()\n",
        "src/mine/__init__.py": "from .part import x\n",
        "src/mine/part.py": "x = 1\n",
    },
    "a guarded main": {"train.py": "def main(): open('out/x', 'w')\nif __name__ == '__main__':\n    main()\n"},
    "arguments": {"train.py": "import sys\nassert sys.argv[1:] == ['--data', 'a b.csv'], sys.argv\n"},
    "plots": {
        "train.py": "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\n"
        "plt.switch_backend('TkAgg')\nplt.draw()\nplt.show()\n",
        "matplotlib/__init__.py": "def use(name, force=True): assert name == 'agg', 'no display'\n",
        "matplotlib/pyplot.py": "def show(*a, **k): raise RuntimeError('no display')\nbackend = ''\n"
        "def switch_backend(new):\n    global backend\n    backend = new\n"
        "def draw():\n    switch_backend('auto')\n    assert backend == 'agg'\n",
    },
    "one thread": {"train.py": "import os\nassert os.environ['OMP_THREAD_LIMIT'] == '1'\n"},
    "many files": {"train.py": "import os\nassert len(os.listdir('data')) == 2\nopen('data/new', 'w')\n"},
}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_works_as_for_its_user(project: str, home: Home) -> None:
    paths = [home.write(name, text) for name, text in PROJECTS[project].items()]
    assert told(home.rehearse(paths[0], arguments=("--data", "a b.csv"))) == ["whole"]


def test_a_big_folder_is_linked_as_a_whole_and_changed_all_the_same(home: Home) -> None:
    (big := home.project / "aaa").mkdir()
    for number in range(25_000):
        (big / f"{number}.csv").touch()
    text = (
        "import os\nassert len(os.listdir('aaa')) == 25000\nopen('aaa/new', 'w').write('n')\nos.remove('aaa/0.csv')\n"
    )
    text += "assert len(os.listdir('aaa')) == 25000 and not os.path.exists('aaa/0.csv')\nopen('out/model.onnx', 'a')\n"
    assert told(home.rehearse(home.write("train.py", text))) == ["whole"]


def test_what_is_said_names_the_user_s_own_paths(home: Home) -> None:
    text = "import os\nopen(os.path.join(os.getcwd(), 'none.csv'))\n"
    (said,) = home.rehearse(home.write("train.py", text)).failures()
    assert said.text == f"[Errno 2] No such file or directory: '{home.project}/none.csv'"


def test_the_innermost_and_the_outermost_own_line_are_told(home: Home) -> None:
    home.write("helper.py", "def deep():\n    raise ValueError('deep')\n")
    text = "import helper\ndef main():\n    helper.deep()\n\nmain()\n"
    (said,) = home.rehearse(home.write("train.py", text)).failures()
    assert (said.facts["where"], said.facts["called"]) == ("helper.py:2", "train.py:5")


def test_what_does_not_listen_is_ended_and_its_line_is_named(home: Home) -> None:
    """A loop in compiled code hears no signal."""
    script = home.write("train.py", "import itertools\n\nsum(itertools.repeat(1))\n")
    seen = home.rehearse(script, seconds=1, deaf=2)
    assert told(seen) == ["train.py:3 time"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_rehearsal_leaves_nothing(number: signal.Signals, home: Home) -> None:
    script = home.write("train.py", "import os, sys\nprint('x')\nopen('notes.txt', 'w')\nwhile True: pass\n")
    words = [
        sys.executable,
        "-m",
        "checker",
        "preflight",
        script,
        "--rehearse",
        "--no-prove",
        "--python",
        sys.executable,
    ]
    before = home.snapshot()
    with subprocess.Popen(words, cwd=home.project, stderr=subprocess.PIPE, preexec_fn=hear) as process:
        deadline = time.monotonic() + 60
        while not list(home.temporary.glob("*/shadow/**/notes.txt")) and time.monotonic() < deadline:
            time.sleep(0.2)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert home.snapshot() == before
    assert not list(home.temporary.iterdir())
    assert not [p for p in Path("/proc").glob("[0-9]*/environ") if f"CHECKER_RUN={process.pid}-" in variables(p)]


def variables(file: Path) -> str:
    """The environment of a process, "" where it is none of ours."""
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
