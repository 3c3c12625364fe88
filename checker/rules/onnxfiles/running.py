"""What was seen when an artifact was loaded and run where it is to be used."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Artifact, Basis, Case, Failure, Finding, Passed, Severity, Stage, rule
from ..advice import move, newest
from ..artifacts.reading import file_name, in_consumer, seen_failing
from ..evidence import says
from ..models.canary_findings import last_words
from .graphs import UNCOMPUTED, GraphFault, as_float, fault_of, misfit_of

_UNKNOWN = r"(?:is not a registered function/op|No Op registered for|No opset import for domain)"
_KERNEL = r"Could not find an implementation for|NOT_IMPLEMENTED"
#: what a process says that does not raise
ENDS = ("Crash", "Killed", "TimeOut", "Exit")


def own(case: Case[Artifact], stage: Stage) -> Iterator[Failure]:
    """The failures of an ONNX file itself at a stage, not those of other things in the consumer."""
    failed = () if case.subject.pickled else case.subject.failures(stage)
    return (f for f in failed if f.subject == file_name(case.subject))


def runtime_of(case: Case[Artifact]) -> str:
    """The runtime of the consumer with its release."""
    seen = case.subject.consumer
    return f"onnxruntime {(seen and seen.version('onnxruntime')) or ''}".strip()


@rule("The checker of onnx complains about the file", Stage.CHECK)
def checker_refuses_file(case: Case[Artifact]) -> Iterator[Finding]:
    """The checker of the consumer's onnx finds the file to be against the specification.

    What happens: onnx.checker.ValidationError. A runtime may take such a file all the same.
    Why: something changed the graph by hand, or the onnx there is older than what wrote the file.
    Remedy: nothing where the runtime takes it; else make the file again.
    Not this rule: what the runtime itself refuses.
    """
    seen = case.subject.consumer
    runs = seen is not None and any(d.name.startswith("onnxruntime") for d in seen.distributions)
    for failure in own(case, Stage.CHECK):
        text = f"The checker of onnx refuses {failure.subject}: {last_words(failure)}"
        again = Advice("action", "Make the file again, or install the onnx that wrote it.")
        severity = Severity.NOTE if runs else Severity.BLOCKER
        yield seen_failing(failure, text, ("onnx",), *([] if runs else [again]), severity=severity)


@rule("The runtime has no kernel for an operator of the file", Stage.LOAD)
def operator_not_implemented(case: Case[Artifact]) -> Iterator[Finding]:
    """The runtime knows the operator, and has no implementation of it for these types.

    What happens: NOT_IMPLEMENTED: Could not find an implementation for the node.
    Why: the specification allows more types than a runtime implements (bfloat16, uint16, ...), and a new opset comes
    before its kernels.
    Remedy: float in the place of the other type, or another opset; a newer runtime where one may have the kernel.
    Not this rule: an operator that the runtime does not know at all.
    """
    for failure in (f for stage in (Stage.LOAD, Stage.RUN) for f in own(case, stage) if says(f, _KERNEL)):
        text = f"{runtime_of(case)} has no implementation for an operator of {failure.subject}: {last_words(failure)}"
        element, names = _rare(case)
        advice = [as_float(names, element)] if element else []
        if not UNCOMPUTED.match(element):
            lower = "Convert again with a lower target_opset, and float inputs."
            advice += [] if element else [Advice("code", lower, lines=("target_opset=15",))]
            advice += _newer(case)
        told = f"{text}; {' and '.join(names)} {'hold' if names[1:] else 'holds'} {element}" if names else text
        yield seen_failing(failure, told, ("onnxruntime",), *advice)


def _rare(case: Case[Artifact]) -> tuple[str, tuple[str, ...]]:
    """The first type other than float that inputs are declared with, and these inputs; texts and truths aside."""
    inputs = case.subject.model.inputs if case.subject.model else ()
    element = next((i.element for i in inputs if i.element not in ("", "float", "string", "bool")), "")
    return element, tuple(i.name for i in inputs if element and i.element == element)


def _newer(case: Case[Artifact]) -> list[Advice]:
    """Advice to move the runtime, where a newer one is known."""
    return [move(in_consumer(case), ("onnxruntime",))] if newest(in_consumer(case), "onnxruntime") else []


@rule("The graph is wrong, whatever the runtime", Stage.LOAD)
def graph_wrong(case: Case[Artifact]) -> Iterator[Finding]:
    """What the runtime says of the file is true of the graph itself: it would be as true in any other release.

    What happens: INVALID_GRAPH; Type Error; ShapeInferenceError; Duplicate definition of name.
    Why: the graph was put together or changed by hand (onnx.helper, a script over its nodes), and shapes, types,
    attributes or names in it contradict each other or the specification of the operator.
    Remedy: mend the graph where it is made. onnx.checker.check_model(model, full_check=True) shows most of it there.
    Not this rule: stamps, operators and types that another release takes.
    """
    for failure in (f for stage in (Stage.LOAD, Stage.RUN) for f in own(case, stage)):
        fault = fault_of(failure) or (misfit_of(failure) if failure.stage is Stage.RUN else None)
        guessed = failure.facts.get("guessed") or (failure.stage is Stage.RUN and case.subject.mlmodel)
        if fault and not guessed:
            yield seen_failing(failure, said_of_graph(failure.subject, fault), (), fault.advice, *_others(case, fault))


def said_of_graph(subject: str, fault: GraphFault) -> str:
    """A sentence or two about what is wrong with a graph."""
    alike = "" if fault.moves else " It is so in every release of onnxruntime."
    return f"The graph of {subject} is wrong: {fault.wrong}.{alike}"


def _others(case: Case[Artifact], fault: GraphFault) -> list[Advice]:
    return _newer(case) if fault.moves else []


@rule("The runtime refuses the file", Stage.LOAD, generic=True)
def file_not_loaded(case: Case[Artifact]) -> Iterator[Finding]:
    """The runtime that is to score the file does not load it, in a way that no other rule knows.

    What happens: an exception or a crash when the session is made.
    Why: the file is broken in a way that only a runtime sees, or runtime and file do not fit.
    Remedy: convert again, or move the runtime.
    Not this rule: every mechanism that has its own.
    """
    for failure in () if case.subject.mlmodel else own(case, Stage.LOAD):
        text = f"{runtime_of(case)} does not load {failure.subject}: {last_words(failure)}"
        again = Advice("action", "Make the file again with the releases that its consumer has, and compare.")
        yield seen_failing(failure, text, ("onnxruntime",), again, move(in_consumer(case), ("onnxruntime",)))


@rule("The file loads, and does not run", Stage.RUN, generic=True)
def file_not_run(case: Case[Artifact]) -> Iterator[Finding]:
    """The runtime loads the file and fails, or dies, at the first row.

    What happens: an exception, a crash (SIGSEGV, SIGFPE) or a hang when made-up rows of the declared types are scored.
    Why: a runtime that was built for another numpy loads and dies in its first run; some kernels are faulty.
    Remedy: a numpy that fits the runtime, or another runtime.
    Not this rule: rows whose sizes had to be guessed, which is only a note.
    """
    for failure in () if case.subject.mlmodel else own(case, Stage.RUN):
        ends = failure.type in ENDS
        guessed = bool(failure.facts.get("guessed")) and not ends
        names = ("numpy", "onnxruntime") if says(failure, r"_ARRAY_API|numpy\.core\.multiarray") else ("onnxruntime",)
        text = f"{failure.subject} loads, and {runtime_of(case)} fails on made-up rows: {last_words(failure)}"
        if guessed:
            text += "; the sizes of its inputs are not declared, so these rows may not be what it takes"
        severity = Severity.NOTE if guessed else Severity.BLOCKER
        advice = () if guessed else (move(in_consumer(case), names),)
        yield seen_failing(failure, text, names, *advice, severity=severity)


@rule("The runtime and the reference disagree on the file", Stage.PARITY)
def reference_disagrees(case: Case[Artifact]) -> Iterator[Finding]:
    """The runtime and the reference evaluator of onnx answer otherwise for the same rows.

    What happens: no error; one of the two is wrong.
    Why: a faulty kernel of the runtime, or an operator that the reference implements otherwise.
    Remedy: compare with the model that the file was made of; another release of onnxruntime tells who is wrong.
    Not this rule: differences of rounding.
    """
    for failure in own(case, Stage.PARITY):
        text = f"{failure.subject}: {last_words(failure)}; compare with the model that it was made of"
        advice = move(in_consumer(case), ("onnxruntime",))
        yield seen_failing(failure, text, ("onnxruntime", "onnx"), advice, severity=Severity.WARNING)


@rule("The same rows are not scored the same twice", Stage.RUN)
def answers_vary(case: Case[Artifact]) -> Iterator[Finding]:
    """The file gives two answers for the same rows, and no operator in it draws random numbers.

    What happens: no error; scores cannot be reproduced.
    Why: a kernel that sums in another order each time, or one that reads what it did not write.
    Remedy: another release of the runtime.
    Not this rule: a model with RandomNormal, Multinomial, Dropout in training or the like, which is meant to vary.
    """
    model = case.subject.model
    drawn = model and any(o.name.startswith(("Random", "Multinomial", "Bernoulli", "Dropout")) for o in model.operators)
    for outcome in case.subject.outcomes:
        varies = outcome.facts.get("varies") if isinstance(outcome, Passed) else None
        if varies and not drawn:
            text = f"{outcome.subject} gives other answers for the same rows in {', '.join(varies)}."
            advice = (move(in_consumer(case), ("onnxruntime",)),)
            yield Finding(
                severity=Severity.WARNING,
                stage=Stage.RUN,
                basis=Basis.SEEN,
                subject=outcome.subject,
                message=text,
                culprits=("onnxruntime",),
                advice=advice,
            )
