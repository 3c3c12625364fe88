"""Calls and changes of graphs as they are met in a script, kept as lines; what cannot be kept spoils its graph."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from ..reading.state import State
from ..values.arrays import Array
from ..values.holders import TooLarge
from ..values.proxies import Bound, Call, Unknown, path_of
from .built import Built, Line
from .writing import NotWritten, Writer

#: functions that make something of what they are given, and change nothing
MAKES = re.compile(
    r"onnx\.(helper\.(make|get|np|tensor|find)_?\w+|numpy_helper\.(from|to)_\w+|parser\.parse_\w+|defs\.onnx_opset_version"
    r"|shape_inference\.infer_shapes|version_converter\.convert_version|load_model_from_string|load_from_string"
    r"|\w+Proto(\.FromString)?)$|copy\.(deep)?copy$"
)
LOADS = ("onnx.load", "onnx.load_model")
SAVES = ("onnx.save", "onnx.save_model")
#: functions that write into what they are given
CHANGES = re.compile(r"onnx\.helper\.set_\w+$")
CHECKS = re.compile(r"onnx\.checker\.check_(model|graph|node|tensor)$")
SESSION = "onnxruntime.InferenceSession"
#: functions that only look
LOOKS = re.compile(
    r"builtins\.(print|len|str|repr|type|isinstance|id|bool|getattr|hasattr|dir)$|onnx\.(?!external_data|compose)"
    r"|onnxruntime\.|numpy\.|logging\.|(json|pprint|hashlib|time)\."
)
#: methods of messages and sessions that give something and change nothing, and those that change
GIVES = {"SerializeToString", "get_inputs", "get_outputs", "HasField", "ByteSize", "WhichOneof", "tobytes", "tolist"}
WRITES = {
    *("append", "extend", "insert", "pop", "remove", "add", "CopyFrom", "MergeFrom", "ClearField", "Clear"),
    *("ParseFromString", "sort", "reverse", "SetInParent", "clear"),
}
#: what a session's options can bring that nobody sees
_LIBRARY = "register_custom_ops_library"
_PROVIDERS = "onnxruntime.get_available_providers"
#: lines of all graphs of one script
MOST_LINES = 2000


def outside(reader: State, name: str, call: Call) -> Any:
    """What a call of a library's function gives, where graphs are concerned; None for any other."""
    if CHECKS.match(name):
        return _checked(reader, name, call)
    if name == SESSION:
        return _opened(reader, call)
    if name in SAVES:
        return _saved(reader, call)
    if name in LOADS and (kept := _kept(reader, call.get(0, "f", "filename"))):
        return _made(reader, "copy.deepcopy", Call((kept,), {}, call.where))
    if MAKES.match(name):
        return _made(reader, name, call)
    if CHANGES.match(name) and call.args and isinstance(call.args[0], Built):
        return _changed(reader, call.args[0], call, lambda w: w.call(name, call.args, call.kwargs))
    if not LOOKS.match(name):
        whole = not name.startswith("builtins.")  # Python's own functions hand on what lists hold, as it is
        reader.uses.graphs.spoil(v for v in call.given_values() if whole or isinstance(v, Built))
    return None


def _line(reader: State, stage: str, where: str, writer: Writer, text: str, **more: Any) -> None:
    """Keep a line."""
    graphs = reader.uses.graphs
    sure = reader.sure and not reader.guarded and len(graphs.lines) < MOST_LINES
    root = more.pop("root", more.get("makes"))
    imports = frozenset(writer.imports)
    made = Line(
        text, stage, where, more.get("makes"), root, frozenset(writer.uses), imports, sure, more.get("model", "")
    )
    graphs.lines.append(made)


def _next(reader: State) -> int:
    reader.uses.graphs.made += 1
    return reader.uses.graphs.made


def _made(reader: State, name: str, call: Call) -> Any:
    """What a function makes; None where its arguments cannot be written."""
    writer = Writer(reader)
    try:
        text = writer.call(name, call.args, call.kwargs)
    except (NotWritten, TooLarge):
        return None
    if not call.complete or (name.startswith("copy.") and not writer.uses):
        return None
    number = _next(reader)
    _line(reader, "convert", call.where, writer, f"v{number} = {text}", makes=number)
    return Built(number)


def _changed(reader: State, base: Built, call: Call, written: Any, gives: bool = False) -> Any:
    """A change of something; what cannot be written spoils it."""
    graphs, writer = reader.uses.graphs, Writer(reader)
    try:
        writer.uses.add(base.number)
        text = written(writer)
    except (NotWritten, TooLarge):
        graphs.spoiled.add(graphs.root(base))
        return Unknown()
    number = _next(reader)
    graphs.roots[number] = graphs.root(base)
    start = f"v{number} = " if gives else ""
    more = {"makes": number if gives else None, "root": graphs.root(base)}
    _line(reader, "convert", call.where, writer, f"{start}{text}", **more)
    return Built(number) if gives else None


def _checked(reader: State, name: str, call: Call) -> Any:
    """`onnx.checker.check_model(model, full_check=True)`."""
    model = _kept(reader, call.get(0, "model", "graph", "node", "tensor"))
    writer = Writer(reader)
    if model is None or not reader.sure or reader.guarded or not call.complete:
        return None
    try:
        text = writer.call(name, (model, *call.args[1:]), {k: v for k, v in call.kwargs.items() if k != "model"})
    except (NotWritten, TooLarge):
        return None
    _line(reader, "check", call.where, writer, text, root=reader.uses.graphs.root(model))
    return Unknown(name)


