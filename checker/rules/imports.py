"""What fails when packages are imported, and what the files say would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model import Advice, Basis, Case, Failure, Finding, Interface, Origin, Severity, Stage, Unresolved
from ..names import distribution_of
from .evidence import (
    Cause,
    Missing,
    asks_for,
    each,
    import_worked,
    involved,
    key,
    linked,
    missing_reference,
    module_severity,
    owner,
    quote,
    says,
    subjects_text,
    unique,
    versions,
)

_NUMPY_INTERFACE = (
    r"numpy\.dtype size changed|numpy\.ufunc size changed|compiled using NumPy 1|_ARRAY_API not found"
    r"|numpy\.core\.multiarray failed to import|module compiled against (?:ABI|API) version"
)
_OLD_DESCRIPTORS = r"Descriptors cannot (?:not )?be created directly"
_GENERATED = (
    r"Detected incompatible Protobuf Gencode/Runtime versions"
    r"|cannot import name '?(?:builder|runtime_version|service)'? from '?google\.protobuf"
)


def _failed(case: Case) -> Iterator[Cause]:
    return each(case, Stage.IMPORT)


def _modules(cause: Cause) -> tuple[str, ...]:
    return tuple(f.subject for f in cause.failures)


def _seen(case: Case, rule: str, cause: Cause, message: str, culprits: tuple[str, ...], *advice: Advice) -> Finding:
    modules = _modules(cause)
    severity = module_severity(case, modules)
    return Finding(
        rule,
        severity,
        Stage.IMPORT,
        Basis.SEEN,
        modules[0],
        message,
        culprits=unique(culprits),
        evidence=quote(cause.first),
        advice=advice,
        explains=cause.keys,
        beside=case.script is not None and severity is not Severity.BLOCKER,
    )


def _whose(module: str, case: Case) -> str:
    return versions(case.observation, (owner(case.observation, module),))


# --- stale and shadowed --------------------------------------------------------------------------------------


def stale_kernel(case: Case) -> Iterator[Finding]:
    """A running kernel holds one release in memory while another lies on disk.

    What happens: the next import mixes modules of two releases: names are missing that both releases have.
    Why: a package was installed in place after it, or a part of it, had been imported; Python does not reload modules.
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
            advice=(Advice("action", "Restart the kernel and run the notebook from the top."),),
            explains=(f"import:{loaded.module}",),
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
                        Advice(
                            "action", f"Install {name}{specifier} before anything is imported, then restart the kernel."
                        ),
                    ),
                )


def _installed_name(case: Case, module: str) -> str:
    return owner(case.observation, module)


def _requirements(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from packaging.requirements import InvalidRequirement, Requirement

    from ..names import canonical

    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        yield canonical(requirement.name), str(requirement.specifier)


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
        severity = module_severity(case, (origin.module, *_shadow_users(case, origin.module)))
        advice = {
            "script-folder": Advice(
                "action", f"Rename {origin.path}.", lines=(f"mv '{origin.path}' '{_renamed(origin.path)}'",)
            ),
            "path-variable": Advice("action", "Unset PYTHONPATH for this environment.", lines=("unset PYTHONPATH",)),
            "user-site": Advice(
                "action", "Keep the user site out of this environment.", lines=("export PYTHONNOUSERSITE=1",)
            ),
        }.get(
            origin.how,
            Advice("action", f"Take what puts {origin.path} on the search path away (a .pth file or a setting)."),
        )
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
            explains=tuple(key(f) for f in case.observation.failures(Stage.IMPORT) if _answered(case, f, origin)),
        )


def _answered(case: Case, failure: Failure, origin: Origin) -> bool:
    """Whether a failed import ran into the place that answers instead."""
    ran = any(origin.path in frame.file for frame in failure.frames)
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


# --- references that do not resolve ----------------------------------------------------------------------------


