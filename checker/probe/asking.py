"""Running the program in the patient and reading its frames."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from ..errors import CannotLook
from ..model import (
    Damage,
    Distribution,
    Failure,
    Frame,
    Interface,
    Loaded,
    Observation,
    Origin,
    Passed,
    Patient,
    Stage,
    Unresolved,
)
from .inside.program import wrap

#: called with (stage, subject) when a step begins
Progress = Callable[[str, str], None]
#: bytes of answers and of printed text that are kept
MOST_FRAMES, MOST_PRINTED = 64 << 20, 64 << 10

#: seconds that an interpreter may take to start and say who it is
START_SECONDS = 180

_FACTS: Mapping[str, Any] = {
    "distribution": Distribution,
    "damage": Damage,
    "origin": Origin,
    "unresolved": Unresolved,
    "interface": Interface,
    "loaded": Loaded,
}
_PLACES = {
    "distribution": "distributions",
    "damage": "damages",
    "origin": "origins",
    "unresolved": "unresolved",
    "interface": "interfaces",
    "loaded": "loaded",
}


class Keeper(Protocol):
    """Remembers running processes, so that somebody else can end them."""

    #: descriptors that they inherit
    descriptors: tuple[int, ...]

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """A process was started."""

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """It has ended."""


@dataclass(frozen=True)
class ProbeOptions:
    """How a patient is asked, where that differs from the usual."""

    progress: Progress | None = None
    #: variables of the patient's environment that are set, or taken away (None)
    variables: Mapping[str, str | None] = field(default_factory=dict)
    #: a frame after which the rest need not be waited for
    enough: Callable[[Mapping[str, Any]], bool] = lambda frame: False
    keeper: Keeper | None = None


#: nothing special
DEFAULT_OPTIONS = ProbeOptions()


def observe(
    patient: Patient, plan: Mapping[str, Any], text: str, manner: ProbeOptions = DEFAULT_OPTIONS
) -> tuple[Observation, str]:
    """Run the program `text` in the patient with that plan; returns what was seen, and the frames to save.

    Raises CannotLook when the command does not start, is no Python 3.6 or later, or dies before it has told everything.
    """
    asker = _Asker(patient, str(plan["token"]), manner)
    try:
        asker.ask(wrap(text, dict(plan)))
    finally:
        asker.end()
    frames = asker.frames
    if not asker.enough and (not frames or frames[-1].get("frame") != "end"):
        raise _unanswered(patient, frames, asker.printed)
    return parse(frames, imported=not plan["static"]), "".join(json.dumps(f, sort_keys=True) + "\n" for f in frames)


class _Asker:
    """One process that is asked, with both of its outputs read concurrently and within bounds."""

    def __init__(self, patient: Patient, token: str, manner: ProbeOptions) -> None:
        self.frames: list[dict[str, Any]] = []
        self.printed = b""
        self.token = token.encode("ascii") + b" "
        self.manner = manner
        self.enough = False
        group: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
        if manner.keeper and manner.keeper.descriptors:
            group["pass_fds"] = manner.keeper.descriptors
        # even starting a Python may write bytecode, for what a .pth file imports
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        changed = {"PYTHONINSPECT": None, **manner.variables}
        environment = {**environment, **{k: v for k, v in changed.items() if v is not None}}
        environment = {k: v for k, v in environment.items() if changed.get(k, v) is not None}
        try:
            self.process = subprocess.Popen(
                patient.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                **group,
            )
        except OSError as error:
            raise CannotLook(
                f"cannot run {patient.command[0]}: {error.strerror or error}", "name an interpreter with --python"
            ) from error
        if manner.keeper:
            manner.keeper.add(self.process)

    def ask(self, text: str) -> None:
        """Send the program and read until both outputs end."""
        readers = [threading.Thread(target=t, daemon=True) for t in (self._send(text), self._read_printed)]
        for reader in readers:
            reader.start()
        patience = threading.Timer(START_SECONDS, self._give_up)
        patience.daemon = True
        patience.start()
        self._read_frames()
        patience.cancel()
        for reader in readers:
            reader.join(timeout=5)

    def _give_up(self) -> None:
        if not self.frames:
            self.process.kill()

    def _send(self, text: str) -> Callable[[], None]:
        def send() -> None:
            assert self.process.stdin
            try:
                self.process.stdin.write(text.encode("ascii"))
                self.process.stdin.close()
            except OSError:  # it ended before it had read everything: its frames tell
                pass

        return send

    def _read_frames(self) -> None:
        assert self.process.stdout
        kept = 0
        while line := self.process.stdout.readline(1 << 22):
            if line.startswith(self.token) and kept < MOST_FRAMES:
                kept += len(line)
                self._take(json.loads(line[len(self.token) :]))
                if self.enough or (self.frames[-1:] and self.frames[-1]["frame"] in ("end", "too-old")):
                    return

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["frame"] != "step":
            self.frames.append(frame)
            self.enough = self.manner.enough(frame)
        elif self.manner.progress:
            self.manner.progress(frame["stage"], frame["subject"])

    def _read_printed(self) -> None:
        assert self.process.stderr
        while data := self.process.stderr.read1(1 << 16):  # type: ignore[attr-defined]
            self.printed = (self.printed + data)[-MOST_PRINTED:]

    def end(self) -> None:
        """Ask it to stop, give it time to clean up, and make sure."""
        try:
            if self.process.poll() is None and not (self.frames and self.frames[-1]["frame"] == "end"):
                self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=5)
        except (subprocess.TimeoutExpired, OSError):
            self.process.kill()
            self.process.wait()
        finally:
            if self.manner.keeper:
                self.manner.keeper.remove(self.process)


def _unanswered(patient: Patient, frames: list[dict[str, Any]], printed: bytes) -> CannotLook:
    said = printed.decode("utf-8", "replace").strip().splitlines()
    last = frames[-1] if frames else {}
    if last.get("frame") == "too-old":
        return CannotLook(f"{patient.label} is Python {last['python']}", "the checker looks at Python 3.6 and later")
    if last.get("frame") == "error":
        return CannotLook(
            f"the probe could not work in {patient.label}: {last['text']}",
            "free some space or set TMPDIR to a folder that can be written",
        )
    if not frames:
        tail = f": {said[-1][:300]}" if said else ""
        return CannotLook(
            f"{patient.label} did not answer as a Python does{tail}",
            "check that the command starts a Python that reads its program from standard input",
        )
    return CannotLook(
        f"the probe died in {patient.label}" + (f": {said[-1][:300]}" if said else ""),
        "run again with --save FRAMES, and report it with that file",
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def _make(kind: Any, frame: Mapping[str, Any]) -> Any:
    """A value of a dataclass from a frame; fields that it does not know are ignored."""
    known = {f.name for f in fields(kind)}
    return kind(**{k: _frozen(v) for k, v in frame.items() if k in known})


def _outcome(frame: Mapping[str, Any]) -> Passed | Failure:
    values = {**frame, "stage": Stage(frame["stage"])}
    if frame["frame"] == "passed":
        return _make(Passed, values)  # type: ignore[no-any-return]
    values["frames"] = [Frame(**f) for f in frame.get("frames", ())]
    return _make(Failure, values)  # type: ignore[no-any-return]


def parse(frames: Iterable[Mapping[str, Any]], imported: bool = True) -> Observation:
    """The observation that frames tell; unknown kinds are ignored. Raises CannotLook when they name no patient."""
    found: dict[str, list[Any]] = {place: [] for place in [*_PLACES.values(), "outcomes", "remarks"]}
    hello: Mapping[str, Any] = {}
    for frame in frames:
        kind = str(frame.get("frame"))
        if kind == "hello":
            hello = frame
        elif kind in _FACTS:
            found[_PLACES[kind]].append(_make(_FACTS[kind], frame))
        elif kind in ("passed", "failure"):
            found["outcomes"].append(_outcome(frame))
        elif kind == "remark":
            found["remarks"].append(frame["text"])
    if not hello:
        raise CannotLook(
            "these frames name no patient", "record them with --save, or with the script that `checker probe` prints"
        )
    return Observation(
        python=hello["python"],
        executable=hello["executable"],
        platform=hello["platform"],
        system=hello["system"],
        imported=imported,
        **{k: tuple(v) for k, v in found.items()},
    )
