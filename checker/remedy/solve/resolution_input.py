"""What is to be resolved: an environment as it is, or requirement files of one that was never built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...knowledge.facts import parse
from ...model import Observation
from ...names import canonicalize_name, pinned_version, read_requirement, required_name
from ...rules.installation.requirements import unmet
from ...world.files import real_path, text_of

#: an option whose argument may be a file or folder: that of a requirement file is meant from where it lies
_PATH = re.compile(r"(?P<option>-[cf]|--(?:constraint|find-links))(?:[ =]\s*|(?=[^\s=]))(?P<path>\S+)$")
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")


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
    #: packages that ask for one very release of another, which therefore moves with them
    tied: frozenset[str] = frozenset()

    def without(self, name: str) -> ResolutionInput:
        """The same, with one package left alone."""
        lines = {n: line for n, line in self.lines.items() if n != name}
        return replace(self, lines=lines, left_out=(*self.left_out, name))


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
    )


def _is_exact(text: str) -> bool:
    """Whether a requirement asks for one very release, in every environment."""
    requirement = read_requirement(text)
    return requirement is not None and not requirement.marker and bool(pinned_version(text))


def read_requirement_files(files: Sequence[Path]) -> ResolutionInput:
    """What requirement files ask for; files that they include are read too. Unreadable lines are left out.

    A name that is asked for more than once, with other markers perhaps, keeps all of its lines.
    """
    lines: dict[str, dict[str, None]] = {}
    options: dict[str, None] = {}
    left_out: list[str] = []
    for line in _read_lines(files, set()):
        if line.startswith("-") and not re.match(r"-e\b|--editable\b", line):
            options[line] = None
        elif name := required_name(line):
            lines.setdefault(name, {})[line] = None
        else:
            left_out.append(line)
    return ResolutionInput(
        {name: "\n".join(asked) for name, asked in lines.items()}, options=tuple(options), left_out=tuple(left_out)
    )


def _read_lines(files: Sequence[Path], read: set[str]) -> Iterator[str]:
    """Every line that says something, joined where it goes on, without comments and hashes; no file twice.

    The path of an option is as seen from anywhere.
    """
    for file in files:
        place = real_path(file)
        if not place or place in read:
            continue
        read.add(place)
        for raw in re.sub(r"\\\r?\n", " ", text_of(file)).splitlines():
            line = re.sub(r"\s--hash=\S+", "", re.sub(r"(^|\s)#.*$", "", raw)).strip()
            if included := _INCLUDED.match(line):
                yield from _read_lines([file.parent / included[1]], read)
            elif (found := _PATH.match(line)) and (target := real_path(file.parent / found["path"])):
                yield f"{found['option']} {target}"
            elif line:
                yield line
