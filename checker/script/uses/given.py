"""What a script hands to a model, a signature or a session, as a value that the program can make again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...model import Given
from ..plain import stripped
from ..reading.state import State
from ..values.arrays import Array
from ..values.frames import Frame
from ..values.holders import LEAVES, TooLarge, is_large
from ..values.kinds import dtype_text
from ..values.proxies import Call, Dtype, InputName, Reference, whole
from .conversion import NotPlain, plain
from .record import Answers

UNKNOWN = Given("")
UNREAD = object()
#: elements of a list, and keys of a dict, that are told one by one
MOST = 50
PREDICTED = ("predict", "predict_proba")


@dataclass(frozen=True)
class Signature:
    """A signature: what it is inferred from, or the schema that it is; None for an answer that it has none of."""

    inputs: Given = UNKNOWN
    outputs: Given | None = None
    #: the parameters of `predict`, with their defaults; None for none
    params: dict[str, Any] | None = None


def given(value: Any) -> Given:
    """A value as far as it is known."""
    value = stripped(value)
    if isinstance(value, Given):
        return value
    if isinstance(value, Answers):
        return Given("answers", value=value.place) if not value.asked or value.place >= 0 else UNKNOWN
    if isinstance(value, Frame):
        return _frame(value)
    if isinstance(value, Array):
        return _array(value)
    if isinstance(value, dict):
        return _dict(value)
    if isinstance(value, (list, tuple)):
        return _list(value)
    return Given("literal", value=value) if isinstance(value, LEAVES) and value is not ... else UNKNOWN


def _frame(value: Frame) -> Given:
    if not value.all_known() or not value.known:
        return UNKNOWN
    lengths = [value.rows, *(c.dims[0] for c in value.known.values() if c.dims)]
    rows = next((n for n in lengths if n is not None), None)
    return Given("frame", dims=(rows,), parts=tuple((name, _array(c)) for name, c in value.known.items()))


def _array(value: Array) -> Given:
    if value.holder in PREDICTED:
        return Given("predicted", value=value.holder)
    if not value.kind or value.dims is None:
        return UNKNOWN
    dtype = value.stored or {"string": "object", "datetime": "datetime64[ns]"}.get(value.kind, value.kind)
    form = (
        {"series": "column", "list": "list", "sparse": "sparse"}.get(value.holder, "array") if value.dims else "array"
    )
    bounds = value.bounds[0] if len(value.bounds) == 1 else None
    return Given(form, dtype, value.dims, value.missing, value=bounds or value.words or None)


def _dict(value: dict[Any, Any]) -> Given:
    keys = list(value)
    if len(keys) > MOST or not all(isinstance(key, str) for key in keys):
        return UNKNOWN
    parts = (("" if isinstance(k, InputName) and k.own else str(k), given(v)) for k, v in dict.items(value))
    return Given("dict", parts=tuple(parts))


def _list(value: list[Any] | tuple[Any, ...]) -> Given:
    if len(value) > MOST or is_large(value):
        return UNKNOWN
    return Given("list", parts=tuple(("", given(v)) for v in value))


# --- signatures --------------------------------------------------------------------------------------------------


def inferred(reader: State, call: Call) -> Signature:
    """`infer_signature(model_input, model_output)`."""
    outputs, params = call.get(1, "model_output"), literals(call.get(2, "params"))
    inputs = given(call.get(0, "model_input")) if params is not UNREAD else UNKNOWN
    return Signature(inputs, None if outputs is None else given(outputs), params)


def literals(value: Any) -> Any:
    """Parameters as a dict of literals, None for none, UNREAD for what cannot be read."""
    try:
        found = plain(value)
    except (NotPlain, TooLarge):
        return UNREAD
    return found if found is None or isinstance(found, dict) else UNREAD


def written(reader: State, call: Call) -> Signature:
    """`ModelSignature(inputs, outputs)`."""
    inputs, outputs = call.get(0, "inputs"), call.get(1, "outputs")
    return Signature(given(inputs), None if outputs is None else given(outputs))


def schema(reader: State, call: Call) -> Given:
    """`Schema([ColSpec(...), TensorSpec(...)])`."""
    parts = call.get(0, "inputs")
    known = isinstance(parts, (list, tuple)) and all(isinstance(p, Given) and p.form in SPECS for p in parts)
    return Given("schema", parts=tuple((str(p.value or ""), p) for p in parts)) if known else UNKNOWN


def column(reader: State, call: Call) -> Given:
    """`ColSpec(type, name)`; the type is a text or one of `DataType`."""
    kind, name = call.get(0, "type"), call.get(1, "name")
    dtype = kind.name.rpartition(".")[2] if isinstance(kind, Reference) else kind
    if not isinstance(dtype, str) or not isinstance(name, (str, type(None))) or set(call.kwargs) - {"type", "name"}:
        return UNKNOWN
    return Given("columnspec", dtype, value=name)


def tensor(reader: State, call: Call) -> Given:
    """`TensorSpec(type, shape, name)`."""
    kind, shape, name = call.get(0, "type"), call.get(1, "shape"), call.get(2, "name")
    dims = tuple(whole(n) for n in shape) if isinstance(shape, (list, tuple)) else (None,)
    if not isinstance(kind, Dtype) or None in dims or not isinstance(name, (str, type(None))):
        return UNKNOWN
    return Given("tensorspec", dtype_text(kind), dims, value=name)


SPECS = ("columnspec", "tensorspec")
CALLS: dict[str, Callable[[State, Call], Any]] = {
    "mlflow.models.infer_signature": inferred,
    **dict.fromkeys(("mlflow.models.ModelSignature", "mlflow.models.signature.ModelSignature"), written),
    **{f"mlflow.types.{at}Schema": schema for at in ("", "schema.")},
    **{f"mlflow.types.{at}ColSpec": column for at in ("", "schema.")},
    **{f"mlflow.types.{at}TensorSpec": tensor for at in ("", "schema.")},
}
