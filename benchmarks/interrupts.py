"""Interrupt the checker at random moments, and see what is left: sandboxes, processes, changes in the environment.

    python benchmarks/interrupts.py --runs 300 [--seed 1] [--folder DIR]
    python benchmarks/interrupts.py --early --runs 300

Builds one environment that is broken in a way that a change of versions mends, with a training script. Every run starts
`checker preflight` there (every third with `--fix --yes`) and sends SIGINT, SIGTERM or SIGKILL at a random moment of
the time that an uninterrupted run takes. After a SIGKILL one more, ordinary run puts right what can be put right.

Counts wrong exit statuses, tracebacks, sandboxes and processes that are left, and environments whose files are not,
byte for byte, what they were before; for a `--fix` they may also be what an uninterrupted one makes of them. Bytecode
does not count, nor the notes of installers about themselves. What was changed is laid down again before the next run.

--early sends SIGINT 0.02 to 1 s after the start, while modules are still being imported, to looks at the Python that
runs this file; nothing is built. Counted are statuses, runs that hang, and tracebacks. What comes before the first line
of the checker runs meets Python itself, which prints a traceback of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.world.uv import find_uv

#: generated code that needs a newer protobuf than the one that is laid over it
PINS, FORCED = ("onnx==1.14.1", "numpy==1.26.4"), ("protobuf==3.19.6",)
SCRIPT = "import onnx\n"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
#: seconds that processes may take to end after their run has
GRACE = 3.0
#: names of files in which installers note how they were called
NOTES = {"REQUESTED", "RECORD", "INSTALLER", "uv_cache.json"}
#: the variable by which what a run has started is known
MARK = "CHECKER_INTERRUPTS_MARK"
#: what a run may end with; a negative one where the signal came before the checker was there to hear it
STATUS = {signal.SIGINT: {130, -2}, signal.SIGTERM: {143, -15}, signal.SIGKILL: {-9}}


class Place:
    """The environment, the script's folder and a cache of the checker's own."""

    def __init__(self, folder: Path) -> None:
        self.work, self.env = folder / "work", folder / "env"
        self.work.mkdir(exist_ok=True)
        (self.work / "train.py").write_text(SCRIPT)
        self.variables = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "UV_CACHE_DIR": uv("cache", "dir")}
        uv("venv", "-q", "--clear", "--python", sys.executable, str(self.env))
        self.restore()

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.env / "bin" / "python")

    def restore(self) -> None:
        """Lay the pins down, and nothing else."""
        if not hasattr(self, "lock"):
            uv("pip", "install", "-q", "--python", self.python, *PINS)
            uv("pip", "install", "-q", "--no-deps", "--python", self.python, *FORCED)
            self.lock = uv("pip", "freeze", "--python", self.python)
        (self.work / "lock.txt").write_text(self.lock)
        uv("pip", "sync", "-q", "--python", self.python, str(self.work / "lock.txt"))

    def files(self) -> str:
        """A digest of every file's name and content, and of every link's goal."""
        digest = hashlib.sha256()
        for path in sorted(self.env.rglob("*")):
            if "__pycache__" in path.parts or path.name in NOTES or (path.is_dir() and not path.is_symlink()):
                continue
            digest.update(f"{path.relative_to(self.env)}\0".encode())
            digest.update(os.readlink(path).encode() if path.is_symlink() else path.read_bytes())
            digest.update(b"\0")
        return digest.hexdigest()

    def state(self) -> tuple[str, str]:
        """Its distributions and its files."""
        return self.freeze(), self.files()

    def freeze(self) -> str:
        """Its distributions."""
        return uv("pip", "freeze", "--python", self.python)

    def start(self, *extra: str) -> subprocess.Popen[str]:
        """The checker on it; all that it starts goes by a mark of its own."""
        self.variables[MARK] = secrets.token_hex(8)
        command = [sys.executable, "-m", "checker", "preflight", "--python", self.python, "train.py", *extra]
        return subprocess.Popen(command, cwd=self.work, env=self.variables, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, preexec_fn=hear)  # fmt: skip

    def sandboxes(self) -> list[str]:
        """What is left of throwaway environments."""
        return sorted(p.name for p in Path(self.variables["XDG_CACHE_HOME"]).glob("sklearn-onnx-checker/sandboxes/*"))


def processes(mark: str) -> list[str]:
    """The commands of living processes that a run has started, as far as /proc tells."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:200])
        except OSError:  # another user's, or it has just ended
            continue
    return found


