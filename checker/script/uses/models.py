"""Estimators: the expression that makes one again, and what it is fitted on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ..values.arrays import array_of
from ..values.machine import Fit, Machine, Uses
from ..values.values import UNKNOWN, Arguments, Array, Function, Items, Literal, Made, Ref, Table, Value
from .places import kept_inside, names_file

LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "imblearn", "category_encoders", "skl2onnx", "onnxmltools")
#: classes of theirs that are no estimators: data, what `train` and files give, and operators of ONNX
OTHERS = re.compile(
    r"xgboost\..*(DMatrix|Booster)$|lightgbm\..*(Dataset|Booster)$|catboost\..*Pool$|skl2onnx\.algebra\."
)
FACTORIES = ("make_pipeline", "make_union", "make_column_transformer", "make_column_selector", "make_scorer")
#: parameters without which the model would be another one; they are not dropped
ESSENTIAL = (
    *("steps", "transformers", "transformer_list", "estimators", "estimator", "base_estimator", "regressor", "kernel"),
    *("param_grid", "param_distributions", "func", "inverse_func", "final_estimator"),
)
#: transformers that keep the number of columns
KEEP_WIDTH = re.compile(r"(Scaler|Normalizer|SimpleImputer|KNNImputer|PowerTransformer|QuantileTransformer|Binarizer)$")
#: what is nothing without the estimators, columns or functions that it is given
COMPOSED = re.compile(r"[Pp]ipeline|Transformer|[Uu]nion|Search|Voting|Stacking|Chain|MultiOutput|OneVs|From|RFE")
#: methods of a fitted estimator that depend on its class and parameters
OPTIONAL = ("predict_proba", "predict_log_proba", "decision_function", "score_samples", "transform")
LONGEST_CODE = 4000


def is_class(name: str) -> bool:
    """Whether a dotted name is a class (or factory) of a library that makes models."""
    top, _, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    return top in LIBRARIES and not OTHERS.match(name) and (last in FACTORIES or bool(re.match(r"_?[A-Z]", last)))


class Unreadable(Exception):
    """A value that cannot be written as an expression; the text says why."""


def render(value: Value, imports: set[str]) -> str:
    """A value as an expression with full names; adds the modules it needs. Raises Unreadable."""
    if isinstance(value, Made):
        if value.problem:
            raise Unreadable(value.problem)
        imports.update(value.imports)
        return value.make
    if isinstance(value, Literal):
        return literal(value)
    if isinstance(value, Items) and value.form == "slice":
        return f"slice({', '.join(render(e, imports) for e in value.elements)})"
    if isinstance(value, Items):
        return rendered_items(value, imports)
    if isinstance(value, Table) and value.form == "dict":
        return "{" + ", ".join(f"{render(k, imports)}: {render(v, imports)}" for k, v in value.entries) + "}"
    if isinstance(value, Ref):
        return rendered_name(value, imports)
    if isinstance(value, Array) and value.code:
        imports.add("numpy")
        return value.code
    if isinstance(value, Function):
        raise Unreadable("it uses a function of the script")
    raise Unreadable("")


def literal(value: Literal) -> str:
    """A literal, with NaN and infinity written so that they can be read back."""
    number = value.value
    if isinstance(number, float) and (number != number or number in (float("inf"), float("-inf"))):
        return f"float({str(number)!r})"
    return repr(number)


def rendered_items(value: Items, imports: set[str]) -> str:
    """A list, tuple or set."""
    inner = ", ".join(render(e, imports) for e in value.elements)
    if value.form == "tuple":
        return f"({inner},)" if len(value.elements) == 1 else f"({inner})"
    return f"[{inner}]" if value.form == "list" else f"{{{inner}}}" if inner else "set()"


def rendered_name(value: Ref, imports: set[str]) -> str:
    """A name of a library; of a builtin only the name itself."""
    module, _, name = value.name.rpartition(".")
    if module == "builtins":
        return name
    if module.partition(".")[0] not in (*LIBRARIES, "numpy", "math", "scipy"):
        raise Unreadable(f"it uses {value.name.replace('__main__.', '')} of the script")
    imports.add(module)
    return value.name


def make(machine: Machine, name: str, arguments: Arguments, where: str) -> Made:
    """The object that a class is called for; parameters that cannot be read are dropped with a note."""
    imports = {name.rpartition(".")[0]}
    short = name.rpartition(".")[2]
    problem = nested_problem((*arguments.positional, *arguments.named.values()))
    if not arguments.complete:
        said = f"{where} {short}(...) has arguments that cannot be read"
        problem = problem or (said if COMPOSED.search(short) else "")
        machine.uses.miss(f"{said}: the model is tried without them")
    unread = not arguments.complete or any(map(has_unread, (*arguments.positional, *arguments.named.values())))
    parts: list[str] = []
    for value in arguments.positional:
        text, trouble = written(kept_inside(value, ""), imports)
        problem = problem or (trouble and f"{where} an argument of {short} is not a literal{because(trouble)}")
        parts.append(text)
    for key, value in arguments.named.items():
        text, trouble = written(kept_inside(value, key), imports)
        if names_file(key, value):
            machine.uses.note(f"{where} {key} of {short} names a file: the model is tried without it")
        elif not trouble:
            parts.append(f"{key}={text}")
        elif key in ESSENTIAL or isinstance(value, Function):
            problem = problem or f"{where} {key} of {short} is not a literal{because(trouble)}"
        else:
            machine.uses.note(f"{where} {key} of {short} is not a literal: the default is tried")
    code = f"{name}({', '.join(parts)})"
    if len(code) > LONGEST_CODE:
        problem = problem or f"{where} {short} has arguments that are too long"
    number, given = new_key(machine), (arguments.positional, arguments.named)
    machine.uses.made[number] = Made(name, code, tuple(sorted(imports)), where, number, *given, problem, unread)
    return machine.uses.made[number]


def new_key(machine: Machine) -> int:
    """A number that no other object of this reading has."""
    return len(machine.uses.made) + 1


def nested_problem(values: Iterable[Value]) -> str:
    """Why one of these values, or one within them, cannot be made again; "" when all can."""
    for value in values:
        inner: Iterable[Value] = ()
        if isinstance(value, Items):
            inner = value.elements
        elif isinstance(value, Table):
            inner = (v for _, v in value.entries)
        problem = value.problem if isinstance(value, Made) else nested_problem(inner)
        if problem:
            return problem
    return ""


def has_unread(value: Value) -> bool:
    """Whether an estimator in a value has arguments that cannot be read."""
    if isinstance(value, Items):
        return any(map(has_unread, value.elements))
    if isinstance(value, Table):
        return any(has_unread(v) for _, v in value.entries)
    return isinstance(value, Made) and value.unread


def because(trouble: str) -> str:
    """The reason in brackets where it says more than that a value is unknown."""
    return f" ({trouble})" if trouble.strip() else ""


def written(value: Value, imports: set[str]) -> tuple[str, str]:
    """The expression of a value, and why there is none (a blank when nothing is known of it)."""
    found: set[str] = set()
    try:
        text = render(value, found)
    except (Unreadable, RecursionError) as error:
        return "", str(error) or " "
    imports.update(found)
    return text, ""


def combined(machine: Machine, left: Value, sign: str, right: Value, where: str) -> Value:
    """Kernels added and multiplied; brackets keep the order."""
    imports: set[str] = set()
    (a, trouble), (b, other) = written(left, imports), written(right, imports)
    first = left if isinstance(left, Made) else right
    name = first.name if isinstance(first, Made) else ""
    if trouble or other:
        problem = (trouble or other).strip() or f"{where} a kernel is not a literal"
        made = Made(name, "", (), where, new_key(machine), problem=problem)
    else:
        made = Made(name, f"({a} {sign} {b})", tuple(sorted(imports)), where, new_key(machine))
    machine.uses.made[made.key] = made
    return made


def made_attribute(machine: Machine, made: Made, name: str) -> Value | None:
    """An attribute that leads to another estimator: `best_estimator_`, `named_steps`."""
    inner = Arguments(made.arguments, made.named)
    if name in ("best_estimator_", "estimator_", "estimator"):
        found = inner.get(0, "estimator", "base_estimator")
        if isinstance(found, Made) and made.key in machine.uses.fits:
            machine.uses.fits.setdefault(found.key, machine.uses.fits[made.key])
        return found if isinstance(found, Made) else None
    if name in ("named_steps", "steps"):
        steps = inner.get(0, "steps")
        pairs = [s.elements for s in steps.elements if isinstance(s, Items)] if isinstance(steps, Items) else []
        return Table(tuple((p[0], p[1]) for p in pairs if len(p) == 2)) if name == "named_steps" else steps
    return UNKNOWN if name.endswith("_") else None


def fit(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`fit(X, y)`: remembers the data and returns the estimator."""
    data = arguments.get(0, "X", "raw_documents", "y") or UNKNOWN
    target = arguments.get(1, "y", "Y") if "X" in arguments.named or len(arguments.positional) != 0 else None
    target = None if target == Literal(None) else target
    if not arguments.complete:
        target = target or UNKNOWN
    machine.uses.fits.setdefault(made.key, Fit(data, target, where))
    return made


