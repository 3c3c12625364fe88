"""Running the program in the patient and reading its frames."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import CannotLook
from ..model import Observation, Patient
from ..world.cache import keep, recall_as, surroundings
from ..world.process import Children, Dialogue
from ..world.terminal import Progress, silent
from .inside.program import wrap
from .parsing import parse, read_frame

#: bytes of answers that are kept
MOST_FRAMES = 64 << 20

#: seconds that an interpreter may take to start and say who it is
START_SECONDS = 180


@dataclass(frozen=True)
class ProbeOptions:
    """How a patient is asked, where that differs from the usual."""

    progress: Progress = silent
    #: variables of the patient's environment that are set, or taken away (None)
    variables: Mapping[str, str | None] = field(default_factory=dict)
    #: a frame after which the rest need not be waited for
    enough: Callable[[Mapping[str, Any]], bool] = lambda frame: False
    #: is done while the patient is busy with its first words: imports, for which no thread of their own is needed
    meanwhile: Callable[[], None] = lambda: None
    #: remembers the process, so that somebody else can end it
    children: Children = field(default_factory=Children)


#: nothing special
DEFAULT_OPTIONS = ProbeOptions()


def observe(
    patient: Patient, plan: Mapping[str, Any], text: str, options: ProbeOptions = DEFAULT_OPTIONS
) -> tuple[Observation, str]:
    """Run the program `text` in the patient with that plan; returns what was seen, and the frames to save.

    What was seen of files is told from memory as long as they are the same: then a static look starts nothing at all,
    and any other only imports and tries. Raises CannotLook when the command does not start, is no Python 3.6 or later,
    or dies before it has told everything.
    """
    asked = [
        [text, plan["looker"]],
        patient.command,
        plan["folder"],
        plan["roots"],
        plan["lazy"],
        sorted(options.variables.items()),
        surroundings(),
    ]
    known = (plan["looks"] and recall_as("looks", asked, _looked)) or []
    frames = [*known, {"frame": "end"}]
    if not (known and plan["static"]):
        releases = (f["version"] for f in known if f["frame"] == "distribution" and f["name"] == "scikit-learn")
        frames = _answers(
            patient, {**plan, "looker": "", "sklearn": next(releases, "")} if known else plan, text, options
        )
        if known and {**frames[0], "static": 0} != {
            **known[0],
            "static": 0,
        }:  # another interpreter, by no file that we know of
            return observe(patient, {**plan, "looks": False}, text, options)
        looked = next((n for n, f in enumerate(frames, 1) if f["frame"] == "rests-on"), 0)
        if looked and plan["looks"]:
            lines = "\n".join(json.dumps(f) for f in frames[:looked])
            keep("looks", asked, lines, frames[looked - 1]["paths"])
        frames[:1] = known or frames[:1]
    rests_on = tuple(path for f in frames if f["frame"] == "rests-on" for path in f["paths"])
    told = [{**frames[0], "static": plan["static"]}, *(f for f in frames[1:] if f["frame"] != "rests-on")]
    observation = replace(parse(told, imported=not plan["static"]), rests_on=rests_on)
    return observation, "".join(json.dumps(f, sort_keys=True) + "\n" for f in told)


def _looked(text: str) -> list[dict[str, Any]]:
    """The frames of a look that was kept; raises CannotLook where they are none."""
    frames = [read_frame(line) for line in text.splitlines()]
    parse([*frames, {"frame": "end"}])
    return frames


def _answers(patient: Patient, plan: Mapping[str, Any], text: str, options: ProbeOptions) -> list[dict[str, Any]]:
    """The frames that the program sends, up to the last one, or to one that is enough; raises CannotLook."""
    # even starting a Python may write bytecode, for what a .pth file imports
    variables = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONINSPECT": None, **options.variables}
    dialogue = Dialogue(patient.command, variables, options.children)
    frames: list[dict[str, Any]] = []
    finished = enough = False
    try:
        for frame in _frames(dialogue.lines(wrap(text, dict(plan)), START_SECONDS, options.meanwhile), plan["token"]):
            dialogue.heard = True
            if frame["frame"] == "step":
                options.progress(frame["stage"], frame["subject"])
                continue
            frames.append(frame)
            finished, enough = frame["frame"] == "end", options.enough(frame)
            if finished or enough or frame["frame"] in ("too-old", "error", "changed"):
                break
    finally:
        dialogue.end(finished)
    if not (finished or enough):
        raise _unanswered(patient, frames, dialogue)
    return frames


def _frames(lines: Iterable[bytes], token: str) -> Iterator[dict[str, Any]]:
    """The frames among the lines. Raises CannotLook where they are too many."""
    mark, kept = token.encode("ascii") + b" ", 0
    for line in lines:
        if line.startswith(mark):
            kept += len(line)
            if kept > MOST_FRAMES:
                raise CannotLook(f"the answer is longer than {MOST_FRAMES >> 20} MB", "report what is installed there")
            yield read_frame(line[len(mark) :])


def last_printed(printed: bytes) -> str:
    """What a process printed last: of a traceback its place and its last line, after what was said before it."""
    lines = [line.strip() for line in printed.decode("utf-8", "replace").splitlines() if line.strip()]
    start = next((n for n, line in enumerate(lines) if line.startswith(("Fatal Python error", "Traceback (most"))), 0)
    places = re.findall(r'^File "(.+)", line (\d+)', "\n".join(lines[start:]), re.MULTILINE)
    if not places:
        return lines[-1][:300] if lines else ""
    file, number = places[-1]
    return "; ".join([*(line[:300] for line in lines[:start][-1:]), f"{file}, line {number}: {lines[-1]}"[:300]])


def _unanswered(patient: Patient, frames: list[dict[str, Any]], dialogue: Dialogue) -> CannotLook:
    said = last_printed(dialogue.printed)
    last = frames[-1] if frames else {}
    if last.get("frame") == "too-old":
        return CannotLook(f"{patient.label} is Python {last['python']}", "the checker looks at Python 3.6 and later")
    if last.get("frame") == "changed":
        return CannotLook(
            f"packages of {patient.label} were changed while it was looked at",
            "run it again when no installer is at work",
        )
    if last.get("frame") == "error":
        return CannotLook(
            f"the probe could not work in {patient.label}: {last['text']}",
            "free some space, set TMPDIR to a folder that can be written, and see what that Python does when it starts",
        )
    if not frames:
        tail = f": {said}" if said else f": it {dialogue.how_it_ended} and printed nothing"
        return CannotLook(
            f"{patient.label} did not answer as a Python does{tail}",
            "check that the command starts a Python that reads its program from standard input, and that no "
            "sitecustomize and no .pth file of it ends or holds it",
        )
    return CannotLook(
        f"the probe died in {patient.label}" + (f": {said}" if said else ""),
        "run again with --save FRAMES, and report it with that file",
    )
