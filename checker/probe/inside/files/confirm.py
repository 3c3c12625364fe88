"""Confirmation: the same questions put to a syntax tree, for the few files where the scanner misses something."""

import ast
import re

from .symbols import absolute

#: conditions under which a function's code knows what it does: it asks for a release first
ASKS = re.compile(r"version|TYPE_CHECKING|find_spec", re.I)
GUARDS = (ast.Try, ast.If, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def parse_text(text: str) -> object:
    """The syntax tree of a module, an empty one when this interpreter cannot parse it."""
    try:
        return ast.parse(text.encode("latin-1"))
    except (SyntaxError, ValueError, RecursionError):
        return ast.parse("")


def eager_nodes(tree: object) -> list:
    """Every node that surely runs when the module is imported: none in functions, under a condition or `try`."""
    found, pending = [], [tree]
    while pending:
        node = pending.pop()
        found.append(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            pending += node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]
        elif isinstance(node, ast.If) and getattr(node.test, "id", "").endswith("_SETUP__"):
            pending += node.orelse
        elif not isinstance(node, GUARDS + (ast.IfExp, ast.BoolOp, ast.GeneratorExp)):
            pending += ast.iter_child_nodes(node)  # type: ignore[arg-type]
    return found


def lazy_nodes(tree: object) -> list:
    """Every node inside a function that is not under `try`, nor under a condition that asks for a release."""
    found, pending, modules = [], [(tree, False)], names_imported(tree)
    while pending:
        node, inside = pending.pop()
        if inside:
            found.append(node)
        if isinstance(node, ast.Try) or (isinstance(node, ast.If) and asks_first(node.test, modules)):
            continue
        inside = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        pending += [(child, inside) for child in before_guard(node, modules)]
    return found


def before_guard(node: object, modules: set) -> list:
    """The children of a node, up to an `if` that asks for a release and then returns: what follows knows the answer."""
    found = []
    for child in ast.iter_child_nodes(node):  # type: ignore[arg-type]
        found.append(child)
        if isinstance(child, ast.If) and isinstance(child.body[-1], (ast.Return, ast.Raise)):
            if asks_first(child.test, modules):
                break
    return found


def names_imported(tree: object) -> set:
    """The names that import statements bind anywhere in a module."""
    found = set()  # type: set
    for node in ast.walk(tree):  # type: ignore[arg-type]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    return found


def asks_first(test: object, modules: set) -> bool:
    """Whether a condition asks for a release, or whether a module has an attribute."""
    for node in ast.walk(test):  # type: ignore[arg-type]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hasattr" and node.args:
            if getattr(node.args[0], "id", "") in modules:
                return True
    return ASKS.search(ast.dump(test)) is not None  # type: ignore[arg-type]


def imports_in(nodes: list, package: str) -> list:
    """(line, module, name or "") of the import statements among nodes."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = absolute("." * node.level + (node.module or ""), package)
            found += [(node.lineno, module, alias.name) for alias in node.names]
    return found


def line_importing(nodes: list, package: str, target: str, name: str) -> int:
    """The line of the statement that imports `name` from `target`, or with no name executes `target`; 0 for none."""
    for line, module, asked in imports_in(nodes, package):
        if name and module == target and asked == name:
            return line
        executes = asked in ("*", target.rpartition(".")[2]) and module == target.rpartition(".")[0]
        if not name and ((module + ".").startswith(target + ".") or executes):
            return line
    return 0


def aliases_in(tree: object, package: str, target: str) -> set:
    """The names under which a module's code knows the module `target`."""
    names = set()  # type: set
    for node in ast.walk(tree):  # type: ignore[arg-type]
        if isinstance(node, ast.Import):
            for a in node.names:
                if a.name == target or (not a.asname and a.name.startswith(target + ".")):
                    names.add(a.asname or a.name)
        elif isinstance(node, ast.ImportFrom):
            module = absolute("." * node.level + (node.module or ""), package)
            names.update(a.asname or a.name for a in node.names if module + "." + a.name == target)
    return {name.partition(".")[0] for name in names}


def line_using(tree: object, nodes: list, package: str, target: str, name: str) -> int:
    """The first line among nodes that reads `target.name`, 0 for none."""
    reads = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
    ]
    aliases = aliases_in(tree, package, target) if reads else ()
    return min((node.lineno for node in reads if getattr(node.value, "id", "") in aliases), default=0)


def outer_nodes(tree: object) -> list:
    """Every node outside functions and classes, whatever condition it stands under."""
    found, pending = [], [tree]
    while pending:
        node = pending.pop()
        found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending += ast.iter_child_nodes(node)  # type: ignore[arg-type]
    return found


def texts_below(node: object) -> set:
    """Every text constant in an expression that is an identifier."""
    texts = [getattr(n, "value", getattr(n, "s", None)) for n in ast.walk(node)]  # type: ignore[arg-type]
    return {t for t in texts if isinstance(t, str) and t.isidentifier()}


def exported(tree: object) -> set:
    """The names in the definition of `__all__`, and of what it is put together from, that no statement binds."""
    nodes = outer_nodes(tree)
    wanted, names, bound = ["__all__"], set(), set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= names_imported(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    for name in wanted:
        for node in nodes:
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if getattr(node, "value", None) and any(getattr(t, "id", "") == name for t in targets):
                names |= texts_below(node.value)
                used = [n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)]
                wanted += [n for n in used if n not in wanted]
    return names - bound


