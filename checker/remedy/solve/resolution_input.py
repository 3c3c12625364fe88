"""What is to be resolved: an environment as it is, or requirement files of one that was never built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ...knowledge.facts import parse
from ...model import Observation
from ...names import canonicalize_name, pinned_version, read_requirement, required_name
from ...requirements.lines import Line
from ...rules.installation.requirements import unmet


@dataclass(frozen=True)
class ResolutionInput:
    """What is to be resolved."""

    #: canonical name -> requirement as it is asked for when nobody wishes anything of it
    lines: Mapping[str, str]
    #: canonical name -> release that is there, and stays there if it can
    pins: Mapping[str, str] = field(default_factory=dict)
    #: (consumer, name, requirement): what metadata forbid and what is nevertheless so
    broken: tuple[tuple[str, str, str], ...] = ()
    #: lines of options, such as an index
    options: tuple[str, ...] = ()
    #: what the index cannot serve, and stays as it is
    left_out: tuple[str, ...] = ()
    #: canonical name -> release that is there, for which `pins` hold the nearest one that has a wheel
    replaced: Mapping[str, str] = field(default_factory=dict)
    #: canonical name -> requirement that every plan has to meet
    wanted: Mapping[str, str] = field(default_factory=dict)
    #: of these the releases that are there and do not meet it ("": none is); `pins` hold the nearest that do
    unlike: Mapping[str, str] = field(default_factory=dict)
    #: packages that ask for one very release of another, which therefore moves with them
    tied: frozenset[str] = frozenset()
    #: canonical name of what lies in others' files -> these others, and whoever requires it
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def without(self, name: str) -> ResolutionInput:
        """The same, with one package left alone."""
        lines = {n: line for n, line in self.lines.items() if n != name}
        return replace(self, lines=lines, left_out=(*self.left_out, name))

    def standing_in(self, name: str, version: str) -> ResolutionInput:
        """The same, with another release in the place of one; nobody's metadata count against it."""
        return replace(
            self,
            pins={**self.pins, name: version},
            broken=(*self.broken, ("", name, version)),
            replaced={**self.replaced, name: self.pins[name]},
        )

    def honouring(self, name: str, text: str, nearest: str) -> ResolutionInput:
        """The same, with a wish that every plan meets; `nearest`: the release to begin with, "" for what is there."""
        given = replace(self, lines={**self.lines, name: text}, wanted={**self.wanted, name: text})
        if not nearest:
            return given
        unlike = {**self.unlike, name: self.pins.get(name, "")}
        return replace(given, pins={**self.pins, name: nearest}, unlike=unlike)

    def find_spare(self, moving: Collection[str]) -> frozenset[str]:
        """The parts of packages that move: what lies in their files, and nobody but them requires.

        Who also lies in the files of something that stays would take these away, and is none.
        """
        spare = {n for n in self.parts if n not in moving and self.lines.get(n) == n}
        while kept := {n for n in spare if not self.parts[n] <= spare.union(moving)}:
            spare -= kept
        return frozenset(n for n in spare if not self.parts[n].isdisjoint(moving))


def read_installed(observation: Observation, keep: Iterable[str] = ()) -> ResolutionInput:
    """An environment as it is; `keep` are the packages that must not move.

    What is not a release of an index (an editable install, a local build) is left alone.
    """
    pins: dict[str, str] = {}
    left_out: list[str] = []
    for found in observation.distributions:
        if found.name in pins or found.name in left_out:
            continue
        if found.editable or "+" in found.version or parse(found.version) is None:
            left_out.append(found.name)
        else:
            pins[found.name] = found.version
    kept = set(keep)
    return ResolutionInput(
        lines={n: f"{n}=={v}" if n in kept else n for n, v in pins.items()},
        pins=pins,
        broken=tuple((c, canonicalize_name(r.name), v) for c, r, v in unmet(observation, set(pins))),
        left_out=tuple(left_out),
        tied=frozenset(d.name for d in observation.distributions if any(map(_is_exact, d.requires))),
        parts=dict(_find_parts(observation)),
    )


def _find_parts(observation: Observation) -> Iterator[tuple[str, frozenset[str]]]:
    """What lies in others' files and somebody requires, for an extra perhaps: with all of them."""
    for found in observation.distributions if any(d.shares for d in observation.distributions) else ():
        users = {d.name for d in observation.distributions if found.name in map(required_name, d.requires)}
        if found.shares and users:
            yield found.name, frozenset({*found.shares, *users})


def _is_exact(text: str) -> bool:
    """Whether a requirement asks for one very release, in every environment."""
    requirement = read_requirement(text)
    return requirement is not None and not requirement.marker and bool(pinned_version(text))


def read_written(
    written: Iterable[Line], unbuilt: Iterable[str] = (), renamed: Collection[str] = ()
) -> ResolutionInput:
    """What lines of requirement files ask for. What cannot be read is passed over.

    A name that is asked for more than once, with other markers perhaps, keeps all of its lines. `unbuilt` are the
    packages that have no wheel: nothing gets them; `renamed` are names in whose place others are asked for.
    """
    lines: dict[str, dict[str, None]] = {}
    options: dict[str, None] = {}
    left_out: list[str] = [*unbuilt]
    for line in written:
        name = "" if line.is_option or line.is_source else required_name(line.text)
        if line.is_option:
            options[line.text] = None
        elif name and name not in (*left_out, *renamed):
            lines.setdefault(name, {})[line.text] = None
        elif line.is_source and line.text not in left_out:
            left_out.append(line.text)
    return ResolutionInput(
        {name: "\n".join(asked) for name, asked in lines.items()},
        broken=tuple(("", name, "") for name in unbuilt),
        options=tuple(options),
        left_out=tuple(left_out),
    )
