"""Calls: functions of the script are followed, functions of libraries are looked up in tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from .uses import answers, conversion, grids, installs, models, own, places
from .values import datasets, functions
from .values.arrays import bounded, cast
from .values.builtin import BUILTINS, items_method, table_method, text_method
from .values.frames import frame_method
from .values.kinds import dtype_argument
from .values.machine import DEPTH, Leaving, Machine
from .values.values import (
    UNKNOWN,
    Arguments,
    Array,
    Bound,
    File,
    Frame,
    Function,
    Items,
    Literal,
    Made,
    Model,
    Ref,
    Result,
    Served,
    Session,
    Table,
    Value,
    flag,
)

#: names under which the same function is known
ALIASES = {
    "skl2onnx.convert.convert_sklearn": "skl2onnx.convert_sklearn",
    "skl2onnx.convert.to_onnx": "skl2onnx.to_onnx",
    "onnxruntime.capi.onnxruntime_inference_collection.InferenceSession": "onnxruntime.InferenceSession",
    "mlflow.models.signature.infer_signature": "mlflow.models.infer_signature",
    "numpy.random.mtrand.RandomState": "numpy.random.RandomState",
}


def call(machine: Machine, node: ast.expr, callee: Value, given: Sequence[Value] | None = None) -> Value:
    """The value of a call; `given` replaces the arguments of the node."""
    arguments = Arguments(tuple(given)) if given is not None else evaluated(machine, node)
    where = machine.where(node)
    own.hand(machine, arguments)
    if isinstance(callee, Function):
        return entered(machine, callee, arguments)
    if isinstance(callee, Bound):
        return method(machine, callee, arguments, where)
    if isinstance(callee, Result):
        if callee.name.endswith(".astype"):
            return some_data(node, arguments)
        callee = Ref(callee.name)
    return outside(machine, canonical(callee.name), arguments, where) if isinstance(callee, Ref) else UNKNOWN


def canonical(name: str) -> str:
    """The name that our tables use."""
    if name.startswith("onnxmltools.convert."):
        return "onnxmltools." + name.rpartition(".")[2] if "convert_" in name else name
    return ALIASES.get(name, name)


def evaluated(machine: Machine, node: ast.expr) -> Arguments:
    """The arguments of a call, starred ones unpacked where they are known."""
    if not isinstance(node, ast.Call):
        return Arguments()
    positional: list[Value] = []
    named: dict[str, Value] = {}
    complete = True
    for argument in node.args:
        value = machine.evaluate(machine, argument.value if isinstance(argument, ast.Starred) else argument)
        if not isinstance(argument, ast.Starred):
            positional.append(value)
        elif isinstance(value, Items):
            positional += value.elements
        else:
            complete = False
    for keyword in node.keywords:
        value = machine.evaluate(machine, keyword.value)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, Table):
            named |= {str(k.value): v for k, v in value.entries if isinstance(k, Literal)}
        else:
            complete = False
    machine.fuel -= len(positional) + len(named)  # starred arguments may double with every call
    return Arguments(tuple(positional), named, complete)


def outside(machine: Machine, name: str, arguments: Arguments, where: str) -> Value:
    """A call of something that the script does not define."""
    module, _, short = name.rpartition(".")
    if name == "builtins.setattr" and isinstance(arguments.get(0), Ref):
        attribute = arguments.get(1)
        machine.uses.replaced.add(f"{getattr(arguments.get(0), 'name', '')}.{getattr(attribute, 'value', '')}")
    if module == "builtins":
        builtin = BUILTINS.get(short)
        return builtin(machine, arguments) if builtin else UNKNOWN
    if not name.startswith("__main__."):
        machine.uses.calls.setdefault(name, where)
    answers.computed(machine, name, arguments.positional)
    if name in machine.uses.classes:
        return own.make(machine, name, where)
    if name in installs.CALLS:
        return installs.command(machine, name, arguments, where)
    if name in ("os.environ.get", "os.getenv"):
        return with_default(machine, arguments, where)
    if name in functions.GENERATORS:
        return Ref("numpy.random", sure=False)
    found = conversion.outside(machine, name, arguments, where) or places.kept(machine, name, arguments)
    if found is not None:
        return found
    if name in models.FUNCTIONS:
        return models.FUNCTIONS[name](machine, arguments, where)
    if models.is_class(name):
        return models.make(machine, name, grids.narrowed(machine, name, arguments, where), where)
    return data_call(name, arguments) or Result(name)


def with_default(machine: Machine, arguments: Arguments, where: str) -> Value:
    """A variable of the environment that has a default is read as if it were not set."""
    name, default = arguments.get(0, "key"), arguments.get(1, "default")
    if default is None or default == Literal(None) or not isinstance(name, Literal):
        return UNKNOWN
    machine.uses.note(f"{where} the variable {name.value} is read with its default")
    return default


def data_call(name: str, arguments: Arguments) -> Value | None:
    """A function that makes or changes data, None when it is not in the tables."""
    if name.startswith("sklearn.datasets."):
        return datasets.dataset(name.rpartition(".")[2], arguments)
    function = functions.FUNCTIONS.get(name) or datasets.FUNCTIONS.get(name)
    if function is None:
        return None
    made = function(arguments)
    return with_code(name, made, arguments) if isinstance(made, Array) else made


def with_code(name: str, made: Array, arguments: Arguments) -> Array:
    """An array of literals keeps its expression: it may be a parameter (`alphas=np.logspace(-3, 3, 7)`)."""
    if not name.startswith("numpy.") or name.startswith("numpy.random."):
        return made
    try:
        imports: set[str] = set()
        parts = [models.render(a, imports) for a in arguments.positional]
        parts += [f"{k}={models.render(v, imports)}" for k, v in arguments.named.items()]
    except models.Unreadable:
        return made
    code = f"{name}({', '.join(parts)})"
    return made if len(code) > 400 else replace(made, code=code)


def method(machine: Machine, bound: Bound, arguments: Arguments, where: str) -> Value:
    """A method of a known value; one that changes its object binds the changed one."""
    receiver, name = bound.receiver, bound.name
    if isinstance(receiver, Made) and receiver.name in machine.uses.classes:
        return receiver if name == "fit" else UNKNOWN
    if isinstance(receiver, Made):
        models.note_method(machine, receiver, name)
        known = models.METHODS.get(name)
        return known(machine, receiver, arguments, where) if known else UNKNOWN
    if isinstance(receiver, (Model, Session, Served, File)):
        return conversion.method(machine, receiver, name, arguments)
    if isinstance(receiver, (Array, Frame)) and name in ("apply", "map") and isinstance(arguments.get(0), Function):
        function = arguments.positional[0]
        assert isinstance(function, Function)
        return functions.applied(receiver, function, entered(machine, function, Arguments((UNKNOWN,))))
    if isinstance(receiver, Frame):
        return changed(machine, bound, frame_method(receiver, name, arguments), arguments)
    if isinstance(receiver, Array):
        return changed(machine, bound, functions.array_method(receiver, name, arguments), arguments)
    if isinstance(receiver, Items):
        value, after = items_method(receiver, name, arguments)
        if after is not None:
            machine.assign(bound.node, bounded(after))
        return value
    if isinstance(receiver, Table):
        return table_method(machine, receiver, name, arguments, bound.node)
    if name == "astype":
        return some_data(bound.node, arguments)
    return text_method(receiver, name, arguments) if isinstance(receiver, Literal) else UNKNOWN


def some_data(node: ast.expr, arguments: Arguments) -> Value:
    """`astype` of something unknown: its kind is known from here on; a comparison makes two classes."""
    made = cast(Array(), *dtype_argument(arguments.get(0, "dtype")))
    return replace(made, target="binary") if isinstance(node, ast.Compare) and made.kind in ("int64", "bool") else made


def changed(machine: Machine, bound: Bound, value: Value, arguments: Arguments) -> Value:
    """The result of a pandas method, bound to its object when `inplace` says so."""
    if not flag(arguments.named.get("inplace")):
        return value
    machine.assign(bound.node, value)
    return Literal(None)


def entered(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Follow a function of the script with these arguments; what it returned last, UNKNOWN for a generator."""
    node = function.node
    machine.entered.add(id(node))
    if machine.depth >= DEPTH or machine.fuel < 0:
        return UNKNOWN
    kept = (machine.scopes, machine.label, machine.doubt)
    ends, machine.ends = machine.ends, True
    machine.scopes = (*function.scopes, parameters(machine, function, arguments))
    machine.label, machine.doubt, machine.depth = function.label, 0, machine.depth + 1
    machine.unsure += kept[2] > 0
    machine.returned.append([])
    try:
        if isinstance(node, ast.Lambda):
            return machine.evaluate(machine, node.body)
        follow(machine, node.body)
        return (machine.returned[-1] or [Literal(None)])[-1]
    finally:
        machine.returned.pop()
        machine.unsure -= kept[2] > 0
        machine.scopes, machine.label, machine.doubt = kept
        machine.ends = ends
        machine.depth -= 1


