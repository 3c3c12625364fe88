"""Log, register, load and score models by MLflow, beside everything that it rests on."""

from typing import Any

from ..canary.flow import try_canary
from ..canary.forks import in_fork, said_of_end
from ..frames import Channel
from ..worker import set_apart
from .batches import importable, in_composed
from .conversions import Tagged, import_package


def measure_flows(plan: dict) -> None:
    """Import the path, then try each canary in a process of its own."""

    def job(own: Channel) -> None:
        good = [m for m in plan["imports"] if importable(m) and import_package(m, "", own)]
        for number, canary in enumerate(plan["canaries"]):
            if set(canary["needs"]) <= {*good, "numpy", "pandas"}:
                try_one(plan, number, canary, own)
        own.send("ran")

    in_composed(job, plan)


def try_one(plan: dict, number: int, canary: dict, channel: Any) -> None:
    """One canary through its whole flow."""
    told = Tagged(channel, "")

    def job(own: Channel) -> None:
        set_apart(plan, number, "")
        try_canary(canary, [], own)

    end = in_fork(job, plan["seconds"], channel, anew=True)
    if end["step"] is not None:
        told.send("failure", **said_of_end(end["step"]["stage"], canary["name"], end))
    channel.send("tried", subject=canary["name"])
