"""The comparison of a real model with its real graph, on the rows that the script gave it."""

import hashlib
import importlib
import os
from typing import Any

from ...canary.converting import rounded, step_check
from ...canary.running import plain_name, step_load, step_run
from ...errors import attribute, describe, innermost, is_a, is_ours, name_of, said_by
from ...frames import Channel
from ..lock import TimeIsUp
from .neighbours import step_all_parity

#: what the flow of the canaries asks of a row, for one that is compared as it is
PLAIN = {
    "feed": "",
    "fed": (),
    "unpacks": 0,
    "takes": (),
    "outputs": (),
    "reference": False,
    "providers": True,
    "proto": False,
    "runs": False,
    "listed": 0,
    "feeds": (),
}


def step_own_run(canary: dict, state: dict) -> dict:
    """Score the script's rows; those that lack a column of the graph are no rows for it.

    Raises LookupError for them: a table that got another column after the fit is converted with it.
    """
    wanted, have = state["session"].get_inputs(), {plain_name(str(c)) for c in getattr(state["test"], "columns", ())}
    lacks = [node.name for node in wanted if plain_name(node.name) not in have]
    if have and len(wanted) > len(have) and lacks:
        raise LookupError("the graph takes %s, which the rows that the model was given lack" % ", ".join(lacks))
    return step_run(canary, state)


#: steps, and what a script's own model needs for them
JUDGING = (("check", step_check), ("load", step_load), ("run", step_own_run), ("parity", step_all_parity))


#: stages at which a script itself may meet a graph, and go on
OWN_STAGES = ("load", "run")
#: bytes of a file that is read to know which graph it holds
MOST_BYTES = 200 << 20


class Kept:
    """A channel that keeps what came of steps until it is known whether it counts."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.frames = channel, []  # type: Channel, list

    def send(self, frame: str, **fields: Any) -> None:
        """Keep a frame; what is begun is told at once, so that it can be blamed."""
        if frame == "step":
            self.channel.send(frame, **fields)
        else:
            self.frames.append((frame, fields))

    def is_refused(self) -> bool:
        """Whether the graph failed where the script may deal with it in its own way."""
        return any(frame == "failure" and fields["stage"] in OWN_STAGES for frame, fields in self.frames)

    def tell(self) -> None:
        """Send what was kept."""
        for frame, fields in self.frames:
            self.channel.send(frame, **fields)


def fingerprint(graph: Any) -> str:
    """What tells a graph from others: the digest of its bytes, of a file's, or of a model's; "" for anything else."""
    try:
        if hasattr(graph, "SerializeToString"):
            graph = graph.SerializeToString()
        elif not isinstance(graph, bytes):
            with open(graph, "rb") as file:
                graph = file.read(MOST_BYTES)
        return hashlib.sha256(graph).hexdigest()
    except (OSError, TypeError, ValueError):
        return ""


def settle_doubts(watch: Any) -> None:
    """Try once more, as the script has left them, the graphs that were refused and that it has not tried itself.

    A line that converts one model in several ways, as in a loop over opsets, goes on where one of them is refused.
    """
    watch.busy = True
    for canary, model, rows, onx in watch.doubts:
        if fingerprint(onx) not in watch.sessions:
            if (canary["where"], id(model)) in watch.sound:
                watch.channel.send("crossing", **dict(canary, caught=True))
            judged_apart(canary, model, rows, onx, watch.channel)
    watch.doubts, watch.busy = [], False


def judge_conversion(watch: Any, canary: dict, model: Any, rows: Any, onx: Any) -> None:
    """Check, load, run and compare, in the script's own process: many libraries compute in threads and survive no fork.

    What the checker or the runtime refuses is decided at the end: the script may change the graph, or expect that.
    """
    if rows is None:
        watch.channel.send("remark", text="Not compared: %s, no rows were seen that it was given" % canary["name"])
        return
    kept = Kept(watch.channel)
    judged_apart(canary, model, rows, onx, kept)
    if kept.is_refused():
        watch.doubts.append((canary, model, rows, onx))
    else:
        watch.sound.add((canary["where"], id(model)))
        kept.tell()


def judged_apart(canary: dict, model: Any, rows: Any, onx: Any, channel: Any) -> None:
    """The steps, without a trace in the random numbers of the script."""
    numpy = importlib.import_module("numpy")
    state = numpy.random.get_state()
    try:
        take_steps_of(dict(canary, **PLAIN), model, rows, onx, channel)
    finally:
        numpy.random.set_state(state)


def as_array(np: Any, rows: Any) -> Any:
    """Rows that came as a list in the form in which a session is fed."""
    if not isinstance(rows, (list, tuple)):
        return rows
    return np.array(rows, dtype=object if isinstance(rows[0], str) else None)


def is_not_its_own(error: BaseException) -> bool:
    """Whether an error says nothing of the model.

    It came out of a line of the probe, since the data are of an odd kind; or what compares is not to be had: imports
    have their own steps.
    """
    raised_here = is_a(error, Exception) and innermost(error) == "<checker probe>"
    absent = is_a(error, ImportError)
    return absent or is_ours(error) or (raised_here and attribute(error, "facts") is None)


def take_steps_of(canary: dict, model: Any, rows: Any, onx: Any, channel: Any) -> None:
    """The steps up to the first that fails."""
    numpy = importlib.import_module("numpy")
    rows = as_array(numpy, rows)
    state = {"np": numpy, "model": model, "x": rows, "onnx": onx, "folder": os.getcwd(), "ordinary": len(rows)}
    try:
        state["test"] = rounded(canary, rows.copy() if hasattr(rows, "copy") else rows)
    except Exception:
        state["test"] = rows
    for stage, step in JUDGING:
        channel.send("step", stage=stage, subject=canary["name"])
        try:
            facts = step(canary, state)
        except BaseException as error:
            if is_a(error, TimeIsUp):
                raise
            if is_not_its_own(error):
                said = (canary["name"], stage, name_of(type(error)), said_by(error))
                channel.send("remark", text="Not compared: %s, %s (%s: %s)" % said)
                channel.send("passed", stage="fit", subject=canary["name"], seconds=0.0, facts={})
                return
            stage = attribute(error, "stage", stage)
            channel.send("failure", stage=stage, subject=canary["name"], seconds=0.0, **describe(error))
            if stage != "check":
                return
        else:
            channel.send("passed", stage=stage, subject=canary["name"], seconds=0.0, facts=facts)
