"""Estimators: objects of the libraries' classes, and the expression that makes one again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from math import prod
from typing import Any

from ..plain import stripped
from ..values.arrays import Array
from ..values.holders import HOLDERS, LEAVES, TooLarge, leaves
from ..values.proxies import Assumed, Call, Choice, Class, Function, Instance, Reference
from .places import kept_inside, names_file
from .standins import standin_for

LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "imblearn", "category_encoders", "skl2onnx", "onnxmltools")
#: classes of theirs that are no estimators: data, what `train` and files give, operators of ONNX, errors
OTHERS = re.compile(
    r"xgboost\..*(DMatrix|Booster|Callback)$|lightgbm\..*(Dataset|Booster)$|catboost\..*Pool$|skl2onnx\.algebra\."
    r"|.*\.(data_types|exceptions)\..*|.*(Error|Warning|Display)$"
)
FACTORIES = ("make_pipeline", "make_union", "make_column_transformer", "make_column_selector", "make_scorer")
#: parameters without which the model would be another one; they are not dropped
ESSENTIAL = {
    *("steps", "transformers", "transformer_list", "estimators", "estimator", "base_estimator", "regressor", "kernel"),
    *("param_grid", "param_distributions", "func", "inverse_func", "final_estimator"),
}
#: what is nothing without the estimators, columns or functions that it is given
COMPOSED = re.compile(r"[Pp]ipeline|Transformer|[Uu]nion|Search|Voting|Stacking|Chain|MultiOutput|OneVs|From|RFE")
SEARCH = re.compile(r"^sklearn\.model_selection\..*SearchCV$")
GRIDS = ("param_grid", "param_distributions")
#: candidates up to which a grid is left as it is
FEW = 8
#: characters of an expression, and values within an estimator
LONGEST_CODE, MOST = 4000, 4000
_NUMBERS = count(1)


def is_class(name: str) -> bool:
    """Whether a dotted name is a class (or factory) of a library that makes models."""
    top, _, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    return top in LIBRARIES and not OTHERS.match(name) and (last in FACTORIES or bool(re.match(r"_?[A-Z]", last)))


class Estimator:
    """An object of a class of scikit-learn or a library like it, with the arguments that it was made with."""

    def __init__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], where: str, **more: Any):
        #: dotted name of the class or factory; of kernels that are put together, of the first one
        self.name, self.args, self.kwargs, self.where = name, list(args), dict(kwargs), where
        self.key: int = more.get("key") or next(_NUMBERS)
        #: False: it was given arguments that could not be read
        self.complete: bool = more.get("complete", True)
        #: what is assumed where it is made
        self.why: tuple[str, ...] = more.get("why", ())
        #: the operator between two kernels
        self.sign: str = more.get("sign", "")

    @property
    def short(self) -> str:
        """The name of the class."""
        return self.name.rpartition(".")[2]

    def get(self, position: int, *names: str) -> Any:
        """An argument by position or by one of its names, None when it is not given."""
        return stripped(Call(tuple(self.args), self.kwargs).get(position, *names))

    def values(self) -> list[Any]:
        """All arguments."""
        return [*self.args, *self.kwargs.values()]

    def copied(self, key: int = 0) -> Estimator:
        """The same as it is now; a key of its own where none is given. Raises TooLarge."""
        weigh(self)
        args = [_copied(a) for a in self.args]
        more = {"complete": self.complete, "why": self.why, "sign": self.sign}
        return Estimator(
            self.name, tuple(args), {k: _copied(v) for k, v in self.kwargs.items()}, self.where, key=key, **more
        )

    def steps(self) -> list[tuple[Any, Any]]:
        """(name, estimator) of the steps of a pipeline, empty for anything else."""
        if self.short == "make_pipeline":
            return [(getattr(s, "short", "").lower(), s) for s in self.args]
        return pairs(self.get(0, "steps")) if self.short.endswith("Pipeline") else []

    def set_parameter(self, name: str, value: Any) -> bool:
        """`set_params(name=value)`, through steps where the name says so; False where it cannot be followed."""
        first, _, rest = name.partition("__")
        if not rest:
            self.kwargs[first] = value
            return not self.args
        inner = dict(self.steps()).get(first, self.kwargs.get(first))
        return isinstance(inner, Estimator) and inner.set_parameter(rest, value)


def pairs(value: Any) -> list[tuple[Any, Any]]:
    """The first two elements of each tuple in a list of tuples."""
    found = [stripped(p) for p in value] if isinstance(value, (list, tuple)) else []
    return [(p[0], p[1]) for p in found if isinstance(p, (list, tuple)) and len(p) > 1]


def weigh(value: Any) -> None:
    """Raises TooLarge for a value, estimators within it included, that is too large to be written out."""
    left, waiting = MOST, [value]
    while waiting:
        left -= 1
        if left < 0:
            raise TooLarge
        one = waiting.pop()
        waiting += one.values() if isinstance(one, Estimator) else ()
        waiting += [*one.keys(), *dict.values(one)] if isinstance(one, dict) else ()
        waiting += one if isinstance(one, (list, tuple, set)) else ()


def _copied(value: Any) -> Any:
    """A value whose lists and estimators are its own."""
    if isinstance(value, Estimator):
        return value.copied(value.key)
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copied(v) for v in value)
    return value


def parts_of(value: Any) -> Iterator[Any]:
    """The estimators and objects of the script's classes within a value, itself included, each once."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = stripped(waiting.pop(0))
        if id(one) in seen or isinstance(one, LEAVES):
            continue
        seen.add(id(one))
        if isinstance(one, (Estimator, Instance)):
            yield one
        waiting += one.values() if isinstance(one, Estimator) else ()
        waiting += list(dict.values(one)) if isinstance(one, dict) else ()
        waiting += one if isinstance(one, (list, tuple, set)) else ()


