"""The second and third process: import everything once, then fork one process a canary."""

import importlib
import os
import sys
import time
from functools import partial
from typing import Any

from .apart import refuse_network
from .canary.flow import try_canary
from .canary.forks import in_forks, said_of_end
from .errors import attribute, describe
from .frames import LOST, Channel, LostChannel, fill_standard, open_channel, text_of_any
from .guarded import explain_lack

#: canaries that are tried at the same time, where there are as many processors
MOST_AT_ONCE = 4


def bound_memory(limit: int) -> None:
    """Address space that this process and its children may take, in bytes; 0 for no limit."""
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if limit and (hard == resource.RLIM_INFINITY or hard > limit):
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, ValueError, OSError):
        pass


def keep_bytecode(private: str) -> None:
    """Keep bytecode in a private folder. Where what lies there is damaged, a module is compiled afresh.

    A disk that was full leaves half a file, and Python itself would stumble over it at every import from then on.
    """
    machinery: Any = importlib._bootstrap_external
    usual: Any = getattr(machinery, "_compile_bytecode", None)

    def compile_bytecode(data: Any, name: Any = None, bytecode_path: Any = None, source_path: Any = None) -> Any:
        try:
            return usual(data, name, bytecode_path, source_path)
        except Exception:
            if not (source_path and str(bytecode_path).startswith(private)):
                raise
        os.unlink(bytecode_path)
        with open(source_path, "rb") as file:
            return compile(file.read(), source_path, "exec", dont_inherit=True)

    if usual and private not in ("", "own"):
        vars(sys).update(pycache_prefix=private, dont_write_bytecode=False)
        machinery._compile_bytecode = compile_bytecode


def import_names(module: str, names: list) -> None:
    """`from module import name` for each; raises the first error, which tells all names that are not to be had."""
    first, lacking = None, []  # type: Any, list
    for name in names:
        try:
            exec("from %s import %s" % (module, name), {})
        except Exception as error:
            first = first or error
            lacking.append(name)
    if first:
        try:
            first.facts = {"lacking": lacking}
        except Exception:  # an exception that takes no attribute: the module then counts as one that fails
            pass
        explain_lack(first, importlib.import_module(module), lacking[0])
        raise first


def import_one(wanted: dict) -> dict:
    """`import module`, or `from module import names`, as a script does it."""
    module = importlib.import_module(wanted["module"])
    if wanted.get("whole") and not attribute(module, "__file__"):
        raise ImportError(
            "%s is an empty namespace package: a folder of that name is there, its code is not" % wanted["module"],
            name=wanted["module"],
        )
    import_names(wanted["module"], wanted["names"])
    told = {"version": attribute(module, "__version__", ""), "file": attribute(module, "__file__") or ""}
    return {name: text_of_any(value) for name, value in told.items()}


def import_step(wanted: dict, channel: Channel) -> bool:
    """One import, announced and reported; False when it failed and this process must not be trusted any further."""
    channel.send("step", stage="import", subject=wanted["module"])
    start, process = time.perf_counter(), os.getpid()
    try:
        facts = import_one(wanted)
    except BaseException as error:
        channel.send(
            "failure", stage="import", subject=wanted["module"], seconds=time.perf_counter() - start, **describe(error)
        )
        return False
    finally:
        if os.getpid() != process:  # the package forked while it was imported: the copy has no business here
            os._exit(0)
        fill_standard()
    channel.send("passed", stage="import", subject=wanted["module"], seconds=time.perf_counter() - start, facts=facts)
    return True


def look_up(dotted: str) -> None:
    """Follow a dotted name, as a script does that has imported what it needs; the first part that is missing raises."""
    top, *parts = dotted.split(".")
    thing, name = importlib.import_module(top), top  # type: Any, str
    for part in parts:
        name = name + "." + part
        error = None
        try:
            thing = getattr(thing, part)
            continue
        except AttributeError as missing:
            error = missing
        if not isinstance(thing, type(sys)):
            raise error
        try:
            thing = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            thing = None
        if thing is None:
            explain_lack(error, sys.modules.get(name.rpartition(".")[0]), part)
            raise error


def name_step(wanted: dict, absent: list, channel: Channel) -> bool:
    """Whether a package has a name that the script asks for; that it has not is reported, and nothing is the worse."""
    if wanted["name"].partition(".")[0] in absent:
        return True
    start, facts = time.perf_counter(), {"where": wanted["where"]}
    try:
        look_up(wanted["name"])
    except BaseException as error:
        said = dict(describe(error), stage="import", subject=wanted["name"])
        said["facts"] = dict(facts, **({"hidden": True} if said["facts"].get("hidden") else {}))
        channel.send("failure", seconds=time.perf_counter() - start, **said)
        return False
    channel.send("passed", stage="import", subject=wanted["name"], seconds=time.perf_counter() - start, facts=facts)
    return True


def set_apart(plan: dict, number: int, server: str) -> None:
    """Move into a folder of the canary's own, out of reach of any server but one of this machine that is named."""
    folder = os.path.join(plan["scratch"], "%d-%d" % (os.getpid(), number))
    os.mkdir(folder)
    os.chdir(folder)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        if name in os.environ:
            os.environ[name] = os.environ[name].replace(plan["scratch"], folder)
    refuse_network(reached=server)


def processors() -> int:
    """How many canaries are tried at once: one a processor that this process may use, up to MOST_AT_ONCE."""
    try:
        return min(MOST_AT_ONCE, len(os.sched_getaffinity(0)))
    except AttributeError:  # macOS
        return min(MOST_AT_ONCE, os.cpu_count() or 1)


def alone(plan: dict, number: int, canary: dict, channel: Channel) -> None:
    """One canary in this process."""
    set_apart(plan, number, (canary.get("logging") or {}).get("server", ""))
    try_canary(canary, plan["absent"], channel)


def forked(plan: dict, canaries: list, channel: Channel) -> None:
    """Canaries in a process each; a step that one leaves open is a failure."""
    jobs = [partial(alone, plan, number, canary) for number, canary in enumerate(canaries)]
    for canary, end in zip(canaries, in_forks(jobs, plan["canary_seconds"], channel, processors())):
        if end["step"] is not None or end["late"]:
            stage = end["step"]["stage"] if end["step"] else "fit"
            channel.send("failure", **said_of_end(stage, canary["name"], end))


def work(plan: dict, folder_first: bool) -> None:
    """What a worker does: its imports in order, then its canaries; ends early after an import that failed."""
    channel = open_channel(plan["token"])
    bound_memory(plan["memory"])
    keep_bytecode(plan["bytecode"])
    if folder_first:
        sys.path.insert(0, plan["folder"])
    os.chdir(plan["scratch"])
    try:
        take_steps(plan, channel)
    except LostChannel:
        os._exit(LOST)


def take_steps(plan: dict, channel: Channel) -> None:
    """The imports up to the first that fails, then the canaries."""
    for wanted in plan["imports"]:
        if not import_step(wanted, channel):
            return
    lacking = [w["name"] for w in plan["names"] if plan["imports"] and not name_step(w, plan["absent"], channel)]
    canaries = [c for c in plan["canaries"] if not any(name + "(" in c["make"] for name in lacking)]
    if plan["fork"]:
        forked(plan, canaries, channel)
    else:
        for number, canary in enumerate(canaries):
            alone(plan, number, canary, channel)
    channel.send("worked")
