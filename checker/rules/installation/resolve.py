"""Requirements that cannot even be installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...knowledge.facts import parse
from ...model import Advice, Basis, Case, Finding, Observation, Severity, Stage, rule
from ...names import canonicalize_name
from ..advice import minor
from ..evidence import Cause, each, first_words, unique

_PIN = re.compile(
    r"(?<![\w.\-])(?P<name>[A-Za-z0-9][\w.\-]*)\s*(?:\[[^\]]*\])?\s*(?:===?|~=|[<>]=?)\s*(?P<version>[\w.+!*]+)"
)
_WHEEL = (
    r"no usable wheels|no wheels? with a matching|only found wheels|has no wheels|Wheels are required"
    r"|does not satisfy Python|requires Python"
)

_PLATFORMS = (
    r"Wheels are available for `(?P<name>[\w.\-]+)` \(v(?P<version>[^)]+)\) on the following platforms?: (?P<tags>.*)"
)
#: beginning of a wheel's platform tag -> (system in words, marker)
_SYSTEMS = {"win": ("Windows", "win32"), "macosx": ("macOS", "darwin"), "manylinux": ("Linux", "linux")}


def _named(text: str) -> tuple[tuple[str, str], ...]:
    """(name, version) of every requirement that the resolver's words hold, Python itself left out."""
    found = [(canonicalize_name(m["name"]), m["version"]) for m in _PIN.finditer(text)]
    return tuple(dict.fromkeys(f for f in found if f[0] != "python"))


def _first_named(text: str) -> Iterator[tuple[str, str, str]]:
    """The package that the resolver names first, the newest of its releases in question, and what they lack."""
    for name, version in _named(text)[:1]:
        found = re.search(rf"(?<![\w.\-]){re.escape(version)},[^ ]*", text)
        others = [parsed for v in re.findall(r"=(\d[\w.+!]*)", found.group() if found else "") if (parsed := parse(v))]
        newest = str(max(others, default=version))
        alone = newest == version
        yield name, newest, f"{name} {version} has no" if alone else f"None of {name} {version} to {newest} has a"


@rule("A pinned release has no wheel for this Python", Stage.RESOLVE)
def no_wheel_for_python(case: Case[Observation]) -> Iterator[Finding]:
    """A pinned release has no wheel for this Python.

    What happens: the resolver finds nothing to install, or pip starts to build from source and fails after a long time.
    Why: wheels are made for the Python releases of their time: no wheel of the pinned release fits this interpreter.
    Remedy: a release that has a wheel for this Python, or a Python that the release has a wheel for.
    Not this rule: requirements that contradict each other.
    """
    python = minor(case)
    for cause in each(case, Stage.RESOLVE):
        if not re.search(_WHEEL, cause.first.text):
            continue
        if alone := _of_one_system(case, cause):
            yield alone
            continue
        for name, version, lacks in _first_named(cause.first.text):
            pythons = case.knowledge.pythons(name, version)
            newest = f"Or use Python {pythons[-1]}, the newest that {version} has a wheel for." if pythons else ""
            other = (Advice("action", newest, lines=(f"uv venv --python {pythons[-1]}",)),) if pythons else ()
            served = f"; it has wheels for Python {pythons[0]} to {pythons[-1]}" if pythons else ""
            text = f"{lacks} wheel for Python {python}{served}."
            yield _without_wheel(cause, name, text, *_other_release(case, name, version, python), *other)


def _without_wheel(cause: Cause, name: str, text: str, *advice: Advice) -> Finding:
    return Finding(
        Severity.BLOCKER,
        Stage.RESOLVE,
        Basis.SEEN,
        name,
        text,
        culprits=(name,),
        evidence=(cause.first.text[:600],),
        advice=advice,
        explains=cause.steps,
    )


def _of_one_system(case: Case[Observation], cause: Cause) -> Finding | None:
    """The finding of a release whose wheels are all for one other system; None where they are for several."""
    found = re.search(_PLATFORMS, cause.first.text)
    tags = re.findall(r"`([a-z]+)[^`]*`", found["tags"]) if found else []
    systems = {_SYSTEMS.get("manylinux" if "linux" in tag else tag) for tag in tags}
    if not found or len(systems) != 1 or not (system := systems.pop()):
        return None
    name, version, (words, marker) = canonicalize_name(found["name"]), found["version"], system
    if case.subject.platform.startswith((words, marker.title())):  # for another processor then
        return None
    only = f'=={version} ; sys_platform == "{marker}"'
    advice = Advice("pins", f"Ask for {name} on {words} only.", changes=((name, only),))
    return _without_wheel(cause, name, f"{name} {version} has wheels for {words} only.", advice)


def _other_release(case: Case[Observation], name: str, version: str, python: str) -> tuple[Advice, ...]:
    last = case.knowledge.last_release_for_python(name, python)
    asked = parse(version)
    if last and asked and asked > last.parsed:
        text = f"Ask for {name} {last.version} or earlier: it is the last with a wheel for Python {python}."
        return (Advice("pins", text, changes=((name, f"<={last.version}"),)),)
    first = case.knowledge.first_release_for_python(name, python)
    if first is None:
        return (Advice("pins", f"Ask for a {name} that has a wheel for Python {python}.", changes=((name, ""),)),)
    text = f"Ask for {name} {first.version} or later: it is the first with a wheel for Python {python}."
    return (Advice("pins", text, changes=((name, f">={first.version}"),)),)


@rule("The requirements contradict each other", Stage.RESOLVE, generic=True)
def requirements_conflict(case: Case[Observation]) -> Iterator[Finding]:
    """The requirements contradict each other, or ask for what the index does not have.

    What happens: the resolver finds no set of releases, and nothing is installed.
    Why: two packages want different releases of a third, or a release does not exist.
    Remedy: loosen one of the requirements that the resolver names.
    Not this rule: a release without a wheel for this Python.
    """
    for cause in each(case, Stage.RESOLVE):
        names = unique(n for n, _ in _named(cause.first.text))
        reasons = re.findall(r"[Bb]ecause (.*?), we can conclude", " ".join(cause.first.text.split()))
        loosen = Advice("pins", f"Relax one of these: {', '.join(names[:4])}", tuple((n, "") for n in names[:1]))
        yield Finding(
            Severity.BLOCKER,
            Stage.RESOLVE,
            Basis.SEEN,
            cause.first.subject,
            f"The requirements cannot be installed: {first_words('; '.join(reasons) or cause.first.text, 400)}",
            culprits=names,
            evidence=(cause.first.text[:1200],),
            advice=(loosen if names else Advice("action", "Correct the requirements."),),
            explains=cause.steps,
        )