def undeclared_dependency(case: Case) -> Iterator[Finding]:
    """A package imports a module that is not installed.

    What happens: ModuleNotFoundError for something that nobody asked for: pkg_resources, distutils, packaging, pandas.
    Why: the package does not declare what it imports, or what used to bring it (setuptools in a fresh venv, the
    standard library) no longer does.
    Remedy: install the distribution that brings the module, in a release that still has it.
    Not this rule: a module that is there but lacks a name.
    """
    for cause in _failed(case):
        missing = missing_reference(case.observation, cause.first)
        if missing and not missing.name and not says(cause.first, _GENERATED):
            yield _missing_module(case, cause, missing)
    yield from _inferred(case, "undeclared-dependency", "missing-module", _missing_module_text)


def _missing_module(case: Case, cause: Cause, missing: Missing) -> Finding:
    top = missing.module.partition(".")[0]
    installed = case.observation.version(missing.provider)
    name = missing.provider or distribution_of(top)
    consumer = missing.consumer or next(
        (f.subject for f in cause.failures if f.subject.partition(".")[0] != top),
        "the script" if case.script else "the path",
    )
    if installed and case.observation.owner(top):
        said = f"{consumer} imports {missing.module}, which {name} {installed} does not have."
    else:
        said = f"{consumer} imports {missing.module}, which is not installed" + (
            f" ({name} {installed} does not bring it)." if installed else f"; {name} brings it."
        )
    changes = ((name, _old_setuptools(missing.module)),)
    return _seen(
        case,
        "undeclared-dependency",
        cause,
        said,
        (name, missing.consumer),
        Advice("pins", f"Install {name}{_old_setuptools(missing.module)}.", changes=changes),
    )


def _old_setuptools(module: str) -> str:
    """pkg_resources left setuptools with release 82 (https://setuptools.pypa.io/en/latest/history.html)."""
    return "<82" if module.partition(".")[0] == "pkg_resources" else ""


def _missing_module_text(case: Case, link: Unresolved) -> tuple[str, tuple[str, ...], Advice]:
    name = link.provider or distribution_of(link.target)
    text = f"{link.consumer} imports {link.target} at once ({link.file}:{link.line}), and nothing installed has it."
    return (
        text,
        (name, link.consumer),
        Advice(
            "pins", f"Install {name}{_old_setuptools(link.target)}.", changes=((name, _old_setuptools(link.target)),)
        ),
    )


def removed_name(case: Case) -> Iterator[Finding]:
    """A package uses a name that another one no longer has, or does not have yet.

    What happens: ImportError "cannot import name ...", or AttributeError "module ... has no attribute ...", at import.
    Why: a library removed or renamed something (numpy 1.24 and 2.0, onnx 1.16 to 1.19, protobuf, scipy), and its user
    declares no upper bound;
    or a forced install keeps a library older than its user needs.
    Remedy: move the user to a release made for the library, or the library to one that still (or already) has the name.
    Not this rule: a missing module, and names missing because a running kernel mixes releases.
    """
    for cause in _failed(case):
        missing = missing_reference(case.observation, cause.first)
        if missing and missing.name and not says(cause.first, _GENERATED) and not says(cause.first, _NUMPY_INTERFACE):
            pair = (missing.provider, missing.consumer)
            lacks = versions(case.observation, unique(pair[:1])) or missing.module
            text = f"{_user(case, missing, cause)} uses {missing.module}.{missing.name}, which {lacks} does not have."
            yield _seen(case, "removed-name", cause, text, pair, _move_either(pair))
    yield from _inferred(case, "removed-name", "missing-name", _missing_name_text)
    yield from _inferred(case, "removed-name", "removed-attribute", _missing_name_text)


def _user(case: Case, missing: Missing, cause: Cause) -> str:
    return versions(case.observation, (missing.consumer or cause.first.subject,))


