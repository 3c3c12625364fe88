"""Functions and classes of the script: what is called is followed with the arguments that it is given."""

from __future__ import annotations

import ast
from typing import Any

from ..values.proxies import Call, Class, Function, Instance, Scope, Unknown
from .state import DEPTH, State, joined


class Following(State):
    """The first layer of a reading."""

    def made(self, of: Class, call: Call) -> Any:
        """An object of a class of the script; its constructor is followed."""
        made = Instance({}, of, call.where)
        constructor = of.find("__init__")
        if isinstance(constructor, Function):
            self.entered_with(Function(constructor.node, constructor.scopes, constructor.label, made), call)
        names = [n.target.id for n in of.node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
        if constructor is None and names:  # a dataclass, or like one
            made.attributes.update({**dict(zip(names, call.args, strict=False)), **call.kwargs})
        return made

    def entered_with(self, function: Function, call: Call) -> Any:
        """Follow a function of the script with these arguments; what it returns, unknown for a generator."""
        node = function.node
        self.entered.add(id(node))
        if self.depth >= DEPTH or self.fuel < 0:
            return Unknown()
        kept = self.scopes, self.label, self.ends
        self.scopes = (*function.scopes, self.parameters(function, call))
        self.label, self.ends, self.depth = function.label, True, self.depth + 1
        self.returned.append([])
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body)
            self.follow(node.body)
            values = self.returned[-1] or [None]
            found = values[0]
            for value in values[1:]:
                found = joined(found, value, f"{function.label}:{node.lineno} what {node.name} returns cannot be read")
            return found
        finally:
            self.returned.pop()
            self.scopes, self.label, self.ends = kept
            self.depth -= 1

    def parameters(self, function: Function, call: Call) -> Scope:
        """The scope that a call starts with: arguments, then defaults, then nothing known."""
        spec = function.node.args
        names = [a.arg for a in spec.posonlyargs + spec.args]
        scope: Scope = {n: Unknown() for n in (*names, *(a.arg for a in spec.kwonlyargs))}
        for name, default in zip(reversed(names), reversed(spec.defaults), strict=False):
            scope[name] = self.evaluate(default)
        for argument, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if value is not None:
                scope[argument.arg] = self.evaluate(value)
        given = call.args if function.of is None else (function.of, *call.args)
        scope.update(zip(names, given, strict=False))
        extra = {k: v for k, v in call.kwargs.items() if k not in scope}
        scope.update({k: v for k, v in call.kwargs.items() if k in scope})
        if spec.vararg:
            scope[spec.vararg.arg] = tuple(given[len(names) :])
        if spec.kwarg:
            scope[spec.kwarg.arg] = extra
        return scope
