"""What is written in requirement files: mistakes, releases that do not exist, sources that need building."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Severity, Stage, Step, rule
from ...names import CORE, STUBS, canonicalize_name, distribution_of, pinned_version, read_requirement, required_name
from ..evidence import first_words, missing_reference, unique


def _told(case: Case[Observation], kind: str) -> Iterator[Failure]:
    return (f for f in case.subject.failures(Stage.RESOLVE) if f.type == kind)


def _place(failure: Failure) -> str:
    """Where the line stands, as the beginning of a sentence."""
    return f"{failure.facts.get('place') or failure.subject}: "


def _write(failure: Failure, otherwise: str) -> Advice:
    """Advice to write what was meant into the line; where nobody knows that, what to do instead."""
    meant, place = str(failure.facts.get("meant", "")), failure.facts.get("place", "")
    requirement = read_requirement(meant)
    if requirement is None:
        return Advice("action", otherwise)
    text = f"Write {meant} in {place}."
    return Advice("pins", text, ((canonicalize_name(requirement.name), str(requirement.specifier)),))


def _finding(failure: Failure, message: str, advice: Advice) -> Finding:
    names = unique((required_name(str(failure.facts.get("meant", ""))), _subject(failure)))
    evidence = unique((str(failure.facts.get("asked", "")),))
    return Finding(
        Severity.BLOCKER,
        Stage.RESOLVE,
        Basis.SEEN,
        failure.subject,
        _place(failure) + message,
        culprits=names,
        evidence=evidence,
        advice=(advice,),
        explains=(failure.step,),
    )


def _subject(failure: Failure) -> str:
    """The package that a failure is about, "" where it is about a file."""
    return failure.subject if read_requirement(failure.subject) and "." not in failure.subject else ""


@rule("A line of the requirements is mistyped", Stage.RESOLVE)
def mistyped_requirement(case: Case[Observation]) -> Iterator[Finding]:
    """A line of the requirements cannot be read.

    What happens: no installer takes the file, and the message names a position in it.
    Why: a comma is missing between two bounds, `=` stands for `==`, or the line is of another kind of file.
    Remedy: correct the line; what was likely meant is tried.
    Not this rule: requirements that can be read and contradict each other.
    """
    for failure in _told(case, "Mistyped"):
        said = f"in {failure.facts.get('asked', '')!r} {failure.text}."
        yield _finding(failure, said, _write(failure, f"Correct or remove the line {failure.facts.get('place', '')}."))


@rule("A release was never made", Stage.RESOLVE)
def release_never_made(case: Case[Observation]) -> Iterator[Finding]:
    """A line asks for a release that the package index does not have.

    What happens: the resolver says that there is no such version.
    Why: a version was guessed or mistyped, is from another package, or was made under a longer number (.post1).
    Remedy: the nearest release that exists.
    Not this rule: a release that exists and has no wheel for this Python.
    """
    for failure in _told(case, "NoSuchRelease"):
        meant = str(failure.facts.get("meant", "")).partition(";")[0].strip()
        nearest = f"; the nearest is {meant.rpartition('==')[2]}" if "==" in meant else ""
        said = f"{failure.text.removeprefix('there is no ')} does not exist{nearest}."
        yield _finding(failure, said, _write(failure, f"Ask for another release of {failure.subject}."))


@rule("A package does not exist", Stage.RESOLVE)
def package_unknown(case: Case[Observation]) -> Iterator[Finding]:
    """A line asks for a package that the package index does not have.

    What happens: the resolver says that the package was not found.
    Why: the name is mistyped, is that of a module, or the package lies on another index.
    Remedy: correct the name, or name the index. Only known packages are suggested: a stranger's may be called alike.
    Not this rule: a package that exists under that name.
    """
    for failure in _told(case, "NoSuchPackage"):
        said = f"the package index has no package {failure.subject}"
        said += f"; {failure.text}" if failure.text else "."
        if failure.subject == "python":
            advice = Advice("action", "Remove the line: the interpreter is named with --python.")
        else:
            advice = _write(failure, f"Correct or remove the line {failure.facts.get('place', '')}, or name its index.")
        yield _finding(failure, said, advice)


@rule("The name of a module stands for a package", Stage.RESOLVE)
def stub_package(case: Case[Observation]) -> Iterator[Finding]:
    """A line asks for a package that holds nothing, and is called like the module of another one.

    What happens: the newest releases refuse to be installed; older ones bring the newest release of the real package.
    Why: packages and modules have two sets of names: `import sklearn` is scikit-learn.
    Remedy: the real name; everything else is looked at as if it stood there.
    Not this rule: a name that no package has.
    """
    for failure in _told(case, "Stub"):
        real = STUBS.get(failure.subject, "another one")
        said = f"{failure.subject} is the name of a module; its package is called {real}."
        found = _finding(failure, said, _write(failure, f"Remove the line: another one asks for {real}."))
        found = replace(found, culprits=unique((real, failure.subject)))
        open_ended = not pinned_version(str(failure.facts.get("asked", "")))
        yield found if open_ended else replace(found, severity=Severity.WARNING)


@rule("A package needs building", Stage.RESOLVE)
def needs_building(case: Case[Observation]) -> Iterator[Finding]:
    """A package has no wheel at all and has to be built from its sources, which was not tried.

    What happens: the installer downloads the sources and runs them; mostly that works.
    Why: its authors publish sources only. Building runs their code, so it is done only where you agree.
    Remedy: look again with --build, which builds it in the throwaway environment.
    Not this rule: a release with wheels for other Pythons only; a build that was tried and failed.
    """
    for failure in _told(case, "NeedsBuilding"):
        name, place = failure.subject, failure.facts.get("place", "")
        explained = _without(case, failure)
        of_use = (
            bool(explained)
            or name in CORE
            or (case.script is not None and name in map(distribution_of, case.script.modules))
        )
        yield Finding(
            Severity.WARNING if of_use else Severity.NOTE,
            Stage.RESOLVE,
            Basis.SEEN,
            name,
            (f"{place}: " if place else "") + f"{name} has to be built from its sources, which was not tried.",
            culprits=unique((_subject(failure),)),
            evidence=unique((str(failure.facts.get("asked", "")), failure.text)),
            advice=(Advice("action", "Look again with --build: it is then built in the throwaway environment."),),
            explains=(failure.step, *explained),
        )


def _without(case: Case[Observation], failure: Failure) -> tuple[Step, ...]:
    """Failures that only say that a module is absent which may well come with what was not built."""
    asks = {d.name for d in case.subject.distributions if failure.subject in map(required_name, d.requires)}
    steps = []
    for other in (f for f in case.subject.failures() if f.stage is not Stage.RESOLVE):
        missing = missing_reference(case.subject, other)
        if missing and not missing.name and not case.subject.version(missing.provider):
            known = missing.provider or missing.module
            if known == failure.subject or (
                not missing.provider and (not missing.consumer or missing.consumer in asks)
            ):
                steps.append(other.step)
    return tuple(steps)


@rule("A build from source failed", Stage.RESOLVE)
def build_failed(case: Case[Observation]) -> Iterator[Finding]:
    """A package was built from its sources, as --build allows, and that failed.

    What happens: the installer ends with the words of the build.
    Why: a compiler or a library is missing, or the sources are older than this Python or its build tools.
    Remedy: a release with a wheel for this Python.
    Not this rule: what was not tried.
    """
    for failure in _told(case, "BuildFailed"):
        name = failure.subject
        asked = str(failure.facts.get("asked") or name).partition(";")[0].strip()
        advice = Advice("pins", f"Ask for a {name} that has a wheel for this Python.", ((name, ""),))
        said = f"building {asked} from its sources fails: {first_words(_last_words(failure.text), 200)}"
        yield _finding(failure, said, advice if _subject(failure) else Advice("action", "Correct the requirements."))


def _last_words(text: str) -> str:
    """What the build itself said last, without the installer's hints."""
    said = text.partition("hint:")[0].rstrip()
    return said.rpartition("[stderr]")[2].strip()[-200:] or said
