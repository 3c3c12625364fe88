"""The static look: all that can be seen without importing anything of the patient."""

import os

from .frames import Channel
from .integrity import find_damage
from .interfaces import find_interfaces
from .inventory import find_distributions
from .linking import Linker
from .origins import find_loaded
from .origins import find_origins
from .places import Finder
from .references import find_unresolved
from .symbols import Store


def look(channel: Channel, plan: dict) -> list:
    """Send everything seen of the patient's files; the distributions found, in search order. Never raises."""
    remarks = []  # type: list
    path = [p or os.getcwd() for p in plan.get("path") or []]
    installed = attempt("the list of distributions", remarks, list, find_distributions, path, remarks)
    for one in installed:
        channel.send("distribution", **one.fields())
    attempt("the links between packages", remarks, list, examine, channel, plan, path, installed, remarks)
    for text in remarks:
        channel.send("remark", text=text)
    return list(installed)


def attempt(what: str, remarks: list, empty: object, work: object, *arguments: object) -> object:
    """What `work` returns, or an empty value and a remark."""
    try:
        return work(*arguments)  # type: ignore[operator]
    except Exception as error:
        remarks.append("%s could not be looked at: %s: %s" % (what, type(error).__name__, error))
        return empty()  # type: ignore[operator]


def examine(channel: Channel, plan: dict, path: list, installed: list, remarks: list) -> list:
    """Walk from the roots, then ask each kind of question; one that fails costs its own answer only."""
    finder = Finder(path)
    store = Store(str(plan.get("cache") or ""))
    linker = Linker(finder, installed, store, list(plan.get("lazy") or ()))
    wanted = list(dict.fromkeys(list(plan.get("roots") or ()) + list(plan.get("soft_roots") or ())))
    roots = [root for root in wanted if finder.find(root) is not None]
    attempt("the imports", remarks, list, linker.walk, roots)
    questions = [
        ("damage", find_damage, (linker, installed, wanted)),
        ("origin", find_origins, (linker, str(plan.get("folder") or ""))),
        ("unresolved", find_unresolved, (linker, roots)),
        ("interface", find_interfaces, (linker, roots)),
    ]
    if plan.get("live"):
        questions.append(("loaded", find_loaded, (linker,)))
    for kind, question, arguments in questions:
        for fields in attempt("the question of " + kind, remarks, list, question, *arguments):  # type: ignore[attr-defined]
            channel.send(kind, **fields)
    store.save()
    return []
