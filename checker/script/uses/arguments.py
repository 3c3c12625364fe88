"""What comes from outside: variables of the environment and arguments of the command line, read with their defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..values.proxies import Assumed, Call, Instance, Reference, Unknown

#: attributes of a parser under which its arguments are kept; no script can name them
_ARGUMENTS = " arguments"


def variable(reader: State, call: Call) -> Any:
    """A variable of the environment that has a default is read as if it were not set."""
    name, default = stripped(call.get(0, "key")), call.get(1, "default")
    if default is None or not isinstance(name, str):
        return Unknown()
    said = f"{call.where} the variable {name} is read with its default"
    reader.uses.note(said)
    return Assumed(stripped(default), (said,))


def parser(reader: State, call: Call) -> Any:
    """`argparse.ArgumentParser(...)`."""
    return Instance({_ARGUMENTS: {}}, None, call.where)


def method(reader: State, parser: Instance, name: str, call: Call) -> Any:
    """A method of a parser of arguments: those that it is told have their defaults."""
    known = parser.attributes.get(_ARGUMENTS)
    if known is None:
        return Unknown()
    if name in ("add_argument_group", "add_mutually_exclusive_group"):
        return parser
    if name == "add_argument":
        _add(known, call)
    if name == "set_defaults":
        known.update(call.kwargs)
    if name in ("parse_args", "parse_known_args"):
        found = Instance(dict(known))
        return (found, []) if name == "parse_known_args" else found
    return None


def _add(known: dict[str, Any], call: Call) -> None:
    """`add_argument("--depth", type=int, default=3)`."""
    names = [n for n in map(stripped, call.args) if isinstance(n, str)]
    long = next((n for n in names if n.startswith("--")), names[0] if names else "")
    name = stripped(call.get(-1, "dest")) or long.lstrip("-").replace("-", "_")
    action, default = stripped(call.get(-1, "action")), stripped(call.get(-1, "default"))
    if action in ("store_true", "store_false"):
        default = action == "store_false"
    optional = long.startswith("-") and not stripped(call.get(-1, "required"))
    kind = call.get(-1, "type")
    if isinstance(default, str) and isinstance(kind, Reference) and kind.name in ("builtins.int", "builtins.float"):
        default = (int if kind.name.endswith("int") else float)(default)
    said = f"{call.where} the argument {long} is read with its default"
    known[name] = Assumed(default, (said,)) if optional or default is not None else Unknown(long)


CALLS: dict[str, Callable[[State, Call], Any]] = {
    **dict.fromkeys(("os.environ.get", "os.getenv"), variable),
    "argparse.ArgumentParser": parser,
}
