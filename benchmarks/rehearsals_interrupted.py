"""Interrupt rehearsals at random moments, or let them fail, and see what is left: changed files, processes, folders.

    python benchmarks/rehearsals_interrupted.py --runs 1000 [--seed 1] [--python PATIENT] [--log FILE]

Every run lays a small project down, with data and one of the scripts of SCRIPTS, which write, rename and delete,
start processes, fail or never end. `checker preflight train.py --rehearse` runs there, and gets SIGINT, SIGTERM or
SIGKILL at a random moment, or runs out of time (`--time 1`), or is left alone. SIGKILL hits the checker, or it and what
it has started itself, or all processes there are. After it one more, ordinary run puts right what can be put right.

Counts wrong exit statuses, tracebacks, projects that are not, byte for byte, what they were (contents, modes, times,
links), processes, scratch folders and sandboxes that are left, and files in /dev/shm that carry the run's mark.
--log FILE keeps what each run came to, and lets a benchmark that was stopped go on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.interrupts import GRACE, MARK, hear

#: what a script does with its user's files, before it ends as one of ENDS says
DEEDS = """
import os, shutil, sys, sqlite3, tempfile, time
from pathlib import Path
for turn in range(3):
    rows = Path("data/rides.csv").read_text()
    Path("data/rides.csv").write_text(rows + "9,9\\n")
    Path("model.onnx").write_bytes(b"new" * 1000)
    os.makedirs("runs/%d" % turn)
    open("runs/%d/log.txt" % turn, "w").write("x")
    os.rename("notes.txt", "notes.old"); os.rename("notes.old", "notes.txt")
    os.chmod("raw.bin", 0o600); os.utime("raw.bin", (1, 1)); os.truncate("raw.bin", 2)
    base = sqlite3.connect("base.db"); base.execute("create table t%d (a)" % turn); base.commit(); base.close()
    with tempfile.NamedTemporaryFile("w", dir=".", delete=False) as file: file.write("n")
    os.replace(file.name, "data/new.csv")
    open("linked/shared.csv", "a").write("more\\n")
    open("ELSEWHERE/shared.csv", "w").write("other\\n")
    time.sleep(0.05)
