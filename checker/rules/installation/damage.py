"""What is wrong with the files of an installation, seen without importing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Basis, Case, Damage, Failure, Finding, Observation, Severity, Stage, Step, rule
from ...model.actions import Reinstall
from ...names import distribution_of, is_known
from ...texts import quoted, shell_word
from ..evidence import asks_for, import_worked, involved, module_severity, subjects_text, unique
from .parts import mixed_names

#: kinds of damage that make references to a distribution's modules fail
BREAKING = ("duplicate-metadata", "missing-files", "replaced-files", "no-code", "wrong-wheel", "editable-gone")


def reinstall(names: tuple[str, ...], case: Case[Observation]) -> Advice:
    """Advice to lay the same releases down again; what nobody knows by name is not looked for on an index."""
    released = [n for n in names if is_known(n) or (case.subject.version(n) and not _is_editable(case, n))]
    if not released:
        return Advice("action", f"Install {' and '.join(names)} again, from where it came.")
    pins = [f"{n}=={case.subject.version(n)}" if case.subject.version(n) else n for n in released]
    python = shell_word(case.subject.executable)
    return Advice(
        "action",
        f"Reinstall {' and '.join(released)}.",
        lines=(f"uv pip install --python {python} --reinstall --no-deps {' '.join(pins)}",),
        trial=Reinstall(tuple(pins)),
    )


def _is_editable(case: Case[Observation], name: str) -> bool:
    """Whether a distribution was installed from a folder: its name is then the folder's, not that of a release."""
    return any(d.name == name and d.editable for d in case.subject.distributions) or any(
        d.distribution == name and d.kind == "editable-gone" for d in case.subject.damages
    )


def _damages(case: Case[Observation], *kinds: str) -> Iterator[Damage]:
    return (d for d in case.subject.damages if d.kind in kinds)


def _finding(
    case: Case[Observation],
    damage: Damage,
    severity: Severity,
    stage: Stage = Stage.IMPORT,
    advice: Advice | None = None,
) -> Finding:
    """A finding about a damaged distribution; `advice` is to reinstall it where nothing else is told."""
    name = damage.distribution
    return Finding(
        severity,
        stage,
        Basis.SEEN,
        name,
        damage.text,
        culprits=(name,),
        evidence=unique((damage.path, *damage.examples)),
        advice=(advice or reinstall((name,), case),),
        explains=_explained(case, damage) if severity is Severity.BLOCKER else (),
    )


def _explained(case: Case[Observation], damage: Damage) -> tuple[Step, ...]:
    """Import failures in which a damaged distribution took part, or whose missing name it should have."""
    failures = case.subject.failures(Stage.IMPORT)
    return tuple(f.step for f in failures if _touches(case, damage, f))


def _touches(case: Case[Observation], damage: Damage, failure: Failure) -> bool:
    modules = _modules(damage)
    named = failure.subject.partition(".")[0] in modules or asks_for(case.subject, failure, modules)
    return named or damage.distribution in involved(case.subject, failure)


def _modules(damage: Damage) -> tuple[str, ...]:
    """The modules concerned; an editable install without its source no longer tells them."""
    return damage.modules or (damage.distribution.replace("-", "_"),)


def _severity(case: Case[Observation], damage: Damage, worked: Severity) -> Severity:
    """Damage blocks what is used, unless the modules were imported all the same: then `worked` is what it is worth."""
    modules = _modules(damage)
    if case.subject.imported and all(import_worked(case, m) for m in modules):
        return worked
    return module_severity(case, (*modules, *(step.subject for step in _explained(case, damage))))


@rule("Two metadata folders, or metadata that disagree with the code", Stage.INSTALL)
def duplicate_metadata(case: Case[Observation]) -> Iterator[Finding]:
    """Two metadata folders for one package, or one that disagrees with the code.

    What happens: every tool that reads metadata, pip and mlflow among them, may tell a release that is not that of the
    code.
    Why: conda over pip, a restored image layer, an interrupted upgrade or a file copied by hand leaves a second dist-
    info.
    Remedy: delete the folder that does not match the code, or reinstall the package.
    Not this rule: two environments on one search path, where one simply wins.
    """
    for damage in _damages(case, "duplicate-metadata"):
        text = f"Delete the metadata folder that is not {damage.distribution}'s, or reinstall it."
        advice = replace(reinstall((damage.distribution,), case), text=text)
        yield _finding(case, damage, module_severity(case, damage.modules), Stage.IMPORT, advice)
    for damage in _damages(case, "version-mismatch"):
        yield _finding(case, damage, Severity.WARNING, Stage.INSTALL)


@rule("Files are missing or were replaced", Stage.INSTALL)
def mixed_files(case: Case[Observation]) -> Iterator[Finding]:
    """Files of an installed package are missing or were replaced.

    What happens: imports fail with names that the release certainly has, or work today and fail tomorrow; versions
    look right everywhere.
    Why: an interrupted upgrade, a copy over a network share, a slimmed image, or the removal of a package that shared
    the files.
    Remedy: reinstall the package; nothing else puts the recorded files back.
    Not this rule: missing files that no import reaches, such as tests, are a note once the imports worked.
    """
    mixed = mixed_names(case.subject)
    for damage in (d for d in _damages(case, "missing-files", "replaced-files") if d.distribution not in mixed):
        yield _finding(case, damage, _patched(case, damage) or _severity(case, damage, Severity.NOTE))


def _patched(case: Case[Observation], damage: Damage) -> Severity | None:
    """Replaced files that nothing was seen to stumble over may be somebody's patch: a warning where nothing was run."""
    if case.subject.imported or damage.kind != "replaced-files":
        return None
    stumbles = any(u.eager and damage.distribution in (u.consumer, u.provider) for u in case.subject.unresolved)
    return None if stumbles else Severity.WARNING


