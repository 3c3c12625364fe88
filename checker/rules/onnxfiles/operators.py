"""Operators that a runtime may not know: of domains of somebody's own, of another opset, of no release of ONNX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...knowledge import Knowledge
from ...model import Advice, Artifact, Basis, Case, Finding, OnnxModel, Severity, Stage, rule
from ..artifacts.reading import file_name, seen_failing
from ..evidence import passed, quote, says, subjects_text
from .running import own, runtime_of

#: domains that only onnxruntime has
OF_RUNTIME = ("com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental", "com.ms.internal.nhwc")
#: domains that a package brings, and how it is used
BROUGHT = {
    "ai.onnx.contrib": "onnxruntime-extensions",
    "com.microsoft.extensions": "onnxruntime-extensions",
}
_REGISTER = (
    "from onnxruntime_extensions import get_library_path",
    "options.register_custom_ops_library(get_library_path())",
)
_NOT_KNOWN = r"not a registered function/op|No Op registered for|No opset import for domain|is not a registered"
_LOCALE = r"Failed to construct locale with name:\s*(?P<locale>[\w.\-]+)"


@dataclass(frozen=True)
class Unknown:
    """Operators that a file has and that are not what its stamps say."""

    names: tuple[str, ...]
    #: what is wrong with them, to stand after their names
    why: str
    severity: Severity
    #: what to do where the file is made
    advice: Advice


def of_own(model: OnnxModel, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Domains of somebody's own -> their operators that the model does not define itself."""
    found: dict[str, tuple[str, ...]] = {}
    for one in model.operators:
        known = one.domain in knowledge.operators or one.domain in OF_RUNTIME
        if not known and (one.domain, one.name) not in model.functions:
            found[one.domain] = (*found.get(one.domain, ()), one.name)
    return found


def misfits(model: OnnxModel, knowledge: Knowledge) -> Iterator[Unknown]:
    """What the operators of known domains have against the stamps."""
    lacking: dict[str, list[str]] = {"late": [], "unknown": [], "unstamped": []}
    for one in model.operators:
        versions = knowledge.operators.get(one.domain, {}).get(one.name)
        stamp = model.opsets.get(one.domain)
        if one.domain not in knowledge.operators or (one.domain, one.name) in model.functions:
            continue
        named = f"{one.name} ({one.domain})"
        if versions is None:
            lacking["unknown"].append(named)
        elif stamp is None:
            lacking["unstamped"].append(named)
        elif versions[0] > stamp:
            lacking["late"].append(f"{named} of opset {versions[0]}")
    again = "Convert again with the target_opset that is meant: an opset that is lowered by hand converts nothing."
    name = "Write an operator that there is, by its exact name, or name the domain whose library brings it."
    stamped = "Stamp the model with an opset of that domain too."
    words = {
        "late": (
            "which is not yet there in the opset that the file is stamped with",
            Severity.BLOCKER,
            Advice("code", again, lines=("target_opset=15",)),
        ),
        "unknown": ("which is in no opset that is known", Severity.WARNING, Advice("code", name)),
        "unstamped": (
            "and no opset of that domain",
            Severity.WARNING,
            Advice("code", stamped, lines=('model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))',)),
        ),
    }
    yield from (Unknown(tuple(names), *words[kind]) for kind, names in lacking.items() if names)


