"""A database of MLflow's, and the MLflow that is to open it."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Artifact, Case, Finding, Passed, Severity, Stage, rule
from .pickled_findings import here, pickled_finding, pin
from .reading import file_name

_COPY = "Give each release of MLflow a database of its own, or let all of them talk to one server."


@rule("A newer MLflow has migrated the database", Stage.LOAD)
def store_newer_than_client(case: Case[Artifact]) -> Iterator[Finding]:
    """The database has a schema that the consumer's MLflow does not know: a newer one has opened it.

    What happens: MlflowException: Detected out-of-date database schema; Can't locate revision.
    Why: MLflow migrates a database when it opens it, without being asked, and no older one reads it afterwards.
    Remedy: the newer MLflow for everybody, or a database for each.
    Not this rule: a database of an older schema, which is migrated.
    """
    for failure in case.subject.failures(Stage.LOAD):
        if failure.type == "StoreNewer" and failure.subject == file_name(case.subject):
            version = here(case).version("mlflow") or here(case).version("mlflow-skinny")
            said = f"{failure.subject} was migrated by a newer MLflow: its schema is unknown to mlflow {version}."
            newer = Advice("action", "Install the MLflow that migrated it, or a newer one, where it is to be opened.")
            move = pin("mlflow", f">{version}", f"Move mlflow to a release newer than {version}.")
            yield pickled_finding(case, said, ("mlflow",), newer, Advice("action", _COPY), move)


@rule("Opening the database migrates it", Stage.REGISTER)
def store_would_be_migrated(case: Case[Artifact]) -> Iterator[Finding]:
    """The database has an older schema than the consumer's MLflow, which will change it when it is opened.

    What happens: nothing here; every older MLflow is locked out of it from then on.
    Why: MLflow migrates a database when it opens it, without being asked.
    Remedy: copy the database first.
    Not this rule: a database of just this schema.
    """
    for outcome in case.subject.outcomes:
        if isinstance(outcome, Passed) and outcome.facts.get("migrates") and outcome.subject == file_name(case.subject):
            said = f"Opening {outcome.subject} with mlflow {here(case).version('mlflow')} migrates it: "
            said += "no older MLflow opens it afterwards."
            copy = Advice("action", "Copy the database before a newer MLflow opens it.")
            yield pickled_finding(
                case, said, ("mlflow",), copy, stage=Stage.REGISTER, severity=Severity.WARNING, explains=False
            )