@rule("Remains of an incomplete install or uninstall", Stage.INSTALL)
def leftover(case: Case[Observation]) -> Iterator[Finding]:
    """Something is left of an installation: metadata without code, code without metadata, or `~name`.

    What happens: `import` gives an empty namespace package, or code runs that no installer knows and none will
    update or remove.
    Why: uninstalling keeps folders that hold foreign files; slimmed images lose dist-info; pip renames to `~name`
    before it deletes.
    Remedy: remove what is left, or reinstall the package.
    Not this rule: an editable install, which keeps its code elsewhere.
    """
    for damage in _damages(case, "no-code"):
        name, found = damage.distribution, _finding(case, damage, _severity(case, damage, Severity.WARNING))
        known = distribution_of(name) or (name if is_known(name) else "")
        gone = bool(known) and not case.subject.version(name)
        again = (Advice("pins", f"Install {known} again.", ((known, ""),)),) if gone else ()
        yield replace(found, advice=(*again, *found.advice))
    yield from _without_metadata(case)
    for damage in _damages(case, "leftover"):
        # the damage's path is the folder that holds what is left, never what is to be deleted
        left = [f"{damage.path}/{name}" for name in damage.examples]
        text, lines = (
            f"Delete {' and '.join(left) or 'it'}.",
            tuple(f"rm -r {quoted(path)}" for path in left),
        )
        yield _finding(case, damage, Severity.NOTE, Stage.INSTALL, Advice("action", text, lines=lines))


def _without_metadata(case: Case[Observation]) -> Iterator[Finding]:
    """One finding for all code without metadata; those that took part in a failed import are named first."""
    damages = list(_damages(case, "no-metadata"))
    if not damages:
        return
    failing = unique(n for f in case.subject.failures(Stage.IMPORT) for n in involved(case.subject, f))
    named = [distribution_of(d.distribution) or d.distribution for d in damages]
    names = unique([*(n for n in failing if n in named), *named])
    imports = [o for o in case.subject.outcomes if o.stage is Stage.IMPORT]
    worked = bool(imports) and not case.subject.failures(Stage.IMPORT)
    worths = [Severity.NOTE] if worked else [_severity(case, d, Severity.NOTE) for d in damages]
    worst = min(worths, key=lambda s: s.order)
    yield Finding(
        worst,
        Stage.IMPORT,
        Basis.SEEN,
        names[0],
        f"There is code without metadata for {subjects_text(names, 4)}: no installer can manage it, "
        "and packages that read their own metadata fail.",
        culprits=names,
        evidence=tuple(d.text for d in damages[:4]),
        advice=(reinstall(names, case),),
        explains=tuple(k for d in damages for k in _explained(case, d)) if worst is Severity.BLOCKER else (),
    )


@rule("Built for another Python or platform", Stage.INSTALL)
def wrong_wheel(case: Case[Observation]) -> Iterator[Finding]:
    """The installed files were built for another Python or platform.

    What happens: extension modules are not found although the folder is full of them.
    Why: an environment copied between machines or interpreters, or `--target` with another Python.
    Remedy: reinstall with the interpreter that is used.
    Not this rule: stable-interface (abi3) and pure wheels, which fit many.
    """
    for damage in _damages(case, "wrong-wheel"):
        yield _finding(case, damage, _severity(case, damage, Severity.NOTE))


@rule("An editable install without its source", Stage.INSTALL)
def editable_gone(case: Case[Observation]) -> Iterator[Finding]:
    """An editable install points to a source folder that is not there.

    What happens: pip lists the package, import does not find it.
    Why: the checkout was moved or deleted, or the container does not mount it.
    Remedy: bring the folder back, or install a release.
    Not this rule: an editable install whose folder exists.
    """
    for damage in _damages(case, "editable-gone"):
        yield _finding(case, damage, _severity(case, damage, Severity.NOTE))


@rule("Two distributions own the same files", Stage.INSTALL)
def shared_folder(case: Case[Observation]) -> Iterator[Finding]:
    """Two distributions own the same files.

    What happens: the one installed last wins, and removing either breaks the other.
    Why: variants of one package (onnxruntime, onnxruntime-gpu, ...) ship the same module.
    Remedy: uninstall all of them, then install one.
    Not this rule: mlflow and mlflow-skinny of one release, which share by design.
    """
    for damage in _damages(case, "shared-folder"):
        names = unique((damage.distribution, *damage.examples))
        if {*names} <= mixed_names(case.subject):
            continue
        advice = Advice("action", f"Uninstall {subjects_text(names)}, then install the one you want.")
        finding = _finding(case, damage, Severity.WARNING, Stage.INSTALL, advice)
        yield replace(finding, culprits=names)


@rule("The search path is not the environment's own", Stage.INSTALL)
def search_path(case: Case[Observation]) -> Iterator[Finding]:
    """Entries of PYTHONPATH, of the user site or of a .pth file come before the environment's own packages.

    What happens: the environment is not what its installer thinks it is.
    Why: a variable set for another project, `pip install --user`, or a developer's .pth file.
    Remedy: unset PYTHONPATH, set PYTHONNOUSERSITE=1, or delete the .pth file.
    Not this rule: a package that is really imported from such a place; that is the rule shadowed-module.
    """
    for damage in _damages(case, "user-site", "path-entry", "broken-pth"):
        gone = f"rm {quoted(damage.path)}"
        off = {"user-site": "export PYTHONNOUSERSITE=1", "broken-pth": gone}
        line = gone if damage.path.endswith(".pth") else off.get(damage.kind, "unset PYTHONPATH")
        advice = Advice("action", "Take the entry off the search path.", lines=(line,))
        yield _finding(case, damage, Severity.NOTE, Stage.INSTALL, advice)
