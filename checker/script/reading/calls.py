"""Calls: functions and classes of the script are followed, functions of libraries are looked up in tables."""

from __future__ import annotations

import ast
from typing import Any

from .. import modules
from ..graphs import calls as graphs
from ..graphs.built import Built
from ..plain import BUILTINS, CHANGING, method, stripped
from ..story import files, scoring
from ..uses import arguments, conversion, installs, models, places, sessions
from ..uses.estimators import Estimator, is_class
from ..values import datasets, libraries
from ..values.arrays import Array
from ..values.frames import Frame
from ..values.holders import HOLDERS
from ..values.proxies import (
    Bound,
    Call,
    Choice,
    Class,
    File,
    Function,
    Instance,
    Partial,
    Reference,
    Unknown,
    path_of,
    texts,
)
from .following import Following

#: names under which the same function is known
ALIASES = {
    "skl2onnx.convert.convert_sklearn": "skl2onnx.convert_sklearn",
    "skl2onnx.convert.to_onnx": "skl2onnx.to_onnx",
    "onnxruntime.capi.onnxruntime_inference_collection.InferenceSession": "onnxruntime.InferenceSession",
    "mlflow.models.signature.infer_signature": "mlflow.models.infer_signature",
}
OTHERS = {**models.FUNCTIONS, **modules.CALLS, **scoring.TEXTS}
DATA_FUNCTIONS = {**libraries.FUNCTIONS, **datasets.FUNCTIONS}
#: functions of the standard library that work on texts and lists
PATHS = ("pathlib.Path", "pathlib.PurePath", "os.path.abspath", "os.path.realpath", "os.fspath", "os.path.expanduser")
#: texts of one argument that are kept
MOST_TEXTS = 20


def canonical(name: str) -> str:
    """The name that our tables use."""
    if name.startswith("onnxmltools.convert."):
        return "onnxmltools." + name.rpartition(".")[2] if "convert_" in name else name
    return ALIASES.get(name, name)


