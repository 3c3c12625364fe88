"""What was seen when an artifact was loaded and run where it is to be used."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Artifact, Basis, Case, Failure, Finding, Passed, Severity, Stage, rule
from ..advice import move
from ..artifacts.reading import file_name, in_consumer, seen_failing
from ..evidence import says
from ..models.canary_findings import last_words

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
    Why: the specification allows more types than a runtime implements, and a new opset comes before its kernels.
    Remedy: another opset, float inputs, or a newer runtime.
    Not this rule: an operator that the runtime does not know at all.
    """
    for failure in (f for stage in (Stage.LOAD, Stage.RUN) for f in own(case, stage) if says(f, _KERNEL)):
        text = f"{runtime_of(case)} has no implementation for an operator of {failure.subject}: {last_words(failure)}"
        lower = Advice("code", "Convert again with a lower target_opset, and float inputs.", lines=("target_opset=15",))
        yield seen_failing(failure, text, ("onnxruntime",), lower, move(in_consumer(case), ("onnxruntime",)))


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
