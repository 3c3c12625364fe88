"""What the process of a rehearsal gives up: programs, the network, answers, other processes, files beyond some folders.

For files there is Linux's own lock, for compiled code and children too, which no replaced function of Python reaches:
see landlock(7).
"""

import functools
import os
import sys
import time
from typing import Any

from ..apart import refuse_network

#: numbers of the system calls, the same on every machine: make a ruleset, add a rule, restrict oneself
CREATE, ADD, RESTRICT = 444, 445, 446
#: what may be done to files, as bits: write, and make and remove files and folders of every kind
WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
#: further rights, by the version of the interface that knows them: move between folders, truncate
LATER = ((2, 1 << 13), (3, 1 << 14))
#: prctl's numbers for: nobody gains rights by starting a program from now on; a signal when the parent ends
NO_NEW_PRIVILEGES, PARENT_ENDS = 38, 1


#: what processes may do to each other, as a bit, and the version of the interface that knows it: send signals
SIGNALS, KNOWS_SIGNALS = 1 << 1, 6

#: functions of `os` that start a program, and those that let a process become one
STARTING = ("system", "popen", "startfile", "posix_spawn", "posix_spawnp")
BECOMING = ("execv", "execve", "execvp", "execvpe")
SPAWNING = ("spawnv", "spawnve", "spawnvp", "spawnvpe")
#: what is said of a script that needs the network
NO_NETWORK = "the rehearsal uses no network; --allow network lets it"
#: seconds of a sleep that is not to take time, and for which what was refused counts as what a script is doing
SHORT, LATELY = 0.01, 5.0
#: bytes to which one file may grow
LARGEST_FILE = 1 << 30


class Refused(OSError):
    """Something that a rehearsal does not do, or only where it is allowed."""


class TimeIsUp(BaseException):
    """The time of the rehearsal is over; its text says why, where more is known than that."""


class AtOnce(SystemExit):
    """`os._exit`, after which nothing of a script is run."""


class Waits:
    """Waiting for a server that is never reached: who tries again and again is not to sleep in between."""

    def __init__(self) -> None:
        self.refused = 0.0

    def note(self) -> None:
        """A server was not reached."""
        self.refused = time.monotonic()

    def shorten(self) -> None:
        """Let `time.sleep` take no time once a server was not reached."""
        real = time.sleep

        @functools.wraps(real)
        def sleep(seconds: float) -> None:
            real(min(seconds, SHORT) if self.refused else seconds)

        time.sleep = sleep  # type: ignore[assignment]

    def why(self) -> str:
        """What a script is doing that still waits."""
        return NO_NETWORK if self.refused and time.monotonic() - self.refused < LATELY else ""


def give_up(allow: list, waits: Waits) -> None:
    """Let this process do only what it is allowed."""
    if "network" not in allow:
        waits.shorten()
        refuse_network(waits.note)
    if "programs" not in allow:
        refuse_programs()
    refuse_input()
    stay_one_program()
    spare_others()
    leave_in_order()
    bound_files()


def refusing(text: str) -> Any:
    """A function that only refuses."""

    def refusal(*_: Any, **__: Any) -> Any:
        raise Refused(text)

    return refusal


def refuse_programs() -> None:
    """Let this process start no other program."""
    import subprocess

    refusal = refusing("the rehearsal starts no other program; --allow programs lets it")
    subprocess.Popen.__init__ = refusal  # type: ignore[method-assign]
    for name in STARTING + SPAWNING + BECOMING:
        if hasattr(os, name):
            setattr(os, name, refusal)


def refuse_input() -> None:
    """Let `input()` fail at its line: nobody is there to answer."""
    import builtins

    builtins.input = refusing("the rehearsal has nobody who answers input()")


def stay_one_program() -> None:
    """Let this process become no other program, in which nobody would watch; a child may where programs are allowed."""
    refusal, own = refusing("goes on as another program, into which no rehearsal follows"), os.getpid()

    def becoming(real: Any) -> Any:
        return lambda *given: refusal() if os.getpid() == own else real(*given)

    for name in BECOMING:
        real = getattr(os, name)
        if "refusal" not in real.__name__:
            setattr(os, name, becoming(real))


def spare_others() -> None:
    """Let a script signal what it has started, and itself, but then say where it stands."""
    import faulthandler
    import signal

    kill, own, above = os.kill, (0, os.getpid(), -os.getpid()), (-1, os.getppid())
    refusal = refusing("the rehearsal lets no script end processes that it has not started")

    def killing(process: int, number: int) -> None:
        if process in above and number:
            refusal()
        if process in own and signal.getsignal(number or signal.SIGCHLD) is signal.SIG_DFL:
            faulthandler.dump_traceback(2)
        try:
            kill(process, number)
        except PermissionError:
            refusal()

    os.kill = killing
    if hasattr(os, "killpg"):
        os.killpg = lambda group, number: killing(-group, number)


def leave_in_order() -> None:
    """Let `os._exit` end the script where it stands, and a child's process as ever; a thread says where it stands."""
    import faulthandler
    import threading

    leave, own, main = os._exit, os.getpid(), threading.get_ident()

    def ending(status: int) -> Any:
        if os.getpid() == own and threading.get_ident() == main:
            raise AtOnce(status)
        if os.getpid() == own:
            faulthandler.dump_traceback(2, all_threads=False)
        leave(status)

    os._exit = ending


def speak_alone(channel: Any) -> None:
    """Let a copy of this process say nothing: what it does is no part of the script that is watched."""
    send, own = channel.send, os.getpid()

    def sending(frame: str, **fields: Any) -> None:
        if os.getpid() == own:
            send(frame, **fields)

    channel.send = sending


def bound_files() -> None:
    """Let no file grow without an end."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    except (ImportError, ValueError, OSError):
        pass


def die_with_parent() -> None:
    """Let this process end with the one that started it, as far as the system (Linux) sees to that."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(PARENT_ENDS, 9, 0, 0, 0)


def open_folder(path: str) -> int:
    """A descriptor that only names a folder or device."""
    return os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)


def lock_writes(folders: list) -> bool:
    """Let this process change files in these folders (and devices) only; False where the system knows no such lock."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        call: Any = ctypes.CDLL(None, use_errno=True).syscall
        version = call(CREATE, None, ctypes.c_size_t(0), 1)
        if version < 1:
            return False
        rights = WRITES | sum(bits for since, bits in LATER if version >= since)
        asked = [rights] + [0, SIGNALS] * (version >= KNOWS_SIGNALS)  # what lies between is about the network
        ruleset = call(CREATE, (ctypes.c_uint64 * len(asked))(*asked), ctypes.c_size_t(8 * len(asked)), 0)
        for path in folders:
            if os.path.exists(path):
                allow(call, ruleset, path, rights)
        ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(call(RESTRICT, ruleset, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def allow(call: Any, ruleset: int, path: str, rights: int) -> None:
    """Add a folder to the ruleset, or a device, to which no right of folders applies."""
    import ctypes
    import struct

    inside = rights if os.path.isdir(path) else rights & (1 << 1 | 1 << 14)
    named = open_folder(path)
    try:
        call(ADD, ruleset, 1, ctypes.create_string_buffer(struct.pack("=Qi", inside, named)), 0)
    finally:
        os.close(named)