def _missing_name_text(case: Case, link: Unresolved) -> tuple[str, tuple[str, ...], Advice]:
    lacks = versions(case.observation, unique((link.provider,))) or link.target
    user, place = versions(case.observation, (link.consumer,)), f"{link.file}:{link.line}"
    text = f"{user} uses {link.target}.{link.name} ({place}), which {lacks} does not have."
    return text, (link.provider, link.consumer), _move_either((link.provider, link.consumer))


def _move_either(pair: tuple[str, str]) -> Advice:
    names = unique(pair)
    return Advice(
        "pins",
        "Move one of them to a release that fits the other: " + " or ".join(names) + ".",
        changes=tuple((n, "") for n in names),
    )


def _inferred(
    case: Case, rule: str, kind: str, tell: Callable[[Case, Unresolved], tuple[str, tuple[str, ...], Advice]]
) -> Iterator[Finding]:
    """What linking says would fail, one finding a pair of packages; what an import has settled is left out."""
    told: set[tuple[str, ...]] = set()
    for link in case.observation.unresolved:
        pair = (link.consumer, link.provider, link.target.partition(".")[0])
        if link.kind != kind or not link.eager or pair in told or _settled(case, link.roots):
            continue
        told.add(pair)
        message, culprits, advice = tell(case, link)
        severity = module_severity(case, link.roots or (link.module,))
        if case.observation.imported:
            severity = Severity.WARNING
        yield Finding(
            rule,
            severity,
            Stage.IMPORT,
            Basis.INFERRED,
            link.consumer,
            message,
            culprits=unique(culprits),
            evidence=(f"{link.file}:{link.line}",),
            advice=(advice,),
        )


def _settled(case: Case, roots: tuple[str, ...]) -> bool:
    """Whether importing has answered for these roots: one of them worked, or failed and has its own finding."""
    if not case.observation.imported:
        return False
    tried = {o.subject.partition(".")[0] for o in case.observation.outcomes if o.stage is Stage.IMPORT}
    return not roots or any(r.partition(".")[0] in tried for r in roots)


# --- interfaces --------------------------------------------------------------------------------------------------


def numpy_interface(case: Case) -> Iterator[Finding]:
    """Extension modules were built for another numpy than the installed one.

    What happens: "numpy.dtype size changed", "_ARRAY_API not found", a bare ImportError, or a crash in the first run.
    Why: numpy 2 changed its binary interface; wheels built against numpy 1 often declare no upper bound.
    Remedy: a release of the package that was built for this numpy, or a numpy that fits the package.
    Not this rule: wheels built for numpy 2 on numpy 1, which mostly work.
    """
    for cause in _failed(case):
        if says(cause.first, _NUMPY_INTERFACE):
            others = [n for n in involved(case.observation, cause.first) if n != "numpy"]
            built = [i.distribution for i in case.observation.interfaces if i.kind == "numpy"]
            name = next(
                (n for n in others if n in built), next(iter([*others, *built]), distribution_of(cause.first.subject))
            )
            built_for = f"{versions(case.observation, (name,))} was built for another binary interface"
            text = f"{built_for} than that of {versions(case.observation, ('numpy',))}."
            yield _seen(case, "numpy-interface", cause, text, ("numpy", name), _move_either((name, "numpy")))
    for interface in _interfaces(case, "numpy"):
        yield _interface(case, "numpy-interface", interface, _move_either((interface.distribution, "numpy")))


def _interfaces(case: Case, *kinds: str) -> Iterator[Interface]:
    told = set()
    for interface in case.observation.interfaces:
        if interface.kind in kinds and interface.distribution not in told and not _settled(case, interface.roots):
            told.add(interface.distribution)
            yield interface


def _interface(case: Case, rule: str, interface: Interface, advice: Advice) -> Finding:
    modules = interface.roots or (interface.distribution,)
    package = versions(case.observation, (interface.distribution,))
    text = f"{package} was built for {interface.built}, and {interface.runtime} is installed."
    return Finding(
        rule,
        module_severity(case, modules),
        Stage.IMPORT,
        Basis.INFERRED,
        interface.distribution,
        text,
        culprits=unique((interface.provider, interface.distribution)),
        evidence=(interface.file,),
        advice=(advice,),
    )


