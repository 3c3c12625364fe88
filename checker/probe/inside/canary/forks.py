"""Work in forked processes: its frames and its output come through pipes, both bounded, whatever becomes of it."""

import os
import time
from typing import Any

from ..errors import exit_status, last_word
from ..frames import LOST, Channel, LostChannel, decoded, flush_printed

#: seconds between two looks whether the process that waits for this one is still there
GLANCE = 1.0
#: processes that may have been begun, the one whose turn it is to be told included
AHEAD = 16


class Forked:
    """A job in a process of its own, which is killed after that many seconds without an end."""

    def __init__(self, job: Any, seconds: float, token: str, anew: bool = False) -> None:
        self.frames, frames_out = os.pipe()
        self.output, output_out = os.pipe()
        flush_printed()
        self.child = os.fork()
        if self.child == 0:
            os.close(self.frames)
            os.close(self.output)
            os.dup2(output_out, 1)
            os.dup2(output_out, 2)
            do_and_leave(job, Channel(token, frames_out))
        os.close(frames_out)
        os.close(output_out)
        self.seconds, self.anew, self.deadline = seconds, anew, time.monotonic() + seconds
        self.open, self.late = [self.frames, self.output], False
        #: lines that nobody has passed on yet, one that is not complete, and the tail of what it printed
        self.lines, self.pending, self.printed = [], b"", b""  # type: list, bytes, bytes
        #: the step that is open
        self.step = None  # type: Any

    def hear(self, descriptor: int) -> None:
        """Read what has come through one of its pipes."""
        data = os.read(descriptor, 65536)
        if not data:
            self.open.remove(descriptor)
        elif descriptor == self.output:
            self.printed = (self.printed + data)[-8000:]
        else:
            lines = (self.pending + data).split(b"\n")
            self.pending = lines.pop()
            self.lines += lines
            if lines and self.anew:
                self.deadline = time.monotonic() + self.seconds

    def is_on(self) -> bool:
        """Whether more may come: it has its frames open, and is not late."""
        return self.frames in self.open and not self.late

    def give_up(self) -> None:
        """Kill it: it is late."""
        self.late = True
        try:
            os.kill(self.child, 9)
        except OSError:
            pass

    def relay(self, channel: Channel) -> None:
        """Pass on what it told since the last time."""
        lines, self.lines = self.lines, []
        for line in lines:
            frame = decoded(line.partition(b" ")[2])
            if frame is not None:
                kind = frame.pop("frame")
                channel.send(kind, **frame)
                self.step = frame if kind == "step" else None

    def end(self) -> dict:
        """Close the pipes; the step that it left open or None, whether it was late, its exit status and its output."""
        os.close(self.frames)
        os.close(self.output)
        status = exit_status(os.waitpid(self.child, 0)[1])
        return {"step": self.step, "late": self.late, "status": status, "output": self.printed}


def do_and_leave(job: Any, channel: Channel) -> None:
    """What a forked process does, which never comes back."""
    try:
        job(channel)
        os._exit(0)
    except LostChannel:
        os._exit(LOST)
    except BaseException as error:  # the supervisor tells what was printed last
        os.write(2, ascii(error).encode("ascii", "replace")[:2000])
    finally:
        os._exit(1)


def in_fork(job: Any, seconds: float, channel: Channel, anew: bool = False) -> dict:
    """Run `job(channel)` in a process of its own, which is killed after that many seconds without an end.

    `anew`: the seconds begin again with every frame. Returns what `Forked.end` tells.
    """
    return next(in_forks([job], seconds, channel, 1, anew))


def in_forks(jobs: list, seconds: float, channel: Channel, at_once: int, anew: bool = False) -> Any:
    """Run jobs in a process each, some at once; what they tell is passed on in their order, one after the other.

    Yields how each ended, in that order.
    """
    running, left, parent = [], list(reversed(jobs)), os.getppid()  # type: list, list, int
    while running or left:
        while left and len(running) < AHEAD and sum(f.is_on() for f in running) < at_once:
            running.append(Forked(left.pop(), seconds, channel.token, anew))
        if running[0].is_on():
            listen([f for f in running if f.is_on()], parent)
        running[0].relay(channel)
        if not running[0].is_on():
            yield running.pop(0).end()


def listen(running: list, parent: int) -> None:
    """Wait until one of them says something, is late, or a glance is over.

    All are late when the parent, who waits for this process, is gone.
    """
    import select

    whose = {descriptor: f for f in running for descriptor in f.open}
    rest = min([GLANCE] + [f.deadline - time.monotonic() for f in running])
    for descriptor in select.select(list(whose), [], [], max(0.0, rest))[0] if whose else ():
        whose[descriptor].hear(descriptor)
    for f in running:
        if f.is_on() and (time.monotonic() > f.deadline or os.getppid() != parent):
            f.give_up()


def said_of_end(stage: str, subject: str, end: dict) -> dict:
    """The fields of a failure frame for a process that ended with a step open, or that was late."""
    return last_word(stage, subject, end["late"], end["status"], end["output"])
