"""What runs a converted model: sessions, what they are fed, and what is done with their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...model import Scored
from ..graphs import calls as graphs
from ..graphs.built import Built
from ..plain import stripped
from ..reading.state import State
from ..story import calls as story
from ..story import files, scoring, wrappers
from ..values.arrays import Array
from ..values.frames import Frame
from ..values.proxies import Assumed, Call, Dtype, File, InputName, Tensor, Unknown, texts, whole
from . import models, registry
from .conversion import Model, which
from .estimators import Estimator
from .given import given
from .places import of_path
from .record import Answers, Conversion

#: attributes that an array has, and a list of maps (what a classifier's scores are with zipmap) has not
OF_ARRAYS = {
    "shape",
    "dtype",
    "ndim",
    "size",
    "T",
    "ravel",
    "flatten",
    "reshape",
    "astype",
    "squeeze",
    "tolist",
    "argmax",
    "argmin",
    "max",
    "min",
    "mean",
    "sum",
    "round",
}
#: errors with which a runtime refuses what it is fed
REFUSALS = {"RuntimeError", "InvalidArgument", "Fail", "ValueError"}
#: functions that compute with all elements
COMPUTING = {
    *(f"numpy.{n}" for n in ("allclose", "isclose", "abs", "argmax", "max", "round")),
    *("numpy.testing.assert_allclose", "numpy.testing.assert_almost_equal", "-", "/"),
}


@dataclass(eq=False)
class Session:
    """Something that runs a converted model."""

    of: Conversion | None
    reference: bool = False

    @property
    def origin(self) -> str:
        """The class of a library that makes it."""
        return "onnx.reference.ReferenceEvaluator" if self.reference else "onnxruntime.InferenceSession"


@dataclass(eq=False)
class Node:
    """An input or output of a session."""

    name: Any


@dataclass(frozen=True)
class OutputName:
    """The name of an output as the session itself gives it."""

    place: int


@dataclass(eq=False)
class Outputs:
    """`session.get_outputs()`, of which the number is not known."""

    of: Conversion | None = None

    def __getitem__(self, place: int) -> Node:
        return Node(OutputName(place))


def session(reader: State, call: Call) -> Any:
    """`onnxruntime.InferenceSession(...)`."""
    given = call.get(0, "path_or_bytes")
    files.reads(reader, given, call.where)
    found = which(reader, given)
    if found:
        found.sessions += 1
        found.proto = found.proto or (isinstance(given, Model) and given.proto and reader.sure)
        found.providers = found.providers and (call.get(2, "providers") is not None or not call.complete)
    return Session(found)


def reference(reader: State, call: Call) -> Any:
    """`onnx.reference.ReferenceEvaluator(...)`."""
    found = which(reader, call.get(0, "proto"))
    if found:
        found.reference = True
    return Session(found, True)


def run(reader: State, opened: Session, call: Call) -> Any:
    """`session.run(outputs, feed)`: the outputs' names and what is fed."""
    found = opened.of
    tried = (reader.caught and not (found and found.caught)) or reader.catches & REFUSALS
    if opened.reference or found is None or tried:
        return Unknown()
    found.runs, found.unpacks = found.runs + 1, 0
    found.outputs = texts(call.get(0, "output_names")) or found.outputs
    names, feed = call.get(0, "output_names"), call.get(1, "input_feed")
    if isinstance(feed, dict):
        known = {_key(k): _fed(stripped(v)) for k, v in feed.items()}
        found.feeds.append(known)
        handed = given({InputName() if isinstance(k, Unknown) and len(feed) == 1 else k: v for k, v in feed.items()})
        if handed.known and reader.sure and len(found.handed) < scoring.MOST and not reader.doubts_of(feed):
            found.handed += (Scored(handed, (texts(names) or ()) if names is not None else ()),)
    asked = names if isinstance(names, (list, tuple)) else ()
    places = tuple(n.place for n in asked if isinstance(n, OutputName))
    return Answers(found, asked=places if len(places) == len(asked) else ()) if found.runs == 1 else Unknown()


def _key(key: Any) -> str:
    return key if isinstance(key, str) and not (isinstance(key, InputName) and key.own) else ""


def look_up(key: Any) -> None:
    """A table is asked for columns of these names."""
    for name in key if isinstance(key, (list, tuple)) else (key,):
        if isinstance(name, InputName):
            name.looked_up = True


def _fed(value: Any) -> Any:
    return value.but() if isinstance(value, Array) else value


def inputs(found: Conversion | None) -> Any:
    """`session.get_inputs()`: as many as are declared, or as the data have that they are derived from."""
    sample = found.sample if found else None
    names = [name for name, _, _ in found.inputs] if found and found.inputs else []
    if not names and isinstance(sample, Frame) and sample.complete:
        names = list(sample.known)
    if not names and isinstance(sample, Array):
        names = ["X"]
    return [Node(InputName(name)) for name in names] if names else Unknown("session.get_inputs")


