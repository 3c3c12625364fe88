"""What a tracking server of another release of MLflow has against a client."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Place, Severity, Stage, rule
from ..evidence import canary_of, each, says
from ..models.canary_findings import canary_finding, subject_phrase, with_versions

#: what is said of a request that the server does not know
_UNKNOWN = r"API request to endpoint (?P<endpoint>\S+) failed with error code (?:404|405|501)\b"


def is_unknown(failure: Failure) -> bool:
    """Whether a server did not know what it was asked."""
    return says(failure, _UNKNOWN) is not None


def _named_server(case: Case[Observation]) -> Place | None:
    """The server whose release was named, None where none was."""
    return next((place for place in case.places if place.target.kind == "tracks"), None)


@rule("The tracking server's MLflow is older than the client's", Stage.REGISTER)
def tracking_server(case: Case[Observation]) -> Iterator[Finding]:
    """The installed MLflow asks the tracking server for something that the server's release does not know.

    What happens: "API request to endpoint /api/2.0/mlflow/logged-models failed with error code 404".
    Why: a client logs through the endpoints of its own release. An older server answers that there is no such page; a
    newer server knows the endpoints of older clients.
    Remedy: an mlflow that is no newer than the server, or a server that is no older than the client.
    Not this rule: a database of another release, which the server itself refuses.
    """
    place = _named_server(case)
    if not place:
        return
    server = place.target.packages["mlflow"]
    for cause in each(case, Stage.REGISTER):
        own, unknown = canary_of(case, cause.first.subject), says(cause.first, _UNKNOWN)
        if not (unknown and own and own.logging and own.logging.server):
            continue
        version = case.subject.version("mlflow") or "RELEASE"
        text = (
            f"{with_versions(case, 'mlflow')} does not log {subject_phrase(case, cause)} to a server of mlflow "
            f"{server}, which does not know {unknown['endpoint']}."
        )
        bound = (("mlflow", f"<={server}"),)
        moved = Advice("pins", "Install an mlflow that is no newer than the server.", bound, one_sided=True)
        said = "Or bring the server to the release of the client: copy its database first, and migrate it."
        raised = Advice("action", said, lines=(f"pip install mlflow=={version}", "mlflow db upgrade DATABASE_URI"))
        yield canary_finding(case, cause, text, ("mlflow",), moved, raised)


def _is_logged(case: Case[Observation]) -> bool:
    """Whether a rehearsed script logs nothing, or a model that was read of it has been logged to a server besides."""
    script, tried = case.script, {o.subject for o in case.subject.outcomes if o.stage is Stage.REGISTER}
    served = {c.name for c in script.canaries if c.logging and c.logging.server} if script else set()
    return not script or "mlflow" not in script.modules or bool(served & tried)


@rule("Which MLflow the tracking server has is not known", Stage.REGISTER)
def tracking_server_unknown(case: Case[Observation]) -> Iterator[Finding]:
    """The script tracks to a server, which may have another release of MLflow than the one that is installed.

    What happens: nothing here: the models were logged to a server of the installed MLflow, on this machine.
    Why: the server that the script names is not asked. One that is older refuses what a newer client asks of it.
    Remedy: say which release it has, and the models are logged to a server of that release.
    Not this rule: a server of a named release that was made and tried.
    """
    canaries = case.script.canaries if case.script else ()
    place = _named_server(case)
    tracks = [c for c in canaries if c.logging and c.logging.may_be_served and not c.logging.server]
    own = [c for c in tracks if place or (c.logging and c.logging.store == "server")]
    rehearsed = place is not None and bool(case.subject.rehearsed)
    if rehearsed:
        own = [] if _is_logged(case) else list(canaries)
    version = case.subject.version("mlflow")
    if not own or not version:
        return
    taken = f"it was taken for mlflow {version}, as installed"
    known = "which MLflow that has is not known: " + taken
    if place:
        why = place.untried or ("no model could be logged to it" if rehearsed else "nothing was to be made")
        taken = "a rehearsal logs to a store that is thrown away" if rehearsed else taken
        known = f"no {place.target.title.removeprefix('a ')} was tried: {why}; {taken}"
    yield Finding(
        severity=Severity.WARNING if place else Severity.NOTE,
        stage=Stage.REGISTER,
        basis=Basis.INFERRED,
        subject=own[0].name,
        message=f"The script tracks to a server, and {known}. An older server refuses what a newer client asks.",
        evidence=(own[0].where,),
        advice=(
            Advice(
                "action",
                "Look which release it has (its address, with /version behind it), and name it.",
                lines=("checker preflight SCRIPT --target mlflow==RELEASE",),
            ),
        ),
    )
