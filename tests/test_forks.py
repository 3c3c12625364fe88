"""Jobs in forked processes: some at once, told one after the other."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.probe.inside.canary.forks import in_forks
from checker.probe.inside.frames import Channel

Job = Callable[[Channel], None]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork there")


def done(jobs: list[Job], seconds: float, at_once: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """How each ended, and the frames that they told."""
    read, write = os.pipe()
    ends = list(in_forks(jobs, seconds, Channel("", write), at_once))
    os.close(write)
    with os.fdopen(read) as told:
        return ends, [json.loads(line) for line in told if line.strip()]


def tell(name: str, after: Path | None = None, make: Path | None = None) -> Job:
    def job(channel: Channel) -> None:
        channel.send("step", stage="fit", subject=name)
        while after and not after.exists():
            time.sleep(0.01)
        if make:
            make.touch()
        channel.send("passed", stage="fit", subject=name)

    return job


def test_they_run_at_once_and_are_told_in_order(tmp_path: Path) -> None:
    made = tmp_path / "made"
    ends, frames = done([tell("waits", after=made), tell("makes", make=made), tell("third")], 30, 2)
    assert [end["late"] for end in ends] == [False] * 3
    assert [(f["frame"], f["subject"]) for f in frames] == [
        (kind, name) for name in ("waits", "makes", "third") for kind in ("step", "passed")
    ]


def test_no_more_at_once_than_asked(tmp_path: Path) -> None:
    made = tmp_path / "made"
    ends, _ = done([tell("waits", after=made), tell("makes", make=made)], 0.3, 1)
    assert [end["late"] for end in ends] == [True, False]
    assert ends[0]["step"] == {"stage": "fit", "subject": "waits"}


def test_what_kills_one_leaves_the_others(tmp_path: Path) -> None:
    ends, frames = done([tell("first"), lambda _: os.kill(os.getpid(), 9), tell("last")], 30, 3)
    assert [bool(end["status"]) for end in ends] == [False, True, False]
    assert [f["subject"] for f in frames] == ["first", "first", "last", "last"]
