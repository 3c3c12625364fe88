"""What fails when a converted model is loaded, run and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Advice, Case, Failure, Finding, Severity, Stage
from .evidence import Cause, canary_of, converter_of, each, involved, library_of, says, versions
from .tried import last_words, matching, move, severity, shown, they, tried

_IR = r"Unsupported model IR version: (?P<ir>\d+), max supported IR version: (?P<top>\d+)"
_OPSET = r"Opset (?P<opset>\d+) is under development|only \*guarantees\* support for models stamped"
_KERNEL = r"(?:NOT_IMPLEMENTED.*)?Could not find an implementation for (?:the node )?(?P<node>\S+)|NOT_IMPLEMENTED"
_LOCALE = r"Failed to construct locale with name:(?P<locale>[\w.\-]+)"
_PROVIDERS = r"required to explicitly set the providers"
_INPUT = (
    r"Unexpected input data type|Invalid rank for input|Got invalid dimensions for input"
    r"|Input must be a list of dictionaries"
)
_OUTPUT = r"Invalid output name"
_CUSTOM = r"Node type '(?P<op>\w+)' from domain '(?P<domain>[\w.]+)' is unknown"
_NODE_TYPE = (
    r"Type \(tensor\((?P<got>\w+)\)\) of output arg .* does not match expected type \(tensor\((?P<want>\w+)\)\)"
)


def _about(case: Case, cause: Cause) -> Severity | None:
    """Loading and running are only a warning where the script does nothing but convert."""
    canary = canary_of(case, cause.first.subject)
    return Severity.WARNING if canary and not canary.runs and not canary.logging else None


def _by_mlflow(failure: Failure, case: Case) -> bool:
    return any(n.startswith("mlflow") for n in involved(case.observation, failure))


def opset_or_ir_beyond_runtime(case: Case) -> Iterator[Finding]:
    """The installed onnxruntime is older than the opset or IR version that the conversion writes.

    What happens: "Unsupported model IR version", or "Opset N is under development", when the model is loaded.
    Why: the converter stamps an opset (its newest, limited by the onnx package) and an IR version that follows it;
    older runtimes refuse the stamp.
    Remedy: pass a target_opset that the runtime has, or install a newer onnxruntime.
    Not this rule: an operator that the runtime knows and has no kernel for.
    """
    for cause in each(case, Stage.LOAD):
        found = says(cause.first, _IR) or says(cause.first, _OPSET)
        if not found:
            continue
        limits = case.knowledge.limits(case.observation.version("onnxruntime") or "0") if case.knowledge else None
        opset = f" ({limits.opset})" if limits and limits.opset else ""
        text = f"{they(case, ('onnxruntime',))} refuses {shown(case, cause)}: {found[0]}."
        advice = (
            Advice(
                "code",
                f"Convert with target_opset set to what the runtime has{opset}.",
                lines=(f"target_opset={limits.opset}",) if limits and limits.opset else (),
            ),
            Advice("pins", "Or install a newer onnxruntime.", changes=(("onnxruntime", ""),)),
        )
        yield tried(
            case,
            "opset-or-ir-beyond-runtime",
            cause,
            text,
            ("onnxruntime", converter_of(case, cause.first.subject), "onnx"),
            *advice,
            worth=_about(case, cause),
        )


def operator_without_kernel(case: Case) -> Iterator[Finding]:
    """The model is valid, and the runtime has no implementation of one of its operators for this type.

    What happens: NOT_IMPLEMENTED: Could not find an implementation for the node.
    Why: the specification allows more types than the runtime implements.
    Remedy: declare float inputs, another opset, or a newer runtime.
    Not this rule: an opset or IR that is too new.
    """
    for cause in matching(case, Stage.LOAD, _KERNEL):
        found = says(cause.first, _KERNEL)
        node = found["node"] if found and found["node"] else "an operator"
        text = (
            f"{they(case, ('onnxruntime',))} has no implementation for {node} with the types of {shown(case, cause)}."
        )
        yield tried(
            case,
            "operator-without-kernel",
            cause,
            text,
            ("onnxruntime", converter_of(case, cause.first.subject)),
            Advice("code", "Declare the inputs as FloatTensorType.", lines=("FloatTensorType",)),
            worth=_about(case, cause),
        )


def system_locale(case: Case) -> Iterator[Finding]:
    """A text model asks for a locale that this system does not have.

    What happens: "Failed to construct locale" when the session is made.
    Why: StringNormalizer is written without a locale, onnxruntime then takes en_US.UTF-8, and slim images do not have
    it.
    Remedy: pass the converter option locale='C', or install the locale.
    Not this rule: any package version; none helps.
    """
    for cause in matching(case, Stage.LOAD, _LOCALE):
        found = says(cause.first, _LOCALE)
        locale = found["locale"] if found else "the locale"
        text = f"{shown(case, cause)} needs the system locale {locale}, which this system does not have."
        advice = (
            Advice(
                "code",
                "Convert with the option locale='C' for the vectorizer.",
                lines=("options={TfidfVectorizer: {'locale': 'C'}}",),
            ),
            Advice(
                "action",
                f"Or install the locale {locale}.",
                lines=(f"localedef -i {locale.partition('.')[0]} -f UTF-8 {locale}",),
            ),
        )
        yield tried(case, "system-locale", cause, text, ("system locale",), *advice, worth=_about(case, cause))


def providers_required(case: Case) -> Iterator[Finding]:
    """This onnxruntime insists on `providers=` when a session is made.

    What happens: ValueError: you are required to explicitly set the providers parameter.
    Why: builds with more than one provider ask for a choice; some CPU wheels count a second one.
    Remedy: pass providers=["CPUExecutionProvider"], or take another onnxruntime release.
    Not this rule: a provider that is named and not there.
    """
    for cause in matching(case, Stage.LOAD, _PROVIDERS):
        runtime = they(case, ("onnxruntime",))
        text = f"{runtime} makes no session without providers=, which {shown(case, cause)} does not pass."
        advice = (
            Advice(
                "code", "Name the provider.", lines=('InferenceSession(model, providers=["CPUExecutionProvider"])',)
            ),
            Advice("pins", "Or move onnxruntime.", changes=(("onnxruntime", ""),)),
        )
        yield tried(case, "providers-required", cause, text, ("onnxruntime",), *advice)


def output_type(case: Case) -> Iterator[Finding]:
    """The converter declares an output type that the operator does not give.

    What happens: "Type Error: Type (tensor(double)) of output arg ... does not match expected type (tensor(float))".
    Why: operators of ai.onnx.ml such as tree ensembles answer in float at every opset that the converter writes.
    Remedy: declare the inputs as FloatTensorType.
    Not this rule: data fed in the wrong type.
    """
    for cause in matching(case, Stage.LOAD, _NODE_TYPE):
        converter = they(case, (converter_of(case, cause.first.subject),))
        text = f"{converter} declares double for {shown(case, cause)}, and the operator gives float."
        yield tried(
            case,
            "output-type",
            cause,
            text,
            (converter_of(case, cause.first.subject), "onnxruntime"),
            Advice("code", "Declare the inputs as FloatTensorType.", lines=("FloatTensorType",)),
            worth=_about(case, cause),
        )


def load_failed(case: Case) -> Iterator[Finding]:
    """The runtime refuses a converted model in a way that no other rule knows.

    What happens: an exception or a crash when the session is made.
    Why: the graph is wrong (a converter of another scikit-learn), or the runtime and its own packages do not fit.
    Remedy: move the converter or the runtime.
    Not this rule: every mechanism that has its own.
    """
    for cause in each(case, Stage.LOAD):
        if not _by_mlflow(cause.first, case):
            names = (converter_of(case, cause.first.subject), library_of(case, cause.first.subject), "onnxruntime")
            yield tried(
                case,
                "load-failed",
                cause,
                f"{they(case, ('onnxruntime',))} does not load {shown(case, cause)}: {last_words(cause.first)}",
                names,
                move(case, names),
                worth=_about(case, cause),
            )


def input_type_or_rank(case: Case) -> Iterator[Finding]:
    """The model is fed another type, rank or batch than it declares.

    What happens: "Unexpected input data type", "Invalid rank for input", or "Got invalid dimensions".
    Why: onnxruntime never casts; numpy and pandas give float64; a model declared with [1, 1] takes one row at a time;
    mlflow feeds a DataFrame's
    columns one-dimensional to a model with several inputs.
    Remedy: cast and reshape what is fed, or declare the inputs as they come ([None, n], DoubleTensorType); for mlflow
    one input tensor.
    Not this rule: names of outputs.
    """
    for cause in matching(case, Stage.RUN, _INPUT):
        found = says(cause.first, _INPUT + r".{0,120}")
        advice = Advice(
            "code",
            "Feed what the model declares, or declare what you feed.",
            lines=("x.astype(np.float32).reshape(-1, n)", "FloatTensorType([None, n])"),
        )
        if _by_mlflow(cause.first, case):
            advice = Advice(
                "code",
                "Declare one input tensor for all columns: "
                "mlflow's pyfunc cannot feed several [None, 1] inputs from a DataFrame.",
                lines=('[("X", FloatTensorType([None, n]))]',),
            )
        names = ("mlflow",) if _by_mlflow(cause.first, case) else ("onnxruntime",)
        yield tried(
            case,
            "input-type-or-rank",
            cause,
            f"{shown(case, cause)} is fed what it does not declare: {found[0] if found else ''}",
            names,
            advice,
        )


def zipmap(case: Case) -> Iterator[Finding]:
    """The script asks for outputs by names that the model does not have.

    What happens: "Invalid output name".
    Why: with zipmap a classifier's outputs are output_label and output_probability, without it label and probabilities.
    Remedy: use the names of the session's get_outputs(), or convert with the zipmap setting that the names belong to.
    Not this rule: the number or type of outputs.
    """
    for cause in matching(case, Stage.RUN, _OUTPUT):
        text = f"{shown(case, cause)} has no output of the name that the script asks for: {last_words(cause.first)}"
        yield tried(
            case,
            "zipmap",
            cause,
            text,
            (converter_of(case, cause.first.subject),),
            Advice(
                "code", "Ask for the outputs by the names that the session gives.", lines=("session.run(None, feeds)",)
            ),
        )


def custom_operator(case: Case) -> Iterator[Finding]:
    """The model uses an operator that only one runtime has.

    What happens: other runtimes, and the reference evaluator, do not know the node.
    Why: a converter option (such as optim='cdist') writes an operator of the com.microsoft domain.
    Remedy: convert without the option.
    Not this rule: standard operators without a kernel.
    """
    for cause in matching(case, Stage.RUN, _CUSTOM):
        found = says(cause.first, _CUSTOM)
        name = f"{found['domain']}.{found['op']}" if found else "a custom operator"
        yield tried(
            case,
            "custom-operator",
            cause,
            f"{shown(case, cause)} uses {name}, which only onnxruntime has.",
            ("skl2onnx",),
            Advice("code", "Convert without the option that writes it (optim).", lines=("options=None",)),
        )


def run_failed(case: Case) -> Iterator[Finding]:
    """A model that was loaded fails, or kills the process, when it is run.

    What happens: an exception, a crash (SIGSEGV, SIGFPE) or a hang in the first run.
    Why: a runtime built for another numpy can import and load and still die in its first run; some operators have
    faulty kernels.
    Remedy: a runtime built for the installed numpy, or a numpy that fits it.
    Not this rule: feeding the wrong type or shape.
    """
    for cause in each(case, Stage.RUN):
        if _by_mlflow(cause.first, case):
            continue
        built = [i.distribution for i in case.observation.interfaces if i.kind == "numpy"]
        names = (
            ("numpy", "onnxruntime")
            if "onnxruntime" in built or says(cause.first, r"_ARRAY_API|numpy\.core\.multiarray")
            else ("onnxruntime", converter_of(case, cause.first.subject))
        )
        yield tried(
            case,
            "run-failed",
            cause,
            f"{shown(case, cause)} cannot be run with {they(case, names)}: {last_words(cause.first)}",
            names,
            move(case, names),
            worth=_about(case, cause),
        )


def _blame(case: Case, failure: Failure) -> tuple[str, ...]:
    """Who is likely wrong: the runtime where the third opinion sides with scikit-learn, else the converter."""
    converter, library = converter_of(case, failure.subject), library_of(case, failure.subject)
    if failure.facts.get("third_opinion") == "scikit-learn" or _known(case, failure):
        return ("onnxruntime", converter)
    return (converter, library, "onnxruntime") if not failure.facts.get("third_opinion") else (converter, library)


def _known(case: Case, failure: Failure) -> tuple[str, ...]:
    """References to what is known of this onnxruntime at parity, for the estimators concerned."""
    version = case.observation.version("onnxruntime")
    known = case.knowledge.known_bad("onnxruntime", version) if case.knowledge and version else ()
    canary = canary_of(case, failure.subject)
    text = f"{failure.subject} {canary.make if canary else ''}"
    return tuple(
        r
        for b in known
        if b.stage == "parity" and any(re.search(rf"\b{s}", text) for s in b.subjects)
        for r in b.references
    )


def silent_disagreement(case: Case) -> Iterator[Finding]:
    """The model converts and runs, and answers something else than scikit-learn.

    What happens: nothing is raised; probabilities, values or labels are wrong.
    Why: the converter implements another release's formula or leaves an option out, or the runtime's kernel is faulty.
    Remedy: a converter that knows this scikit-learn, another runtime, or another option; never train on trust.
    Not this rule: differences within the precision of the inputs, and values one unit in the last place from a tree's
    threshold.
    """
    for cause in each(case, Stage.PARITY):
        if cause.first.type == "EdgeDisagreement":
            continue
        first = next((f for f in cause.failures if canary_of(case, f.subject)), cause.first)
        opinions = {
            "scikit-learn": " onnx's reference evaluator agrees with scikit-learn.",
            "runtime": " onnx's reference evaluator agrees with the runtime.",
        }
        names = _blame(case, first)
        runs = f"{shown(case, cause)} converts and runs with {versions(case.observation, names[:2])}"
        text = f"{runs}, and answers wrongly: {first.text}.{opinions.get(str(first.facts.get('third_opinion')), '')}"
        finding = tried(case, "silent-disagreement", cause, text, names, move(case, names))
        yield finding if not _known(case, first) else _with(finding, _known(case, first))


def _with(finding: Finding, urls: tuple[str, ...]) -> Finding:
    from dataclasses import replace

    return replace(finding, references=tuple(dict.fromkeys(finding.references + urls)))


def edge_disagreement(case: Case) -> Iterator[Finding]:
    """The model and scikit-learn disagree only on values within one unit in the last place of a tree's threshold.

    What happens: rows that sit exactly on a split go the other way.
    Why: thresholds are doubles in scikit-learn and floats in the model.
    Remedy: none is needed for measured data; train on float32 data to keep both the same.
    Not this rule: any disagreement on ordinary rows.
    """
    for cause in each(case, Stage.PARITY):
        if cause.first.type == "EdgeDisagreement":
            worth = Severity.WARNING if severity(case, cause) is Severity.BLOCKER and case.script else Severity.NOTE
            yield tried(
                case,
                "edge-disagreement",
                cause,
                f"{shown(case, cause)}: {cause.first.text}",
                (converter_of(case, cause.first.subject),),
                Advice("code", "Train on float32 data.", lines=("x.astype(np.float32)",)),
                worth=worth,
            )
