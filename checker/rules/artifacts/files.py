"""What is wrong with a file or folder itself, wherever it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Artifact, Basis, Case, ExternalData, Fault, Finding, Severity, Stage, Step, rule
from .reading import count, file_name


@rule("The file is not what it should be", Stage.LOAD)
def broken_file(case: Case[Artifact]) -> Iterator[Finding]:
    """What lies there is no whole model, so that nothing can load it.

    What happens: a runtime says "Protobuf parsing failed", "invalid load key" or the like, which names no cause.
    Why: the file was cut, it is empty, a pointer of git-lfs, a web page or an archive, or it was changed on its way; or
    its graph was put together wrongly: a value that nobody writes, a name that comes twice.
    Remedy: fetch or copy the file itself, or save the model again; where the graph is wrong, mend it where it is made.
    Not this rule: a whole model that a certain place does not take.
    """
    for fault in case.subject.faults:
        stage = Stage.CHECK if fault.kind == "too-large" else Stage.LOAD
        yield replace(_about_file(case, fault.text, tuple(_advice(fault))), stage=stage)


def _advice(fault: Fault) -> Iterator[Advice]:
    if fault.mends:
        yield Advice("code", fault.mends)
    for number, text in enumerate(fault.advice):
        yield Advice("action", text, lines=fault.lines if not number else ())


@rule("The file of the values is not there", Stage.LOAD)
def external_data_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """An ONNX file names a file beside it with the values of its tensors, and that file is not there or too short.

    What happens: "cannot get file size: No such file or directory" when the file is loaded.
    Why: values above 1 KB are written beside the model where save_as_external_data is on, as mlflow.onnx.log_model
    does; only the model itself was copied. A place that keeps one binary, such as a table of a database, has no
    second file at all.
    Remedy: copy both, or write one file.
    Not this rule: data that lie outside the folder, or behind a link.
    """
    for lost in external_in(case, "missing", "short", "special"):
        what = {
            "missing": "is not there",
            "short": f"is too short: it has {lost.size:,} bytes of {lost.reaches or 0:,}",
        }
        told = what.get(lost.state, "is no ordinary file")
        text = f"{file_name(case.subject)} keeps {count(lost.tensors, 'tensor')} in {lost.location}, which {told}."
        copy = f"Copy {lost.location} into the folder of the model, from where the model was saved."
        advice = Advice("action", copy), Advice("code", _ONE_FILE, lines=_SAVED_WHOLE)
        yield _about_file(case, text, advice, explains=tuple(f.step for f in case.subject.failures()))


@rule("The values lie outside the model's folder", Stage.LOAD)
def external_data_outside(case: Case[Artifact]) -> Iterator[Finding]:
    """An ONNX file names values outside its own folder, or behind a symbolic link.

    What happens: onnx before 1.16 and onnxruntime before 1.24 read whatever file stands there, so that a model of
    strangers discloses files of the machine; newer ones refuse the model.
    Why: the location in the file has "..", is absolute, or is a link; no tool writes such a location by itself.
    Remedy: do not load it where it is read; ask for one whole file.
    Not this rule: a file in the folder that is missing.
    """
    for far in external_in(case, "outside", "link"):
        how = "is a symbolic link" if far.state == "link" else "lies outside its folder"
        text = f"{file_name(case.subject)} reads {count(far.tensors, 'tensor')} from {far.location}, which {how}."
        again = Advice("code", _ONE_FILE, lines=_SAVED_WHOLE)
        dont = Advice("action", "Do not load this file; ask whoever made it for one whole file.")
        found = _about_file(case, text, (dont, again), explains=tuple(f.step for f in case.subject.failures()))
        yield replace(found, culprits=tuple(_readers(case)))


_ONE_FILE = "Where the file is made, save the model as one file, with its values in it."
_SAVED_WHOLE = ('onnx.save_model(model, "model.onnx", save_as_external_data=False)',)


def external_in(case: Case[Artifact], *states: str) -> Iterator[ExternalData]:
    """The files beside a model that are in such a state."""
    model = case.subject.model
    return (one for one in (model.external if model else ()) if one.state in states)


def _readers(case: Case[Artifact]) -> Iterator[str]:
    """The packages of the consumer that would read the file."""
    seen = case.subject.consumer
    return (name for name in ("onnxruntime", "onnx") if seen and seen.version(name))


def _about_file(
    case: Case[Artifact], message: str, advice: tuple[Advice, ...], explains: tuple[Step, ...] = ()
) -> Finding:
    return Finding(
        severity=Severity.BLOCKER,
        stage=Stage.LOAD,
        basis=Basis.SEEN,
        subject=file_name(case.subject),
        message=message,
        advice=advice,
        explains=explains,
    )
