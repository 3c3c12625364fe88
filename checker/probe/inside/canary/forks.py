"""Work in forked processes: its frames and its output come through pipes, both bounded, whatever becomes of it."""

import os
import time
from typing import Any

from ..errors import exit_status, last_word
from ..frames import LOST, Channel, LostChannel, decoded, flush_printed

#: seconds between two looks whether the process that waits for this one is still there
GLANCE = 1.0


def in_fork(job: Any, seconds: float, channel: Channel, anew: bool = False) -> dict:
    """Run `job(channel)` in a process of its own, which is killed after that many seconds without an end.

    `anew`: the seconds begin again with every frame. Returns the step that it left open or None ("step"), whether it
    was late ("late"), its exit status ("status") and the tail of what it printed ("output").
    """
    frames_in, frames_out = os.pipe()
    output_in, output_out = os.pipe()
    flush_printed()
    child = os.fork()
    if child == 0:
        os.close(frames_in)
        os.close(output_in)
        os.dup2(output_out, 1)
        os.dup2(output_out, 2)
        try:
            job(Channel(channel.token, frames_out))
            os._exit(0)
        except LostChannel:
            os._exit(LOST)
        except BaseException as error:  # the supervisor tells what was printed last
            os.write(2, ascii(error).encode("ascii", "replace")[:2000])
        finally:
            os._exit(1)
    os.close(frames_out)
    os.close(output_out)
    last, output, late = listen(frames_in, output_in, seconds, channel, anew)
    return {"step": last, "late": late, "status": ended(child, late), "output": output}


def listen(frames: int, output: int, seconds: float, channel: Channel, anew: bool) -> tuple:
    """Relay the child's frames until it ends or is late: its open step, its output's tail, whether it was late.

    It is late too when nobody waits for this process any more.
    """
    import select

    deadline, printed, pending, last = time.monotonic() + seconds, b"", b"", None
    waiting, parent = [frames, output], os.getppid()
    while frames in waiting and os.getppid() == parent:
        ready = select.select(waiting, [], [], max(0.0, min(GLANCE, deadline - time.monotonic())))[0]
        for descriptor in ready:
            data = os.read(descriptor, 65536)
            if not data:
                waiting.remove(descriptor)
            elif descriptor == output:
                printed = (printed + data)[-8000:]
            else:
                lines = (pending + data).split(b"\n")
                pending = lines.pop()
                for line in lines:
                    last = relay(line, channel, last)
                    deadline = time.monotonic() + seconds if anew else deadline
        if time.monotonic() > deadline:
            break
    os.close(frames)
    os.close(output)
    return last, printed, frames in waiting


def relay(line: bytes, channel: Channel, last: Any) -> Any:
    """Pass one frame on; returns the step that is now open, None when it is closed."""
    frame = decoded(line.partition(b" ")[2])
    if frame is None:
        return last
    kind = frame.pop("frame")
    channel.send(kind, **frame)
    return frame if kind == "step" else None


def ended(child: int, late: bool) -> int:
    """The exit status of a child, which is killed where it was late."""
    if late:
        try:
            os.kill(child, 9)
        except OSError:
            pass
    return exit_status(os.waitpid(child, 0)[1])


def said_of_end(stage: str, subject: str, end: dict) -> dict:
    """The fields of a failure frame for a process that ended with a step open, or that was late."""
    return last_word(stage, subject, end["late"], end["status"], end["output"])
