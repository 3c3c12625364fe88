"""Remedies in words: which way to move a package, and what to lay down again."""

from __future__ import annotations

from collections.abc import Callable

from ..knowledge.facts import Release, parse
from ..model import Advice, Case, Observation
from ..names import is_known
from .evidence import Missing, unique


def minor(case: Case[Observation]) -> str:
    """The patient's Python as knowledge names it: 3.11."""
    return case.subject.minor


def newest(case: Case[Observation], name: str) -> str:
    """The newest known release with a wheel for this Python, "" where none is newer than the installed one."""
    installed = case.knowledge.release(name, case.subject.version(name) or "0")
    last = case.knowledge.last_release_for_python(name, minor(case)) if installed else None
    return last.version if installed and last and last.parsed > installed.parsed else ""


def move(case: Case[Observation], names: tuple[str, ...]) -> Advice:
    """Advice for packages that do not fit: raise the first where a newer one is known, else lower the second.

    The first is the one that should know the other: the converter, the user of a removed name.
    """
    pair = unique(names)[:2]
    for name in pair[:1]:
        version, last = case.subject.version(name), newest(case, name)
        if version and last:
            other = f", or a release of {pair[1]} that fits {name} {version}" if len(pair) > 1 else ""
            text = f"Try a {name} newer than {version} (the newest for Python {minor(case)} is {last}){other}."
            return Advice("pins", text, changes=((name, f">{version}"),))
    for name in pair[1:]:
        if version := case.subject.version(name):
            text = f"Try a {name} older than {version}, or another release of {pair[0]}."
            return Advice("pins", text, changes=((name, f"<{version}"),))
    words = " or ".join(pair)
    changes = tuple((n, "") for n in pair if case.subject.version(n) or is_known(n))
    return Advice("pins", f"Move {words} to a compatible release.", changes=changes)


def fit_name(case: Case[Observation], provider: str, consumer: str, module: str, name: str) -> Advice:
    """Advice for a name that a package does not have: a provider that has it, where its coming or going is known."""
    from ..knowledge.names import names_of  # only where something fails

    known, dotted = case.knowledge.name_changes, f"{module}.{name}".rstrip(".")
    for change in (*known(module, name), *(known(dotted) if name else ())):
        if change.package == provider:
            what = "went with" if change.change == "removed" else "came with"
            text = f"Install {provider}{change.needs}: {dotted} {what} {change.version}."
            return Advice("pins", text, changes=((provider, change.needs),))
    if not consumer and (bound := names_of(provider).needs(case.subject.version(provider) or "", module, name)):
        text = f"Install {provider}{bound}: {bound.lstrip('<>=')} is the nearest that is known to have {dotted}."
        return Advice("pins", text, changes=((provider, bound),))
    return move(case, (consumer, provider))


def bring(case: Case[Observation], missing: Missing) -> Advice:
    """Advice for what somebody asked for in vain: install what brings the module, else move one of the two.

    A module that an installed package should have may have gone with this release, or its files may be missing.
    """
    name, specifier = missing.provider, _old_setuptools(missing.module)
    if missing.name or (case.subject.version(name) and not specifier):
        return fit_name(case, name, missing.consumer, missing.module, missing.name)
    return Advice("pins", f"Install {name}{specifier}.", changes=((name, specifier),))


def _old_setuptools(module: str) -> str:
    """pkg_resources left setuptools with release 82 (https://setuptools.pypa.io/en/latest/history.html)."""
    return "<82" if module.partition(".")[0] == "pkg_resources" else ""


def newer_with(case: Case[Observation], name: str, has: Callable[[Release], bool], what: str) -> Advice:
    """Advice to install the first newer release that has something, any newer one where none is known to."""
    installed = case.knowledge.release(name, case.subject.version(name) or "0")
    every = case.knowledge.releases_for_python(name, minor(case)) if installed else ()
    first = next((r for r in every if installed and r.parsed > installed.parsed and has(r)), None)
    if not first:
        version = case.subject.version(name)
        return Advice("pins", f"Install a newer {name}.", changes=((name, f">{version}" if version else ""),))
    text = f"Install {name} {first.version} or newer, which has {what}."
    return Advice("pins", text, changes=((name, f">={first.version}"),))


def older_major(case: Case[Observation], name: str) -> tuple[Advice, ...]:
    """Advice to leave a major release that broke with what was before it; none where it is the first."""
    now = parse(case.subject.version(name) or "")
    if now is None or now.major < 2:
        return ()
    text = f"Install a {name} older than {now.major}."
    return (Advice("pins", text, changes=((name, f"<{now.major}"),)),)


def older_without(case: Case[Observation], name: str, has: Callable[[Release], bool], what: str) -> Advice:
    """Advice to install a release older than the first that has something, any older one where none is known to."""
    first = next((r for r in case.knowledge.releases(name) if has(r)), None)
    version = first.version if first else case.subject.version(name) or ""
    text = f"Install a {name} older than {version}, which brought {what}." if first else f"Install an older {name}."
    return Advice("pins", text, changes=((name, f"<{version}" if version else ""),))
