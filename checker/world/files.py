"""Files of ours: reports and recorded observations, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import CannotLook
from ..model import Observation
from ..probe import parse


def write(path: Path, text: str) -> None:
    """Write a file in one step, so that nothing half-written stays behind; raises CannotLook when that fails.

    What is no ordinary file (a device, a pipe) is written to as it is.
    """
    goal = path.resolve()
    partial = goal if goal.exists() and not goal.is_file() else goal.with_name(goal.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")
        if partial != goal:
            partial.replace(goal)
    except OSError as error:
        if partial != goal:
            partial.unlink(missing_ok=True)
        raise CannotLook(f"cannot write {path}: {error.strerror}", "name another file") from error


def recorded(path: Path) -> Observation:
    """The observation of a file of frames, one JSON object a line; raises CannotLook when it holds none."""
    try:
        frames = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        static = any(f.get("frame") == "hello" and f.get("static") for f in frames)
        return parse(frames, imported=not static)
    except OSError as error:
        raise CannotLook(f"cannot read {path}: {error.strerror}", "record it with --save") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # JSON of another kind, or frames cut short
        raise CannotLook(
            f"{path} holds no frames", "record it with --save, or with the script that `checker probe` prints"
        ) from error
