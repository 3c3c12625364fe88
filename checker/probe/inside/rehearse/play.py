"""The process in which the user's scripts are rehearsed: what is put around them, and how they are run to their end."""

import os
import sys
import types
from typing import Any

from ..apart import refuse_network
from ..errors import chain_of, is_a
from ..frames import LOST, LostChannel, open_channel
from ..worker import bound_memory, keep_bytecode
from .cells import furnish, run_cells
from .hooks import watch_modules
from .lock import lock_writes
from .redirect import is_refusal, redirect
from .shadow import Refused, Shadow
from .small import Small
from .stores import Stores
from .watch import Watch

#: what may be written to beside the scratch folder
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/shm", "/dev/pts")


class TimeIsUp(BaseException):
    """The time of the rehearsal is over."""


def refuse_programs() -> None:
    """Let this process start no other program."""
    import subprocess

    def refusal(*_: Any, **__: Any) -> Any:
        raise Refused("the rehearsal starts no other program; --allow programs lets it")

    subprocess.Popen.__init__ = refusal  # type: ignore[method-assign]
    for name in ("system", "popen", "execv", "execve", "execvp", "execvpe", "posix_spawn", "posix_spawnp", "startfile"):
        if hasattr(os, name):
            setattr(os, name, refusal)


def refuse_input() -> None:
    """Let `input()` fail at its line: nobody is there to answer."""
    import builtins

    def refusal(*_: Any) -> str:
        raise Refused("the rehearsal has nobody who answers input()")

    builtins.input = refusal


def end_in_time(seconds: float) -> None:
    """Raise TimeIsUp in the main thread when the time is over; the supervisor kills what does not listen to it."""
    import signal

    def over(number: int, frame: Any) -> None:
        raise TimeIsUp()

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def be_main(path: str, folder: str, arguments: list) -> types.ModuleType:
    """Make this process look as if Python had been started with the script."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = main
    sys.argv = [path] + arguments
    sys.path[:] = [folder] + [p for p in sys.path if p not in ("", folder)]
    return main


def run_script(path: str, arguments: list, cells: list, tell: Any) -> None:
    """Run one script as `python PATH ARGUMENTS` does, a notebook as from its own folder."""
    folder = os.path.dirname(path)
    main = be_main(path, folder, arguments)
    if cells:
        if path.endswith(".ipynb"):
            os.chdir(folder)
        furnish(main.__dict__, path.endswith(".py"), tell)
        run_cells(main, folder, cells)
        return
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    exec(code, main.__dict__)


def ended_well(error: BaseException) -> bool:
    """Whether an exception is only a script's way of ending: `sys.exit()`."""
    return is_a(error, SystemExit) and getattr(error, "code", 1) in (None, 0)


def why_unfinished(error: BaseException, shadow: Shadow, stores: Stores) -> str:
    """Why a script could not be rehearsed further for no fault of its own, "" where the fault is its own."""
    if is_a(error, TimeIsUp):
        return "time"
    for link in chain_of(error):
        if is_a(link, Refused):
            return str(link)
        if is_refusal(link, shadow):
            return "the rehearsal cannot lead this into its own folder: %s" % link
        if is_a(link, OSError) and "lets no canary use the network" in str(link):
            return "the rehearsal uses no network; --allow network lets it"
        if stores.missing(link):
            return stores.missing(link)
    return ""


def rehearse_one(wanted: dict, watch: Watch, stores: Stores) -> None:
    """One script, to its end or to what it does not catch."""
    script = wanted["script"]
    watch.begin(script)
    try:
        cells = wanted["cells"].get(script, [])
        run_script(watch.shadow.of(script), wanted["arguments"], cells, watch.not_run)
    except BaseException as error:
        if not ended_well(error):
            watch.failed(error, why_unfinished(error, watch.shadow, stores))
            return
    if script != wanted["scripts"][-1]:
        watch.small.leave()
    watch.passed()


def cast_shadow(root: str, wanted: dict) -> Shadow:
    """The shadow of all scripts' folders; the first script has made it for those after it."""
    is_new, shadow = not os.path.isdir(root), Shadow(root)
    for folder in [wanted["folder"]] + [os.path.dirname(script) for script in wanted["scripts"]]:
        if is_new:
            shadow.cast(folder)
    return shadow


def rehearse(plan: dict, folder_first: bool) -> None:
    """The entry of the process: put everything in place, then run."""
    channel = open_channel(plan["token"])
    wanted = plan["rehearsal"]
    bound_memory(plan["memory"])
    keep_bytecode(plan["bytecode"])
    shadow = cast_shadow(os.path.join(plan["scratch"], "shadow"), wanted)
    os.chdir(shadow.of(wanted["folder"]))
    lock_writes([plan["scratch"], *DEVICES] + [plan["bytecode"]] * bool(plan["bytecode"] not in ("", "own")))
    redirect(shadow)
    if "network" not in wanted["allow"]:
        refuse_network()
    if "programs" not in wanted["allow"]:
        refuse_programs()
    refuse_input()
    small, stores = Small(wanted["rows"], os.path.join(plan["scratch"], "rows")), Stores(plan["scratch"])
    watch = Watch(plan, channel, shadow, small)
    watch_modules(watch, small, stores)
    end_in_time(wanted["seconds"])
    try:
        rehearse_one(wanted, watch, stores)
    except LostChannel:
        os._exit(LOST)
    os._exit(0)
