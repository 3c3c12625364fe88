"""What fails when a model is logged with MLflow, loaded back and scored."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Advice, Case, Finding, Stage
from .advice import move
from .evidence import each, involved, missing_reference, says, unique
from .tried import last_words, shown, they, tried

_SCHEMA = r"Failed to enforce schema|Incompatible input types|Can not safely convert|does not match expected dtype"


def mlflow_logging(case: Case) -> Iterator[Finding]:
    """MLflow does not log or register the model.

    What happens: an exception in log_model, save_model or when the tracking store is opened.
    Why: an argument that this mlflow does not know (name= came with 3, artifact_path may hold no slash there), a
    store without a registry, or a library under mlflow that lost a name.
    Remedy: write the call for the installed mlflow, another store, or move the library.
    Not this rule: loading a logged model back.
    """
    for cause in each(case, Stage.REGISTER):
        missing = missing_reference(case.observation, cause.first)
        names = unique(((missing.provider if missing else ""), "mlflow", *involved(case.observation, cause.first)[:2]))
        advice = (
            move(case, names)
            if missing
            else Advice(
                "code", "Write the logging call for the installed mlflow.", lines=("mlflow.onnx.log_model(model, ...)",)
            )
        )
        if says(cause.first, r"Model Registry features are not supported"):
            advice = Advice(
                "code",
                "Use a store that has a model registry.",
                lines=('mlflow.set_tracking_uri("sqlite:///mlflow.db")',),
            )
        yield tried(
            case,
            "mlflow-logging",
            cause,
            f"{they(case, ('mlflow',))} does not log {shown(case, cause)}: {last_words(cause.first)}",
            names,
            advice,
        )


def mlflow_loading(case: Case) -> Iterator[Finding]:
    """MLflow logs the model and cannot load it back.

    What happens: an exception in mlflow.pyfunc.load_model.
    Why: the pyfunc wrapper imports onnxruntime, and the recorded environment may differ.
    Remedy: install what the loader needs.
    Not this rule: a session that the runtime itself refuses.
    """
    for cause in each(case, Stage.LOAD):
        found = involved(case.observation, cause.first)
        if any(n.startswith("mlflow") for n in found):
            yield tried(
                case,
                "mlflow-loading",
                cause,
                f"{they(case, ('mlflow',))} does not load {shown(case, cause)} back: {last_words(cause.first)}",
                unique(("mlflow", *found)),
                move(case, ("mlflow",)),
            )


def mlflow_scoring(case: Case) -> Iterator[Finding]:
    """MLflow loads the model and refuses to score what the script hands it.

    What happens: "Failed to enforce schema", "Can not safely convert", "Invalid rank for input".
    Why: the signature is narrower than the data (float32 against float64), holds a tensor where a DataFrame comes, or
    the model has several inputs.
    Remedy: infer the signature from data of the type that will be scored.
    Not this rule: the runtime's own complaint about a session that the script feeds itself.
    """
    for cause in each(case, Stage.RUN):
        found = involved(case.observation, cause.first)
        if any(n.startswith("mlflow") for n in found):
            advice = Advice(
                "code",
                "Infer the signature from data of the type that will be scored.",
                lines=("signature=infer_signature(x.astype('float64'))",) if says(cause.first, _SCHEMA) else (),
            )
            yield tried(
                case,
                "mlflow-scoring",
                cause,
                f"{they(case, ('mlflow',))} does not score {shown(case, cause)}: {last_words(cause.first)}",
                unique(("mlflow", *found[:2])),
                advice,
            )
