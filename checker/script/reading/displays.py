"""Lists, dicts, texts and comprehensions that a script writes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..plain import LONGEST, each, stripped
from ..values.holders import LEAVES, leaves
from ..values.proxies import File, Unknown
from .calls import Calls
from .comparing import truth


class Displays(Calls):
    """The third layer of a reading."""

    def elements(self, nodes: list[ast.expr]) -> Iterator[Any]:
        """The elements of a display; raises TypeError for a starred one that is not known."""
        for element in nodes:
            if isinstance(element, ast.Starred):
                parts = each(self.value(element.value))
                if parts is None:
                    raise TypeError
                yield from parts
            else:
                yield self.evaluate(element)

    def of_List(self, node: ast.List) -> Any:
        return list(self.elements(node.elts))

    def of_Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.elements(node.elts))

    def of_Set(self, node: ast.Set) -> Any:
        found = list(self.elements(node.elts))
        list(leaves(found, LONGEST))
        return set(found)

    def of_Dict(self, node: ast.Dict) -> Any:
        found: dict[Any, Any] = {}
        for key, given in zip(node.keys, node.values, strict=True):
            value = self.evaluate(given)
            if key is not None:
                found[self.key(key)] = value
            elif isinstance(stripped(value), dict):
                found |= dict(stripped(value).items())
            else:
                self.doubt(found, f"{self.where(node)} a dict is filled with what cannot be read")
        return found

    def key(self, node: ast.expr) -> Any:
        """A key of a dict; raises TooLarge for one whose hash would cost too much."""
        found = self.value(node)
        if isinstance(found, (tuple, str)):
            list(leaves(found, LONGEST))
        return found

    def of_JoinedStr(self, node: ast.JoinedStr) -> Any:
        parts: list[str] = []
        for part in node.values:
            value = self.value(part.value if isinstance(part, ast.FormattedValue) else part)
            simple = not isinstance(part, ast.FormattedValue) or (part.format_spec is None and part.conversion == -1)
            if isinstance(value, File):
                value = value.path
            if not isinstance(value, LEAVES) or not simple:
                return Unknown()
            parts.append(str(value))
        return "".join(parts)

    def of_ListComp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Any:
        """A comprehension over known items, unknown over others."""
        found: list[tuple[Any, Any]] = []
        outer = self.scopes
        self.scopes = (*outer, {})
        try:
            if not self.filled(node, 0, found):
                return Unknown()
        finally:
            self.scopes = outer
        if isinstance(node, ast.DictComp):
            return dict(found)
        values = [v for _, v in found]
        if isinstance(node, ast.SetComp):
            list(leaves(values))
            return set(values)
        return values

    of_GeneratorExp = of_SetComp = of_DictComp = of_ListComp

    def filled(self, node: Any, level: int, found: list[tuple[Any, Any]]) -> bool:
        """Collect what one level of a comprehension yields; False when its items or conditions are not known."""
        if level == len(node.generators):
            of_dict = isinstance(node, ast.DictComp)
            found.append((self.key(node.key) if of_dict else None, self.evaluate(node.value if of_dict else node.elt)))
            return True
        generator = node.generators[level]
        items = each(self.value(generator.iter))
        if items is None or len(items) > LONGEST or self.fuel < 0:
            return False
        for one in items:
            self.assign(generator.target, one)
            wanted = [truth(self.value(condition)) for condition in generator.ifs]
            if None in wanted or (all(wanted) and not self.filled(node, level + 1, found)):
                return False
        return True

    def assign(self, target: ast.expr, value: Any) -> None:
        """Bind a value to whatever stands left of the equals sign."""
        raise NotImplementedError