class Calls(Following):
    """The second layer of a reading."""

    def call(self, callee: Any, call: Call) -> Any:
        """The value of a call."""
        self.hand(call, getattr(callee, "name", ""))
        if isinstance(callee, Function):
            return self.entered_with(callee, call)
        if isinstance(callee, Class):
            return self.made(callee, call)
        if isinstance(callee, Choice):
            with self.doubting(callee.why):
                return Choice(tuple(self.call(one, call) for one in callee.of), callee.why)
        if isinstance(callee, Partial):
            given = Call((*callee.args, *call.args), {**callee.kwargs, **call.kwargs}, call.where, call.complete)
            return self.call(callee.of, given)
        if isinstance(callee, Bound):
            return self.method(callee.receiver, callee.name, call, None)
        if isinstance(callee, Reference):
            return self.outside(canonical(callee.name), call)
        if isinstance(callee, Instance) and callee.of and callee.of.find("__call__"):
            return self.method(callee, "__call__", call, None)
        if isinstance(callee, Unknown) and callee.origin:
            return self.outside(callee.origin, call)
        models.touch(self, call.each(self.strip).given_values())
        self.uses.graphs.spoil(call.given_values())
        return Unknown()

    def hand(self, call: Call, name: str) -> None:
        """A class that is handed to anything may have got a converter there."""
        for value in (*call.args, *call.kwargs.values()):
            waiting = list(value) if isinstance(value, (list, tuple)) else [value]
            waiting = [*value.keys(), *dict.values(value)] if isinstance(value, dict) else waiting
            self.uses.handed.update(v for v in waiting if isinstance(v, (Class, Reference)))
            files.note(self, name, waiting[:MOST_TEXTS])

    def python(self, value: Any) -> Any:
        """A function of the script as one that Python can call."""
        if not isinstance(value, Function):
            return self.strip(value)
        return lambda *args, **kwargs: self.strip(self.call(value, Call(args, kwargs)))

    def outside(self, name: str, call: Call) -> Any:
        """A call of something that the script does not define."""
        module, _, short = name.rpartition(".")
        if module == "builtins":
            graphs.outside(self, name, call)
            return self.builtin(short, call)
        self.uses.calls.setdefault(name, call.where)
        if is_class(name):
            return models.make(self, name, call)
        built = graphs.outside(self, name, call)
        if built is not None:
            return built
        if not models.FITS_NONE.match(name):
            models.touch(self, call.each(self.strip).given_values())
        if name == "functools.partial" and call.args:
            return Partial(self.strip(call.args[0]), call.args[1:], call.kwargs)
        if name == "dataclasses.field":
            factory = call.get(-1, "default_factory")
            return call.get(-1, "default") if factory is None else self.call(factory, Call())
        if name == "importlib.import_module" and isinstance(module := self.strip(call.get(0, "name")), str):
            return modules.imported(self, module) or Reference(module, sure=False)
        if name in arguments.CALLS:
            return arguments.CALLS[name](self, call)
        plain = call.each(self.strip)
        sessions.computed(self, name, plain.args)
        files.changed(self, name, plain)
        if name in installs.CALLS:
            return installs.command(self, name, plain)
        if name in libraries.GENERATORS:
            return Reference("numpy.random", sure=False)
        found = conversion.outside(self, name, plain)
        if found is None and (
            function := models.FUNCTIONS.get(name) or modules.CALLS.get(name) or scoring.TEXTS.get(name)
        ):
            found = function(self, plain)
        return self.data(name, plain) if found is None else found

    def data(self, name: str, call: Call) -> Any:
        """A function that makes or changes data, or a path."""
        if name in PATHS and call.args and isinstance(call.args[0], (str, File)):
            return call.args[0] if isinstance(call.args[0], File) else File(call.args[0])
        if name in places.FOLDERS:
            return places.FOLDERS[name](call)
        if name == "os.path.join" and all(isinstance(a, (str, File)) for a in call.args):
            return "/".join(map(path_of, call.args))
        if name.startswith("pandas.read_"):
            place = call.get(0, "filepath_or_buffer", "path", "io", "path_or_buf")
            kept = self.uses.files.get(path_of(place))
            if isinstance(kept, Frame):
                return kept.but()
            modules.note_absent(self, place, call.where)
        if name == "pandas.read_csv":
            separator = call.get(1, "sep", "delimiter") or ","
            path = self.file(call.get(0, "filepath_or_buffer"))
            plain = path and len(separator) == 1 and not call.given("names", "header", "skiprows", "index_col")
            found = (datasets.read_head(path, separator) if path and plain else None) or Frame({}, False)
            return found.astype(dict.fromkeys(texts(call.get(-1, "parse_dates")) or (), "datetime64[ns]"))
        function = DATA_FUNCTIONS.get(name)
        if function is None:
            return Unknown(name)
        made = function(*call.args, **call.kwargs)
        if isinstance(made, Array) and name.startswith("numpy.") and not name.startswith("numpy.random."):
            made.code = (name, call.args, call.kwargs)  # it may be a parameter (`alphas=np.logspace(-3, 3, 7)`)
        return made

    def builtin(self, name: str, call: Call) -> Any:
        """A call of one of Python's own functions."""
        first = self.strip(call.args[0]) if call.args else None
        if name == "setattr" and len(call.args) == 3:
            self.assign_attribute(first, self.strip(call.args[1]), call.args[2])
            return None
        if name in ("getattr", "hasattr") and len(call.args) > 1 and isinstance(self.strip(call.args[1]), str):
            if isinstance(first, Unknown) or name == "hasattr":
                return Unknown()
            attribute = self.strip(call.args[1])
            if isinstance(first, Reference):
                return Reference(f"{first.name}.{attribute}", sure=False)
            return self.attribute(first, attribute)
        if name == "type" and isinstance(first, Instance):
            return first.of
        if name == "type":
            return Reference(first.name) if isinstance(first, Estimator) else Unknown()
        if name == "vars" and isinstance(first, Instance):
            return first.attributes
        if name == "open":
            files.opened(self, call)
        function = BUILTINS.get(name)
        if function is None or not call.complete:
            return Unknown()
        return function(*map(self.python, call.args), **{k: self.python(v) for k, v in call.kwargs.items()})

    def attribute(self, base: Any, name: str) -> Any:
        """An attribute of a known value."""
        raise NotImplementedError

    def assign_attribute(self, base: Any, name: str, value: Any) -> None:
        """`base.name = value`."""
        raise NotImplementedError

    def method(self, receiver: Any, name: str, call: Call, node: ast.Call | None) -> Any:
        """A method of a known value."""
        self.hand(call, f".{name}")
        if isinstance(receiver, Built):
            return graphs.method(self, receiver, name, call)
        if isinstance(receiver, Instance):
            return self.own_method(receiver, name, call)
        if isinstance(receiver, (Estimator, Choice)):
            return models.method(self, receiver, name, call)
        changes = isinstance(receiver, HOLDERS) and name in CHANGING
        if changes:
            self.changed(receiver, name, call.args)
        plain = call if changes else call.each(self.strip)
        if name in files.TABLES:
            files.writes(self, call.get(0, "path_or_buf", "path", "excel_writer"), call.where)
        if isinstance(receiver, (Array, Frame)):
            return self.data_method(receiver, name, plain)
        if isinstance(receiver, Unknown):
            models.touch(self, plain.given_values())
            self.uses.graphs.spoil(plain.given_values())
            return some_data(node, plain) if name == "astype" else Unknown()
        if isinstance(receiver, File) and name in ("read", "read_text") and str(receiver.path) not in self.uses.files:
            return modules.read_file(self, receiver)
        found = sessions.method(self, receiver, name, plain)
        if found is not None:
            return found
        return method(
            receiver,
            name,
            tuple(map(self.python, plain.args)) if name == "sort" else plain.args,
            {k: self.python(v) for k, v in plain.kwargs.items()},
        )

    def own_method(self, receiver: Instance, name: str, call: Call) -> Any:
        """A method of an object of a class of the script: followed, or one of scikit-learn's."""
        if receiver.of is None or not isinstance(receiver.of.find(name), Function):
            models.touch(self, call.each(self.strip).given_values())
        if receiver.of is None:
            return (
                receiver.attributes.get(call.args[0], call.get(1))
                if name == "get" and call.args
                else arguments.method(self, receiver, name, call)
            )
        found = receiver.of.find(name)
        if isinstance(found, Function):
            value = self.entered_with(Function(found.node, found.scopes, found.label, receiver), call)
            return receiver if name == "fit" else value
        return receiver if name in ("fit", "set_params") else Unknown()

    def data_method(self, receiver: Array | Frame, name: str, call: Call) -> Any:
        """A method of an array or table; one that works in place changes its object."""
        if (
            name.startswith("to_")
            and isinstance(receiver, Frame)
            and isinstance(call.get(0, "path_or_buf", "path"), str)
        ):
            self.uses.files[call.get(0, "path_or_buf", "path")] = receiver.but()
        if name in ("apply", "map") and call.args and isinstance(call.args[0], Function):
            return libraries.applied(receiver, self.strip(self.call(call.args[0], Call((Unknown(),)))))
        function = getattr(type(receiver), name, None)
        if not callable(function):
            told = graphs.of_array(self, receiver, name, call) if isinstance(receiver, Array) else None
            return Unknown() if told is None else told
        inplace = call.kwargs.pop("inplace", False) is True
        made = function(receiver, *call.args, **call.kwargs)
        if inplace and isinstance(made, (Array, Frame)):
            vars(receiver).update(vars(made))
            return None
        if isinstance(made, Array) and isinstance(receiver, Array) and receiver.code and not call.kwargs:
            made.code = changed_code(receiver, name, call.args)
        return made

    def changed(self, holder: Any, name: str, args: tuple[Any, ...]) -> None:
        """Remember that a list or dict is changed where that may not happen, or by what cannot be read."""
        if self.doubts:
            self.doubt(holder, self.doubts[-1])
        if name in ("extend", "update") and any(
            not isinstance(stripped(a), (*HOLDERS, Array, str, range)) for a in args
        ):
            self.doubt(holder, "it gets elements that cannot be read")


def changed_code(made: Array, name: str, args: tuple[Any, ...]) -> Any:
    """The function of numpy and the arguments that make an array of another type or shape; None for anything else."""
    if name == "astype" and len(args) == 1:
        return "numpy.asarray", (made_again(made), args[0]), {}
    if name == "reshape" and args:
        sizes = args[0] if len(args) == 1 else args
        return "numpy.reshape", (made_again(made), sizes), {}
    return None


def made_again(made: Array) -> Array:
    """An array that nobody changes any more, with what makes it."""
    return made.but(code=made.code)


def some_data(node: ast.Call | None, call: Call) -> Any:
    """`astype` of something unknown: its kind is known from here on; a comparison makes two classes."""
    made = Array().astype(call.get(0, "dtype"))
    compares = node is not None and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Compare)
    return made.but(target="binary") if compares and made.kind in ("int64", "bool") else made
