"""The end of a script: the threads that it has left, and the functions that it has registered for its end."""

import atexit
import sys
import threading
from typing import Any

from ...errors import is_a
from ..lock import TimeIsUp


def wait_for_threads() -> None:
    """Wait for the threads that a script has left, as Python does at its end, and as long as there is time."""
    shutdown = getattr(threading, "_shutdown", None)
    try:
        if shutdown:
            shutdown()
    except TimeIsUp:  # every line of the script has been run
        pass


def run_exit_functions() -> list:
    """Run what is registered for the end, as Python does; what left these functions.

    Old Pythons raise the last of it, newer ones tell all of it as what they ignore.
    """
    left = []  # type: list

    def note(ignored: Any) -> None:
        left.append(ignored.exc_value)

    usual = getattr(sys, "unraisablehook", None)
    vars(sys)["unraisablehook"] = note
    try:
        atexit._run_exitfuncs()
    except BaseException as error:
        left.append(error)
    finally:
        vars(sys)["unraisablehook"] = usual
    return [error for error in left if error is not None and not is_a(error, SystemExit)]
