"""Which Pythons a function's byte code is for: its layout changes with every minor release."""

from __future__ import annotations

from typing import Any

from .values import Global, Made

#: what makes code objects: of cloudpickle, of dill, and the type itself
_MAKERS = ("types.CodeType", "builtins.code", "dill._dill._create_code", "dill.dill._create_code")
#: number of arguments of a code object -> the Pythons that take so many, place of its byte code, place of its name
_LAYOUTS = {
    15: (("3.6", "3.7"), 5, 10),
    16: (("3.8", "3.9", "3.10"), 6, 11),
    18: (("3.11", "3.12", "3.13", "3.14"), 6, 11),
}
#: Python -> numbers of instructions that it alone has among those of its layout, from its `opcode.opmap`
_OWN = {
    "3.8": {53, 81, 88, 149, 150, 151, 153, 158},
    "3.10": {30, 31, 32, 33, 34, 99, 119, 129},
    "3.11": {160, 166},
    "3.12": {121, 127, 141, 143},
}
#: numbers of instructions that 3.9 and 3.10 have and 3.8 has not
_SINCE_39 = {49, 74, 117, 118, 121, 164, 165}
#: the first instruction of a function that is no closure since 3.11 -> the Pythons in which it has that number
_RESUME = {151: ("3.11", "3.12"), 149: ("3.13",), 128: ("3.14",)}


def code_of(of: Any, arguments: Any) -> tuple[tuple[str, ...], str] | None:
    """The Pythons that byte code is for, and its function's name, where a call makes a code object; else None."""
    if not _makes_code(of) or type(arguments) is not tuple:
        return None
    layout = _LAYOUTS.get(len(arguments))
    if layout is None:
        return (), ""
    pythons, code, name = layout
    words = arguments[name] if type(arguments[name]) is str else ""
    return _narrowed(pythons, arguments[code]), words


def _makes_code(of: Any) -> bool:
    if type(of) is Global:
        return of.dotted in _MAKERS
    return type(of) is Made and of.kind.endswith("._builtin_type") and of.arguments == ("CodeType",)


def _narrowed(pythons: tuple[str, ...], code: Any) -> tuple[str, ...]:
    """Those of a layout in which the code's instructions mean something."""
    if type(code) is not bytes or not code:
        return pythons
    numbers = set(code[::2])
    if "3.11" in pythons:
        pythons = next((p for number, p in _RESUME.items() if number in numbers), pythons)
    elif numbers & _SINCE_39 and "3.8" in pythons:
        pythons = pythons[1:]
    return next(((p,) for p in pythons if len(pythons) > 1 and numbers & _OWN.get(p, set())), pythons)
