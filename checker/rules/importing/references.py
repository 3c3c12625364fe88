"""References between packages that do not resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Severity, Stage, Unresolved, rule
from ...names import distribution_of
from ..advice import bring, fit_name
from ..evidence import (
    Cause,
    Missing,
    each,
    missing_reference,
    module_severity,
    provider_of,
    says,
    subjects_text,
    unique,
    versions,
)
from ..installation.damage import BREAKING, reinstall
from .import_findings import import_finding, settled_by_import
from .interfaces import _GENERATED, _NUMPY_INTERFACE


@rule("A module that nobody declared is missing", Stage.IMPORT)
def undeclared_dependency(case: Case[Observation]) -> Iterator[Finding]:
    """A package imports a module that is not installed.

    What happens: ModuleNotFoundError for a module that the script itself does not import: pkg_resources, distutils,
    packaging, pandas.
    Why: the package does not declare what it imports, or what used to bring it (setuptools in a fresh venv, the
    standard library) no longer does. Where it imports under `try`, what it would define with it is missing instead.
    Remedy: install the distribution that brings the module, in a release that still has it.
    Not this rule: a module that is there but lacks a name.
    """
    for cause in each(case, Stage.IMPORT):
        missing = missing_reference(case.subject, cause.first)
        if missing and not missing.name and not says(cause.first, _GENERATED):
            yield _missing_module(case, cause, missing)
    yield from _inferred(case, "missing-module", _missing_module_text)
    yield from _relative(case)


def _relative(case: Case[Observation]) -> Iterator[Finding]:
    """The first relative import of a script: it works only where the script is started as a part of its package."""
    scripts = {path.replace("\\", "/").rpartition("/")[2] for path in (case.script.paths if case.script else ())}
    sure = (i for i in (case.script.imports if case.script else ()) if i.sure and i.module.startswith("."))
    for one in (i for i in sure if i.where.rpartition(":")[0] in scripts and not case.subject.rehearsed):
        text = f"{one.where} imports {one.module} relative to its package: it runs only as a part of it."
        advice = Advice("action", "Start it from the folder above its package, with `python -m package.module`.")
        yield Finding(
            Severity.WARNING, Stage.IMPORT, Basis.INFERRED, one.module, text, evidence=(one.where,), advice=(advice,)
        )
        return


def _missing_module(case: Case[Observation], cause: Cause, missing: Missing) -> Finding:
    top = missing.module.partition(".")[0]
    name, installed = missing.provider, case.subject.version(missing.provider)
    consumer = missing.consumer or next(
        (f.subject for f in cause.failures if f.subject.partition(".")[0] != top),
        "the script" if case.script else "the path",
    )
    if own := case.script.own.get(top) if case.script and not name else None:
        return _own_module(case, cause, top, own)
    if not name:
        said = f"{consumer} imports {missing.module}, which is not found here."
        return import_finding(case, cause, said, (missing.consumer,), _name_it(missing.module))
    if installed and case.subject.owner(top):
        said = f"{consumer} imports {missing.module}, which {name} {installed} does not have."
    else:
        said = f"{consumer} imports {missing.module}, which is not installed" + (
            f" ({name} {installed} does not bring it)." if installed else f"; {name} brings it."
        )
    said += _told_as(cause.first)
    advice = bring(case, replace(missing, consumer=consumer))
    if installed and name == missing.consumer:  # a part of its own is gone, or was never there
        return import_finding(case, cause, said, (name,), reinstall((name,), case), advice)
    return import_finding(case, cause, said, (name, missing.consumer), advice)


def _told_as(failure: Failure) -> str:
    """What the user reads instead, where the import that fails stands under `try`."""
    facts, subject = failure.facts, failure.subject
    if not facts.get("hidden"):
        return ""
    names = [subject] if facts.get("where") else [f"{subject}.{name}" for name in facts.get("lacking", ())]
    return f" Without it there is no {subjects_text(names)}." if names else ""


def _name_it(module: str) -> Advice:
    """Advice for a module of which nothing is known: a package called like it may be a stranger's."""
    text = f"If {module} comes with a package, install that package."
    return Advice("action", f"{text} If it is a file of yours, put its folder on PYTHONPATH.")


def _own_module(case: Case[Observation], cause: Cause, top: str, path: str) -> Finding:
    """A module of the user's own project, which the script finds only when it is started from the right place."""
    folder = path.rpartition("/")[0]
    said = f"{top} is a part of your own project ({path}), and it is found only where {folder} is on the search path."
    text = f"Start the script so that {folder} is on the search path: from there with `python -m`, or with PYTHONPATH."
    found = import_finding(case, cause, said, (), Advice("action", text, lines=(f"export PYTHONPATH='{folder}'",)))
    return replace(found, severity=Severity.WARNING, out_of_scope=False)


