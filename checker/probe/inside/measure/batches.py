"""Many pieces of work in forked processes: each goes on until one of them kills it, and the next begins behind that."""

import json
import os
import site
import sys
from functools import partial
from typing import Any

from ..apart import refuse_network
from ..canary.forks import in_fork, said_of_end
from ..errors import describe, is_ours, name_of, own_lines, said_by
from ..frames import Channel, open_channel
from ..worker import bound_memory

#: how much longer one waits for a process that waits for others itself: theirs is the last word
LONGER = 1.25


def add_folders(folders: list) -> None:
    """Put folders of packages on the search path, with what their path files say.

    They stand behind the standard library, as installed packages do, and before the folders that are there already.
    """
    before = list(sys.path)
    for folder in folders:
        site.addsitedir(folder)
    library = os.path.dirname(os.__file__)
    own = [place for place in before if place.startswith(library) or place.endswith(".zip")]
    sys.path[:] = own + sys.path[len(before) :] + [place for place in before if place not in own]
    join_namespaces(folders)
    # where scikit-learn has imported it before, it knows only the distributions of then
    resources = getattr(sys.modules.get("pkg_resources"), "working_set", None)
    if resources is not None:
        for folder in folders:
            resources.add_entry(folder)


def in_composed(job: Any, plan: dict) -> None:
    """Run `job(channel)` in a process of its own, in the composed environment and the scratch folder of a plan."""
    channel = open_channel(plan["token"])
    bound_memory(plan["memory"])

    def composed(own: Channel) -> None:
        refuse_network()
        os.chdir(plan["scratch"])
        add_folders(plan["folders"])
        job(own)

    end = in_fork(composed, plan["seconds"] * LONGER, channel, anew=True)
    if end["step"] is not None:
        channel.send("failure", **said_of_end(end["step"]["stage"], end["step"]["subject"], end))
    channel.send("end")


def join_namespaces(folders: list) -> None:
    """Let packages that path files have made, `google` for one, reach into all folders: installed, they share one."""
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__path__", None)
        if type(path) is list and not getattr(module, "__file__", None):
            places = [os.path.join(folder, *name.split(".")) for folder in folders]
            path.extend(place for place in places if os.path.isdir(place) and place not in path)


def in_batches(work: Any, items: list, seconds: float, channel: Any) -> bool:
    """Do `work(item, channel)` for every item, a dictionary with "subject" and "stage", each announced as a step.

    What an item raises, and what kills the process or takes longer than so many seconds, is a failure of that item.
    False where the process ended between two items: then nobody knows which were done.
    """
    places, place = {item["subject"]: i for i, item in enumerate(items)}, 0
    while place < len(items):
        end = in_fork(partial(go_through, work, items[place:]), seconds, channel, anew=True)
        step = end["step"]
        if step is None:
            return not (end["late"] or end["status"])
        channel.send("failure", **said_of_end(step["stage"], step["subject"], end))
        place = places[step["subject"]] + 1
    return True


def go_through(work: Any, items: list, channel: Channel) -> None:
    """Item by item, in this process."""
    for item in items:
        channel.send("step", stage=item["stage"], subject=item["subject"])
        attempt(work, item, channel)
        channel.send("done", subject=item["subject"])


def attempt(work: Any, item: dict, channel: Any) -> None:
    """One item; what it raises is told as a failure of the stage that the exception names, or else of the item's.

    A fault of the checker's own says nothing of what is measured.
    """
    try:
        work(item, channel)
    except Exception as error:
        stage, subject = getattr(error, "stage", item["stage"]), item["subject"]
        if is_ours(error):
            channel.send("remark", stage=stage, subject=subject, text=fault_of(error))
        else:
            channel.send("failure", **dict(describe(error), stage=stage, subject=subject))


def fault_of(error: Exception) -> str:
    """A fault of the checker's own, in one line."""
    return "%s: %s (%s)" % (name_of(type(error)), said_by(error)[:300], "; ".join(own_lines(error)[-2:]))


class Store:
    """A file to which bytes are appended; each piece goes by its place and length."""

    def __init__(self, path: str) -> None:
        self.path = path

    def add(self, data: bytes) -> list:
        """Append bytes: [place, length]."""
        with open(self.path, "ab") as file:
            place = os.fstat(file.fileno()).st_size
            file.write(data)
        return [place, len(data)]


def importable(module: str) -> bool:
    """Whether a top-level module is on the search path."""
    from importlib.machinery import PathFinder

    return PathFinder.find_spec(module) is not None


def copied(thing: Any) -> Any:
    """A copy of what is JSON-able."""
    return json.loads(json.dumps(thing))
