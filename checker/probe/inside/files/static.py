"""The static look: all that can be seen without importing anything of the patient."""

import gc
import warnings

from ..frames import Channel
from .integrity import find_damage, note_shared
from .interfaces import find_interfaces
from .inventory import RESTS_ON, find_distributions
from .linking import Linker
from .origins import find_loaded, find_origins
from .places import Finder, startup_files
from .references import find_lacking, find_unresolved
from .symbols import Store


def look_closely(channel: Channel, plan: dict, path: list) -> None:
    """Send everything seen of the files on a search path, and the paths that it rests on. Never raises."""
    remarks = []  # type: list
    installed = attempt("the list of distributions", remarks, find_distributions, path, remarks)
    attempt("who shares files", remarks, note_shared, installed)
    for one in installed:
        channel.send("distribution", **one.fields())
        if one.name == "scikit-learn":
            plan.setdefault("sklearn", one.version)
    collecting = gc.isenabled()
    gc.disable()  # thousands of small tables and syntax trees, no cycles worth a search: a quarter of the time
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parsing complains of other people's escapes
        attempt("the imports", remarks, examine, channel, plan, path, installed, remarks)
    if collecting:
        gc.enable()
    for text in remarks:
        channel.send("remark", text=text)
    RESTS_ON.update(startup_files(path))
    if plan.get("looks"):
        channel.send("rests-on", paths=sorted(RESTS_ON))


def attempt(what: str, remarks: list, work: object, *arguments: object) -> list:
    """The list that `work` returns; an empty one and a remark when it fails."""
    try:
        return work(*arguments)  # type: ignore[operator]
    except Exception as error:
        remarks.append("%s could not be looked at: %s: %s" % (what, type(error).__name__, error))
        return []


def examine(channel: Channel, plan: dict, path: list, installed: list, remarks: list) -> list:
    """Walk from the roots, then ask each kind of question; one that fails costs its own answer only."""
    finder = Finder(path)
    store = Store(str(plan.get("cache") or ""))
    linker = Linker(finder, installed, store, list(plan.get("lazy") or ()))
    wanted = list(dict.fromkeys(plan.get("roots") or ()))
    roots = [root for root in wanted if finder.find(root)]
    linker.walk(roots)
    unresolved = attempt("references between packages", remarks, find_unresolved, linker, roots)
    questions = [
        ("damage", find_damage, (linker, installed, wanted, unresolved)),
        ("origin", find_origins, (linker, str(plan.get("folder") or ""))),
        ("unresolved", list, (unresolved,)),
        ("unresolved", find_lacking, (linker, plan.get("asked") or {})),
        ("interface", find_interfaces, (linker, roots)),
        ("loaded", find_loaded if plan.get("live") else list, (linker,) if plan.get("live") else ()),
    ]
    for kind, question, arguments in questions:
        for fields in attempt("every " + kind, remarks, question, *arguments):
            channel.send(kind, **fields)
    store.save()
    return []