def _missing_module_text(case: Case[Observation], link: Unresolved) -> tuple[str, tuple[str, ...], Advice]:
    name = link.provider or provider_of(case.subject, link.target, link.consumer)
    place = f"{link.file}:{link.line}"
    text = f"{link.consumer} imports {link.target} when it is loaded ({place}), and no installed package has it."
    if not name:
        return text, (link.consumer,), _name_it(link.target)
    return text, (name, link.consumer), bring(case, Missing(link.target, "", name, link.consumer))


@rule("A name that another package does not have", Stage.IMPORT)
def removed_name(case: Case[Observation]) -> Iterator[Finding]:
    """A package uses a name that another one no longer has, or does not have yet.

    What happens: ImportError "cannot import name ...", or AttributeError "module ... has no attribute ...", at
    import.
    Why: a library removed or renamed something (numpy 1.24 and 2.0, onnx 1.16 to 1.19, protobuf, scipy), and its user
    declares no upper bound; or a forced install keeps a library older than its user needs.
    Remedy: move the user to a release made for the library, or the library to one that still (or already) has the
    name.
    Not this rule: a missing module, also where a module binds the name only if that other one can be imported; and
    names missing because a running kernel mixes releases.
    """
    for failure in case.subject.failures(Stage.IMPORT):
        where = str(failure.facts.get("where", ""))
        if where not in ("", failure.subject) and not failure.facts.get("hidden"):  # else the error names nothing
            yield _asked_by_the_script(case, failure, where)
    for cause in each(case, Stage.IMPORT):
        missing = missing_reference(case.subject, cause.first)
        if cause.first.facts.get("where") and not cause.first.facts.get("hidden"):
            continue
        if missing and missing.name and not says(cause.first, _GENERATED) and not says(cause.first, _NUMPY_INTERFACE):
            pair = (missing.provider, missing.consumer)
            lacks = versions(case.subject, unique(pair[:1])) or missing.module
            user = versions(case.subject, (missing.consumer or cause.first.subject,))
            text = f"{user} uses {missing.module}.{missing.name}, which {lacks} does not have."
            yield import_finding(case, cause, text, pair, fit_name(case, *pair, missing.module, missing.name))
    yield from _inferred(case, "missing-name", _missing_name_text)
    yield from _inferred(case, "removed-attribute", _missing_name_text)


def _asked_by_the_script(case: Case[Observation], failure: Failure, where: str) -> Finding:
    """A name that the script itself asks for, at that line."""
    module, _, name = failure.subject.rpartition(".")
    missing = missing_reference(case.subject, failure)
    if missing and missing.name and failure.subject.startswith(f"{missing.module}."):
        module, name = missing.module, missing.name
    provider = case.subject.owner(module) or distribution_of(module)
    text = f"{where} uses {module}.{name}, which {versions(case.subject, (provider,))} does not have."
    advice = fit_name(case, provider, "", module, name)
    return import_finding(case, Cause((failure,)), text, (provider,), advice)


def _missing_name_text(case: Case[Observation], link: Unresolved) -> tuple[str, tuple[str, ...], Advice]:
    lacks = versions(case.subject, unique((link.provider,))) or link.target
    user, place = versions(case.subject, (link.consumer,)), f"{link.file}:{link.line}"
    user = f"{user} uses {link.target}.{link.name} ({place})" if user else f"{place} uses {link.target}.{link.name}"
    text = f"{user}, which {lacks} does not have."
    return text, (link.provider, link.consumer), fit_name(case, link.provider, link.consumer, link.target, link.name)


def _explained(case: Case[Observation], link: Unresolved) -> bool:
    """Whether damaged files, a hidden module or unfit code, which have findings of their own, explain a reference."""
    parties = {link.consumer, link.provider, link.target.partition(".")[0]}
    seen_wrong = {d.distribution for d in case.subject.damages if d.kind in BREAKING}
    hidden = {o.module.partition(".")[0] for o in case.subject.origins}
    unfit = {i.distribution for i in case.subject.interfaces}
    return bool(parties & (seen_wrong | hidden)) or link.consumer in unfit


def _inferred(
    case: Case[Observation],
    kind: str,
    tell: Callable[[Case[Observation], Unresolved], tuple[str, tuple[str, ...], Advice]],
) -> Iterator[Finding]:
    """What linking says would fail, one finding a pair of packages; what an import has settled is left out."""
    told: set[tuple[str, ...]] = set()
    for link in case.subject.unresolved:
        pair = (link.consumer, link.provider, link.target.partition(".")[0])
        news = link.kind == kind and link.eager and pair not in told
        if not news or settled_by_import(case, link.roots) or _explained(case, link):
            continue
        told.add(pair)
        message, culprits, advice = tell(case, link)
        severity = Severity.WARNING if case.subject.imported else module_severity(case, link.roots or (link.module,))
        yield Finding(
            severity,
            Stage.IMPORT,
            Basis.INFERRED,
            link.consumer or f"{link.target}.{link.name}",
            message,
            culprits=unique(culprits),
            evidence=(f"{link.file}:{link.line}",),
            measured="" if case.subject.executable else "read in the files of the releases; nothing was run",
            advice=(advice,),
        )
