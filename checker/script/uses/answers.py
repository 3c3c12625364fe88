"""What a script does with the answers of a session: takes them by number, and treats them as arrays or not."""

from __future__ import annotations

from dataclasses import dataclass

from ..values.machine import Machine
from ..values.values import Answers, Items, Value, whole

#: attributes that an array has, and a list of maps (what a classifier's scores are with zipmap) has not
OF_ARRAYS = frozenset(
    (
        *("shape", "dtype", "ndim", "size", "T", "ravel", "flatten", "reshape", "astype", "squeeze", "tolist"),
        *("argmax", "argmin", "max", "min", "mean", "sum", "round"),
    )
)
#: functions that compute with all elements
COMPUTING = frozenset(
    f"numpy.{name}"
    for name in (
        "allclose",
        "isclose",
        "abs",
        "argmax",
        "max",
        "round",
        "testing.assert_allclose",
        "testing.assert_almost_equal",
    )
)


@dataclass(frozen=True)
class Answer(Value):
    """One of the answers of a session, by its place."""

    conversion: int
    place: int


def subscripted(machine: Machine, base: Value, key: Value) -> Value | None:
    """`answers[1]`; and `scores[:, 1]`, which is asked of an array: a number or a slice may be asked of a list too."""
    place = whole(key)
    if isinstance(base, Answers) and place is not None and place >= 0:
        return note(machine, Answer(base.conversion, place))
    if isinstance(base, Answer) and isinstance(key, Items) and key.form == "tuple":
        note(machine, base, True)
    return None


def unpacked(machine: Machine, answers: Answers, count: int) -> tuple[Value, ...]:
    """`label, scores = answers`: their number is noted with the conversion."""
    machine.uses.conversions[answers.conversion].unpacks = count
    return tuple(Answer(answers.conversion, place) for place in range(count))


def note(machine: Machine, answer: Answer, as_array: bool = False) -> Answer:
    """Remember that an answer is taken; what may not run is no evidence."""
    if not machine.doubt and not machine.unsure:
        takes = machine.uses.conversions[answer.conversion].takes
        takes[answer.place] = takes.get(answer.place, False) or as_array
    return answer


def attribute(machine: Machine, base: Value, name: str) -> None:
    """An attribute or method of an answer."""
    if isinstance(base, Answer) and name in OF_ARRAYS:
        note(machine, base, True)


def computed(machine: Machine, name: str, values: tuple[Value, ...]) -> None:
    """A function of numpy, or "-" and "/", over answers and other values."""
    if name in COMPUTING or name in ("-", "/"):
        for value in values:
            if isinstance(value, Answer):
                note(machine, value, True)