def left_after(seconds: float, mark: str) -> list[str]:
    """What is still there of a run after that many seconds, looked at until nothing is."""
    deadline = time.monotonic() + seconds
    while (found := processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def hear() -> None:
    """Let a child hear an interrupt even where this one, as a job in the background, does not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def uv(*words: str) -> str:
    """What uv answers."""
    return subprocess.run([find_uv(), *words], capture_output=True, text=True, check=True).stdout.strip()


def interrupted(
    place: Place, number: int, seconds: dict[bool, float], counts: Counter[str]
) -> tuple[bool, int, str, signal.Signals]:
    """One run that is interrupted: whether it was to change something, its status, what it said, the signal."""
    fix, sent = number % 3 == 2, SIGNALS[number // 3 % 3]
    process = place.start(*(("--fix", "--yes") if fix else ()))
    try:
        process.wait(random.uniform(0.05, seconds[fix]))
        counts["ended before the signal"] += 1
    except subprocess.TimeoutExpired:
        process.send_signal(sent)
    said = process.communicate()[0]
    return fix, process.returncode, said, sent


#: seconds after which a run that was interrupted hangs
HANGS = 120.0
#: how the files of the checker begin: a traceback that names any of them is ours
OURS = f"{Path(__file__).resolve().parents[1] / 'checker'}{os.sep}"
#: what is interrupted early, in turn
EARLY = (
    ("preflight", "train.py", "--offline"),
    ("preflight", "train.py", "--static"),
    ("preflight", "--offline"),
    ("canaries",),
)


def early(runs: int) -> None:
    """Interrupt looks in their first second, and count."""
    counts = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "train.py").write_text("from sklearn.svm import SVC\nm = SVC().fit(X, y)\n")
        for number in range(runs):
            status, said = interrupted_early(EARLY[number % len(EARLY)], folder, number)
            counts[f"status {status}"] += 1
            if "Traceback" in said:
                ours = f'File "{OURS}' in said
                counts["traceback" if ours else "traceback of Python's own start or end"] += 1
            if status is None or ("traceback" in counts and "Traceback" in said):
                print(number, status, said[-1500:], flush=True)
            if number % 25 == 24:
                print(f"{number + 1} of {runs}: {dict(sorted(counts.items()))}", file=sys.stderr, flush=True)
    print(f"{runs} early interrupts: {dict(sorted(counts.items()))}")


def interrupted_early(command: tuple[str, ...], folder: str, number: int) -> tuple[int | None, str]:
    """The status of one run, None where it hangs, and what it said on standard error."""
    python = ("--python", sys.executable) if command[0] == "preflight" else ()
    variables = {**os.environ, "XDG_CACHE_HOME": str(Path(folder) / f"cache-{number % 2}")}
    words = [sys.executable, "-m", "checker", *command, *python]
    process = subprocess.Popen(words, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True, preexec_fn=hear)  # fmt: skip
    time.sleep(random.uniform(0.02, 1.0))
    process.send_signal(signal.SIGINT)
    try:
        said = process.communicate(timeout=HANGS)[1]
        return process.returncode, said
    except subprocess.TimeoutExpired:
        process.kill()
        return None, process.communicate()[1]


def main() -> None:
    """Interrupt, look, count, print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=300)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--folder", type=Path)
    ap.add_argument("--early", action="store_true")
    options = ap.parse_args()
    random.seed(options.seed)
    if options.early:
        early(options.runs)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        place = Place(Path(folder))
        counts, seconds = Counter[str](), {}
        for fix in (False, False, True):  # the first one fills the caches
            begun = time.perf_counter()
            place.start(*(("--fix", "--yes") if fix else ())).communicate()
            seconds[fix] = time.perf_counter() - begun
        proven, _ = place.state(), place.restore()
        before = place.state()
        print(f"uninterrupted: {seconds[False]:.1f} s, with --fix {seconds[True]:.1f} s, which changes", end=" ")
        print("something" if proven != before else "nothing", flush=True)
        for number in range(options.runs):
            count(place, number, seconds, counts, before, proven)
            if number % 25 == 24:
                print(f"{number + 1} of {options.runs}: {dict(counts)}", file=sys.stderr, flush=True)
        print(f"{options.runs} runs: {dict(sorted(counts.items()))}; sandboxes left now: {place.sandboxes()}")


def count(
    place: Place,
    number: int,
    seconds: dict[bool, float],
    counts: Counter[str],
    before: tuple[str, str],
    proven: tuple[str, str],
) -> None:
    """One interrupted run and what came of it."""
    fix, status, said, sent = interrupted(place, number, seconds, counts)
    counts[f"{sent.name}{' --fix' if fix else ''}: status {status}"] += 1
    counts["traceback"] += "Traceback" in said
    if status not in STATUS[sent] | {0, 1}:
        counts["wrong status"] += 1
        print(number, sent.name, status, said[-300:])
    look_around(place, (number, sent, fix), counts)
    now = place.state()
    applied = fix and now == proven
    if now != before and not applied:
        counts["environment changed"] += 1
        print(number, sent.name, fix, status, said[-300:], now, before, proven)
    counts["fix had come through"] += applied
    if now != before:
        place.restore()
        if place.state() != before:
            counts["could not be laid down again"] += 1
    for file in place.work.glob("checker-before-*"):
        file.unlink()


def look_around(place: Place, which: tuple[int, signal.Signals, bool], counts: Counter[str]) -> None:
    """Processes and sandboxes that are left: at once after a run that heard the signal, else after the next run."""
    number, sent, fix = which
    left = left_after(GRACE, place.variables[MARK])
    if fix or sent is signal.SIGKILL or number % 10 == 9:
        mark = place.variables[MARK]
        place.start("--static").communicate()  # the next run puts right what was killed
        left = [*left_after(GRACE, mark), *left_after(GRACE, place.variables[MARK])]
    sandboxes = place.sandboxes()
    counts["processes left"] += len(left)
    counts["sandboxes left"] += len(sandboxes)
    if left or sandboxes:
        print(*which, left, sandboxes, flush=True)


if __name__ == "__main__":
    main()
