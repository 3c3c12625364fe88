"""What a script asks of its model's quality, which a training on a part of the rows may not reach."""

import ast
import linecache
import re
from typing import Any

#: words in the names of what measures a model, and of what compares two answers, which no number of rows changes
MEASURES = re.compile(
    r"(?i)(^|_)(acc|accuracy|auc|roc|scores?|f1|r2|rmse|mae|mse|mape|rmsle|loss|logloss|precision|recall|metrics?|"
    r"quality|gini|kappa|brier|performance|baseline)(_|\d|$)"
)
COMPARES = re.compile(r"(?i)close|array_equal|^abs$|diff|onnx|ort|sess|parity")


def below_quality(error: BaseException, place: Any, cut: str) -> str:
    """Why an exception may come of a small training, "" where nothing was `cut` or the line asks for no quality.

    `place` is the innermost step of its traceback, a line of the user's own code.
    """
    if not cut or not isinstance(error, (Exception, SystemExit)):
        return ""
    names = {name for test in tests_around(place) for name in names_in(test)}
    asks = any(MEASURES.search(n) for n in names) and not any(COMPARES.search(n) for n in names)
    return "asks for a quality that a training on %s may not reach" % cut if asks else ""


def tests_around(place: Any) -> list:
    """What is asked by the line itself, an `assert`, or by the innermost `if` around a `raise` or a way out."""
    lines = linecache.getlines(place.tb_frame.f_code.co_filename, place.tb_frame.f_globals)
    try:
        found = around(ast.parse("".join(lines)), place.tb_lineno)
    except (SyntaxError, ValueError):
        return []
    last = found[-1] if found else None
    if isinstance(last, ast.Assert):
        return [last.test]
    leaves = isinstance(last, ast.Raise) or isinstance(last, ast.Expr) and "exit" in str(names_in(last))
    tests = [one.test for one in found if isinstance(one, ast.If)]
    return tests[-1:] if leaves else []


def around(tree: Any, number: int) -> list:
    """The statements in which a line stands, outermost first."""
    found = []  # type: list
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.stmt, ast.excepthandler)) and node.lineno <= number:
            found = [node] + around(node, number)
    return found


def names_in(tree: Any) -> list:
    """All names in an expression, and the texts with which something is looked up."""
    fields = ("id", "attr", "s" if type(tree).__name__ == "Str" else "value")
    own = [value for value in (getattr(tree, field, None) for field in fields) if isinstance(value, str)]
    return own + [name for node in ast.iter_child_nodes(tree) for name in names_in(node)]