@rule("Operators of somebody's own", Stage.LOAD)
def operators_of_own(case: Case[Artifact]) -> Iterator[Finding]:
    """The file has operators that no release of ONNX has: a library has to be registered with the runtime first.

    What happens: "my.ops:MyOp(-1) is not a registered function/op" when the file is loaded.
    Why: a converter with operators of its own, or onnxruntime-extensions, writes them; a place that takes a file and
    nothing else cannot have that library.
    Remedy: register the library before the session is made, or convert without such operators.
    Not this rule: operators of onnxruntime's own (com.microsoft), and functions that the file itself brings.
    """
    artifact = case.subject
    if artifact.model is None or passed(case, Stage.LOAD, file_name(artifact)):
        return
    failures = [f for f in own(case, Stage.LOAD) if says(f, _NOT_KNOWN)]
    for domain, names in of_own(artifact.model, case.knowledge).items():
        package = BROUGHT.get(domain, "")
        text = f"{file_name(artifact)} has {subjects_text(names)} of {domain}, which {_brings(package)}."
        yield Finding(
            severity=Severity.BLOCKER if failures else Severity.WARNING,
            stage=Stage.LOAD,
            basis=Basis.SEEN,
            subject=file_name(artifact),
            message=text,
            culprits=(*([package] if package else []), "onnxruntime"),
            evidence=quote(failures[0]) if failures else (),
            advice=tuple(_register(package, domain)),
            explains=tuple(f.step for f in failures),
        )


def _brings(package: str) -> str:
    return f"only {package} brings" if package else "a library of its maker has to bring"


def _register(package: str, domain: str) -> Iterator[Advice]:
    if package:
        yield Advice("code", f"Register {package} with the session.", lines=_REGISTER)
        yield Advice("pins", f"Install {package}.", changes=((package, ""),))
    else:
        line = 'options.register_custom_ops_library("libcustom.so")'
        said = f"Ask whoever made the file for the library of {domain}, and register it with the session."
        yield Advice("code", said, lines=(line,))
    yield Advice("code", "Or convert without such operators.")


@rule("Operators that the opsets of the file do not have", Stage.LOAD)
def operators_beside_stamps(case: Case[Artifact]) -> Iterator[Finding]:
    """The file has operators that its own opsets do not have.

    What happens: "No Op registered for Gelu with domain_version of 17" when it is loaded.
    Why: the stamp was lowered by hand below what the operators need, or something put nodes in and left the stamp.
    Remedy: convert again with a target_opset; a stamp is no conversion.
    Not this rule: a stamp that is too new for a runtime.
    """
    artifact = case.subject
    if artifact.model is None or artifact.faults or passed(case, Stage.LOAD, file_name(artifact)):
        return
    failures = [*own(case, Stage.LOAD)]
    for one in misfits(artifact.model, case.knowledge):
        if failures and not any(says(f, _NOT_KNOWN) or says(f, one.names[0].partition(" ")[0]) for f in failures):
            continue
        yield Finding(
            severity=Severity.BLOCKER if failures else one.severity,
            stage=Stage.LOAD,
            basis=Basis.SEEN,
            subject=file_name(artifact),
            message=f"{file_name(artifact)} has {subjects_text(one.names)}, {one.why}.",
            culprits=("onnx", "onnxruntime"),
            evidence=quote(failures[0]) if failures else (),
            advice=(one.advice,),
            explains=tuple(f.step for f in failures),
        )


@rule("The file asks for a locale that is not there", Stage.LOAD)
def locale_of_file(case: Case[Artifact]) -> Iterator[Finding]:
    """A text model asks for a locale that the system of its consumer does not have.

    What happens: "Failed to construct locale with name" when the session is made.
    Why: StringNormalizer has a locale, en_US where none is written, and slim images do not have it.
    Remedy: convert with the option locale='C', or install the locale there.
    Not this rule: any package version; none helps.
    """
    for failure in own(case, Stage.LOAD):
        if found := says(failure, _LOCALE):
            locale = found["locale"]
            text = f"{failure.subject} needs the system locale {locale}, without which {runtime_of(case)} refuses it."
            install = f"localedef -i {locale.partition('.')[0]} -f UTF-8 {locale}"
            line = "options={vectorizer: {'locale': 'C'}}"
            advice = (
                Advice("code", "Convert with the option locale='C' for the vectorizer.", lines=(line,)),
                Advice("action", f"Or install the locale {locale}.", lines=(install,)),
            )
            yield seen_failing(failure, text, ("system locale",), *advice)
