"""Linking: follow what `import root` runs, module by module, and name every reference that resolves to nothing."""

import os
import sys

from .confirm import binds, exported, is_dynamic, parse_text, removed_names
from .inventory import RESTS_ON, text_of
from .places import NAMESPACE, PACKAGE, STANDARD, Finder, is_standard
from .symbols import INNER_STAR, Store, absolute, conjures, looks_bound, occurs, scan, shelf_key, tests_names

NO_TABLE = [[], " ", 3, {}, []]  # type: list


class Linker:
    """One walk over the modules that the roots execute."""

    def __init__(self, finder: Finder, installed: list, store: Store, lazy: list) -> None:
        self.finder = finder
        self.store = store
        self.lazy = tuple(lazy)
        self.owners = {}  # type: dict
        for found in installed:
            for top in found.modules:
                self.owners.setdefault(top.partition(".")[0], []).append(found)
        self.keys = {}  # type: dict
        self.entries = {}  # type: dict
        #: file -> size in bytes, of what was read
        self.sizes = {}  # type: dict
        self.trees = {}  # type: dict
        #: module -> the modules that it executes, in order
        self.edges = {}  # type: dict
        #: (root, module) -> whether importing the one surely executes the other
        self.sure = {}  # type: dict
        self.missing = {}  # type: dict
        self.answers = {}  # type: dict
        self.pending = []  # type: list
        #: modules of the lazy packages that only their functions import
        self.late = {}  # type: dict
        #: (consumer, target, name) that did not resolve, not yet confirmed
        self.suspects = {}  # type: dict

    # --- what a module is -------------------------------------------------------------------------------

    def owner(self, module: str) -> object:
        """The distribution whose file answers a module, None when nobody owns it."""
        place = self.finder.find(module)
        file = place.file
        claims = [o for o in self.owners.get(module.partition(".")[0], ()) if not file or file.startswith(o.base)]
        if len(claims) < 2 or not file:
            return claims[0] if len(claims) == 1 or (claims and not place) else None
        listed = [o for o in claims if file[len(o.base) :].replace(os.sep, "/") in o.files()]
        return (listed or claims)[0]

    def is_library_module(self, module: str) -> bool:
        """Whether a module is part of the standard library."""
        return self.finder.find(module).kind == STANDARD

    def shelf_of(self, module: str, kind: str) -> tuple:
        """(key of the shelf, whether function bodies are scanned) of a module."""
        folder = os.path.dirname(self.finder.find(module).file)
        if folder not in self.keys:
            deep = module.startswith(self.lazy) if self.lazy else False
            if kind == STANDARD:
                key = shelf_key("standard library " + sys.prefix)
            else:
                record = getattr(self.owner(module), "record", "")  # without one, no build is told from another
                key = shelf_key("%s %s" % (deep, record)) if record else ""
            self.keys[folder] = (key, deep)
        return self.keys[folder]

    def entry(self, module: str) -> list:
        """[size, table, memo] of a module; one that is no Python source has an open table."""
        if module not in self.entries:
            self.entries[module] = self._entry(module)
        return self.entries[module]

    def _entry(self, module: str) -> list:
        place = self.finder.find(module)
        if not place.file:
            return [0, NO_TABLE, {}]
        RESTS_ON.add(place.file)
        try:
            size = os.stat(place.file).st_size
        except OSError:
            return [0, NO_TABLE, {}]
        self.sizes[place.file] = size
        key, deep = self.shelf_of(module, place.kind)
        shelf = self.store.shelf(key)
        # the module's name is in the key, since relative imports are stored resolved
        entry = shelf.get(module)
        if entry is None or entry[0] != size:
            source = place.file.endswith(".py")
            table = scan(text_of(place.file), self.package(module), deep) if source else NO_TABLE
            entry = shelf[module] = [size, table, {}]
            self.store.changed.add(key)
        return entry

    def package(self, module: str) -> str:
        """The package that relative imports of a module start from."""
        return module if self.finder.find(module).folders else module.rpartition(".")[0]

    def tree(self, module: str) -> object:
        """The syntax tree of a module."""
        if module not in self.trees:
            file = self.finder.find(module).file
            self.trees[module] = parse_text(text_of(file) if file.endswith(".py") else "")
        return self.trees[module]

    def remember(self, module: str, question: str, answer: object) -> object:
        """The answer to a question about one module's source, kept with its table; `answer` is called once."""
        memo = self.entry(module)[2]
        if question not in memo:
            memo[question] = answer()  # type: ignore[operator]
            place = self.finder.find(module)
            self.store.changed.add(self.shelf_of(module, place.kind)[0] if place else "")
        return memo[question]

    # --- the walk ---------------------------------------------------------------------------------------

    def walk(self, roots: list) -> None:
        """Execute the roots on paper."""
        for root in roots:
            self.execute(root)
        while self.pending:
            module = self.pending.pop()
            for target, names in self.entry(module)[1][0]:
                self.link(module, target, names)
        self.walk_functions()

    def walk_functions(self) -> None:
        """Note the modules that functions of the lazy packages import from their own package."""
        pending = [m for m in self.edges if self.lazy and m.startswith(self.lazy)]
        while pending:
            module = pending.pop()
            table = self.entry(module)[1]
            for target, names in table[4] + (table[0] if module in self.late else []):
                for inner in [target] + [target + "." + name for name in names]:
                    known = inner in self.edges or inner in self.late
                    if inner.startswith(self.lazy) and self.finder.find(inner).readable and not known:
                        self.late[inner] = module
                        pending.append(inner)

    def execute(self, module: str) -> str:
        """Queue a module and its parents; the prefix that does not exist, "" when all do."""
        if module not in self.missing:
            self.missing[module] = ""
            parent = module.rpartition(".")[0]
            lost = self.execute(parent) if parent else ""
            place = self.finder.find(module)
            if not place:
                lost = lost or ("" if self.may_exist(module) else module)
            elif place.readable and module not in self.edges:
                self.edges[module] = {parent: None} if parent else {}
                self.pending.append(module)
            self.missing[module] = lost
        return self.missing[module]

    def link(self, consumer: str, target: str, names: tuple) -> None:
        """Resolve one import statement of a module."""
        edges = self.edges[consumer]
        lost = self.execute(target)
        if lost:
            self.suspects[consumer, lost, ""] = True
            return
        edges[target] = None
        for name in self.starred(target) if "*" in names else ():
            edges[target + "." + name] = None
            self.execute(target + "." + name)
        for name in names:
            answer = self.provides(target, name)
            if answer == "module":
                edges[target + "." + name] = None
                self.execute(target + "." + name)
            elif not answer:
                self.suspects[consumer, target, name] = True

    def starred(self, target: str) -> tuple:
        """Submodules that `from target import *` executes, because `__all__` names them and nothing else binds them."""
        if self.finder.find(target).kind != PACKAGE:
            return ()
        names = self.remember(target, "all", lambda: sorted(exported(self.tree(target))))
        return tuple(n for n in names if self.finder.find(target + "." + n))  # type: ignore[attr-defined]

    def may_exist(self, module: str) -> bool:
        """Whether a module that no folder holds may still come into being when it is asked for."""
        parent = module.rpartition(".")[0]
        if not parent:
            return is_standard(self.finder, module) or conjured(self.finder, module)
        place = self.finder.find(parent)
        if not place:
            return True
        if place.kind == NAMESPACE:
            return False
        if not place.file.endswith(".py"):
            return True
        name = module.rpartition(".")[2]
        return bool(self.entry(parent)[1][2] & 2) and bool(
            self.remember(parent, "makes " + name, lambda: conjures(text_of(place.file), name))
        )

    # --- names ------------------------------------------------------------------------------------------

    def provides(self, target: str, name: str) -> object:
        """Whether `from target import name` works: True, False, or "module" when it executes a submodule."""
        key = (target, name)
        if key not in self.answers:
            self.answers[key] = True  # star imports may go in circles
            self.answers[key] = self._provides(target, name)
        return self.answers[key]

    def _provides(self, target: str, name: str) -> object:
        place = self.finder.find(target)
        if name == "*" or not place:
            return True
        if place.kind != NAMESPACE and not place.file.endswith(".py"):
            return "module" if place.folders and self.finder.find(target + "." + name) else True
        table = self.entry(target)[1]
        submodule = bool(place.folders and self.finder.find(target + "." + name))
        if submodule and any(module == target and name in names for module, names in table[0]):
            return "module"
        if " %s " % name in table[1] or (name.startswith("__") and name.endswith("__")):
            return True
        if submodule:
            return "module"
        if place.kind == NAMESPACE:
            return False
        if table[2] & 1 and name in self.declared_gone(target):  # type: ignore[operator]
            return False
        if table[2] & 1 and self.remember(target, "may have " + name, lambda: self.may_have(target, name)):
            return True
        stars = [star for star, names in table[0] if "*" in names and star != target]
        if any(" %s " % name in self.entry(star)[1][1] for star in stars) or any(self.provides(s, name) for s in stars):
            return True
        return self.remember(target, "binds " + name, lambda: self.binds(target, name))

    def binds(self, target: str, name: str) -> bool:
        """Whether the source of a module binds a name anywhere: a look at the text, then at the syntax tree."""
        text = text_of(self.finder.find(target).file)
        if looks_bound(text, name) or (occurs(text, name) and binds(self.tree(target), name, occurs(text, "global"))):
            return True
        package = self.package(target)
        return any(self.provides(absolute(star, package), name) for star in INNER_STAR.findall(text))

    def may_have(self, target: str, name: str) -> bool:
        """Whether a name may appear in a module of open names: its text mentions it, or it makes names by itself."""
        text = text_of(self.finder.find(target).file)
        return occurs(text, name) or bool(self.remember(target, "open", lambda: is_dynamic(self.tree(target))))

    def declared_gone(self, target: str) -> object:
        """Names that the module's own `__getattr__` declares as removed."""

        def look() -> list:
            if not tests_names(text_of(self.finder.find(target).file)):
                return []
            package = self.package(target)
            sibling = lambda module, level: self.tree(absolute("." * level + module, package))  # noqa: E731
            return sorted(removed_names(self.tree(target), sibling))

        return self.remember(target, "gone", look)


def conjured(finder: Finder, name: str) -> bool:
    """Whether something else than the search path answers for a top-level module (editable installs, distutils)."""
    if name == "distutils":
        return bool(finder.find("setuptools._distutils"))
    for other in sys.meta_path:
        kind = other if isinstance(other, type) else type(other)
        if kind.__module__ not in ("_frozen_importlib", "_frozen_importlib_external", "importlib", "_distutils_hack"):
            if getattr(other, "find_spec", lambda *_: None)(name, None) is not None:
                return True
    return False
