"""A module from the wrong place, or from the wrong time."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Origin, Severity, Stage, Step, rule
from ...model.actions import Delete, Hide, Restart, SetVariable
from ...names import canonicalize_name, distribution_of
from ...texts import quoted
from ..evidence import asks_for, import_worked, module_severity, owner, unique, versions

#: modules of the path that need a shadowed one
_USERS = {
    "onnx": ("skl2onnx",),
    "google": ("onnx", "skl2onnx", "mlflow"),
    "numpy": ("sklearn", "onnx"),
    "sklearn": ("skl2onnx",),
}


@rule("A running kernel has another release in memory than on disk", Stage.IMPORT)
def stale_kernel(case: Case[Observation]) -> Iterator[Finding]:
    """A running kernel holds one release in memory while another lies on disk.

    What happens: the next import mixes modules of two releases: names are missing that both releases have.
    Why: a package was installed in place after it, or a part of it, had been imported; Python does not reload
    modules.
    Remedy: restart the kernel, then import; no pin helps while it runs.
    Not this rule: two releases on disk.
    """
    for loaded in case.subject.loaded:
        yield Finding(
            Severity.BLOCKER,
            Stage.IMPORT,
            Basis.SEEN,
            loaded.module,
            f"This kernel has {loaded.distribution} {loaded.memory} in memory while {loaded.disk} is on disk.",
            culprits=(loaded.distribution,),
            advice=(Advice("action", "Restart the kernel and run the notebook from the top.", trial=Restart()),),
            explains=(Step(Stage.IMPORT, loaded.module),),
        )


@rule("The script installs over what it has imported", Stage.IMPORT)
def installs_over_import(case: Case[Observation]) -> Iterator[Finding]:
    """The script installs a package after it has imported it.

    What happens: the first run works until the next import of that package, which finds files of another release
    beside modules in memory.
    Why: `pip install` in a cell changes the files under a running interpreter.
    Remedy: install before anything is imported, in the first cell, and restart the kernel after it.
    Not this rule: installing what has not been imported and what nothing imported depends on.
    """
    for install in case.script.installs if case.script else ():
        imported = {owner(case.subject, m): m for m in install.after}
        text = f"Install what {install.where} installs before the script is run, and take that line out."
        first = Advice("pins", text, changes=tuple(_requirements(install.requirements)), together=True)
        for name, specifier in _requirements(install.requirements):
            if name in imported and not _already(case, name, specifier):
                module = imported[name]
                again = f"Install {name}{specifier} before anything is imported, then restart the kernel."
                yield Finding(
                    Severity.BLOCKER,
                    Stage.IMPORT,
                    Basis.INFERRED,
                    module,
                    f"{install.where} installs {name}{specifier} after {module} was imported; "
                    f"{versions(case.subject, (name,))} stays in memory, and its next import mixes two releases.",
                    culprits=(name,),
                    evidence=(f"{install.where}: {install.command}",),
                    advice=(first, Advice("action", again)),
                )


def _requirements(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        yield canonicalize_name(requirement.name), str(requirement.specifier)


def _already(case: Case[Observation], name: str, specifier: str) -> bool:
    """Whether what is installed satisfies the request, so that the installer changes nothing."""
    from packaging.specifiers import SpecifierSet

    version = case.subject.version(name)
    return version is not None and SpecifierSet(specifier).contains(version, prereleases=True)


@rule("A module is imported from the wrong place", Stage.IMPORT)
def shadowed_module(case: Case[Observation]) -> Iterator[Finding]:
    """A module is imported from another place than that of the package that owns it.

    What happens: `import onnx` runs your onnx.py, or another release than the installer reports.
    Why: the script's folder, PYTHONPATH, the user site and .pth entries can come before the environment's packages.
    Remedy: rename the file or folder, or take the entry off the search path.
    Not this rule: a folder without __init__.py, which does not hide an installed package.
    """
    for origin in case.subject.origins:
        name = origin.distribution or distribution_of(origin.module)
        standard = not origin.distribution and not origin.expected
        broken = [f for f in case.subject.failures(Stage.IMPORT) if _answered(case, f, origin)]
        users = (origin.module, *_USERS.get(origin.module, ()), *(f.subject for f in broken))
        severity = module_severity(case, users)
        lies = (d for d in case.subject.distributions if d.name == name and origin.expected.startswith(d.location))
        installed = f"the installed {name or origin.module} {next((d.version for d in lies), '')}".rstrip()
        hides = "the standard library's module" if standard else installed
        yield Finding(
            Severity.WARNING if standard and import_worked(case, origin.module) else severity,
            Stage.IMPORT,
            Basis.SEEN,
            origin.module,
            f"`import {origin.module}` loads {origin.path}, which hides {hides}.",
            culprits=(name,) if name and not standard else (),
            evidence=unique((origin.path, origin.expected)),
            advice=(_off_the_path(case, name, origin),),
            explains=tuple(f.step for f in broken),
        )


def _off_the_path(case: Case[Observation], name: str, origin: Origin) -> Advice:
    """Advice to take the place that answers off the search path: by name, by variable, or by the .pth file seen."""
    path = origin.path
    if origin.how == "script-folder":
        return Advice(
            "action",
            f"Rename {path}.",
            lines=(f"mv {quoted(path)} {quoted(_renamed(path))}",),
            trial=Hide(path),
        )
    if origin.how == "path-variable":
        text, line, trial = "Unset PYTHONPATH for this environment.", "unset PYTHONPATH", SetVariable("PYTHONPATH")
        return Advice("action", text, lines=(line,), trial=trial)
    if origin.how == "user-site":
        text, line = "Switch the user site off for this environment.", "export PYTHONNOUSERSITE=1"
        return Advice("action", text, lines=(line,), trial=SetVariable("PYTHONNOUSERSITE", "1"))
    entries = (d.path for d in case.subject.damages if d.kind == "path-entry" and d.distribution == name)
    if file := next((entry for entry in entries if entry.endswith(".pth")), ""):
        return Advice(
            "action",
            f"Delete {file}, or the line in it.",
            lines=(f"rm {quoted(file)}",),
            trial=Delete(file),
        )
    return Advice("action", f"Remove the .pth file or the setting that puts {path} on the search path.")


def _answered(case: Case[Observation], failure: Failure, origin: Origin) -> bool:
    """Whether a failed import ran into the place that answers instead."""
    said = [failure.output, *(text for _, text in failure.chain), *(frame.file for frame in failure.frames)]
    ran = any(origin.path in text for text in said)
    top = failure.subject.partition(".")[0]
    return ran or top == origin.module or asks_for(case.subject, failure, (origin.module,))


def _renamed(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/my_{name}" if folder else f"my_{name}"
