"""The first process: looks without importing, then keeps a worker going until every step was taken."""

import os
import platform
import queue
import re
import signal
import sys
import time
from typing import Any

from .child import Worker, patience
from .choices import choose_bytecode, find_missing, suits, what_is_installed
from .errors import last_word, tail
from .frames import Channel, open_channel
from .rehearsing import drive_rehearsal
from .scratch import make_scratch, remove_scratch

#: environment variables that change what Python or the path's packages do, and may be shown
VARIABLES = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONOPTIMIZE",
    "PYTHONNOUSERSITE",
    "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION",
    "LD_LIBRARY_PATH",
    "LC_ALL",
    "LANG",
    "CONDA_PREFIX",
    "VIRTUAL_ENV",
    "MLFLOW_TRACKING_URI",
    "ALLOW_RELEASED_ONNX_OPSET_ONLY",
)


def platform_name() -> str:
    """System, release, machine and C library in a word; `platform.platform` reads the whole interpreter for it."""
    try:
        return "-".join([*os.uname()[0:5:2], *os.confstr("CS_GNU_LIBC_VERSION").split()])  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return platform.platform()


def search_path() -> list:
    """The entries of sys.path that an import follows, as texts."""
    return [os.fsdecode(p) for p in sys.path if isinstance(p, (str, bytes))]


def hello(channel: Channel, static: bool) -> None:
    """Who the patient is, and whether anything is imported."""
    channel.send(
        "hello",
        python=platform.python_version(),
        executable=sys.executable or "",
        platform=platform_name(),
        static=static,
        system={
            "implementation": platform.python_implementation(),
            "machine": platform.machine(),
            "prefix": sys.prefix,
            "base_prefix": getattr(sys, "base_prefix", sys.prefix),
            "path": search_path(),
            "conda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
            # PEP 668: a system's own interpreter, into which no installer installs
            "managed": sys.prefix == getattr(sys, "base_prefix", sys.prefix)
            and os.path.exists(os.path.join(os.path.dirname(os.__file__), "EXTERNALLY-MANAGED")),
            "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
        },
    )


class Supervisor:
    """Drives workers through the plan: what crashed or hung costs its own step only."""

    def __init__(self, plan: dict, channel: Channel) -> None:
        self.plan, self.channel = plan, channel
        self.imported = []  # type: list
        self.failed = []  # type: list
        #: names that modules do not have, which can be imported themselves
        self.lacking = []  # type: list
        self.late = []  # type: list
        self.worker = None  # type: Any
        self.broken, self.patience = False, 1.0
        self.parent = os.getppid()

    def next_frame(self, seconds: float) -> Any:
        """The next frame, None at the end, "late" when the time is up; leaves when whoever asked is gone."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if os.getppid() != self.parent:
                raise SystemExit(3)
            try:
                return self.worker.frames.get(timeout=min(1.0, max(0.01, deadline - time.monotonic())))
            except queue.Empty:
                continue
        return "late"

    def limit(self, step: Any) -> float:
        """Seconds that the open step may take; a forked canary is ended by its own worker first."""
        if step and step["stage"] != "import":
            return self.plan["canary_seconds"] * self.patience + 10
        return self.plan["import_seconds"] * self.patience

    def one_round(self, imports: list, canaries: list, fork: bool) -> bool:
        """One worker, from its start to its end; True when it came through."""
        self.patience = patience()
        plan = dict(
            self.plan,
            looker="",
            canary_seconds=self.plan["canary_seconds"] * self.patience,
            token=self.plan["token"] or "-",
            imports=imports,
            canaries=canaries,
            fork=fork,
            absent=self.plan["absent"] + self.gone(),
        )
        self.worker, step = Worker(plan), None
        while True:
            frame = self.next_frame(self.limit(step))
            if frame in ("late", None):
                self.lost(step, frame == "late")
                return False
            done = frame["frame"] == "worked"
            broken = frame["frame"] == "failure" and frame["stage"] == "import" and "where" not in frame["facts"]
            step = self.follow(frame)
            if done or broken:
                self.worker.end()
                return done

    def follow(self, frame: dict) -> Any:
        """Book one frame and pass it on; returns the step that is open now."""
        kind = frame.pop("frame")
        if frame.get("subject") in self.imported or kind == "worked":
            return frame if kind == "step" else None
        if kind in ("passed", "failure") and frame["stage"] == "import" and "where" not in frame["facts"]:
            lacking = frame.get("facts", {}).get("lacking", ())
            self.lacking += ["%s.%s" % (frame["subject"], name) for name in lacking]
            (self.imported if kind == "passed" or lacking else self.failed).append(frame["subject"])
        if kind == "failure":
            frame["output"] = frame.get("output") or tail(self.worker.printed)
        if kind == "failure" and frame["type"] == "TimeOut" and frame["stage"] != "import" and self.plan["fork"]:
            self.late.append(frame["subject"])
            return None
        self.channel.send(kind, **frame)
        return frame if kind == "step" else None

    def lost(self, step: Any, late: bool) -> None:
        """The worker died or hung: the announced step is the one to blame.

        Raises OSError where none was ever taken: then nothing was looked at.
        """
        status = self.worker.end(0.0 if late else 5.0)
        if not step:
            self.broken = True
            word = last_word("", "", late, status, self.worker.printed)
            text = "a process of the probe ended early: %s %s" % (word["text"], tail(self.worker.printed, 300))
            if self.plan["imports"] and not (self.imported or self.failed):
                raise OSError(text.rstrip())
            self.channel.send("remark", text=text)
            return
        if step["stage"] == "import":
            self.failed.append(step["subject"])
        self.channel.send("failure", **last_word(step["stage"], step["subject"], late, status, self.worker.printed))

    def next_imports(self) -> list:
        """What is left to import: what is known to work comes first, what failed is left out."""
        left = [
            dict(w, names=[name for name in w["names"] if "%s.%s" % (w["module"], name) not in self.lacking])
            for w in self.plan["imports"]
            if w["module"] not in self.failed
        ]
        return sorted(left, key=lambda w: w["module"] not in self.imported)

    def gone(self) -> list:
        """Packages that cannot be imported; one that only lacks a module, and is tried itself, is not among them."""
        tried = [w["module"] for w in self.plan["imports"] if w["module"] not in self.failed]
        tops = (f.partition(".")[0] for f in self.failed)
        return [top for top in tops if top in self.failed or top not in tried]

    def runnable(self) -> list:
        """Canaries whose packages have not failed to import."""
        gone = set(self.gone()) | set(self.plan["absent"])
        return [c for c in self.plan["canaries"] if not gone & set(c["needs"]) and not self.lacks(c)]

    def lacks(self, canary: dict) -> bool:
        """Whether a module that the canary's model comes from has failed to import, or lacks what it is made of."""
        used = [*canary["imports"], canary["converter"]]
        written = "%s %s " % (canary["make"], canary["converter"])
        if any(re.search(r"\b%s\b" % re.escape(name), written) for name in self.lacking):
            return True
        return any(name == f or name.startswith(f + ".") for f in self.failed for name in used)

    def run(self) -> None:
        """Import, starting again without each package that failed; the worker that came through forks the canaries."""
        fork = self.plan["fork"] and hasattr(os, "fork")
        while not self.broken and not self.one_round(self.next_imports(), self.runnable() if fork else [], fork):
            if len(self.failed) > len(self.plan["imports"]):
                return
        alone = [c for c in self.runnable() if not fork or c["name"] in self.late]
        if alone and not self.broken:
            self.plan["fork"] = False
            why = "no answer after a fork" if fork else "no fork here"
            self.channel.send(
                "remark", text="%s: %s ran in a process of its own" % (why, ", ".join(c["name"] for c in alone))
            )
            for canary in alone:
                self.one_round([], [canary], False)


