"""Frames: how the probe answers.

A frame is one line, `<random token> <json object>`, on a private duplicate of descriptor 1; descriptor 1 itself points
at stderr afterwards, so that no library's print can tear a frame. Every object has a key "frame",
its kind; unknown kinds are ignored by the reader, and the last frame of a complete answer is of the kind "end".
"""

import json
import os
import sys
from typing import Any


class Channel:
    """The private way out: `send` writes one frame with a single write."""

    def __init__(self, token: str, descriptor: int) -> None:
        self.token = token
        self.descriptor = descriptor

    def send(self, frame: str, **fields: Any) -> None:
        fields["frame"] = frame
        line = self.token + " " + json.dumps(fields, default=str, sort_keys=True) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self.descriptor, data) :]


def open_channel(token: str) -> Channel:
    """Keep descriptor 1 for frames and send whatever else is printed to stderr."""
    sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    return Channel(token, private)
