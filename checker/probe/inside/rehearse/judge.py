"""The comparison of a real model with its real graph, on the rows that the script gave it."""

import os
from typing import Any

from ..canary.converting import rounded, step_check
from ..canary.parity import step_parity
from ..canary.running import step_load, step_run
from ..errors import attribute, describe, is_a, is_ours, name_of, said_by
from ..frames import Channel
from .lock import TimeIsUp

#: what the flow of the canaries asks of a row, for one that is compared as it is
PLAIN = {"feed": "", "fed": (), "unpacks": 0, "takes": (), "outputs": (), "reference": False, "providers": True}
#: steps, and what a script's own model needs for them
JUDGING = (("check", step_check), ("load", step_load), ("run", step_run), ("parity", step_parity))


def judge_conversion(watch: Any, canary: dict, model: Any, rows: Any, onx: Any) -> None:
    """Check, load, run and compare, in the script's own process: many libraries compute in threads and survive no fork.

    The random numbers of the script are those that it would have had.
    """
    if rows is None:
        watch.channel.send("remark", text="Not compared: %s, no rows were seen that it was given" % canary["name"])
        return
    import numpy

    kept = numpy.random.get_state()
    try:
        take_steps_of(dict(canary, **PLAIN), model, rows, onx, watch.channel)
    finally:
        numpy.random.set_state(kept)


def take_steps_of(canary: dict, model: Any, rows: Any, onx: Any, channel: Channel) -> None:
    """The steps up to the first that fails."""
    import numpy

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
            if is_ours(error):
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
