"""Why a module lacks a name that its own source binds: an import before it failed, and the module went on."""

import ast
from typing import Any

from .errors import attribute

#: what a handler must catch for an import under `try` to fail in silence
CATCHES = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def goes_on(node: Any) -> bool:
    """Whether a statement is a `try` that goes on after a failed import."""
    caught = [h.type for h in node.handlers] if isinstance(node, ast.Try) else []
    kinds = [k for c in caught for k in (getattr(c, "elts", [c]) if c is not None else [ast.Name(CATCHES[0])])]
    return any(getattr(kind, "id", "") in CATCHES for kind in kinds)


def bound_by(statement: Any) -> set:
    """The names that a statement of a module binds."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def leading_imports(tree: Any, name: str) -> list:
    """The import statements under `try` that must work before the module binds a name, with that one; [] for none."""
    for node in filter(goes_on, tree.body):
        places = [number for number, statement in enumerate(node.body) if name in bound_by(statement)]
        if places:
            before = node.body[: places[0] + 1]
            return [statement for statement in before if isinstance(statement, (ast.Import, ast.ImportFrom))]
    return []


def lines_of(statement: Any) -> list:
    """An import statement as source, a line a name."""
    if isinstance(statement, ast.Import):
        return ["import %s" % alias.name for alias in statement.names]
    module = "." * statement.level + (statement.module or "")
    return ["from %s import %s" % (module, alias.name) for alias in statement.names]


def hidden_cause(module: Any, name: str) -> Any:
    """The error of the guarded import to which a module owes the lack of a name, None where there is no such."""
    file = attribute(module, "__file__") or ""
    if type(file) is not str or not file.endswith(".py"):
        return None
    try:
        with open(file, "rb") as source:
            imports = leading_imports(ast.parse(source.read()), name)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
    scope = {"__name__": attribute(module, "__name__"), "__package__": attribute(module, "__package__")}
    for line in [line for statement in imports for line in lines_of(statement)]:
        try:
            exec(line, dict(scope))
        except Exception as error:
            return error
    return None


def explain_lack(error: Any, module: Any, name: str) -> None:
    """Put the hidden cause before the error that tells only that a name is missing, and say so in its facts."""
    cause = hidden_cause(module, name)
    if cause is not None:
        try:
            error.__cause__ = cause
            error.facts = dict(attribute(error, "facts") or {}, hidden=True)
        except Exception:  # an exception that takes no attribute: it is told without its cause
            pass
