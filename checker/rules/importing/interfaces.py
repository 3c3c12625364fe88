"""Binary interfaces, generated code and backends that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Basis, Case, Finding, Interface, Observation, Stage, rule
from ...model.actions import SetVariable
from ...names import distribution_of
from ..advice import move
from ..evidence import each, involved, module_severity, quote, says, unique, versions
from .import_findings import import_finding, settled_by_import

_NUMPY_INTERFACE = (
    r"numpy\.dtype size changed|numpy\.ufunc size changed|compiled using NumPy 1|_ARRAY_API not found"
    r"|numpy\.core\.multiarray failed to import|module compiled against (?:ABI|API) version"
)
_OLD_DESCRIPTORS = r"Descriptors cannot (?:not )?be created directly"
_GENERATED = (
    r"Detected incompatible Protobuf Gencode/Runtime versions"
    r"|cannot import name '?(?:builder|runtime_version|service)'? from '?google\.protobuf"
)


@rule("Built for another numpy", Stage.IMPORT)
def numpy_interface(case: Case[Observation]) -> Iterator[Finding]:
    """Extension modules were built for another numpy than the installed one.

    What happens: "numpy.dtype size changed", "_ARRAY_API not found", a bare ImportError, or a crash in the first run.
    Why: numpy 2 changed its binary interface; wheels built against numpy 1 often declare no upper bound.
    Remedy: a release of the package that was built for this numpy, or a numpy that fits the package.
    Not this rule: wheels built for numpy 2 on numpy 1, which mostly work.
    """
    for cause in each(case, Stage.IMPORT):
        if says(cause.first, _NUMPY_INTERFACE):
            others = [n for n in involved(case.subject, cause.first) if n != "numpy"]
            built = [i.distribution for i in case.subject.interfaces if i.kind == "numpy"]
            candidates = [*(n for n in others if n in built), *others, *built, distribution_of(cause.first.subject)]
            name = next(filter(None, candidates), cause.first.subject)
            built_for = f"{versions(case.subject, (name,))} was built for another binary interface"
            text = f"{built_for} than that of {versions(case.subject, ('numpy',))}."
            yield import_finding(case, cause, text, ("numpy", name), *_fit_numpy(case, name))
    for interface in _interfaces(case, "numpy"):
        yield _interface(case, interface, *_fit_numpy(case, interface.distribution))


def _fit_numpy(case: Case[Observation], name: str) -> tuple[Advice, ...]:
    """Advice to move the package, and to go back to numpy 1 where numpy 2 is installed."""
    version = case.subject.version("numpy") or ""
    older = Advice("pins", f"Or a numpy before 2, for which {name} was built.", changes=(("numpy", "<2"),))
    return (move(case, (name, "numpy")), *([older] if version.partition(".")[0] not in ("", "0", "1") else []))


def _interfaces(case: Case[Observation], kind: str) -> Iterator[Interface]:
    told = set()
    for interface in case.subject.interfaces:
        fresh = interface.kind == kind and interface.distribution not in told
        if fresh and not settled_by_import(case, interface.roots):
            told.add(interface.distribution)
            yield interface


def _interface(case: Case[Observation], interface: Interface, *advice: Advice) -> Finding:
    modules = interface.roots or (interface.distribution,)
    package = versions(case.subject, (interface.distribution,))
    text = f"{package} was built for {interface.built}, and {interface.runtime} is installed."
    return Finding(
        module_severity(case, modules),
        Stage.IMPORT,
        Basis.INFERRED,
        interface.distribution,
        text,
        culprits=unique((interface.provider, interface.distribution)),
        evidence=(interface.file,),
        advice=advice,
    )


@rule("Generated code does not fit protobuf", Stage.IMPORT)
def protobuf_code(case: Case[Observation]) -> Iterator[Finding]:
    """Generated protobuf code and the installed protobuf do not fit each other.

    What happens: "Descriptors cannot be created directly", "cannot import name builder", or a version error at
    import.
    Why: code made by protoc before 3.20 needs protobuf before 4; newer code needs a runtime at least as new as its
    protoc.
    Remedy: a protobuf of the range that the code was made for, or a release of the package with newer generated code.
    Not this rule: a backend that is asked for by a variable and is not there.
    """
    for cause in each(case, Stage.IMPORT):
        if says(cause.first, _OLD_DESCRIPTORS) or says(cause.first, _GENERATED):
            users = [n for n in involved(case.subject, cause.first) if n != "protobuf"]
            fitting = (("protobuf", "<4" if says(cause.first, _OLD_DESCRIPTORS) else ""),)
            advice = Advice("pins", "Install a protobuf that fits the generated code.", fitting)
            user = versions(case.subject, users[:1] or ("a package",))
            text = f"The generated code of {user} does not fit {versions(case.subject, ('protobuf',))}."
            yield import_finding(case, cause, text, ("protobuf", *users[:1]), advice)
    for interface in _interfaces(case, "protobuf"):
        yield _interface(case, interface, move(case, (interface.distribution, "protobuf")))


@rule("An environment variable names what is not installed", Stage.IMPORT)
def environment_variable(case: Case[Observation]) -> Iterator[Finding]:
    """An environment variable asks for something that the installed files cannot give.

    What happens: import fails with an internal name of protobuf, which no script uses.
    Why: PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=cpp, set once as a workaround, names a backend that protobuf 4
    dropped.
    Remedy: unset the variable.
    Not this rule: PYTHONPATH, which is the rule search-path.
    """
    name = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"
    value = str(case.subject.system.get("variables", {}).get(name, ""))
    broken = [i for i in case.subject.interfaces if i.kind == "protobuf-backend"]
    causes = [c for c in each(case, Stage.IMPORT) if value and "protobuf" in involved(case.subject, c.first)]
    if not broken or (case.subject.imported and not causes):
        return
    yield Finding(
        module_severity(case, [f.subject for c in causes for f in c.failures] or ("onnx", "skl2onnx", "mlflow")),
        Stage.IMPORT,
        Basis.SEEN if causes else Basis.INFERRED,
        name,
        f"{name}={value} asks for a backend that {versions(case.subject, ('protobuf',))} does not have.",
        culprits=("protobuf",),
        evidence=quote(causes[0].first) if causes else (broken[0].file,),
        advice=(Advice("action", "Unset the variable.", lines=(f"unset {name}",), trial=SetVariable(name)),),
        explains=tuple(s for c in causes for s in c.steps),
    )
