"""What joblib puts between the instructions of a pickle: the numbers of arrays, as they lie in memory."""

from __future__ import annotations

from typing import Any

from .values import Enough, Global, Made, Row, Table

#: a module's end -> the class of joblib's that stands for an array
_WRAPPERS = ("numpy_pickle.NumpyArrayWrapper",)
#: arrays in files of their own, as joblib wrote them before 0.10
_BESIDE = ("numpy_pickle.NDArrayWrapper", "numpy_pickle.ZNDArrayWrapper", "numpy_pickle_compat.NDArrayWrapper")
#: letter of a numpy type -> bytes of one item for each unit that follows it
_UNITS = {"U": 4}
#: objects in an array, in numpy's flags of a type
_OBJECTS = 1


def is_wrapper(value: Any) -> bool:
    """Whether an object stands for an array whose numbers follow it in the file."""
    return type(value) is Made and value.kind.endswith(_WRAPPERS)


def file_beside(value: Any, state: Any) -> str:
    """The file that holds an array of an old joblib, "" where an object is no such."""
    if type(value) is not Made or not value.kind.endswith(_BESIDE) or type(state) is not Table:
        return ""
    name = state.items.get("filename")
    return name if type(name) is str else ""


def holds_objects(kind: Any) -> bool:
    """Whether items of a numpy type are objects, which are pickled."""
    code, state = _code(kind), _state(kind)
    flags = state[7] if len(state) > 7 and type(state[7]) is int else 0
    return code.startswith("O") or bool(code.startswith("V") and flags & _OBJECTS)


def bytes_that_follow(state: Table) -> int:
    """Bytes of an array's numbers; raises Enough where they cannot be told."""
    shape, size = state.items.get("shape"), item_size(state.items.get("dtype"))
    total = size
    for length in shape if type(shape) is tuple else (-1,):
        if type(length) is not int or length < 0:
            raise Enough("what follows an array of an odd shape")
        total *= length
    if size <= 0:
        raise Enough("what follows an array of an odd type")
    return total


def item_size(kind: Any) -> int:
    """Bytes of one item of a numpy type, 0 where they cannot be told."""
    code, state = _code(kind), _state(kind)
    if len(state) > 5 and type(state[5]) is int and state[5] > 0:
        return state[5]
    letter, digits = code[:1], code[1:]
    return int(digits) * _UNITS.get(letter, 1) if digits.isdecimal() and len(digits) < 9 else 0


def record_of(value: Any, state: Any) -> tuple[tuple[str, str], ...]:
    """Fields and their types, where a structured numpy type gets its state; empty where it is no such."""
    if type(value) is not Made or value.kind != "numpy.dtype" or type(state) is not tuple or len(state) < 5:
        return ()
    names, fields = state[3], state[4]
    if type(names) is not tuple or type(fields) is not Table:
        return ()
    return tuple((name, _written(fields.items.get(name))) for name in names if type(name) is str)


def _written(field: Any) -> str:
    """A field's type as numpy writes it: `<i8`."""
    kind = field[0] if type(field) is tuple and field else None
    state = _state(kind)
    order = state[1] if len(state) > 1 and type(state[1]) is str else ""
    return f"{order}{_code(kind)}"


def _code(kind: Any) -> str:
    arguments = kind.arguments if type(kind) is Made and kind.kind == "numpy.dtype" else ()
    first = arguments[0] if type(arguments) is tuple and arguments else ""
    return first if type(first) is str else ""


def _state(kind: Any) -> tuple[Any, ...]:
    state = kind.state if type(kind) is Made else None
    return state if type(state) is tuple else ()


def plain(value: Any, depth: int = 2) -> Any:
    """A value as a literal: a name is a tuple of one; raises ValueError for anything else."""
    if value is None or type(value) in (bool, int, float) or (type(value) is str and len(value) < 200):
        return value
    if type(value) is Global:
        return (value.dotted,)
    if depth and type(value) is tuple and len(value) < 8:
        return [plain(item, depth - 1) for item in value]
    if depth and type(value) is Row and not value.items:
        return []
    raise ValueError
