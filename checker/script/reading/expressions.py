"""What is known of an expression: one small method a kind of syntax node."""

from __future__ import annotations

import ast
import builtins
import math
import operator
from typing import Any

from ..graphs import calls as graphs
from ..graphs.built import Built
from ..plain import OPERATORS, SIGNS, bounded, computed, each, stripped
from ..story.values import Made
from ..uses import sessions
from ..uses.estimators import Estimator
from ..values.arrays import Array, arithmetic
from ..values.frames import Frame, Indexer
from ..values.holders import HOLDERS, LEAVES
from ..values.labels import Dates
from ..values.proxies import (
    Assumed,
    Bound,
    Call,
    Choice,
    Class,
    Dtype,
    File,
    Function,
    Instance,
    Module,
    Reference,
    Unknown,
)
from .comparing import comparison, truth
from .displays import Displays
from .state import SURPRISES, joined

_BUILTINS = frozenset(dir(builtins))
#: names of libraries that stand for a number or a text
CONSTANTS = {
    **{f"{module}.{name}": getattr(math, name) for module in ("numpy", "math") for name in ("inf", "nan", "pi", "e")},
    **{f"numpy.{name}": math.nan for name in ("NaN", "NAN")},
    **{f"numpy.{name}": math.inf for name in ("Inf", "PINF")},
    "sys.executable": "python",
    "os.sep": "/",
}
DATA = (Array, Dates, Frame, Indexer)


