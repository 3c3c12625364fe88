"""The supervisor's part in a rehearsal: it runs in a process of its own, and what it reached is not tried again."""

import hashlib
import os
import re
import time
from typing import Any

from .child import Worker
from .errors import last_word, tail

#: seconds after the end of its time in which a rehearsal may say where it stood
LATER = 15
#: why nothing more is known of a script, and the printed line that is no last word
AT_ONCE, DUMPED = "ends the process at once, from a thread or from compiled code", "; the last that it printed: File "
#: seconds without a frame after which a process that has ended is not listened to any more
SILENT = 1.0


class Reached:
    """What a rehearsal has reached."""

    def __init__(self) -> None:
        #: lines of crossings; modules that were imported
        self.lines, self.modules = set(), []  # type: set, list
        #: whether the scripts came to their end, and the step that is open
        self.whole, self.step = False, {}  # type: bool, dict
        #: the script that runs, and whether its last word has come
        self.script, self.told = "", False

    def has(self, canary: dict) -> bool:
        """Whether what a canary was read from has been run."""
        return bool(self.whole or {canary["where"], canary["converted"]} & self.lines)

    def leaves(self, canary: dict) -> bool:
        """Whether a canary is still to be tried: its lines were not run, or it is logged to a server besides."""
        served = canary["logging"] and canary["logging"].get("server") and canary["where"] not in self.lines
        return bool(served) or not (canary["where"] and self.has(canary))

    def follow(self, kind: str, frame: dict) -> None:
        """Book one frame."""
        if kind == "step":
            self.step = frame
            self.script = frame["subject"] if frame["stage"] == "fit" else self.script
        if kind == "crossing":
            self.lines.add(frame["where"])
        if kind == "passed" and frame["stage"] == "import":
            self.modules.append(frame["subject"])
        if kind == "rehearsed":
            self.whole, self.told = frame["whole"], True


def drive_rehearsal(supervisor: Any) -> None:
    """Let the scripts be rehearsed, and leave in the plan what is still to be tried after it.

    Each has a process of its own: what they have in common is files. The first that does not end well is the last.
    """
    plan, reached = supervisor.plan, Reached()
    wanted, why = as_there(plan["rehearsal"], os.getcwd())
    if why:
        told = dict(script=os.path.basename(why[0]), rows=0, of=0, whole=False)
        supervisor.channel.send("rehearsed", where=told["script"], why=why[1], **told)
        return
    plan["rehearsal"], end = wanted, time.monotonic() + wanted["seconds"]
    for script in wanted["scripts"]:
        reached.whole = reached.told = False
        drive_script(supervisor, reached, dict(wanted, script=script, seconds=max(1.0, end - time.monotonic())))
        if not reached.whole:
            break
    plan["canaries"] = [c for c in plan["canaries"] if reached.leaves(c)]
    if reached.whole:
        plan["imports"] = [w for w in plan["imports"] if w["module"] not in reached.modules]
        plan["names"] = []


def as_there(wanted: dict, here: str) -> tuple:
    """What is rehearsed, with the paths that it has in this place; and (script, why) for one that is not there, or ().

    A script of another machine is looked for at its path, and then below the folder in which this Python was started.
    """
    folder, found = wanted["folder"], {}  # type: Any, dict
    for script, digest in wanted["digests"].items():
        below = os.path.normpath(os.path.join(here, os.path.relpath(script, folder)))
        places = [place for place in (script, below) if os.path.isfile(place)]
        if not places:
            return wanted, (script, "is not in this place (neither %s nor %s)" % (script, below))
        same = [place for place in places if digest_of(place) == digest]
        if not same:
            return wanted, (script, "is another file in this place (%s) than here" % places[0])
        found[script] = same[0]
    if not found:
        return wanted, ()
    cells = {found[script]: cells for script, cells in wanted["cells"].items()}
    moved = folder if os.path.isdir(folder) and all(found[script] == script for script in found) else here
    return dict(wanted, folder=moved, scripts=[found[s] for s in wanted["scripts"]], cells=cells), ()


def digest_of(path: str) -> str:
    """What tells the bytes of a file from others."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def drive_script(supervisor: Any, reached: Reached, wanted: dict) -> None:
    """Let one script be rehearsed; what was imported before is told once."""
    plan = supervisor.plan
    told = dict(plan, looker="", worker=plan["rehearser"], token=plan["token"] or "-", rehearsal=wanted)
    supervisor.worker = Worker(told)
    deadline = time.monotonic() + wanted["seconds"] + LATER
    while not reached.told:
        frame = next_word(supervisor, deadline)
        if frame in ("late", None):
            break
        kind = frame.pop("frame")
        again = kind == "passed" and frame["stage"] == "import" and frame["subject"] in reached.modules
        reached.follow(kind, frame)
        if kind == "failure":
            frame["output"] = frame.get("output") or tail(supervisor.worker.printed)
        if not again:
            supervisor.channel.send(kind, **frame)
    end_rehearsal(supervisor, reached, late=frame == "late")


def next_word(supervisor: Any, deadline: float) -> Any:
    """The next frame, "late", or None at the end: where the process has ended, whoever still holds its pipes."""
    while True:
        left = deadline - time.monotonic()
        frame = supervisor.next_frame(max(0.0, min(SILENT, left)))
        if frame != "late" or left <= SILENT:
            return frame
        if supervisor.worker.process.poll() is not None:
            return None


def end_rehearsal(supervisor: Any, reached: Reached, late: bool) -> None:
    """End the process; what it died of is a failure at the line where it stood, and no answer is none."""
    status = supervisor.worker.end(0.0 if late else 5.0)
    plan, printed, step = supervisor.plan, supervisor.worker.printed, reached.step
    if reached.told:
        return
    if not step:  # nothing of the script was run: the fault is not its own
        raise OSError("a process of the rehearsal ended early: %s" % tail(printed, 300).strip())
    where = line_of(printed, plan["scratch"], plan["rehearsal"]["standin"]) or step.get("subject", "")
    told = {
        "script": reached.script,
        "rows": plan["rehearsal"]["rows"],
        "of": 0,
        "whole": False,
        "where": where,
    }
    if late or not status:
        supervisor.channel.send("rehearsed", why="time" if late else AT_ONCE, **told)
        return
    said = last_word(step.get("stage", "fit"), step.get("subject", ""), late, status, printed)
    if said["stage"] == "fit":
        said["subject"] = where
        supervisor.channel.send("crossing", name=where, make="", imports=[], columns=[], converter="", where=where)
    said["text"] = said["text"].partition(DUMPED)[0]
    said["chain"] = [[said["type"], said["text"]]]
    said["facts"] = {"left": True, "where": where}
    supervisor.channel.send("failure", **said)
    supervisor.channel.send("rehearsed", why="failed", **told)


def line_of(printed: bytes, scratch: str, standin: str) -> str:
    """The user's own line in the last stack that Python has printed, "" where there is none."""
    text = printed.decode("utf-8", "backslashreplace")
    stack = text[max(0, text.rfind("(most recent call first)")) :]
    lines = re.findall(r'File "(.*)", line (\d+) in ', stack)
    own = [(file, line) for file, line in lines if file.startswith(scratch) and "-packages" not in file]
    name = os.path.basename(own[0][0]) if own else ""
    return "%s:%s" % (name, own[0][1]) if name != standin else name
