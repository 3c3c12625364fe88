"""What a script does with estimators: makes them, fits them, asks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..values.arrays import Array, array_of
from ..values.frames import Frame
from ..values.holders import TooLarge
from ..values.libraries import fewer
from ..values.proxies import Call, Choice, Unknown
from .estimators import Estimator, parts_of
from .record import Fit

#: transformers that keep the number of columns
KEEP_WIDTH = re.compile(r"(Scaler|Normalizer|SimpleImputer|KNNImputer|PowerTransformer|QuantileTransformer|Binarizer)$")
#: what fits copies of the estimators that it is given
COPIES = re.compile(r"model_selection\.\w+SearchCV$")
#: functions that fit none of the estimators that they are given, or copies of them
FITS_NONE = re.compile(
    r"(skl2onnx|onnxmltools|mlflow|onnx)\.|builtins\.|sklearn\.(base\.clone|model_selection\.(cross_|\w*curve))"
)
#: methods of a fitted estimator that depend on its class and parameters
OPTIONAL = ("predict_proba", "predict_log_proba", "decision_function", "score_samples", "transform")


def make(reader: State, name: str, call: Call) -> Estimator:
    """The object that a class is called for."""
    made = Estimator(name, call.args, call.kwargs, call.where, complete=call.complete, why=reader.why())
    reader.uses.made.append(made)
    return made


def method(reader: State, receiver: Estimator | Choice, name: str, call: Call) -> Any:
    """A method of an estimator, or of each that it may be."""
    if isinstance(receiver, Choice):
        with reader.doubting(receiver.why):
            found = [method(reader, one, name, call) for one in receiver.of if isinstance(one, Estimator)]
        same = name in ("fit", "partial_fit", "set_params")
        return receiver if same else found[-1] if found else Unknown()
    fitted = reader.uses.fits.get(receiver.key)
    if fitted and name in OPTIONAL and reader.sure:
        fitted.methods.setdefault(name)
    if name == "save_model" and call.get(-1, "format") == "onnx":
        reader.uses.exported += 1
        reader.uses.miss(f"Not all tried: {call.where} the export of {receiver.short} to ONNX is its library's own")
    known = METHODS.get(name)
    if known is None and not name.startswith(("get_", "score", "predict")):
        reader.uses.touched.add(receiver.key)
    plain = call.each(stripped)
    return known(reader, receiver, plain) if known else Unknown(f"{receiver.name}.{name}")


def fit(reader: State, made: Estimator, call: Call) -> Any:
    """`fit(X, y)`: remembers the data and returns the estimator."""
    data = call.get(0, "X", "raw_documents", "y")
    target = call.get(1, "y", "Y") if "X" in call.kwargs or call.args else None
    if not call.complete:
        target = Unknown() if target is None else target
    data, target = Unknown() if data is None else _now(data), _now(target)
    why = (*reader.why(), *reader.doubts_of(made))
    reader.uses.fits.setdefault(made.key, Fit(data, target, call.where, as_it_is(made), why)).of_copy = False
    return made


def touch(reader: State, values: Iterable[Any]) -> None:
    """Estimators are handed to what cannot be followed."""
    found = parts_of([v for v in values if isinstance(v, (Estimator, list, tuple, dict))])
    reader.uses.touched.update(part.key for part in found if isinstance(part, Estimator))


def is_unfitted(reader: State, made: Estimator) -> bool:
    """Whether nothing that was read can have fitted an estimator: a search fits copies of what it is given."""
    uses = reader.uses
    fit = uses.fits.get(made.key)
    if (fit and not fit.of_copy) or made.key in uses.touched or not made.complete:
        return False
    outer = [m for m in uses.made if m is not made and m.key != made.key and not COPIES.search(m.name)]
    return not any(part is made or part.key == made.key for m in outer for part in _estimators(m))


def _estimators(made: Estimator) -> Iterator[Estimator]:
    return (part for part in parts_of(made.values()) if isinstance(part, Estimator))


def as_it_is(made: Estimator) -> Estimator:
    """A copy of an estimator, or itself where it is too large for one."""
    try:
        return made.copied(made.key)
    except TooLarge:
        return made


def _now(value: Any) -> Any:
    """Data as they are now."""
    return (
        value.but() if isinstance(value, Frame) else value.but(code=value.code) if isinstance(value, Array) else value
    )


def fit_transform(reader: State, made: Estimator, call: Call) -> Any:
    """`fit_transform(X, y)`: remembers the data and returns the transformed ones."""
    fit(reader, made, call)
    return transform(reader, made, call)


def transform(reader: State, made: Estimator, call: Call) -> Any:
    """`transform(X)`: the same columns from what keeps them, an unknown matrix from anything else."""
    given = call.get(0, "X", "y")
    data = array_of(Unknown() if given is None else given)
    if made.name.endswith("LabelEncoder"):
        return Array("int64", (None,), False, "" if data.target == "strings" else data.target)
    kind = data.kind if data.kind.startswith("float") else "float64"
    if KEEP_WIDTH.search(made.name):
        return Array(kind, data.dims, data.missing and "Imputer" not in made.name)
    return Array(kind, (None, None))


def set_params(reader: State, made: Estimator, call: Call) -> Any:
    """`set_params(...)`."""
    followed = [made.set_parameter(name, value) for name, value in call.kwargs.items()]
    if not all(followed) or not call.complete:
        said = f"{call.where} set_params is not followed: the parameters of the constructor are tried"
        reader.uses.note(said)
        made.why = (*made.why, said)
    return made


METHODS: dict[str, Callable[[State, Estimator, Call], Any]] = {
    **dict.fromkeys(("fit", "partial_fit", "fit_predict"), fit),
    "fit_transform": fit_transform,
    "transform": transform,
    "predict": lambda *_: Array("", (None,), holder="predict"),
    "predict_proba": lambda *_: Array("float64", (None, None), holder="predict_proba"),
    "decision_function": lambda *_: Array("float64", (None, None)),
    "set_params": set_params,
}


def attribute(reader: State, made: Estimator, name: str) -> Any:
    """An attribute that leads to another estimator: `best_estimator_`, `named_steps`; or one that it was given."""
    if name in ("best_estimator_", "estimator_", "estimator"):
        found = made.get(0, "estimator", "base_estimator")
        if isinstance(found, Estimator) and (outer := reader.uses.fits.get(made.key)):
            reader.uses.fits.setdefault(found.key, replace(outer, model=as_it_is(found), methods={}))
        return found if isinstance(found, Estimator) else Unknown()
    if name == "steps":
        return made.get(0, "steps") or made.steps()
    if name in ("named_steps", "named_estimators_"):
        return dict(made.steps())
    if name in made.kwargs:
        return made.kwargs[name]
    return Unknown(f"{made.name}.{name}") if name.endswith("_") else None


def item(made: Estimator, key: Any) -> Any:
    """`pipeline[0]`, `pipeline["name"]`, `pipeline[:-1]`."""
    steps = made.steps()
    if isinstance(key, slice):
        return Estimator("sklearn.pipeline.Pipeline", (steps[key],), {}, made.where) if steps else Unknown()
    return dict(steps)[key] if isinstance(key, str) else steps[key][1]


def clone(reader: State, call: Call) -> Any:
    """`sklearn.base.clone(estimator)`: the same expression, not fitted."""
    original = call.get(0, "estimator")
    if isinstance(original, Choice):
        return Choice(tuple(o.copied() if isinstance(o, Estimator) else o for o in original.of), original.why)
    if not isinstance(original, Estimator):
        return Unknown()
    reader.uses.made.append(copy := original.copied())
    return copy


def validated(reader: State, call: Call) -> Any:
    """`cross_val_score(estimator, X, y)`: fits the estimator, in a copy."""
    model = call.get(0, "estimator")
    if isinstance(model, (Estimator, Choice)):
        kwargs = {k: v for k, v in call.kwargs.items() if k in ("X", "y")}
        fitted = {key for key, one in reader.uses.fits.items() if not one.of_copy}
        method(reader, model, "fit", Call(tuple(map(fewer, call.args[1:3])), kwargs, call.where, call.complete))
        for one in model.of if isinstance(model, Choice) else (model,):
            if isinstance(one, Estimator) and one.key in reader.uses.fits:
                reader.uses.fits[one.key].of_copy = one.key not in fitted
    return Unknown()


FUNCTIONS: dict[str, Callable[[State, Call], Any]] = {
    **dict.fromkeys(("sklearn.base.clone", "copy.copy", "copy.deepcopy"), clone),
    **{f"sklearn.model_selection.{n}": validated for n in ("cross_val_score", "cross_validate", "cross_val_predict")},
}