def protobuf_code(case: Case) -> Iterator[Finding]:
    """Generated protobuf code and the installed protobuf do not fit each other.

    What happens: "Descriptors cannot be created directly", "cannot import name builder", or a version error at import.
    Why: code made by protoc before 3.20 needs protobuf before 4; newer code needs a runtime at least as new as its
    protoc.
    Remedy: a protobuf of the range that the code was made for, or a release of the package with newer generated code.
    Not this rule: a backend that is asked for by a variable and is not there.
    """
    for cause in _failed(case):
        if says(cause.first, _OLD_DESCRIPTORS) or says(cause.first, _GENERATED):
            users = [n for n in involved(case.observation, cause.first) if n != "protobuf"]
            advice = Advice(
                "pins",
                "Install a protobuf that fits the generated code.",
                changes=(("protobuf", "<4" if says(cause.first, _OLD_DESCRIPTORS) else ""),),
            )
            user = versions(case.observation, users[:1] or ("a package",))
            text = f"The generated code of {user} does not fit {versions(case.observation, ('protobuf',))}."
            yield _seen(case, "protobuf-code", cause, text, ("protobuf", *users[:1]), advice)
    for interface in _interfaces(case, "protobuf"):
        yield _interface(case, "protobuf-code", interface, _move_either(("protobuf", interface.distribution)))


def environment_variable(case: Case) -> Iterator[Finding]:
    """An environment variable asks for something that the installed files cannot give.

    What happens: import fails with an internal name of protobuf that nobody has heard of.
    Why: PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=cpp, set once as a workaround, names a backend that protobuf 4 dropped.
    Remedy: unset the variable.
    Not this rule: PYTHONPATH, which is the rule search-path.
    """
    name = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"
    value = str(case.observation.system.get("variables", {}).get(name, ""))
    broken = [i for i in case.observation.interfaces if i.kind == "protobuf-backend"]
    failed = [c for c in _failed(case) if value and "protobuf" in involved(case.observation, c.first)]
    if not broken or (case.observation.imported and not failed):
        return
    yield Finding(
        "environment-variable",
        module_severity(case, [f.subject for c in failed for f in c.failures] or ("onnx", "skl2onnx", "mlflow")),
        Stage.IMPORT,
        Basis.SEEN if failed else Basis.INFERRED,
        name,
        f"{name}={value} asks for a backend that {versions(case.observation, ('protobuf',))} does not have.",
        culprits=("protobuf",),
        evidence=quote(failed[0].first) if failed else (broken[0].file,),
        advice=(Advice("action", "Unset the variable.", lines=(f"unset {name}",)),),
        explains=tuple(k for c in failed for k in c.keys),
    )


def import_failed(case: Case) -> Iterator[Finding]:
    """A package fails to import, in a way that no other rule knows.

    What happens: an exception, a crash, a hang or an early exit while the package is imported.
    Why: the traceback names the packages that took part; the first exception of the chain is the cause, the last line
    often lies.
    Remedy: reinstall or move the packages that took part.
    Not this rule: every mechanism that has its own.
    """
    for cause in _failed(case):
        names = unique((*involved(case.observation, cause.first), *(distribution_of(m) for m in _modules(cause)[:1])))
        link = next((u for u in case.observation.unresolved if u.eager and set(u.roots) & set(_modules(cause))), None)
        if link and not linked(case.observation, link.target, link.name):
            link = None
        said = f"{cause.first.type}: {cause.first.text.splitlines()[0] if cause.first.text else 'no words'}"
        yield _seen(
            case,
            "import-failed",
            cause,
            f"import {subjects_text(_modules(cause))} fails with {said[:200]}",
            names,
            _move_either((names[0], names[-1])) if names else Advice("action", "Reinstall it."),
        )
