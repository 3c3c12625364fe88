"""MLflow without a model of its own: runs, metrics, tags, searches, which need a store that opens; and autologging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Canary, Logging
from ..story.worth import worth_telling
from ..uses.record import Uses

#: what is called of `mlflow` or its client, and works in any store in which a model can be logged
PLAIN = frozenset(("start_run", "log_metric", "log_metrics", "log_param", "log_params", "set_tag", "set_tags"))
#: the same, and what else opens the store
CALLS = PLAIN | {
    *("create_run", "create_experiment", "set_experiment", "get_experiment_by_name", "set_experiment_tag", "log_batch"),
    *("log_dict", "log_text", "log_figure", "log_artifact", "log_artifacts", "search_runs", "search_experiments"),
    *("create_registered_model", "search_registered_models", "register_model"),
}
#: steps of a story that need no MLflow
FILES = ("open", "write", "pickle")
#: kinds of stores that a scratch folder can hold, or hold something like them
STORES = ("default", "sqlite", "file", "database", "server")


def tracked(uses: Uses, others: Sequence[Canary]) -> Iterator[Canary]:
    """The rows of a script's autologging and of its tracking.

    No row of tracking where a model that it logs opens the same store and it does no more.
    """
    automatic = tuple(autologged(uses, others))
    yield from automatic
    called = [(name.rpartition(".")[2], where) for name, where in uses.calls.items() if _opens_store(name)]
    logs = bool(automatic) or any(c.logging and c.logging.call == "log_model" for c in others)
    names = {name for name, _ in called}
    if uses.store not in STORES:
        return
    story = worth_telling(tuple(uses.story.steps), uses.story.fresh)
    opens = bool(called) and not (logs and names <= PLAIN)
    if not story and not opens:
        return
    where = called[0][1] if opens else str(story[0]["where"])
    logging = Logging(**uses.kept_in(), calls=tuple(sorted(names)) if opens else (), story=story)
    only_files = all(step["call"] in FILES for step in story)
    does = "tracking" if opens else "files" if only_files else "calls of MLflow"
    form = "files" if does == "files" else ""
    yield Canary(f"{where} {does}", "", (), (), target="none", logging=logging, where=where, form=form)


def autologged(uses: Uses, others: Sequence[Canary]) -> Iterator[Canary]:
    """The row in which autologging is switched on as the script does it, and a model of the script fitted under it.

    The first model of a library that is named, else the first; none where no model can be read.
    """
    if not uses.autologs:
        return
    (where, _, _), *_ = uses.autologs.values()
    logging = Logging(
        flavor="",
        call="autolog",
        store=uses.store if uses.store in STORES else "default",
        database=uses.database,
        autologs=tuple((name, given) for name, (_, given, _) in uses.autologs.items()),
    )
    libraries = {name.split(".")[1] for name in uses.autologs}
    models = sorted((c for c in others if c.make), key=lambda c: c.make.partition(".")[0] not in libraries)
    own = models[0] if models else Canary("", "", (), (), target="none")
    yield Canary(
        f"{where} autologging",
        own.make,
        own.imports,
        own.columns,
        own.layout,
        own.target or "binary",
        own.target_2d,
        converter="",
        runs=False,
        logging=logging,
        caught=all(perhaps for _, _, perhaps in uses.autologs.values()),
        where=where,
    )


def _opens_store(name: str) -> bool:
    """Whether a call is one of `mlflow`, of one of its flavors, or of its client, that opens the store."""
    return name.startswith("mlflow.") and name.rpartition(".")[2] in CALLS