def note_method(machine: Machine, made: Made, name: str) -> None:
    """Remember a method that is called of a fitted estimator and that not every one has."""
    fitted = machine.uses.fits.get(made.key)
    if fitted and name in OPTIONAL and not machine.doubt and not machine.unsure:
        fitted.methods.setdefault(name)


def surely_called(uses: Uses, fitted: Fit) -> tuple[str, ...]:
    """The methods that a fitted estimator has to have; none where a parameter that decides may not have been read."""
    return () if any("tried" in note for note in uses.notes) else tuple(fitted.methods)


def fit_transform(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`fit_transform(X, y)`: remembers the data and returns the transformed ones."""
    fit(machine, made, arguments, where)
    return transform(machine, made, arguments, where)


def transform(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`transform(X)`: the same columns from what keeps them, an unknown matrix from anything else."""
    data = array_of(arguments.get(0, "X", "y") or UNKNOWN)
    if made.name.endswith("LabelEncoder"):
        return Array("int64", (None,), False, "" if data.target == "strings" else data.target)
    kind = data.kind if data.kind.startswith("float") else "float64"
    if KEEP_WIDTH.search(made.name):
        return Array(kind, data.shape, data.missing and "Imputer" not in made.name)
    return Array(kind, (None, None))


def predict(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`predict(X)`: a column."""
    return Array("", (None,))


def predict_many(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`predict_proba(X)`: a matrix."""
    return Array("float64", (None, None))


def set_params(machine: Machine, made: Made, arguments: Arguments, where: str) -> Value:
    """`set_params(...)`: not followed, and said so."""
    machine.uses.note(f"{where} set_params is not followed: the parameters of the constructor are tried")
    return made


METHODS: dict[str, Callable[[Machine, Made, Arguments, str], Value]] = {
    "fit": fit,
    "partial_fit": fit,
    "fit_predict": fit,
    "fit_transform": fit_transform,
    "transform": transform,
    "predict": predict,
    "predict_proba": predict_many,
    "decision_function": predict_many,
    "set_params": set_params,
}


def clone(machine: Machine, arguments: Arguments, where: str) -> Value:
    """`sklearn.base.clone(estimator)`: the same expression, not fitted."""
    original = arguments.get(0, "estimator")
    if not isinstance(original, Made):
        return UNKNOWN
    copy = replace(original, key=new_key(machine))
    machine.uses.made[copy.key] = copy
    return copy


def validated(machine: Machine, arguments: Arguments, where: str) -> Value:
    """`cross_val_score(estimator, X, y)`: fits the estimator, in a copy."""
    model = arguments.get(0, "estimator")
    if isinstance(model, Made):
        fit(machine, model, Arguments(arguments.positional[1:], arguments.named), where)
    return UNKNOWN


FUNCTIONS: dict[str, Callable[[Machine, Arguments, str], Value]] = {
    "sklearn.base.clone": clone,
    "sklearn.model_selection.cross_val_score": validated,
    "sklearn.model_selection.cross_validate": validated,
}