def assigns(tree: object, name: str) -> bool:
    """Whether code sets `something.name = ...`: then somebody puts the name back."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(tree)  # type: ignore[arg-type]
    )


def binds(tree: object, name: str, declared_global: bool) -> bool:
    """Whether any statement could bind `name` at module level; function bodies count only where they may declare it."""
    for node in ast.walk(tree) if declared_global else outer_nodes(tree):  # type: ignore[arg-type]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name:
            return True
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if name in names_imported(node):
                return True
        if isinstance(node, ast.ExceptHandler) and node.name == name:
            return True
    return False


def is_dynamic(tree: object) -> bool:
    """Whether a module's source puts names into its own namespace by other means than statements."""
    pending = [(tree, False)]
    while pending:
        node, inside = pending.pop()
        if isinstance(node, ast.For) and len(texts_below(node.iter)) == len(getattr(node.iter, "elts", [None])):
            continue  # `for name in ["float96", ...]: globals()[name] = ...`: these names are spelled out
        if writes_namespace(node, inside):
            return True
        inside = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]  # type: ignore[arg-type]
    return False


def answers_by_list(function: object) -> bool:
    """Whether a module `__getattr__` only compares the name with what its own source spells out, and else raises."""
    if not isinstance(function.body[-1], ast.Raise):  # type: ignore[attr-defined]
        return False
    asked = function.args.args[0].arg  # type: ignore[attr-defined]
    allowed = set()  # type: set
    for node in ast.walk(function):  # type: ignore[arg-type]
        parts = []  # type: list
        if isinstance(node, ast.Compare):  # the name itself, and not what is made of it
            parts = [node.left] + list(node.comparators)
        elif isinstance(node, (ast.Subscript, ast.Raise, ast.JoinedStr)):
            parts = list(ast.walk(node))
        allowed.update(id(n) for n in parts if isinstance(n, ast.Name) and n.id == asked)
        if isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Name):
            return False
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == asked]  # type: ignore[arg-type]
    return all(id(n) in allowed for n in names)


def writes_namespace(node: object, inside: bool) -> bool:
    """Whether one node may write module-level names; in functions only what surely means the module counts."""
    if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
        method = node.args.args and node.args.args[0].arg in ("self", "cls")
        return not (method or (len(node.args.args) == 1 and answers_by_list(node)))
    if isinstance(node, ast.Subscript):
        held = ast.dump(node.value)
        own = "modules" in held and "__name__" in ast.dump(node.slice)
        stored = isinstance(node.ctx, ast.Store)
        marks = ("'globals'", "'vars'", "'locals'", "__dict__", "'modules'")
        return own or (stored and any(mark in held for mark in marks))
    if isinstance(node, ast.Call):
        called = ast.dump(node.func)
        if called.startswith("Attribute") and ("'globals'" in called or "'vars'" in called or "'locals'" in called):
            return getattr(node.func, "attr", "") in ("update", "setdefault", "__setitem__")
        if getattr(node.func, "id", "") in ("exec", "setattr", "eval", "execfile"):
            return not inside or "'globals'" in ast.dump(node) or "'modules'" in ast.dump(node)
        if getattr(node.func, "id", "") in ("globals", "vars", "locals") and not inside:
            return True
    return isinstance(node, ast.Name) and node.id == "__getattr__"


def removed_names(tree: object, read_sibling: object) -> set:
    """Names that a module's own `__getattr__` declares as gone: `if attr in NAMES: raise`, NAMES being literal.

    `read_sibling(module, level)` gives the tree of a module that NAMES is imported from, None when there is none.
    """
    gone = set()  # type: set
    for node in ast.walk(tree):  # type: ignore[arg-type]
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__" and len(node.args.args) == 1:
            asked = node.args.args[0].arg
            for branch in ast.walk(node):
                if isinstance(branch, ast.If) and branch.body and isinstance(branch.body[-1], ast.Raise):
                    gone |= tested_names(tree, branch.test, asked, read_sibling)
    return gone


def tested_names(tree: object, test: object, asked: str, read_sibling: object) -> set:
    """The names for which `attr in NAMES` or `attr == "name"` holds."""
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == asked):
        return set()
    right = test.comparators[0]
    if isinstance(test.ops[0], (ast.In, ast.Eq)):
        return listed(tree, right, read_sibling) if isinstance(right, ast.Name) else texts_in(right)
    return set()


def listed(tree: object, wanted: object, read_sibling: object, depth: int = 0) -> set:
    """The text constants in the definition of a module-level name, followed through imports and comprehensions."""
    name = wanted.id  # type: ignore[attr-defined]
    names = set()  # type: set
    for node in ast.walk(tree) if depth < 4 else ():  # type: ignore[arg-type]
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            value = node.value
            names |= texts_in(value)
            for part in getattr(value, "generators", ()):
                if isinstance(part.iter, ast.Name):
                    names |= listed(tree, part.iter, read_sibling, depth + 1)
        elif isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
            sibling = read_sibling(node.module or "", node.level)  # type: ignore[operator]
            names |= listed(sibling, wanted, read_sibling, depth + 1) if sibling else set()
    return names


def texts_in(value: object) -> set:
    """The identifiers among the text constants of an expression: the keys of a dict, the first items of tuples."""
    if isinstance(value, ast.Dict):
        parts = [k for k in value.keys if k]
    elif isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        parts = [e.elts[0] if isinstance(e, ast.Tuple) and e.elts else e for e in value.elts]
    else:
        parts = [value]  # type: ignore[list-item]
    texts = [getattr(p, "value", getattr(p, "s", None)) for p in parts]
    return {t for t in texts if isinstance(t, str) and t.isidentifier()}
