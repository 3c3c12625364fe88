"""What is scored with a model that was logged, through which function, and what is asked of the answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...model import Given, Scored
from ..plain import stripped
from ..reading.state import State
from ..uses.conversion import NotPlain, plain
from ..uses.given import given
from ..uses.record import Conversion
from ..values.frames import Frame
from ..values.holders import TooLarge
from ..values.proxies import Call, File, Unknown

#: errors with which MLflow, or the runtime in it, refuses what it is to score
REFUSALS = {"MlflowException", "RuntimeError", "InvalidArgument", "Fail", "ValueError", "TypeError", "KeyError"}
#: predictions of one model that are tried
MOST = 8


#: functions that load a model by its address and score it; which argument holds the data
THROUGH = {
    **dict.fromkeys(("mlflow.evaluate", "mlflow.models.evaluate"), "data"),
    "mlflow.models.predict": "input_data",
    "mlflow.models.validate_serving_input": "serving_input",
}
#: arguments of these that decide what is refused
DECIDING = ("targets", "model_type", "predictions", "evaluators", "evaluator_config", "feature_names", "content_type")


@dataclass(eq=False)
class Reply:
    """What a served model answered: the arguments of `model.Logging`, and its place among what is scored."""

    logging: dict[str, Any]
    place: int


def last_logged(reader: State) -> Conversion | None:
    """The conversion that was logged last, None when none was."""
    return next((c for c in reversed(reader.uses.conversions) if c.logging is not None and c.open), None)


def last_logging(reader: State) -> dict[str, Any] | None:
    """The arguments of `model.Logging` of what was logged last; a conversion before a fitted model."""
    found = last_logged(reader)
    return found.logging if found else reader.uses.logged[-1][2] if reader.uses.logged else None


def score(reader: State, logging: dict[str, Any], one: Scored, caught: bool) -> Any:
    """Keep what is scored, unless it may not come to it, or the script goes on when it fails."""
    tried = (reader.caught and not caught) or reader.catches & REFUSALS
    if not one.data.known or not reader.sure or tried or len(logging["scored"]) >= MOST:
        return Unknown()
    logging["scored"] += (one,)
    return Reply(logging, len(logging["scored"]) - 1)


def ask(reader: State, reply: Reply, key: Any) -> Any:
    """`prediction["label"]`."""
    if isinstance(key, str) and reader.sure and not reader.guarded and not reader.caught:
        scored = list(reply.logging["scored"])
        one = scored[reply.place]
        scored[reply.place] = replace(one, asks=tuple(dict.fromkeys((*one.asks, key))))
        reply.logging["scored"] = tuple(scored)
    if isinstance(key, tuple):
        take(reader, reply, "array")
    return Unknown()


def take(reader: State, reply: Reply, what: str) -> None:
    """The whole prediction is taken for an array, or for one column of predictions."""
    if reader.sure and not reader.guarded and not reader.caught:
        scored = list(reply.logging["scored"])
        one = scored[reply.place]
        scored[reply.place] = replace(one, taken="column" if "column" in (what, one.taken) else what)
        reply.logging["scored"] = tuple(scored)


def through(name: str, reader: State, call: Call) -> Unknown:
    """`mlflow.evaluate(address, data, ...)` and the like, of the model that was logged last."""
    logging, data = last_logging(reader), stripped(call.get(1, THROUGH[name]))
    address, evaluates = call.get(0, "model", "model_uri"), name.endswith("evaluate")
    readable = isinstance(address, (str, File)) and call.complete and (isinstance(data, Frame) or not evaluates)
    if logging is None or not readable:
        return Unknown()
    places = {"targets": 2, "model_type": 3} if evaluates else {}
    more: dict[str, Any] = {}
    for key in DECIDING:
        value = call.get(places.get(key, -1), key)
        with suppress(NotPlain, TooLarge):
            more |= {} if value is None else {key: plain(value)}
    found = last_logged(reader)
    logging |= {"load": True, "predict": logging["predict"] or "frame"}
    score(reader, logging, Scored(given(data), by=name, more=more), bool(found and found.caught))
    return Unknown()


def serving_input(reader: State, call: Call) -> Given:
    """`convert_input_example_to_serving_input(rows)`."""
    rows = given(call.get(0, "input_example"))
    return Given("serving", parts=(("", rows),)) if rows.known else Given("")


def dumped(reader: State, call: Call) -> Given:
    """`json.dumps(value)`."""
    found = given(call.get(0, "obj"))
    known = found.form in ("dict", "list") and found.known and not call.kwargs
    return Given("json", parts=(("", found),)) if known else Given("")


CALLS: dict[str, Callable[[State, Call], Any]] = {
    **{name: partial(through, name) for name in THROUGH},
    "mlflow.models.convert_input_example_to_serving_input": serving_input,
}
#: functions that write what a server is sent
TEXTS: dict[str, Callable[[State, Call], Any]] = {"json.dumps": dumped}
