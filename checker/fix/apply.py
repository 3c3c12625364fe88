"""Changing the user's own environment: everything at hand first, the way back written, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotLook
from ..model import Change, Observation, Patient
from ..names import required_name
from ..probe import make_plan, observe, program
from ..world.files import absolute, is_below, room, text_of, unpacked, write
from ..world.journal import VARIABLES, Moves, make_commands, note_change
from ..world.locks import hold_folder
from ..world.process import hold_signals, run
from ..world.sandbox import scratch_folder
from ..world.terminal import Progress
from ..world.uv import blame, ending, plain_words
from .installer import Installer, find_installer
from .pin_files import make_restore_commands, render_way_back

MB = 2**20
#: (name, version, folder) of every distribution of an environment
Freeze = frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Fix:
    """One change of one environment."""

    patient: Patient
    #: the environment as it was when the change was proven
    observation: Observation
    changes: tuple[Change, ...]
    #: the file that holds the way back
    back: Path
    #: date and time, for that file
    when: str

    @property
    def installer(self) -> Installer:
        """The user's own."""
        return find_installer(self.observation, text_of(Path(self.observation.prefix) / "pyvenv.cfg"))

    @property
    def newcomers(self) -> tuple[str, ...]:
        """Names that are not there yet."""
        return tuple(c.name for c in self.changes if not c.was)


def find_obstacle(fix: Fix) -> str:
    """Why these changes cannot be made here and taken back; "" where nothing is in the way."""
    own = {name for name, _, _ in freeze(fix.observation)}
    outside = [c.name for c in fix.changes if c.was and c.name not in own]
    return f"{', '.join(outside)} lies outside the environment" if outside else ""


def apply(fix: Fix, lock: Sequence[str], progress: Progress, say: Callable[[str], None]) -> None:
    """Make the changes, or leave the environment as it was; the way back is written before.

    `lock` are the pins that were proven. An interrupt takes effect when the environment is whole again. Raises
    CannotLook where the changes could not be made, with a hint what to type where they could not be taken back.
    """
    installer, python, label = fix.installer, fix.observation.executable, fix.patient.label
    with scratch_folder() as folder:
        moves = Moves(installer, python, tuple((c.name, c.was, c.to) for c in fix.changes))
        commands = make_commands(moves, str(folder))
        # --- get everything at hand
        for command in commands.fetch:
            progress("fetch", ", ".join(word for word in command if "==" in word))
            done = run(command, VARIABLES)
            if done.returncode:
                blame(done.stderr, f"nothing was applied, {installer} does not get what it needs")
        check_room(fix, folder / "after")
        with hold_signals() as come, hold_folder(Path(fix.observation.prefix)) as held:
            if held is None:
                raise CannotLook(
                    "another run is changing this environment, and nothing was applied", "wait for it, and run it again"
                )
            # --- write the way back, of what is still as it was seen
            if read_environment(fix.patient) != freeze(fix.observation):
                raise CannotLook(
                    "the environment has changed since it was looked at, and nothing was applied", "run it again"
                )
            write(fix.back, _render_back(fix, lock))
            progress("apply", label)
            with note_change(folder, label, moves, held) as descriptors:
                # --- make the changes; installers inherit the descriptors
                killed, failure = False, ""
                for command in commands.forward:
                    if come.numbers or failure:
                        break
                    done = run(command, VARIABLES, come, descriptors)
                    killed = done.returncode < 0
                    failure = ending(plain_words(done.stderr)) or "it was ended" if done.returncode else ""
                if not failure and not come.numbers:
                    say(f"checker: applied with {installer}; how to go back is written in {fix.back}")
                    return
                # --- after a failure or an interrupt, take them back
                if killed or not _is_as_before(fix):
                    say(f"checker: {'it was interrupted' if come.numbers else 'it failed'}: going back")
                    # what was to come may not have come, and then there is nothing to remove: the look decides
                    said = " ".join(plain_words(run(command, VARIABLES).stderr) for command in commands.back).strip()
                    if not _is_as_before(fix):
                        restore = make_restore_commands(python, absolute(fix.back), fix.newcomers)[installer]
                        raise CannotLook(
                            f"the change was not finished ({failure or 'interrupted'}), "
                            f"and going back failed: {ending(said)}",
                            f"type: {' && '.join(restore)}",
                        )
                say("checker: the environment is as it was")
                if not come.numbers:
                    raise CannotLook(
                        f"{installer} could not make the change: {failure}", "see what it says, and run it again"
                    )


def check_room(fix: Fix, fetched: Path) -> None:
    """Raises CannotLook where the disk might fill up in the middle: then there is no room for the way back either."""
    free, needed = room(fix.observation.prefix), unpacked(fetched)
    if free < needed:
        raise CannotLook(
            f"nothing was applied, the disk of the environment has {free // MB} MB free, "
            f"and what comes in takes {needed // MB + 1} MB",
            "make room, and run it again",
        )


def read_environment(patient: Patient) -> Freeze:
    """The environment at this moment, from its files and from no memory. Raises CannotLook."""
    plan = {**make_plan(patient, None, (), static=True), "roots": [], "looks": ""}
    return freeze(observe(patient, plan, program())[0])


def freeze(observation: Observation) -> Freeze:
    """What lies in the environment itself, whatever else is on its search path."""
    found = (d for d in observation.distributions if is_below(d.location, observation.prefix))
    return frozenset((d.name, d.version, d.location) for d in found)


def _is_as_before(fix: Fix) -> bool:
    with suppress(CannotLook):
        return read_environment(fix.patient) == freeze(fix.observation)
    return False


def _render_back(fix: Fix, lock: Sequence[str]) -> str:
    """The file that holds the way back: what the index can serve as pins, the rest by name only."""
    served = {required_name(pin) for pin in lock} | {c.name for c in fix.changes}
    there = sorted(freeze(fix.observation))
    return render_way_back(
        fix.observation.executable,
        when=fix.when,
        file=absolute(fix.back),
        pins={name: version for name, version, _ in there if name in served},
        newcomers=fix.newcomers,
        alone=tuple(f"{name} {version}" for name, version, _ in there if name not in served),
    )
