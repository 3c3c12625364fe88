"""MLflow without a model: runs, metrics, parameters, tags, experiments and searches, which need a store that opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Canary, Logging
from ..values.machine import Uses

#: what is called of `mlflow` or its client, and works in any store in which a model can be logged
PLAIN = frozenset(("start_run", "log_metric", "log_metrics", "log_param", "log_params", "set_tag", "set_tags"))
#: the same, and what else opens the store
CALLS = PLAIN | {
    *("create_run", "create_experiment", "set_experiment", "get_experiment_by_name", "set_experiment_tag", "log_batch"),
    *("log_dict", "log_text", "log_figure", "log_artifact", "log_artifacts", "search_runs", "search_experiments"),
    *("create_registered_model", "search_registered_models", "register_model", "autolog"),
}
#: kinds of stores that a scratch folder can hold, or hold something like them; no server is tried
STORES = ("default", "sqlite", "file", "database")


def tracked(uses: Uses, others: Sequence[Canary]) -> Iterator[Canary]:
    """The row of a script's tracking; none where a model that it logs opens the same store and it does no more."""
    called = [(name.rpartition(".")[2], where) for name, where in uses.calls.items() if _opens_store(name)]
    logs = any(c.logging and c.logging.call == "log_model" for c in others)
    names = {name for name, _ in called}
    if not called or uses.store not in STORES or (logs and names <= PLAIN):
        return
    where, logging = called[0][1], Logging(store=uses.store, calls=tuple(sorted(names)))
    yield Canary(f"{where} tracking", "", (), (), target="none", logging=logging, where=where)


def _opens_store(name: str) -> bool:
    """Whether a call is one of `mlflow`, of one of its flavors, or of its client, that opens the store."""
    return name.startswith("mlflow.") and name.rpartition(".")[2] in CALLS
