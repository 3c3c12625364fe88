"""What fails when a model is logged with MLflow, loaded back and scored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Canary, Case, Finding, Given, Observation, Stage, rule
from ..advice import bring, move
from ..evidence import Cause, canary_of, each, involved, missing_reference, says, unique
from . import edits
from .canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions

#: what is said of a database of a later release, and of an earlier one
_NEWER = r"Can't locate revision identified by"
_OLDER = r"out-of-date database schema"
#: values of which no signature is inferred
_NO_SCHEMA = r"Expected one of the following types|Failed to infer schema|infer schema from|TensorSpec"
_PICKLED = Advice(
    "code",
    "Or write the fitted model with cloudpickle.",
    lines=('mlflow.sklearn.log_model(model, ..., serialization_format="cloudpickle")',),
    edit=edits.logged_with(serialization_format="cloudpickle"),
)


@rule("MLflow does not log the model", Stage.REGISTER)
def mlflow_logging(case: Case[Observation]) -> Iterator[Finding]:
    """MLflow does not log or register the model.

    What happens: an exception in log_model, save_model, autolog, or when the tracking store is opened.
    Why: an argument that this mlflow does not know (name= came with 3, artifact_path may hold no slash there), a
    store without a registry, a library that lost a name, or one that a smaller distribution of mlflow leaves out.
    Remedy: write the call for the installed mlflow, another store, or move the library.
    Not this rule: loading a logged model back; what autologging only warns of.
    """
    for cause in each(case, Stage.REGISTER):
        if says(cause.first, rf"{_NEWER}|{_OLDER}") or cause.first.facts.get("call"):
            continue
        missing = missing_reference(case.subject, cause.first)
        own = _mlflow(case)
        names = unique(((missing.provider if missing else ""), own, *involved(case.subject, cause.first)[:2]))
        without = _without_a_call(case, cause)
        advice = (move(case, names),) if missing or without else _other_call(case, cause)
        if missing and missing.provider:
            advice = (bring(case, replace(missing, consumer=missing.consumer or own)),)
        if missing and missing.module == "skops" and not case.subject.version("skops"):
            advice = _without_skops(case, "skops")
        fails = without or f"does not log {subject_phrase(case, cause)}"
        text = f"{with_versions(case, own)} {fails}: {last_words(cause.first)}"
        yield canary_finding(case, cause, text, names, *advice)


@rule("MLflow's database is of another release", Stage.REGISTER)
def tracking_database(case: Case[Observation]) -> Iterator[Finding]:
    """The database of the tracking store was made, or migrated, by another release of MLflow.

    What happens: "Can't locate revision identified by ...", or "Detected out-of-date database schema".
    Why: each release knows the revisions of the tables up to its own time. A newer one migrates a database, and every
    older one refuses it from then on; an older database is refused until it is migrated.
    Remedy: the release that the database is of, or a newer one; an older database is migrated by `mlflow db upgrade`.
    Not this rule: a database that cannot be reached.
    """
    for cause in matching(case, Stage.REGISTER, rf"{_NEWER}|{_OLDER}"):
        own, newer = _mlflow(case), says(cause.first, _NEWER)
        which = "migrated by a newer" if newer else "made by an older"
        text = f"The tracking database was {which} MLflow, and {with_versions(case, own)} refuses it."
        line = "mlflow db upgrade sqlite:///mlflow.db"
        upgrade = Advice("action", "Make a copy of the database, and migrate it.", lines=(line,))
        version = case.subject.version(own) or ""
        said = "Install the MLflow that has migrated it, or a newer one; MLflow migrates no database back."
        raised = Advice("pins", said, ((own, f">{version}" if version else ""),))
        other = Advice(
            "code",
            "Or track to a database of its own.",
            lines=('mlflow.set_tracking_uri("sqlite:///own.db")',),
            edit=edits.logged(database=""),
        )
        yield canary_finding(case, cause, text, (own,), *((raised, other) if newer else (upgrade, other)))


def _mlflow(case: Case[Observation]) -> str:
    """The distribution that brings mlflow here: the whole, or a smaller one."""
    known = case.subject.version
    if known("mlflow"):
        return "mlflow"
    return case.subject.owner("mlflow") or ("mlflow-skinny" if known("mlflow-skinny") else "mlflow")


def _without_a_call(case: Case[Observation], cause: Cause) -> str:
    """What fails where no call logs a model: tracking, or autologging; "" for a model that is logged."""
    found = ""
    for subject in cause.subjects:
        own = canary_of(case, subject)
        if subject.endswith("tracking"):
            found = "cannot track runs"
        elif own and own.logging and own.logging.autologs:
            found = found or f"fails with {own.logging.autologs[0][0]}()"
        else:
            return ""
    return found


def _other_call(case: Case[Observation], cause: Cause) -> tuple[Advice, ...]:
    """Advice about the logging call: an argument of another release, a name with a slash, a store without registry."""
    own = canary_of(case, cause.first.subject)
    if own and own.logging and own.logging.logs:
        other, wants = ("sklearn", "converted") if own.logging.logs == "fitted" else ("onnx", "fitted")
        said = f"mlflow.{own.logging.flavor} takes the {wants} model: log this one with mlflow.{other}."
        return (Advice("code", said, lines=(f"mlflow.{other}.{own.logging.call}(model, ...)",)),)
    if says(cause.first, r"Model Registry features are not supported"):
        text, line = "Use a store that has a model registry.", 'mlflow.set_tracking_uri("sqlite:///mlflow.db")'
        return (Advice("code", text, lines=(line,), edit=edits.logged(store="sqlite")),)
    if unknown := says(cause.first, r"log_model\(\) got an unexpected keyword argument '(?P<name>\w+)'"):
        return _other_argument(case, unknown["name"])
    if says(cause.first, r"[Ii]nvalid model name|[Mm]odel name .{0,80}(?:/|slash|cannot contain)"):
        line = 'mlflow.onnx.log_model(model, name="model")'
        plain = Advice("code", "Log under a plain name, without slashes.", lines=(line,), edit=edits.plain_names)
        changes = case.knowledge.name_changes("mlflow.onnx.log_model", "name")
        version = next((c.version for c in changes), case.subject.version("mlflow"))
        return (Advice("pins", "Or an older mlflow, which takes a path.", (("mlflow", f"<{version}"),)), plain)
    if says(cause.first, _NO_SCHEMA):
        text = "Infer the signature from what the fitted model predicts: answers that are lists and maps have none."
        lines = ("signature=infer_signature(X, model.predict(X))",)
        predicted = Given("predicted", value="predict")
        return (Advice("code", text, lines=lines, edit=edits.logged(answered=predicted)),)
    if found := says(cause.first, r"Untrusted types found in the file: (?P<types>\[[^\]]*\])"):
        return _trusted(found["types"])
    if says(cause.first, r"Only one of `conda_env`"):
        return (_one_kind_of_requirements(),)
    flavor = own.logging.flavor if own and own.logging else "onnx"
    line = f"mlflow.{flavor}.log_model(model, ...)"
    written = Advice("code", "Write the logging call for the installed mlflow.", lines=(line,))
    moved = Advice("pins", "Move mlflow to the release that the call was written for.", (("mlflow", ""),))
    # only an argument is a matter of how the call is written
    return (written, moved) if cause.first.type in ("TypeError", "ValueError") else (moved,)


def _one_kind_of_requirements() -> Advice:
    """Advice to say once what the logged model needs."""

    def edit(canary: Canary) -> Canary:
        arguments = dict(canary.logging.arguments) if canary.logging else {}
        kept = {k: v for k, v in arguments.items() if k not in ("conda_env", "extra_pip_requirements")}
        return edits.logged(arguments=kept)(canary)

    text = "Say once what the model needs: with pip_requirements=, extra_pip_requirements= or conda_env=."
    return Advice("code", text, lines=("log_model(model, ..., pip_requirements=[...])",), edit=edit)


def _trusted(types: str) -> tuple[Advice, ...]:
    """Advice for a model whose types skops does not trust by itself; `types` is a list as Python writes it."""
    names = re.findall(r"'([^']+)'", types)
    trusts = Advice(
        "code",
        f"Name the types that you trust: {', '.join(names)}.",
        lines=(f"mlflow.sklearn.log_model(model, ..., skops_trusted_types={names!r})",),
        edit=edits.logged_with(skops_trusted_types=names),
    )
    return trusts, _PICKLED


def _without_skops(case: Case[Observation], name: str) -> tuple[Advice, ...]:
    """Advice where the package that MLflow writes fitted models with is not installed."""
    text = f"Install {name}, with which this mlflow writes fitted models."
    return Advice("pins", text, changes=((name, ""),)), _PICKLED


def _other_argument(case: Case[Observation], name: str) -> tuple[Advice, ...]:
    """Advice for an argument that this mlflow does not have yet, or any more."""
    changes = case.knowledge.name_changes("mlflow.onnx.log_model", name)
    if not changes:
        return (
            Advice("code", f"Leave {name}= out.", lines=("log_model(model, ...)",)),
            Advice("pins", f"Or an mlflow whose log_model has {name}=.", (("mlflow", ""),)),
        )
    change = changes[0]
    what = "came with" if change.change == "added" else "went with"
    said = f"Install mlflow{change.needs}: {name}= {what} {change.version}."
    pins = Advice("pins", said, (("mlflow", change.needs),))
    if not change.instead:
        return (pins,)
    text = f"Write {change.instead}= in place of {name}=."
    line = f"mlflow.onnx.log_model(model, {change.instead}=...)"
    return (pins, Advice("code", text, lines=(line,), edit=edits.argument_renamed(name, change.instead)))


@rule("MLflow does not load the model back", Stage.LOAD, generic=True)
def mlflow_loading(case: Case[Observation]) -> Iterator[Finding]:
    """MLflow logs the model and cannot load it back.

    What happens: an exception in mlflow.pyfunc.load_model.
    Why: the pyfunc wrapper imports onnxruntime, and the recorded environment may differ.
    Remedy: install what the loader needs.
    Not this rule: a session that the runtime itself refuses.
    """
    for cause in each(case, Stage.LOAD):
        found = involved(case.subject, cause.first)
        if any(n.startswith("mlflow") for n in found):
            fails = f"{with_versions(case, 'mlflow')} does not load {subject_phrase(case, cause)} back"
            text = f"{fails}: {last_words(cause.first)}"
            yield canary_finding(case, cause, text, ("mlflow", *found), move(case, ("mlflow",)))