def stop(number: int, frame: Any) -> None:
    """A request to stop becomes an ordinary exit, so that everything is cleaned up."""
    raise SystemExit(128 + number)


def supervise(plan: dict, channel: Channel) -> None:
    """Look, import, try; the scratch folder is gone afterwards, whatever happens."""
    hello(channel, plan["static"])
    plan["folder"] = plan["folder"] or os.getcwd()
    plan["path"] = [plan["folder"]] * plan["folder_first"] + search_path()
    before = what_is_installed(plan["path"])
    if plan["looker"]:  # compiled only now: where the files are known to be the same, nobody looks
        closely = {}  # type: dict
        exec(compile(plan["looker"], "<checker probe>", "exec"), closely)
        closely["look_closely"](channel, plan, [str(p) or os.getcwd() for p in plan["path"]])
    if plan["static"]:
        return
    plan["canaries"] = [c for c in plan["canaries"] if suits(c, plan.get("sklearn", ""))]
    for name in find_missing(plan):
        channel.send("remark", text="%s needs a module of your own project, which is not imported: not tried" % name)
    plan["bytecode"] = choose_bytecode(plan)
    plan["scratch"], lock = make_scratch()
    supervisor = Supervisor(plan, channel)
    try:
        if plan["rehearsal"]:
            drive_rehearsal(supervisor)
        if plan["imports"] or plan["canaries"]:
            supervisor.run()
    finally:
        if supervisor.worker:
            supervisor.worker.end()
        remove_scratch(plan["scratch"], lock)
    if what_is_installed(plan["path"]) != before:  # half of one state and half of another is no state at all
        channel.send("changed")


def made_anew(name: str) -> int:
    """The descriptor of a new file: what had its name is removed, for a link could lead to any file of the user's."""
    try:
        if os.path.lexists(name):
            os.unlink(name)
        return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        raise SystemExit(
            "checker: cannot write %s in %s: %s; change to another folder" % (name, os.getcwd(), error.strerror)
        ) from None


def leave(plan: dict) -> None:
    """Look from inside a live interpreter, and leave the frames in a file of the working folder."""
    with os.fdopen(made_anew(plan["leave"]), "wb") as out:
        channel = Channel("", out.fileno())
        try:
            supervise(plan, channel)
        finally:
            sys.path[:0] = [""] * plan["folder_first"]  # as it was
        channel.send("end")
    print("left %s: bring it to `checker preflight --from %s`" % (os.path.abspath(plan["leave"]), plan["leave"]))


def main(plan: dict, folder_first: bool) -> None:
    """The program's entry, over stdin and in the script that is run by hand."""
    plan["folder_first"] = folder_first
    if plan["role"] == "standalone":
        leave(plan)
        return
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    channel = open_channel(plan["token"])
    try:
        supervise(plan, channel)
    except OSError as error:
        channel.send("error", text=str(error))
    channel.send("end")
    os._exit(0)  # nothing is left to do, and taking an interpreter apart takes a while