class Expressions(Displays):
    """The fourth layer of a reading."""

    def evaluate(self, node: ast.expr) -> Any:
        """What is known of an expression; unknown after any surprise, and when the fuel is used up."""
        self.fuel -= 1
        handler = getattr(self, f"of_{type(node).__name__}", None)
        if handler is None or self.fuel < 0:
            return Unknown()
        outer, self.met = self.met, []
        try:
            value = bounded(handler(node))
        except SURPRISES:
            value = Unknown()
        whys, self.met = tuple(dict.fromkeys(self.met)), outer
        if isinstance(value, HOLDERS):
            self.fuel -= len(value) // 10
        return Assumed(value, whys) if whys and isinstance(value, LEAVES) else value

    def of_Constant(self, node: ast.Constant) -> Any:
        return node.value

    def of_Name(self, node: ast.Name) -> Any:
        scope = self.lookup(node.id)
        if scope is not None:
            return scope[node.id]
        if node.id in ("__name__", "__file__"):
            return "__main__" if node.id == "__name__" else File(self.label)
        if node.id in ("get_ipython", "display"):
            return Reference(f"IPython.{node.id}")
        return Reference(f"builtins.{node.id}") if node.id in _BUILTINS else self.star(node.id)

    def of_Attribute(self, node: ast.Attribute) -> Any:
        base = self.value(node.value)
        if isinstance(base, Reference):
            name = f"{base.name}.{node.attr}"
            self.use(name, node, base.sure)
            return CONSTANTS.get(name, Reference(name, base.sure))
        return self.attribute(base, node.attr)

    def attribute(self, base: Any, name: str) -> Any:
        """An attribute of a known value; a method is bound to it."""
        if isinstance(base, (Instance, Module)):
            return self.of_own(base, name)
        if isinstance(base, Class):
            return self.of_function(base.find(name), None)
        if isinstance(base, Frame) and name in base.known and not hasattr(Frame, name):
            return base.known[name]
        if isinstance(base, DATA):
            found = getattr(type(base), name, None)
            return getattr(base, name) if isinstance(found, property) else Bound(base, name)
        if isinstance(base, Dtype) and name in ("name", "kind"):
            special = {"string": ("object", "O"), "datetime": ("datetime64[ns]", "M")}
            return special.get(base.kind, (base.kind, base.kind[:1]))[name == "kind"]
        if isinstance(base, Choice):
            return Choice(tuple(self.attribute(one, name) for one in base.of), base.why)
        if isinstance(base, Built):
            return graphs.attribute(base, name)
        if isinstance(base, Made):
            return base.attribute(name)
        if isinstance(base, Unknown):
            return Bound(base, name) if name == "astype" else Unknown(base.origin and f"{base.origin}.{name}")
        found = sessions.attribute(self, base, name)
        return Bound(base, name) if found is None else found

    def of_own(self, base: Instance | Module, name: str) -> Any:
        """An attribute of an object or module of the user's."""
        if isinstance(base, Module):
            return base.scope.get(name, Unknown())
        if name in base.attributes:
            return base.attributes[name]
        found = base.of.find(name) if base.of else None
        return Bound(base, name) if found is None else self.of_function(found, base)

    def of_function(self, found: Any, of: Any) -> Any:
        """A function of a class, bound to its object."""
        if not isinstance(found, Function) or isinstance(found.node, ast.Lambda):
            return Unknown() if found is None else found
        marks = {getattr(d, "id", "") for d in found.node.decorator_list}
        bound = Function(found.node, found.scopes, found.label, None if "staticmethod" in marks else of)
        return self.call(bound, Call()) if marks & {"property", "cached_property"} and of else bound

    def of_Subscript(self, node: ast.Subscript) -> Any:
        base, key = self.value(node.value), self.key(node.slice)
        if isinstance(base, Reference):
            name = {"numpy.c_": "numpy.column_stack", "numpy.r_": "numpy.concatenate"}.get(base.name)
            given = Call((list(key) if isinstance(key, tuple) else [key],), {}, self.where(node))
            return self.call(Reference(name), given) if name else Unknown(f"{base.name}[]")
        if isinstance(base, Choice):
            return Choice(tuple(self.item(one, key) for one in base.of), base.why)
        return self.item(base, key)

    def item(self, base: Any, key: Any) -> Any:
        """An item of a known value."""
        if isinstance(base, dict) and not isinstance(key, Unknown):
            return base[key]
        if isinstance(base, HOLDERS) and isinstance(key, Unknown):
            values = each(list(dict.values(base)) if isinstance(base, dict) else base) or []
            models = (Estimator, Reference, Class, Function)
            several = bool(values) and all(isinstance(v, models) for v in values)
            return Choice(tuple(values), "which one of several is taken cannot be read") if several else Unknown()
        if isinstance(base, Instance) and isinstance(key, str):
            return base.attributes.get(key, Unknown())
        if isinstance(base, Built):
            return graphs.item(base, key)
        if isinstance(base, Made):
            return base.item(key)
        if isinstance(base, (Frame, Indexer)):
            sessions.look_up(key)
        if isinstance(base, (*DATA, *HOLDERS, str, range)):
            return operator.getitem(base, key)  # type: ignore[arg-type]
        return sessions.item(self, base, key)

    def of_Slice(self, node: ast.Slice) -> Any:
        return slice(*(self.value(b) if b else None for b in (node.lower, node.upper, node.step)))

    def of_UnaryOp(self, node: ast.UnaryOp) -> Any:
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return Unknown() if known is None else not known
        if isinstance(value, Array):
            inverted = isinstance(node.op, ast.Invert)
            return value.but(
                target=value.target if inverted else value.target.replace("positive", "continuous"), bounds=()
            )
        return SIGNS[type(node.op)](value) if isinstance(value, LEAVES) else Unknown()

    def of_BinOp(self, node: ast.BinOp) -> Any:
        return self.combined(self.value(node.left), node.op, self.value(node.right), self.where(node))

    def combined(self, left: Any, sign_of: ast.operator, right: Any, where: str) -> Any:
        """The value of a binary operation."""
        sign, compute = OPERATORS[type(sign_of)]
        sessions.computed(self, sign, (left, right))
        if isinstance(left, Estimator) or isinstance(right, Estimator):
            first = left if isinstance(left, Estimator) else right
            return Estimator(first.name, (left, right), {}, where, sign=sign, why=self.why())
        if any(isinstance(v, (Array, Frame)) for v in (left, right)):
            return arithmetic(left, sign, right)
        if isinstance(left, File) and sign == "/":
            return File(f"{left.path}/{getattr(right, 'path', right)}") if isinstance(right, (str, File)) else Unknown()
        if all(isinstance(v, (*LEAVES, *HOLDERS)) for v in (left, right)):
            return computed(sign, compute, left, right)
        return Unknown()

    def of_Compare(self, node: ast.Compare) -> Any:
        values = [self.value(n) for n in (node.left, *node.comparators)]
        found = [comparison(a, type(op), b) for a, op, b in zip(values, node.ops, values[1:], strict=False)]
        if len(found) == 1 or isinstance(found[0], Array):
            return found[0]
        return all(found) if all(isinstance(f, bool) for f in found) else Unknown()

    def of_BoolOp(self, node: ast.BoolOp) -> Any:
        """`and` and `or`: the first operand that decides, unknown where one may."""
        decides = isinstance(node.op, ast.Or)
        value: Any = Unknown()
        for operand in node.values:
            value = self.value(operand)
            known = truth(value)
            if known is None:
                return Unknown()
            if known == decides:
                return value
        return value

    def of_IfExp(self, node: ast.IfExp) -> Any:
        test = self.evaluate(node.test)
        known = truth(stripped(test))
        if known is not None:
            self.strip(test)
            return self.evaluate(node.body if known else node.orelse)
        why = f"{self.where(node)} a condition cannot be read"
        with self.doubting(why):
            first, second = self.value(node.body), self.value(node.orelse)
        return joined(first, second, why)

    def of_Lambda(self, node: ast.Lambda) -> Any:
        return Function(node, self.scopes, self.label)

    def of_Call(self, node: ast.Call) -> Any:
        callee = self.value(node.func)
        if isinstance(callee, Bound):
            return self.method(callee.receiver, callee.name, self.arguments(node), node)
        return self.call(callee, self.arguments(node))

    def arguments(self, node: ast.Call) -> Call:
        """The arguments of a call, starred ones unpacked where they are known."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        complete = True
        for argument in node.args:
            if not isinstance(argument, ast.Starred):
                args.append(self.evaluate(argument))
                continue
            parts = each(self.value(argument.value))
            complete, args = complete and parts is not None, args + (parts or [])
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
                continue
            known = self.strip(value)
            complete = complete and isinstance(known, dict) and not self.doubts_of(known)
            kwargs |= {k: v for k, v in known.items() if isinstance(k, str)} if isinstance(known, dict) else {}
        self.fuel -= len(args) + len(kwargs)  # starred arguments may double with every call
        return Call(tuple(args), kwargs, self.where(node), complete)

    def of_NamedExpr(self, node: ast.NamedExpr) -> Any:
        value = self.evaluate(node.value)
        self.bind(node.target.id, value)
        return value

    def of_Await(self, node: ast.Await) -> Any:
        return self.evaluate(node.value)
