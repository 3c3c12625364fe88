"""The instructions of every protocol of pickle, each as what it does on paper."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .values import MARK, UNKNOWN, Broken, Row, Table

if TYPE_CHECKING:
    from .machine import Machine

#: characters of one text that are kept, and digits of one number that are read
MOST_TEXT, MOST_DIGITS = 4096, 64


def _frame(machine: Machine) -> None:
    machine.source.skip(8)


def _drop_to_mark(machine: Machine) -> None:
    machine.pop_mark()


def _build(machine: Machine) -> None:
    machine.give()


def _protocol(machine: Machine) -> None:
    machine.protocol = max(machine.protocol, machine.source.number(1))


def _whole(machine: Machine) -> None:
    data = machine.source.line()
    if data in (b"00", b"01"):
        machine.push(data == b"01")
    else:
        machine.push(_digits(data.rstrip(b"L")))


def _digits(data: bytes) -> Any:
    try:
        return int(data) if len(data) <= MOST_DIGITS else UNKNOWN
    except ValueError:
        raise Broken("a number in it is none") from None


def _long(width: int) -> Callable[[Machine], None]:
    def instruction(machine: Machine) -> None:
        data = machine.data(machine.source.number(width), MOST_TEXT)
        machine.push(int.from_bytes(data, "little", signed=True) if data is not UNKNOWN else data)

    return instruction


def _signed(machine: Machine) -> None:
    machine.push(int.from_bytes(machine.source.read(4), "little", signed=True))


def _number(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.source.number(width))


def _float_line(machine: Machine) -> None:
    try:
        machine.push(float(machine.source.line()))
    except ValueError:
        raise Broken("a number in it is none") from None


def _float(machine: Machine) -> None:
    machine.push(struct.unpack(">d", machine.source.read(8))[0])


def _constant(value: Any) -> Callable[[Machine], None]:
    return lambda machine: machine.push(value)


def _made(make: Callable[[], Any]) -> Callable[[Machine], None]:
    return lambda machine: machine.push(make())


def _string_line(machine: Machine) -> None:
    machine.old_text(machine.source.line().strip(b"'\""))


def _old_string(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.old_text(machine.data(machine.source.number(width), MOST_TEXT))


def _text_line(machine: Machine) -> None:
    machine.push(machine.source.line()[:MOST_TEXT].decode("raw-unicode-escape", "replace"))


def _text(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.text(machine.source.number(width))


def _bytes(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.data(machine.source.number(width)))


def _tuple(size: int) -> Callable[[Machine], None]:
    def instruction(machine: Machine) -> None:
        values = [machine.pop() for _ in range(size)]
        machine.push(tuple(reversed(values)))

    return instruction


def _tuple_of_mark(machine: Machine) -> None:
    machine.push(tuple(machine.pop_mark()))


def _row_of_mark(machine: Machine) -> None:
    row = Row()
    row.add(machine.pop_mark())
    machine.push(row)


def _table_of_mark(machine: Machine) -> None:
    values, table = machine.pop_mark(), Table()
    _fill(table, values)
    machine.push(table)


def _fill(table: Any, values: list[Any]) -> None:
    if type(table) is Table:
        for key, value in zip(values[::2], values[1::2], strict=False):
            table.add(key, value)


def _set_item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    _fill(machine.top(), [key, value])


def _set_items(machine: Machine) -> None:
    values = machine.pop_mark()
    _fill(machine.top(), values)


def _append(machine: Machine) -> None:
    _extend(machine, [machine.pop()])


def _appends(machine: Machine) -> None:
    _extend(machine, machine.pop_mark())


def _extend(machine: Machine, values: list[Any]) -> None:
    row = machine.top()
    if type(row) is Row:
        row.add(values)


def _duplicate(machine: Machine) -> None:
    machine.push(machine.top())


def _drop(machine: Machine) -> None:
    if not machine.stack:
        raise Broken("an instruction in it has nothing to work on")
    machine.stack.pop()


def _put_line(machine: Machine) -> None:
    machine.remember(_key(machine.source.line()))


def _get_line(machine: Machine) -> None:
    machine.recall(_key(machine.source.line()))


def _key(data: bytes) -> int:
    found = _digits(data)
    return found if type(found) is int else -1


def _put(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.remember(machine.source.number(width))


def _get(width: int) -> Callable[[Machine], None]:
    return lambda machine: machine.recall(machine.source.number(width))


def _memoize(machine: Machine) -> None:
    machine.remember(len(machine.memo))


def _global_lines(machine: Machine) -> None:
    module, name = (machine.source.line().decode("utf-8", "replace") for _ in range(2))
    machine.take(module, name)


def _global_of_stack(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.take(module, name)


def _reduce(machine: Machine) -> None:
    arguments, of = machine.pop(), machine.pop()
    machine.call(of, arguments)


def _instance(machine: Machine) -> None:
    arguments = tuple(machine.pop_mark())
    _global_lines(machine)
    machine.call(machine.pop(), arguments)


def _object(machine: Machine) -> None:
    values = machine.pop_mark()
    if not values:
        raise Broken("an instruction in it has nothing to work on")
    machine.call(values[0], tuple(values[1:]))


def _new_with_names(machine: Machine) -> None:
    names, arguments, of = machine.pop(), machine.pop(), machine.pop()
    del names
    machine.call(of, arguments)


def _extension(width: int) -> Callable[[Machine], None]:
    def instruction(machine: Machine) -> None:
        machine.source.read(width)
        machine.push(UNKNOWN)

    return instruction


def _foreign_line(machine: Machine) -> None:
    machine.source.line()
    machine.push(UNKNOWN)


def _foreign(machine: Machine) -> None:
    machine.pop()
    machine.push(UNKNOWN)


def _nothing(machine: Machine) -> None:
    machine.top()


INSTRUCTIONS: dict[bytes, Callable[[Machine], None]] = {
    b"\x80": _protocol, b"\x95": _frame,
    b"I": _whole, b"L": _whole, b"J": _signed, b"K": _number(1), b"M": _number(2), b"\x8a": _long(1), b"\x8b": _long(4),
    b"F": _float_line, b"G": _float, b"N": _constant(None), b"\x88": _constant(True), b"\x89": _constant(False),
    b"S": _string_line, b"T": _old_string(4), b"U": _old_string(1),
    b"V": _text_line, b"X": _text(4), b"\x8c": _text(1), b"\x8d": _text(8),
    b"B": _bytes(4), b"C": _bytes(1), b"\x8e": _bytes(8), b"\x96": _bytes(8),

    b"\x97": _constant(UNKNOWN), b"\x98": _nothing,
    b"(": _constant(MARK), b")": _constant(()), b"t": _tuple_of_mark, b"\x85": _tuple(1), b"\x86": _tuple(2),

    b"\x87": _tuple(3),
    b"]": _made(Row), b"l": _row_of_mark, b"a": _append, b"e": _appends,
    b"}": _made(Table), b"d": _table_of_mark, b"s": _set_item, b"u": _set_items,
    b"\x8f": _made(Row), b"\x90": _appends, b"\x91": _row_of_mark,
    b"0": _drop, b"2": _duplicate, b"1": _drop_to_mark,
    b"p": _put_line, b"q": _put(1), b"r": _put(4), b"\x94": _memoize, b"g": _get_line, b"h": _get(1), b"j": _get(4),
    b"c": _global_lines, b"\x93": _global_of_stack, b"R": _reduce, b"b": _build,
    b"i": _instance, b"o": _object, b"\x81": _reduce, b"\x92": _new_with_names,
    b"\x82": _extension(1), b"\x83": _extension(2), b"\x84": _extension(4), b"P": _foreign_line, b"Q": _foreign,
}  # fmt: skip