def _opened(reader: State, call: Call) -> Any:
    """`onnxruntime.InferenceSession(...)` of a graph of the script's; None for one of another model."""
    given, writer = call.get(0, "path_or_bytes"), Writer(reader)
    model = _kept(reader, given)
    if model is None:
        return None
    text = model if isinstance(given, Built) else model.part(".SerializeToString()")
    providers = call.get(2, "providers")
    try:
        named = {} if providers is None else {"providers": providers}
        written = writer.call(SESSION, (text,), {} if _available(providers) else named)
    except (NotWritten, TooLarge):
        return None
    if not call.complete or any(one.endswith(_LIBRARY) for one in reader.uses.calls):
        return None
    if _available(providers):
        written = f"{written[:-1]}, providers={_PROVIDERS}())"
    number = _next(reader)
    _line(reader, "load", call.where, writer, f"v{number} = {written}", makes=number, model=f"v{model.number}")
    return Built(number)


def _available(providers: Any) -> bool:
    return isinstance(providers, Unknown) and providers.origin == _PROVIDERS


def _saved(reader: State, call: Call) -> Any:
    """`onnx.save(model, path)`: the file holds the model as it is now."""
    model, path = call.get(0, "proto", "model"), path_of(call.get(1, "f"))
    if not isinstance(model, Built):
        return None
    keep(reader, path, model, call.where)
    return Unknown("onnx.save")


def keep(reader: State, path: Any, model: Built, where: str) -> None:
    """Remember that a file holds a model, or its bytes, as they are now."""
    if not isinstance(path, str):
        return
    whole = Built(model.number, model.path.removesuffix(".SerializeToString()"))
    reader.uses.files[path] = _made(reader, "copy.deepcopy", Call((whole,), {}, where))


def _kept(reader: State, value: Any) -> Built | None:
    """The graph that a value is, or that lies in the file of that name."""
    if isinstance(value, Built):
        return value
    found = reader.uses.files.get(path_of(value))
    return found if isinstance(found, Built) else None


def attribute(base: Built, name: str) -> Any:
    """An attribute: a method, or a part."""
    return Bound(base, name) if name in GIVES | WRITES or name == "run" else base.part(f".{name}")


def item(base: Built, key: Any) -> Any:
    """An item by its number or name."""
    plain = isinstance(key, (int, str)) and not isinstance(key, bool)
    return base.part(f"[{key!r}]") if plain else Unknown()


def method(reader: State, base: Built, name: str, call: Call) -> Any:
    """A method of a message or session."""
    if name in GIVES and not call.args and not call.kwargs:
        return base.part(f".{name}()")
    if name == "run":
        return _run(reader, base, call)
    gives = name in ("add", "pop")
    return _changed(reader, base, call, lambda w: f"{base.text}.{name}{w.call('x', call.args, call.kwargs)[1:]}", gives)


def _run(reader: State, base: Built, call: Call) -> Any:
    """`session.run(None, {...})`: kept where what is fed can be made again."""
    writer = Writer(reader)
    writer.uses.add(base.number)
    try:
        text = f"{base.text}.run{writer.call('x', call.args, call.kwargs)[1:]}"
    except (NotWritten, TooLarge):
        return Unknown()
    if base.path or not call.complete:
        return Unknown()
    number = _next(reader)
    _line(reader, "run", call.where, writer, f"v{number} = {text}", makes=number, root=base.number)
    return Built(number)


def assigned(reader: State, base: Built, target: str, value: Any) -> None:
    """`model.ir_version = 8`, `part[0] = value`; `target` is `.ir_version` or `[0]`, "" for what cannot be written."""

    def written(writer: Writer) -> str:
        if not target:
            raise NotWritten
        return f"{base.text}{target} = {writer.write(value)}"

    _changed(reader, base, Call((), {}, f"{reader.label}:{reader.line}"), written)


def emptied(reader: State, base: Any, key: ast.expr) -> None:
    """`del model.opset_import[:]`; what else is deleted cannot be told again."""
    whole = isinstance(key, ast.Slice) and not (key.lower or key.upper or key.step)
    if isinstance(base, Built) and whole:
        _changed(reader, base, Call((), {}, f"{reader.label}:{reader.line}"), lambda w: f"del {base.text}[:]")
    else:
        reader.uses.graphs.spoil((base,))


def looped(reader: State, over: Any, body: Sequence[ast.stmt]) -> None:
    """A loop over parts of a graph: one that changes them cannot be told again."""
    if not isinstance(over, Built):
        return
    inner = [node for statement in body for node in ast.walk(statement)]
    writes = any(isinstance(n, (ast.Attribute, ast.Subscript)) and not isinstance(n.ctx, ast.Load) for n in inner)
    calls = any(isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in WRITES for n in inner)
    if writes or calls:
        reader.uses.graphs.spoil((over,))


def of_array(reader: State, receiver: Array, name: str, call: Call) -> Any:
    """`weights.tobytes()` and `weights.tolist()`; None for anything else."""
    if name != "tobytes" or call.args or call.kwargs:
        return None
    writer = Writer(reader)
    try:
        text = f"{writer.write(receiver)}.tobytes()"
    except (NotWritten, TooLarge):
        return None
    number = _next(reader)
    _line(reader, "convert", call.where, writer, f"v{number} = {text}", makes=number)
    return Built(number)
