"""The supervisor's part in a rehearsal: it runs in a process of its own, and what it reached is not tried again."""

import time
from typing import Any

from .child import Worker
from .errors import last_word, tail

#: seconds after the end of its time in which a rehearsal may say where it stood
LATER = 15


class Reached:
    """What a rehearsal has reached."""

    def __init__(self) -> None:
        #: lines of crossings; modules that were imported
        self.lines, self.modules = set(), []  # type: set, list
        #: whether the scripts came to their end, and the step that is open
        self.whole, self.step = False, {}  # type: bool, dict

    def has(self, canary: dict) -> bool:
        """Whether what a canary was read from has been run."""
        return bool(self.whole or {canary["where"], canary["converted"]} & self.lines)

    def follow(self, kind: str, frame: dict) -> None:
        """Book one frame."""
        if kind == "step":
            self.step = frame
        if kind == "crossing":
            self.lines.add(frame["where"])
        if kind == "passed" and frame["stage"] == "import":
            self.modules.append(frame["subject"])
        if kind == "rehearsed":
            self.whole = frame["whole"]


def drive_rehearsal(supervisor: Any) -> None:
    """Let the scripts be rehearsed, and leave in the plan what is still to be tried after it.

    Each has a process of its own: what they have in common is files. The first that does not end well is the last.
    """
    plan, reached = supervisor.plan, Reached()
    wanted, end = plan["rehearsal"], time.monotonic() + plan["rehearsal"]["seconds"]
    for script in wanted["scripts"]:
        reached.whole = False
        drive_script(supervisor, reached, dict(wanted, script=script, seconds=max(1.0, end - time.monotonic())))
        if not reached.whole:
            break
    plan["canaries"] = [c for c in plan["canaries"] if not (c["where"] and reached.has(c))]
    if reached.whole:
        plan["imports"] = [w for w in plan["imports"] if w["module"] not in reached.modules]
        plan["names"] = []


def drive_script(supervisor: Any, reached: Reached, wanted: dict) -> None:
    """Let one script be rehearsed; what was imported before is told once."""
    plan = supervisor.plan
    told = dict(plan, looker="", worker=plan["rehearser"], token=plan["token"] or "-", rehearsal=wanted)
    supervisor.worker = Worker(told)
    deadline = time.monotonic() + wanted["seconds"] + LATER
    while True:
        frame = supervisor.next_frame(max(0.0, deadline - time.monotonic()))
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


def end_rehearsal(supervisor: Any, reached: Reached, late: bool) -> None:
    """End the process; what it died of, or did not end in time, is a failure of the step that was open."""
    status = supervisor.worker.end(0.0 if late else 5.0)
    if not (late or status):
        return
    step = reached.step
    said = last_word(step.get("stage", "fit"), step.get("subject", ""), late, status, supervisor.worker.printed)
    said["facts"] = {"left": True}
    supervisor.channel.send("failure", **said)
