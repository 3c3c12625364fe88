"""References: what the linker suspects, confirmed by syntax trees, with the roots that run into it."""

from .confirm import assigns, eager_nodes, lazy_nodes, line_importing, line_using
from .linking import Linker
from .places import STANDARD


def line_of(linker: Linker, consumer: str, target: str, name: str, eager: bool = True) -> int:
    """The line on which a module surely imports something, or a function of it without a guard; 0 where none does."""

    def look() -> int:
        nodes = (eager_nodes if eager else lazy_nodes)(linker.tree(consumer))
        return line_importing(nodes, linker.package(consumer), target, name)

    asks = "%s %s:%s" % ("imports" if eager else "calls for", target, name)
    return linker.remember(consumer, asks, look)  # type: ignore[return-value]


def use_of(linker: Linker, consumer: str, target: str, name: str, eager: bool) -> int:
    """The line on which a module surely reads `target.name`, 0 when it does not, or when it sets that name itself."""

    def look() -> int:
        tree = linker.tree(consumer)
        nodes = eager_nodes(tree) if eager else lazy_nodes(tree)
        line = line_using(tree, nodes, linker.package(consumer), target, name)
        return 0 if line and assigns(tree, name) else line

    return linker.remember(consumer, "uses %s:%s %s" % (target, name, eager), look)  # type: ignore[return-value]


def sure_path(linker: Linker, root: str, goal: str) -> bool:
    """Whether `import root` surely executes `goal`: a chain of imports, each seen at the top level of a syntax tree."""
    while True:
        path = shortest(linker.edges, root, goal)
        if not path:
            return root == goal
        for module, target in zip(path, path[1:]):  # noqa: B905
            implied = target == module.rpartition(".")[0]
            if not implied and not line_of(linker, module, target, ""):
                del linker.edges[module][target]
                break
        else:
            return True


def shortest(edges: dict, root: str, goal: str) -> list:
    """The shortest chain of modules from root to goal, empty when there is none or when they are the same."""
    came, queue = {root: ""}, [root]
    for module in queue:
        for target in edges.get(module, ()):
            if target not in came:
                came[target] = module
                queue.append(target)
        if goal in came:
            break
    path = [goal] if goal in came and goal != root else []
    while path and path[0] != root:
        path.insert(0, came[path[0]])
    return path


def executes(linker: Linker, root: str, goal: str) -> bool:
    """`sure_path`, asked once for each pair."""
    if (root, goal) not in linker.sure:
        linker.sure[root, goal] = sure_path(linker, root, goal)
    return linker.sure[root, goal]


def roots_into(linker: Linker, roots: list, consumer: str) -> list:
    """The roots whose import surely executes a module; a dotted root executes its parents first."""
    found = []
    for root in roots:
        parts = root.split(".")
        if any(executes(linker, ".".join(parts[:n]), consumer) for n in range(1, len(parts) + 1)):
            found.append(root)
    return found


def name_of_owner(linker: Linker, module: str) -> str:
    """Canonical name of the distribution that owns a module, "" for nobody."""
    return getattr(linker.owner(module), "name", "")


def reference(linker: Linker, consumer: str, line: int, kind: str, target: str, name: str, eager: bool) -> dict:
    """The fields of one `unresolved` frame, roots apart."""
    return {
        "consumer": name_of_owner(linker, consumer),
        "module": consumer,
        "file": linker.finder.find(consumer).file,
        "line": line,
        "kind": kind,
        "target": target,
        "name": name,
        "provider": name_of_owner(linker, target),
        "eager": eager,
    }


def unresolved_imports(linker: Linker) -> list:
    """Imports that surely run and surely fail."""
    found = []
    for consumer, target, name in sorted(linker.suspects):
        line = line_of(linker, consumer, target, name)
        if line and not (not name and put_on_path(linker, consumer, target)):
            kind = "missing-name" if name else "missing-module"
            found.append(reference(linker, consumer, line, kind, target, name, True))
    return found


def find_lacking(linker: Linker, asked: dict) -> list:
    """What a script asks for by dotted names, and installed packages lack; one that is not there at all is none."""
    found = []
    for dotted, where in asked.items():
        module, name = dotted, ""
        while module and not linker.finder.find(module):
            module, _, name = module.rpartition(".")
        if name and module and not linker.provides(module, name):
            file, _, line = where.rpartition(":")
            fields = {"consumer": "", "module": "", "file": file, "line": int(line), "kind": "missing-name"}
            fields.update(target=module, name=name, provider=name_of_owner(linker, module), eager=True, roots=[module])
            found.append(fields)
    return found


def put_on_path(linker: Linker, consumer: str, target: str) -> bool:
    """Whether code that runs before lengthens the search path, and may so bring a top-level module about."""
    for module in linker.edges if "." not in target else ():
        if linker.entry(module)[1][2] & 4:
            owner = linker.owner(module)
            tops = [module.partition(".")[0]] + list(getattr(owner, "modules", ()))
            if consumer.partition(".")[0] in tops:
                return True
            bundled = [t + "._vendor." + target for t in tops] + [t + ".vendor." + target for t in tops]
            if any(linker.finder.find(name) for name in bundled):
                return True
    return False


def unresolved_uses(linker: Linker) -> list:
    """Attributes of modules that are gone: at import, and for the packages of the conversion path in functions."""
    found = []
    for consumer in sorted(list(linker.edges) + list(linker.late)):
        deep = bool(linker.lazy) and consumer.startswith(linker.lazy)
        for target, names in linker.entry(consumer)[1][3].items():
            for name in names if is_module(linker, target) else ():
                if not linker.provides(target, name):
                    line = use_of(linker, consumer, target, name, True)
                    eager = bool(line) and consumer in linker.edges
                    line = line or (use_of(linker, consumer, target, name, False) if deep else 0)
                    if line:
                        found.append(reference(linker, consumer, line, "removed-attribute", target, name, eager))
    return found


def unresolved_calls(linker: Linker) -> list:
    """Names that functions of the conversion path import from installed packages that lack them."""
    found = []
    for consumer in sorted(list(linker.edges) + list(linker.late)):
        table = linker.entry(consumer)[1]
        for target, names in table[4] + (table[0] if consumer in linker.late else []):
            for name in names if linker.finder.find(target) else ():
                if not linker.provides(target, name):
                    line = line_of(linker, consumer, target, name, False)
                    line = line or (line_of(linker, consumer, target, name) if consumer in linker.late else 0)
                    if line:
                        found.append(reference(linker, consumer, line, "missing-name", target, name, False))
    return found


def is_module(linker: Linker, dotted: str) -> bool:
    """Whether a dotted name that code imported is an installed module, not a function of that name."""
    place = linker.finder.find(dotted)
    if not place or place.kind == STANDARD:
        return False
    parent, _, name = dotted.rpartition(".")
    if not parent:
        return True
    table = linker.entry(parent)[1]
    return " %s " % name not in table[1] or any(m == parent and name in names for m, names in table[0])


#: frames of one look at most: one cause repeats itself in many modules
MOST_UNRESOLVED = 60


def find_unresolved(linker: Linker, roots: list) -> list:
    """Everything that does not resolve, with the roots that run into it; what no root surely reaches is left out."""
    found = []
    for one in unresolved_imports(linker) + unresolved_uses(linker) + unresolved_calls(linker):
        module = one["module"]
        one["roots"] = roots_into(linker, roots, module.partition(".")[0] if module in linker.late else module)
        if one["roots"]:
            found.append(one)
    return sorted(found, key=lambda one: not one["eager"])[:MOST_UNRESOLVED]
