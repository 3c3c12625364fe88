"""Log, register, load and score models by MLflow, beside everything that it rests on."""

import os
from typing import Any

from ..apart import refuse_network
from ..canary.flow import try_canary
from ..canary.forks import in_fork, said_of_end
from ..frames import Channel, open_channel
from ..worker import bound_memory, set_apart
from .batches import LONGER, add_folders, importable
from .conversions import Tagged, import_package


def measure_registries(plan: dict) -> None:
    """Import the path, then try each canary in a process of its own."""
    channel = open_channel(plan["token"])
    bound_memory(plan["memory"])

    def job(own: Channel) -> None:
        refuse_network()
        os.chdir(plan["scratch"])
        add_folders(plan["folders"])
        good = [m for m in plan["imports"] if importable(m) and import_package(m, "", own)]
        for number, canary in enumerate(plan["canaries"]):
            if set(canary["needs"]) <= {*good, "numpy", "pandas"}:
                try_one(plan, number, canary, own)
        own.send("ran")

    end = in_fork(job, plan["seconds"] * LONGER, channel, anew=True)
    if end["step"] is not None:
        channel.send("failure", **said_of_end(end["step"]["stage"], end["step"]["subject"], end))
    channel.send("end")


def try_one(plan: dict, number: int, canary: dict, channel: Any) -> None:
    """One canary through its whole flow."""
    told = Tagged(channel, "")

    def job(own: Channel) -> None:
        set_apart(plan, number)
        try_canary(canary, [], own)

    end = in_fork(job, plan["seconds"], channel, anew=True)
    if end["step"] is not None:
        told.send("failure", **said_of_end(end["step"]["stage"], canary["name"], end))
    channel.send("tried", subject=canary["name"])
