"""Import statements of a script, and whether they surely run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import Import

#: statements whose body may not run; the body of a `with` at module level surely does
GUARDS = (ast.If, ast.Try, ast.For, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def find_imports(tree: ast.AST, label: str, sure: bool = True) -> Iterator[Import]:
    """Every import statement below a node, in order of appearance."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from one_statement(node, label, sure)
        elif isinstance(node, (ast.stmt, ast.ExceptHandler)) or type(node).__name__ == "match_case":
            certain = sure and (is_main(node) or not isinstance(node, GUARDS))
            yield from find_imports(node, label, certain and type(node).__name__ not in ("TryStar", "Match"))


def one_statement(node: ast.Import | ast.ImportFrom, label: str, sure: bool) -> Iterator[Import]:
    """The imports of one statement; a relative import keeps its dots."""
    where = f"{label}:{node.lineno}"
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, "", where, sure) for alias in node.names)
        return
    module = "." * node.level + (node.module or "")
    yield from (Import(module, alias.name, where, sure) for alias in node.names)


def is_main(node: ast.AST) -> bool:
    """Whether this is `if __name__ == "__main__":`, which runs when the script is run."""
    return isinstance(node, ast.If) and ast.unparse(node.test).replace('"', "'") == "__name__ == '__main__'"