shutil.rmtree("old"); os.remove("data/rides.csv"); os.remove(__file__)
"""
#: how a script goes on: what it is called -> its last lines
ENDS = {
    "ends": "",
    "fails": "raise ValueError('tips')\n",
    "leaves": "sys.exit(3)\n",
    "leaves at once": "os._exit(4)\n",
    "crashes": "os.abort()\n",
    "never ends": "while True: pass\n",
    "sleeps": "time.sleep(900)\n",
    "hears nothing": "import signal\nfor n in (2, 15, 14): signal.signal(n, signal.SIG_IGN)\n"
    "while True: time.sleep(1)\n",
    "forks": "if not os.fork(): time.sleep(900)\n",
    "starts a session": "if not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(900)\n",
    "shares": "from multiprocessing import Process, Queue, shared_memory as s\nq = Queue()\n"
    f"m = s.SharedMemory(os.environ[{MARK!r}], create=True, size=64)\n"
    "p = Process(target=time.sleep, args=(900,)); p.start()\nq.get()\n",
    "writes on": "while True: open('more.bin', 'ab').write(b'x' * 10000); open('linked/more', 'a').write('x')\n",
    "threads": "import threading\nfor _ in range(3): threading.Thread(target=time.sleep, args=(900,)).start()\n",
    "asks": "input('go on? ')\n",
    "starts": "import subprocess; subprocess.run(['rm', '-rf', 'data'])\n",
}
#: how a run is ended; "two" and "all" are SIGKILL for the checker and what it has started itself, and for everything
WAYS = ("left alone", "time", "SIGINT", "SIGTERM", "SIGKILL", "two", "all")
#: what a run may end with: a negative status where the signal came before the checker was there to hear it
STATUS = {"SIGINT": {130, -2}, "SIGTERM": {143, -15}, "SIGKILL": {-9}, "two": {-9}, "all": {-9}}
#: seconds after which a run hangs, and those within which a signal comes
HANGS, MOMENTS = 180.0, (0.1, 6.0)


class Place:
    """A user's project with a folder elsewhere, and a home for everything that the checker keeps."""

    def __init__(self, root: Path, python: str) -> None:
        self.root, self.python = root, python
        self.project, self.elsewhere, self.temporary = root / "project", root / "elsewhere", root / "temporary"
        self.variables = {**os.environ, "XDG_CACHE_HOME": str(root / "cache"), "TMPDIR": str(self.temporary)}

    def lay_down(self, end: str) -> None:
        """The user's files, anew, with a script that ends that way."""
        subprocess.run(["rm", "-rf", self.project, self.elsewhere, self.temporary], check=True)
        for folder in (self.project / "data", self.project / "old" / "deep", self.elsewhere, self.temporary):
            folder.mkdir(parents=True)
        for name in ("data/rides.csv", "old/deep/a.csv", "notes.txt", "raw.bin", "model.onnx"):
            (self.project / name).write_text("1,2\n" * 50)
        (self.elsewhere / "shared.csv").write_text("mine\n")
        (self.project / "linked").symlink_to(self.elsewhere)
        (self.project / "train.py").write_text(DEEDS.replace("ELSEWHERE", str(self.elsewhere)) + ENDS[end])

    def snapshot(self) -> dict[str, tuple[int, int, bytes]]:
        """Everything of the user's: kind and mode, time of the change, content or goal."""
        found = {}
        for path in sorted([self.project, *self.project.rglob("*"), self.elsewhere, *self.elsewhere.rglob("*")]):
            status = path.lstat()
            goal = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            found[str(path)] = (status.st_mode, status.st_mtime_ns, goal)
        return found

    def start(self, mark: str, *words: str) -> subprocess.Popen[str]:
        """The checker on it; all that it starts goes by the mark."""
        command = [sys.executable, "-m", "checker", "preflight", "--python", self.python, "train.py", *words]
        return subprocess.Popen(
            command,
            cwd=self.project,
            env={**self.variables, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear,
        )

    def left(self) -> list[str]:
        """Scratch folders and sandboxes."""
        sandboxes = self.root.glob("cache/sklearn-onnx-checker/sandboxes/*")
        return sorted(p.name for p in (*self.temporary.iterdir(), *sandboxes))


def living(mark: str) -> list[int]:
    """The processes that a run has started, as far as /proc tells."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{MARK}={mark}".encode() in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
        except OSError:  # another user's, or it has just ended
            continue
    return found


def living_after(seconds: float, mark: str) -> list[int]:
    """What is still there of a run after that many seconds, looked at until nothing is."""
    deadline = time.monotonic() + seconds
    while (found := living(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def children(number: int) -> list[int]:
    """The processes that one has started itself."""
    try:
        return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:  # it has ended
        return []


def one_run(place: Place, way: str, end: str, moment: float, mark: str) -> dict[str, object]:
    """One run, and what came of it."""
    place.lay_down(end)
    before = place.snapshot()
    process = place.start(mark, "--no-prove", "--rehearse", "--time", "1" if way == "time" else "4")
    said, status = ended(process, way, moment, mark)
    left = living_after(GRACE, mark)
    if -9 in STATUS.get(way, ()):
        place.start(mark, "--static").communicate()  # the next run puts right what was killed
        left = living_after(GRACE, mark)
    now = place.snapshot()
    return {
        "status": status,
        "wrong status": "" if status in STATUS.get(way, set()) | {0, 1} else f"{status}: {said[-500:]}",
        "traceback": said if "Traceback" in said else "",
        "changed": [path for path in {**before, **now} if before.get(path) != now.get(path)],
        "processes": left,
        "folders": place.left(),
        "shared": [name for name in os.listdir("/dev/shm") if mark in name],
    }


def ended(process: subprocess.Popen[str], way: str, moment: float, mark: str) -> tuple[str, int | None]:
    """What a run said, and its status; None where it had to be ended because it hung."""
    try:
        if way in STATUS:
            process.wait(moment)
        return process.communicate(timeout=HANGS)[0], process.returncode
    except subprocess.TimeoutExpired:
        pass
    for number in {"all": living(mark), "two": [process.pid, *children(process.pid)]}.get(way, [process.pid]):
        try:
            os.kill(number, getattr(signal, way, signal.SIGKILL))
        except OSError:  # it has ended
            continue
    try:
        return process.communicate(timeout=HANGS)[0], process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0], None


#: what is counted of a run; anything but nothing is an offence
COUNTED = ("wrong status", "traceback", "changed", "processes", "folders", "shared")


def numbers(runs: int, log: Path | None) -> Iterator[int]:
    """The runs that are still to be made."""
    done = {json.loads(line)["number"] for line in log.read_text().splitlines()} if log and log.exists() else set()
    return (number for number in range(runs) if number not in done)


def main() -> None:
    """Run, look, count, print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--python", default=sys.executable)
    ap.add_argument("--log", type=Path)
    options = ap.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), options.python)
        for number in numbers(options.runs, options.log):
            rows.append(row := numbered(place, number, options.seed))
            if options.log:
                with options.log.open("a") as file:
                    file.write(json.dumps(row) + "\n")
            if any(row[what] for what in COUNTED):
                print(json.dumps(row), flush=True)
            if number % 25 == 24:
                print(f"{number + 1} of {options.runs}", file=sys.stderr, flush=True)
    every = [json.loads(line) for line in options.log.read_text().splitlines()] if options.log else rows
    print(f"{len(every)} rehearsals:", summary(every))


def numbered(place: Place, number: int, seed: int) -> dict[str, object]:
    """The run of that number, which decides its script, its way and its moment."""
    chance, begun = random.Random(f"{seed} {number}"), time.monotonic()
    way, end, moment = chance.choice(WAYS), chance.choice(list(ENDS)), chance.uniform(*MOMENTS)
    came = one_run(place, way, end, moment, f"{os.getpid()}-{number}")
    return {"number": number, "way": way, "end": end, "moment": moment, "seconds": time.monotonic() - begun, **came}


def summary(rows: list[dict[str, object]]) -> str:
    """How many runs there were of each way, and how many offended in what."""
    ways = Counter(f"{row['way']}: {row['status']}" for row in rows)
    offences = (f"{what} {sum(bool(row[what]) for row in rows)}" for what in COUNTED)
    return f"{dict(sorted(ways.items()))}; {', '.join(offences)}"


if __name__ == "__main__":
    main()
