"""A worker process as the supervisor holds it."""

import os
import queue
import signal
import subprocess
import sys
import threading

from .apart import without_servers
from .frames import decoded
from .program import wrap

#: variables that keep canaries small, quiet and at home
QUIET = {
    "OMP_NUM_THREADS": "1",
    # some libraries ask for threads themselves, which wait for each other for minutes where others work too
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MPLBACKEND": "Agg",
}
#: variables that name the folder in which temporary files are left
TEMPORARY = ("TMPDIR", "TMP", "TEMP", "JOBLIB_TEMP_FOLDER")
#: how many times longer a step may take on a machine that is busy with other work
MOST_PATIENCE = 5.0


def patience() -> float:
    """How many times longer everything takes here: the processes that want a processor, for each that there is."""
    try:
        return min(MOST_PATIENCE, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
    except (AttributeError, OSError):  # Windows, and systems that do not tell
        return 1.0


class Worker:
    """A worker process with its frames and its printed output read concurrently."""

    def __init__(self, plan: dict) -> None:
        environment = dict(without_servers(dict(os.environ), plan["scratch"]), **QUIET)
        environment.update(dict.fromkeys(TEMPORARY, plan["scratch"]))
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if plan["bytecode"] == "own":  # a private folder is named later: nothing in it can keep Python from starting
            del environment["PYTHONDONTWRITEBYTECODE"]
        session = {"start_new_session": True} if os.name == "posix" else {}
        self.process = subprocess.Popen(
            [sys.executable, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=plan["folder"] or None,
            **session,
        )  # type: ignore[call-overload]
        self.frames, self.printed = queue.Queue(), b""  # type: ignore[var-annotated]
        self.token = plan["token"].encode("ascii") + b" "
        self.reading = [threading.Thread(target=r, daemon=True) for r in (self.read_frames, self.read_printed)]
        for thread in self.reading:
            thread.start()
        try:
            self.process.stdin.write(wrap(plan.pop("worker"), plan).encode("ascii"))
            self.process.stdin.close()
        except OSError:  # it died before it could read: the end of its frames tells
            pass

    def read_frames(self) -> None:
        """Queue the frames, and None at the end, whatever comes; what is no frame is nobody's."""
        try:
            for line in iter(lambda: self.process.stdout.readline(4 << 20), b""):
                frame = decoded(line[len(self.token) :]) if line.startswith(self.token) else None
                if frame is not None:
                    self.frames.put(frame)
        finally:
            self.frames.put(None)

    def read_printed(self) -> None:
        """Keep the tail of what it prints, however much that is."""
        for data in iter(lambda: self.process.stderr.read1(65536), b""):
            self.printed = (self.printed + data)[-8000:]

    def end(self, patience: float = 0.0) -> int:
        """Kill it with everything it started; returns its exit status, negative for a signal.

        `patience` is how many seconds it is given to end by itself.
        """
        try:
            status = self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            status = -9
        try:
            os.killpg(self.process.pid, signal.SIGKILL) if os.name == "posix" else self.process.kill()
        except OSError:
            pass
        self.process.wait()
        for thread in self.reading:  # its last words count; somebody who has left its group may hold the pipes open
            thread.join(0.5)
        return status