def note(reader: State, answer: Answers, as_array: bool = False) -> Answers:
    """Remember that an answer is taken; what may not run is no evidence."""
    if reader.sure:
        answer.of.takes[answer.place] = answer.of.takes.get(answer.place, False) or as_array
    return answer


def item(reader: State, base: Any, key: Any) -> Any:
    """`answers[1]`; and `scores[:, 1]`, which is asked of an array: a number or a slice may be asked of a list too."""
    if isinstance(base, Estimator):
        return models.item(base, key)
    if isinstance(base, scoring.Reply):
        return scoring.ask(reader, base, key)
    place = whole(key)
    if isinstance(base, Outputs) and place is not None and place >= 0:
        if base.of and reader.sure and not (reader.caught or reader.catches):
            base.of.listed = max(base.of.listed, place + 1)
        return base[place]
    if isinstance(base, Answers) and base.asked and place is not None:
        return note(reader, Answers(base.of, base.asked[place]))
    if isinstance(base, Answers) and base.place < 0 and place is not None and place >= 0:
        return note(reader, Answers(base.of, place))
    if isinstance(base, Answers) and base.place >= 0 and isinstance(key, tuple):
        note(reader, base, True)
    return Unknown()


def unpacked(reader: State, value: Any, count: int) -> list[Any] | None:
    """`label, scores = answers`: their number is noted with the conversion."""
    if not isinstance(value, Answers) or value.place >= 0:
        return None
    if value.asked:
        return [note(reader, Answers(value.of, place)) for place in value.asked] if len(value.asked) == count else None
    value.of.unpacks = count
    return [Answers(value.of, place) for place in range(count)]


def computed(reader: State, name: str, values: tuple[Any, ...]) -> None:
    """A function of numpy, or "-" and "/", over answers and other values."""
    if name in COMPUTING:
        for value in values:
            if isinstance(value, Answers) and value.place >= 0:
                note(reader, value, True)
    of_metrics = name.startswith("sklearn.metrics.")
    for value in values if of_metrics or name in COMPUTING else ():
        if isinstance(value, scoring.Reply):
            scoring.take(reader, value, "column" if of_metrics else "array")


def attribute(reader: State, base: Any, name: str) -> Any:
    """An attribute of an estimator, an answer or a path that is no method, None otherwise."""
    if isinstance(base, Estimator):
        return models.attribute(reader, base, name)
    if isinstance(base, Answers) and base.place >= 0 and name in OF_ARRAYS:
        note(reader, base, True)
        return Unknown()
    if isinstance(base, scoring.Reply) and name in OF_ARRAYS:
        scoring.take(reader, base, "array")
        return Unknown()
    if isinstance(base, Node) and name == "name":
        return base.name
    if isinstance(base, File) and name in ("parent", "parents", "name", "stem"):
        return of_path(base, name)
    return None


def method(reader: State, receiver: Any, name: str, call: Call) -> Any:
    """A method of a converted model, a session, a served model or an open file; None where the receiver is none."""
    if isinstance(receiver, Session):
        if name in ("get_inputs", "get_outputs"):
            return inputs(receiver.of) if name == "get_inputs" else Outputs(receiver.of)
        return run(reader, receiver, call) if name == "run" else Unknown("session." + name)
    if isinstance(receiver, wrappers.Wrapped) and name == "predict":
        return wrappers.predict(reader, receiver, call)
    if isinstance(receiver, wrappers.Wrapped):
        return Unknown()
    if isinstance(receiver, registry.Served):
        if name != "predict":
            story.ask(reader, receiver.loaded, name, call.where)
            return Unknown()
        return registry.predict(reader, receiver, call)
    if isinstance(receiver, Model):
        return Model(receiver.of) if name == "SerializeToString" else Unknown()
    if not isinstance(receiver, File):
        return (
            Unknown() if isinstance(receiver, (Answers, Node, Outputs, scoring.Reply, Tensor, Dtype, Assumed)) else None
        )
    if name in ("write_text", "write_bytes"):
        files.writes(reader, receiver, call.where, 0)
    if name == "open":
        files.opened(reader, Call((receiver, *call.args), call.kwargs, call.where))
    if name in ("mkdir", "touch", "write_text"):
        reader.uses.files.texts += [receiver.path] * 2
    if name in ("write", "write_bytes") and isinstance(call.get(0), Model):
        reader.uses.files[receiver.path] = which(reader, call.get(0))
    if name in ("write", "write_bytes") and isinstance(call.get(0), Built):
        graphs.keep(reader, receiver.path, call.get(0), call.where)
    if name in ("joinpath", "resolve", "absolute", "expanduser", "open", "as_posix", "with_name"):
        return File(
            "/".join([receiver.path, *(str(a) for a in call.args if isinstance(a, str) and name == "joinpath")])
        )
    found = reader.uses.files.get(receiver.path) if name in ("read", "read_bytes") else None
    if isinstance(found, Built):
        return found.part(".SerializeToString()")
    return Model(found) if isinstance(found, Conversion) else Unknown()


CALLS: dict[str, Callable[[State, Call], Any]] = {
    "onnxruntime.InferenceSession": session,
    "onnx.reference.ReferenceEvaluator": reference,
}
