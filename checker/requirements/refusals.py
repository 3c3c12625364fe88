"""What a resolver says no to, read from its words: which line, and what about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..names import DISTRIBUTION_OF, SAME_NAME, STUBS, canonicalize_name, meant, required_name
from .lines import Line
from .mistakes import Fault

_NAME = r"(?P<name>[A-Za-z0-9](?:[\w.\-]*\w)?)(?:\[[^\]]*\])?"
_NEEDS_WHEEL = re.compile(rf"Wheels are required for `{_NAME}`")
_NEVER_MADE = re.compile(
    rf"there is no version of {_NAME}==(?P<version>[\w.+!]+)"
    r"|Because only (?P<only>[\w.\-]+?)(?:[<=>][^ ]*)? is available"
    r" and you require (?P=only)(?P<bound>[<>=!~][^ ]*[\w*])"
)
_OTHER_TAGS = re.compile(rf"{_NAME}[<>=!~][^ ]* has no wheels with a matching")
_REQUIRED = re.compile(r"[Yy]ou require ([\w.\-]+)")
_NOT_FOUND = re.compile(rf"Because {_NAME} was not found in the (?:package registry|provided package locations)")
_FAILED_BUILD = re.compile(rf"Failed to (?:download and )?build `?{_NAME}(?:==(?P<version>[\w.+!]+))?")


@dataclass(frozen=True)
class Wanting:
    """A package of which no release that may be taken has a wheel."""

    name: str
    #: a requirement for the releases in question, as the resolver names them
    releases: str


def find_unbuilt(text: str, lines: Sequence[Line]) -> Wanting | None:
    """The package that would have to be built, as the resolver says itself; None where that is not what stopped it.

    Before it gives up, it looks at the oldest releases of everything, which ask for packages that nobody builds any
    more: one that no line names counts where a pinned release asks for it, or where nothing else is in its way.
    """
    names = [canonicalize_name(found["name"]) for found in _NEEDS_WHEEL.finditer(text)]
    required = set(_REQUIRED.findall(text))
    for name in sorted(dict.fromkeys(names), key=lambda n: line_of(n, lines) is None):
        pinned = re.search(rf"(?P<who>[\w.\-]+)==\S+ depends on {name}\b.*you require (?P=who)==", text)
        if line_of(name, lines) or pinned or (len(required) == 1 and f"all versions of {name} have no usable" in text):
            return Wanting(name, _releases(text, name))
    return None


def _releases(text: str, name: str) -> str:
    """The releases of a package that have no wheel, as the resolver names them; any where it does not."""
    for phrase in re.findall(r"[Bb]ecause ((?:(?![Bb]ecause ).)*?) ha(?:s|ve) no usable wheels", text):
        for found in re.finditer(r"(?<![\w.\-])([A-Za-z0-9][\w.\-]*?)([<>=!~]=?[^ ]*)(?= |$)", phrase):
            if canonicalize_name(found[1]) == name:
                return f"{name}{found[2].rstrip(',')}"
    return name


def find_unfit(text: str, lines: Sequence[Line]) -> Line | None:
    """The line that asks for a release without sources, whose wheels are for other Pythons or systems.

    None where the resolver names another requirement beside it: then the two may contradict each other.
    """
    said = " ".join(text.partition("hint:")[0].split())  # a hint tells which Python is required
    found = _OTHER_TAGS.search(said)
    name = canonicalize_name(found["name"]) if found else ""
    required = {canonicalize_name(n) for n in _REQUIRED.findall(said)}
    return line_of(name, lines) if required == {name} else None


def find_faults(text: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """What is wrong with lines of the files themselves: a release or a package that does not exist."""
    for found in _NEVER_MADE.finditer(text):
        name = canonicalize_name(found["name"] or found["only"])
        asked = f"=={found['version']}" if found["version"] else found["bound"]
        if line := line_of(name, lines):
            yield Fault("NoSuchRelease", name, f"there is no {name} {asked.removeprefix('==')}", line.text, line.place)
    for found in _NOT_FOUND.finditer(text):
        name = canonicalize_name(found["name"])
        if line := line_of(name, lines):
            yield Fault("NoSuchPackage", name, _like(name), line.text, line.place, _real(name))


def _real(name: str) -> str:
    """The distribution of a module that is called so, "" where none is known."""
    real = DISTRIBUTION_OF.get(name.replace("-", "_"), "")
    return real if real != name else ""


def _like(name: str) -> str:
    """A question for a known package of nearly that name, never for a stranger's; "" where none is like it."""
    known = {*DISTRIBUTION_OF.values(), *(canonicalize_name(module) for module in SAME_NAME)}
    return meant(name, sorted(known))


def failed_build(text: str, lines: Sequence[Line]) -> Fault | None:
    """The build from source that failed, None where the words tell of none."""
    if not (found := _FAILED_BUILD.search(text)):
        return Fault("BuildFailed", "", text) if text.startswith("Failed to build") else None
    name = canonicalize_name(found["name"])
    line = line_of(name, lines)
    if line and name in STUBS:
        return stub(line, lines)
    return Fault("BuildFailed", name, text, line.text if line else "", line.place if line else "")


def stub(line: Line, lines: Sequence[Line]) -> Fault:
    """A line that asks for a stub; what it stands for is meant, unless another line asks for that already."""
    name = required_name(line.text)
    meant = "" if line_of(STUBS[name], lines) else STUBS[name]
    return Fault("Stub", name, f"{name} is a stub for {STUBS[name]}", line.text, line.place, meant)


def line_of(name: str, lines: Sequence[Line]) -> Line | None:
    """The first line that asks for a package; None where only other packages do."""
    return next((line for line in lines if required_name(line.text) == name), None)
