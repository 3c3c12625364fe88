"""What is installed beside the pins of a cell: asked of uv, as a user's own environment would come about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..names import pinned_version, required_name
from ..world.sandbox import Refused, scratch_folder
from ..world.uv import check_reachable, compile_pins, ending, plain_words


@dataclass(frozen=True)
class Resolved:
    """Every package of a cell."""

    lock: Mapping[str, str]
    #: what the packages' own metadata say against the pins, in uv's words; "" where they agree
    declared: str = ""


def resolve(python: Path, pins: Mapping[str, str], beside: Iterable[str] = ()) -> Resolved | Refused:
    """Every package that these pins come to, with the requirements `beside` them.

    Where metadata refuse the pins they win, and what was said is kept; where that is no set either, or a release has
    no wheel for this interpreter, uv's words are the refusal. Raises CannotLook for the index.
    """
    lines = [*(f"{name}=={version}" for name, version in pins.items()), *beside]
    with scratch_folder() as folder:
        first = _compile(python, lines, (), folder)
        if not isinstance(first, Refused):
            return Resolved(first)
        forced = _compile(python, lines, lines, folder)
    return forced if isinstance(forced, Refused) else Resolved(forced, ending(first.text))


def _compile(
    python: Path, lines: list[str], overrides: Iterable[str], folder: Path, words: Sequence[str] = ()
) -> dict[str, str] | Refused:
    done = compile_pins(lines, ("--python", str(python), *words), folder, overrides=overrides)
    if done.returncode:
        check_reachable(said := plain_words(done.stderr))
        return Refused(said)
    pins = ((required_name(line), pinned_version(line)) for line in done.stdout.splitlines())
    return {name: version for name, version in pins if version}


def choose(
    python: Path, pins: Mapping[str, str], names: Sequence[str], manner: str, day: str = "", also: Sequence[str] = ()
) -> dict[str, str] | Refused:
    """Releases of some packages beside pins: the highest that metadata admit, the lowest, or the highest of a day.

    `also` comes with them, and is always the highest. Raises CannotLook for the index.
    """
    lines = [*(f"{name}=={version}" for name, version in pins.items()), *names]
    resolution = "lowest-direct" if manner == "lowest" else "highest"
    words = ("--exclude-newer", day) if manner == "era" and day else ()
    with scratch_folder() as folder:
        found = _compile(python, lines, (), folder, ("--resolution", resolution, *words))
    return found if isinstance(found, Refused) else {name: found[name] for name in map(required_name, (*names, *also))}