def follow(machine: Machine, body: list[ast.stmt]) -> None:
    """Walk through the statements of a function or module, up to a return."""
    try:
        machine.walk(machine, body)
    except Leaving:
        return


def parameters(machine: Machine, function: Function, arguments: Arguments) -> dict[str, Value]:
    """The scope that a call starts with: arguments, then defaults, then nothing known."""
    spec = function.node.args
    names = [a.arg for a in spec.posonlyargs + spec.args]
    scope: dict[str, Value] = dict.fromkeys(names + [a.arg for a in spec.kwonlyargs], UNKNOWN)
    for name, default in zip(reversed(names), reversed(spec.defaults), strict=False):
        scope[name] = machine.evaluate(machine, default)
    for argument, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if value is not None:
            scope[argument.arg] = machine.evaluate(machine, value)
    scope.update(zip(names, arguments.positional, strict=False))
    extra = {k: v for k, v in arguments.named.items() if k not in scope}
    scope.update({k: v for k, v in arguments.named.items() if k in scope})
    if spec.vararg:
        scope[spec.vararg.arg] = Items(arguments.positional[len(names) :], "tuple")
    if spec.kwarg:
        scope[spec.kwarg.arg] = Table(tuple((Literal(k), v) for k, v in extra.items()))
    return scope
