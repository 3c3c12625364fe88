"""The process in which the user's scripts are rehearsed: what is put around them, and how they are run to their end."""

import os
import sys
import types
from typing import Any

from ..errors import is_a
from ..frames import LOST, LostChannel, open_channel
from ..worker import bound_memory, keep_bytecode
from .cells import furnish, run_cells
from .hooks import watch_modules
from .leaving.ends import run_exit_functions, wait_for_threads
from .lock import AtOnce, TimeIsUp, Waits, die_with_parent, give_up, lock_writes, speak_alone
from .reasons import ended_well, why_unfinished
from .redirect import redirect
from .shadow import Shadow
from .small import Small
from .stores import Stores
from .watch import Watch

#: what may be written to beside the scratch folder
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/shm", "/dev/pts")
#: seconds after which TimeIsUp is raised again, and after which a script is deaf to it
AGAIN, DEAF = 1.0, 10


def end_in_time(seconds: float, why: Any) -> None:
    """Raise TimeIsUp(why()) in the main thread when the time is over, and again where that is swallowed.

    The supervisor kills what does not listen to it; where it stood then is printed.
    """
    import faulthandler
    import signal

    def over(number: int, frame: Any) -> None:
        raise TimeIsUp(why())

    faulthandler.enable(2)
    faulthandler.dump_traceback_later(seconds + DEAF, file=2)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)


def end_of_time() -> None:
    """Nothing is raised any more."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


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
        if path.endswith((".ipynb", ".py")):
            furnish(main.__dict__, path.endswith(".py"), tell)
        run_cells(main, folder, cells)
        return
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    exec(code, main.__dict__)


def rehearse_one(wanted: dict, watch: Watch, stores: Stores, why_late: Any) -> None:
    """One script, to its end or to what it does not catch."""
    script = wanted["script"]
    watch.begin(script)
    try:
        end_in_time(wanted["seconds"], why_late)
        left = leaving(script, wanted, watch)
        end_of_time()
    except TimeIsUp as error:  # it came before the first line, or once more before the first was understood
        end_of_time()
        left = [error]
    if left:
        watch.failed(left[0], why_unfinished(left[0], watch, stores))
        return
    if script != wanted["scripts"][-1]:
        watch.small.leave()
    watch.passed()


def leaving(script: str, wanted: dict, watch: Watch) -> list:
    """Run a script and what it has left for its end; the exceptions that it does not catch, in lines of its own."""
    try:
        run_script(watch.shadow.of(script), wanted["arguments"], wanted["cells"].get(script, []), watch.not_run)
    except BaseException as error:
        if not ended_well(error):
            return [error]
        if is_a(error, AtOnce):
            return []
    try:
        wait_for_threads()
        return [error for error in run_exit_functions() if watch.place_of(error)[0]]
    except TimeIsUp:  # every line of the script has been run
        return []


def cast_shadow(root: str, wanted: dict) -> Shadow:
    """The shadow of all scripts' folders; the first script has made it for those after it."""
    is_new, shadow = not os.path.isdir(root), Shadow(root)
    for folder in [wanted["folder"]] + [os.path.dirname(script) for script in wanted["scripts"]]:
        if is_new:
            shadow.cast(folder)
    return shadow


def rehearse(plan: dict, folder_first: bool) -> None:
    """The entry of the process: put everything in place, then run."""
    channel, wanted, leave = open_channel(plan["token"]), plan["rehearsal"], os._exit
    waits = Waits()
    die_with_parent()
    speak_alone(channel)
    bound_memory(plan["memory"])
    keep_bytecode(plan["bytecode"])
    shadow = cast_shadow(os.path.join(plan["scratch"], "shadow"), wanted)
    os.chdir(shadow.of(wanted["folder"]))
    lock_writes([plan["scratch"], *DEVICES] + [plan["bytecode"]] * bool(plan["bytecode"] not in ("", "own")))
    redirect(shadow)
    give_up(wanted["allow"], waits)
    small, stores = Small(wanted["rows"], os.path.join(plan["scratch"], "rows")), Stores(plan["scratch"])
    watch = Watch(plan, channel, shadow, small)
    watch_modules(watch, small, stores)
    try:
        rehearse_one(wanted, watch, stores, waits.why)
    except LostChannel:
        leave(LOST)
    leave(0)