class Unreadable(Exception):
    """A value that cannot be written as an expression; the text says why."""


class OwnClass(Unreadable):
    """An object of a class of the script."""


class Written:
    """An estimator as an expression: what it needs, what is left out of it, and what keeps it from being one."""

    def __init__(self, estimator: Estimator):
        self.imports: set[str] = set()
        self.notes: dict[str, None] = {}
        #: sentences about what is not as the script has it; and about what it is assumed for
        self.guesses: dict[str, None] = {}
        self.branches: dict[str, None] = {}
        #: why the expression does not make the same thing, "" when it does
        self.problem = ""
        #: True: some of its arguments, or of those within, could not be read
        self.incomplete = False
        try:
            weigh(estimator)
            self.make = self._estimator(estimator)
        except (RecursionError, TooLarge):
            self.make, self.problem = "", f"{estimator.where} {estimator.short} has arguments that are too long"

    def _estimator(self, made: Estimator) -> str:
        self.branches.update(dict.fromkeys(made.why))
        if made.sign:
            parts = [self._argument(made, "", a, f"{made.where} a kernel is not a literal") for a in made.args]
            return f"({parts[0]} {made.sign} {parts[1]})"
        self.imports.add(made.name.rpartition(".")[0])
        if not made.complete:
            said = f"{made.where} {made.short}(...) has arguments that cannot be read"
            self.incomplete = True
            self.problem = self.problem or (said if COMPOSED.search(made.short) else "")
            self._leave_out(f"{said}: the model is tried without them")
        problem = f"{made.where} an argument of {made.short} is not a literal"
        parts = [self._argument(made, "", a, problem) for a in made.args]
        parts += [f"{k}={text}" for k, v in made.kwargs.items() if (text := self._argument(made, k, v, ""))]
        code = f"{made.name}({', '.join(parts)})"
        if len(code) > LONGEST_CODE:
            raise TooLarge
        return code

    def _argument(self, made: Estimator, name: str, value: Any, problem: str) -> str:
        """One argument as text, "" where it is left out."""
        if name and names_file(name, stripped(value)):
            self._leave_out(f"{made.where} {name} of {made.short} names a file: the model is tried without it")
            return ""
        if SEARCH.match(made.name) and (name in GRIDS or (not name and made.args[1:2] == [value])):
            value = self._narrow(value, made.where)
        standin = standin_for(made.short, name)
        if standin and isinstance(stripped(value), Function):
            self._leave_out(f"{made.where} {made.short} is given a function of the script: {standin} stands in for it")
            self.imports |= {"copy"} & {standin.partition(".")[0]}
            return standin
        try:
            return self.value(kept_inside(value, name))
        except OwnClass as error:
            self.problem = self.problem or str(error)
            return ""
        except Unreadable as error:
            because = f" ({error})" if str(error) else ""
        if problem or name in ESSENTIAL or isinstance(value, Function):
            self.problem = (
                self.problem or f"{problem or f'{made.where} {name} of {made.short} is not a literal'}{because}"
            )
        else:
            self._leave_out(f"{made.where} {name} of {made.short} is not a literal: the default is tried")
        return ""

    def _leave_out(self, sentence: str) -> None:
        self.notes.setdefault(sentence)
        self.guesses.setdefault(sentence)

    def value(self, value: Any) -> str:
        """A value as an expression with full names; adds the modules it needs. Raises Unreadable."""
        if isinstance(value, Assumed):
            self.branches.update(dict.fromkeys(value.why))
            return self.value(value.value)
        if isinstance(value, Choice):
            self.branches.setdefault(value.why)
            return self.value(value.of[-1])
        if isinstance(value, Estimator):
            return self._estimator(value)
        if isinstance(value, Reference):
            return self._name(value)
        if isinstance(value, Array) and value.code:
            self.imports.add("numpy")
            return self._call(*value.code)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.value(k)}: {self.value(v)}" for k, v in dict.items(value)) + "}"
        if isinstance(value, HOLDERS):
            return self._items(value)
        if isinstance(value, LEAVES):
            return _literal(value)
        if isinstance(value, Function):
            raise Unreadable("it uses a function of the script")
        if isinstance(value, Instance) and value.of:
            raise OwnClass(f"{value.where} {value.of.name} is a class of the script")
        raise Unreadable(f"it uses {value.name} of the script" if isinstance(value, Class) else "")

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        parts = [self.value(a) for a in args] + [f"{k}={self.value(v)}" for k, v in kwargs.items()]
        return f"{name}({', '.join(parts)})"

    def _items(self, value: Any) -> str:
        """A list, tuple or set."""
        inner = ", ".join(map(self.value, value))
        if len(inner) > LONGEST_CODE:
            raise TooLarge
        if isinstance(value, tuple):
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return f"[{inner}]" if isinstance(value, list) else f"{{{inner}}}" if inner else "set()"

    def _name(self, value: Reference) -> str:
        """A name of a library; of a builtin only the name itself."""
        module = value.name.rpartition(".")[0]
        if module.partition(".")[0] == "builtins":
            return value.name.partition(".")[2]
        if module.partition(".")[0] not in (*LIBRARIES, "numpy", "math", "scipy"):
            raise Unreadable(f"it uses {value.name} of the script")
        self.imports.add(module)
        return value.name

    def _narrow(self, grid: Any, where: str) -> Any:
        """A grid of a search with the first and last value of each parameter, where it has many candidates."""
        if isinstance(grid, list):
            return [self._narrow(one, where) for one in grid]
        lists = [v for v in grid.values() if isinstance(v, (list, tuple))] if isinstance(grid, dict) else []
        if prod(map(len, lists)) <= FEW:
            return grid
        found = {k: _ends(v) for k, v in grid.items()}
        if found != grid:
            self.notes.setdefault(f"{where} the search is tried with the first and last value of each parameter")
        return found


def _ends(values: Any) -> Any:
    """The first and the last of more than two literals."""
    plain = isinstance(values, (list, tuple)) and all(isinstance(v, LEAVES) for v in leaves(values))
    return [values[0], values[-1]] if plain and len(values) > 2 else values


def _literal(value: Any) -> str:
    """A literal, with NaN and infinity written so that they can be read back."""
    infinite = isinstance(value, float) and (value != value or value in (float("inf"), float("-inf")))
    return f"float({str(value)!r})" if infinite else repr(value)
