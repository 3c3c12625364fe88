"""A module from the wrong place, or from the wrong time."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import (
    Advice,
    Basis,
    Case,
    Delete,
    Failure,
    Finding,
    Hide,
    Install,
    Origin,
    Restart,
    SetVariable,
    Severity,
    Stage,
    Step,
)
from ...names import canonicalize_name, distribution_of
from ..evidence import asks_for, import_worked, module_severity, owner, unique, versions


def stale_kernel(case: Case) -> Iterator[Finding]:
    """A running kernel holds one release in memory while another lies on disk.

    What happens: the next import mixes modules of two releases: names are missing that both releases have.
    Why: a package was installed in place after it, or a part of it, had been imported; Python does not reload
    modules.
    Remedy: restart the kernel, then import; no pin helps while it runs.
    Not this rule: two releases on disk.
    """
    for loaded in case.observation.loaded:
        yield Finding(
            "stale-kernel",
            Severity.BLOCKER,
            Stage.IMPORT,
            Basis.SEEN,
            loaded.module,
            f"This kernel has {loaded.distribution} {loaded.memory} in memory while {loaded.disk} is on disk.",
            culprits=(loaded.distribution,),
            advice=(Advice("action", "Restart the kernel and run the notebook from the top.", trial=Restart()),),
            explains=(Step(Stage.IMPORT, loaded.module),),
        )


def installs_over_import(case: Case) -> Iterator[Finding]:
    """The script installs a package after it has imported it.

    What happens: the first run works until the next import of that package, which finds files of another release
    beside modules in memory.
    Why: `pip install` in a cell changes the files under a running interpreter.
    Remedy: install before anything is imported, in the first cell, and restart the kernel after it.
    Not this rule: installing what has not been imported and what nothing imported depends on.
    """
    for install in case.script.installs if case.script else ():
        imported = {_installed_name(case, m): m for m in install.after}
        for name, specifier in _requirements(install.requirements):
            if name in imported and not _already(case, name, specifier):
                module = imported[name]
                yield Finding(
                    "installs-over-import",
                    Severity.BLOCKER,
                    Stage.IMPORT,
                    Basis.INFERRED,
                    module,
                    f"{install.where} installs {name}{specifier} after {module} was imported; "
                    f"{versions(case.observation, (name,))} stays in memory, and its next import mixes two releases.",
                    culprits=(name,),
                    evidence=(f"{install.where}: {install.command}",),
                    advice=(
                        _installed_first(install),
                        Advice(
                            "action", f"Install {name}{specifier} before anything is imported, then restart the kernel."
                        ),
                    ),
                )


def _installed_first(install: Install) -> Advice:
    """Advice to make the environment what the script makes of it, before it runs."""
    text = f"Install what {install.where} installs before the script is run, and take that line out."
    return Advice("pins", text, changes=tuple(_requirements(install.requirements)), together=True)


def _installed_name(case: Case, module: str) -> str:
    return owner(case.observation, module)


def _requirements(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        yield canonicalize_name(requirement.name), str(requirement.specifier)


def _already(case: Case, name: str, specifier: str) -> bool:
    """Whether what is installed satisfies the request, so that the installer changes nothing."""
    from packaging.specifiers import SpecifierSet

    version = case.observation.version(name)
    return version is not None and SpecifierSet(specifier).contains(version, prereleases=True)


def shadowed_module(case: Case) -> Iterator[Finding]:
    """A module is answered from another place than the package that owns it.

    What happens: `import onnx` runs your onnx.py, or another release than the installer reports.
    Why: the script's folder, PYTHONPATH, the user site and .pth entries can come before the environment's packages.
    Remedy: rename the file or folder, or take the entry off the search path.
    Not this rule: a folder without __init__.py, which does not hide an installed package.
    """
    for origin in case.observation.origins:
        name = origin.distribution or distribution_of(origin.module)
        standard = not origin.distribution and not origin.expected
        broken = [f for f in case.observation.failures(Stage.IMPORT) if _answered(case, f, origin)]
        users = (origin.module, *_shadow_users(case, origin.module), *(f.subject for f in broken))
        severity = module_severity(case, users)
        advice = {
            "script-folder": Advice(
                "action",
                f"Rename {origin.path}.",
                lines=(f"mv '{origin.path}' '{_renamed(origin.path)}'",),
                trial=Hide(origin.path),
            ),
            "path-variable": Advice(
                "action",
                "Unset PYTHONPATH for this environment.",
                lines=("unset PYTHONPATH",),
                trial=SetVariable("PYTHONPATH"),
            ),
            "user-site": Advice(
                "action",
                "Keep the user site out of this environment.",
                lines=("export PYTHONNOUSERSITE=1",),
                trial=SetVariable("PYTHONNOUSERSITE", "1"),
            ),
        }.get(origin.how) or _off_the_path(case, name, origin.path)
        hides = "the standard library's module" if standard else _hidden(case, name, origin.expected)
        yield Finding(
            "shadowed-module",
            Severity.WARNING if standard and import_worked(case, origin.module) else severity,
            Stage.IMPORT,
            Basis.SEEN,
            origin.module,
            f"`import {origin.module}` is answered by {origin.path}, which hides {hides}.",
            culprits=(name,) if not standard else (),
            evidence=unique((origin.path, origin.expected)),
            advice=(advice,),
            explains=tuple(f.step for f in broken),
        )


def _off_the_path(case: Case, name: str, path: str) -> Advice:
    """Advice to delete the .pth file that puts a place on the search path, where one was seen."""
    if file := _path_file(case, name):
        return Advice("action", f"Delete {file}, or the line in it.", lines=(f"rm '{file}'",), trial=Delete(file))
    return Advice("action", f"Take what puts {path} on the search path away (a .pth file or a setting).")


def _path_file(case: Case, name: str) -> str:
    """The .pth file that puts another release of a distribution first, "" where none was seen."""
    entries = (d for d in case.observation.damages if d.kind == "path-entry" and d.distribution == name)
    return next((d.path for d in entries if d.path.endswith(".pth")), "")


def _answered(case: Case, failure: Failure, origin: Origin) -> bool:
    """Whether a failed import ran into the place that answers instead."""
    said = [failure.output, *(text for _, text in failure.chain), *(frame.file for frame in failure.frames)]
    ran = any(origin.path in text for text in said)
    top = failure.subject.partition(".")[0]
    return ran or top == origin.module or asks_for(case.observation, failure, (origin.module,))


def _hidden(case: Case, name: str, expected: str) -> str:
    """The release that lies in the folder where the module should come from."""
    lies = (d.version for d in case.observation.distributions if d.name == name and expected.startswith(d.location))
    version = next(lies, "")
    return f"the installed {name} {version}".rstrip()


def _renamed(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/my_{name}" if folder else f"my_{name}"


def _shadow_users(case: Case, module: str) -> tuple[str, ...]:
    """Modules of the path that need a shadowed one."""
    needs = {
        "onnx": ("skl2onnx",),
        "google": ("onnx", "skl2onnx", "mlflow"),
        "numpy": ("sklearn", "onnx"),
        "sklearn": ("skl2onnx",),
    }
    return needs.get(module, ())
