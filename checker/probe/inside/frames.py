"""Frames: how the probe answers.

A frame is one line, `<random token> <json object>`, on a private duplicate of descriptor 1; descriptor 1 itself points
at stderr afterwards, so that no library's print can tear a frame. Every object has a key "frame",
its kind; unknown kinds are ignored by the reader, and the last frame of a complete answer is of the kind "end".

What stands in a frame was said by others: it is bounded here, where it is made, and encoded by nothing that they may
have replaced or that asks their objects anything.
"""

import json
import os
import sys
from json.encoder import encode_basestring_ascii
from typing import Any

#: what packages may replace, as it was before any was imported
QUOTED, DECODED, WRITTEN = encode_basestring_ascii, json.JSONDecoder().raw_decode, os.write
#: (characters of a text, items of a list or dictionary); the next ones are for a frame that is longer than MOST bytes
BOUNDS = ((10000, 20000), (1000, 2000), (100, 200))
MOST, DEEPEST = 3 << 20, 7
#: where the second duplicate is: out of reach of what closes every low descriptor
HIGH = (1000, 200)
#: exit status of a process whose private way out is gone
LOST = 96


class LostChannel(Exception):
    """Nothing can be said any more: a package has closed the private way out, or nobody listens."""


def text_of_any(value: Any) -> str:
    """What a value says of itself, in a plain text; "" where even that fails."""
    try:
        return str.__str__(value) if issubclass(type(value), str) else str.__str__(str(value))
    except BaseException:  # what others wrote may exit or be interrupted here
        return ""


def bounded_text(text: str, most: int) -> str:
    """About `most` characters of a text, the first and the last, and how many were left out."""
    if len(text) <= most:
        return text
    head, tail = text[: most * 2 // 3], text[-(most // 3) :]
    return "%s ... [%d characters left out] ... %s" % (head, len(text) - len(head) - len(tail), tail)


def encoded(value: Any, most: int, items: int, depth: int = 0) -> str:
    """A value as JSON within bounds; what is of none of its types becomes a text."""
    kind = type(value)
    if value is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if depth < DEEPEST and issubclass(kind, (list, tuple)):
        return "[" + ", ".join([encoded(v, most, items, depth + 1) for v in list(value)[:items]]) + "]"
    if depth < DEEPEST and issubclass(kind, dict):
        rows = sorted((text_of_any(k)[:most], v) for k, v in list(value.items())[:items])
        return "{" + ", ".join(["%s: %s" % (QUOTED(k), encoded(v, most, items, depth + 1)) for k, v in rows]) + "}"
    if issubclass(kind, int) and abs(int(value)) <= 1 << 53:
        return int.__repr__(value)
    if issubclass(kind, float):
        told = float.__repr__(value)
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(told, told)
    return str(QUOTED(bounded_text(text_of_any(value), most)))


def decoded(line: bytes) -> Any:
    """The frame in a line after its token, None where there is none."""
    try:
        frame = DECODED(line.decode("utf-8").strip())[0]
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("frame"), str) else None


class Channel:
    """The private way out: `send` writes one frame. Each descriptor is used only as long as it is what it was."""

    def __init__(self, token: str, *descriptors: int) -> None:
        self.token = token
        self.ways = [(d, identity(d)) for d in descriptors]

    def send(self, frame: str, **fields: Any) -> None:
        """Raises LostChannel where nothing can be said any more."""
        fields["frame"] = frame
        for most, items in BOUNDS:
            line = encoded(fields, most, items)
            if len(line) < MOST:
                break
        # a new line first: whatever somebody else has written there ends before the frame begins
        data = ("\n" * bool(self.token) + self.token + " " + line + "\n").encode("ascii")
        while data:
            data = data[self.write(data) :]

    def write(self, data: bytes) -> int:
        """Write what can be written at once; the number of bytes."""
        for descriptor, known in self.ways:
            if identity(descriptor) == known:
                try:
                    return WRITTEN(descriptor, data)
                except OSError as error:
                    raise LostChannel(str(error))
        raise LostChannel("its descriptors were closed")


def identity(descriptor: int) -> Any:
    """What a descriptor leads to, None where it is closed: another file may have got its number since."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else ()


def duplicate_high(descriptor: int) -> list:
    """A duplicate with a high number, none where the system has no such thing."""
    try:
        import fcntl
    except ImportError:
        return []
    for lowest in HIGH:
        try:
            return [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, lowest)]
        except OSError:  # more than this process may have
            continue
    return []


def open_channel(token: str) -> Channel:
    """Keep descriptor 1 for frames and send whatever else is printed to stderr."""
    flush_printed()
    private = os.dup(1)
    os.dup2(2, 1)
    return Channel(token, private, *duplicate_high(private))


def flush_printed() -> None:
    """Flush what was printed, whatever a package has made of the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue


def fill_standard() -> None:
    """Open nothing in the place of a standard descriptor that was closed: the next file would get its number."""
    while True:
        opened = os.open(os.devnull, os.O_RDWR)
        if opened > 2:
            os.close(opened)
            return
