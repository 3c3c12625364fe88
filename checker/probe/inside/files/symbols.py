"""Symbols: what one module's source imports, binds and uses, read with regular expressions.

Statements in the first column run on every import of the module, so they alone are taken for certain; everything here
is an over-approximation, and what fails to resolve in it is confirmed by `confirm.py` with a syntax tree.
"""

import hashlib
import marshal
import os
import re
import sys

WORD = re.compile(r"\A[A-Za-z_]\w*")
IMPORT = re.compile(
    r"\n(?:from[ \t]+([.\w]+)[ \t]*import\b[ \t]*(\((?:[^)#]|#[^\n]*)*\)|[^\n;]*)|import[ \t]+([^\n;]*))"
)
INNER_IMPORT = re.compile(
    r"\n[ \t]+(?:from[ \t]+([.\w]+)[ \t]*import\b[ \t]*(\((?:[^)#]|#[^\n]*)*\)|[^\n;]*)|import[ \t]+([^\n;]*))"
)
BOUND = re.compile(r"\n(?:def |class |async def |type (?=[A-Za-z_]\w* *[=\[]))?([A-Za-z_]\w*)")
#: names appear from elsewhere: nothing is inferred about what a module with one of these lacks
OPEN_NAMES = ("\ndef __getattr__", "\n__getattr__", " __getattr__,", "globals()", "vars()", "locals()", "__dict__")
OPEN_NAMES_TOO = re.compile(r"\n[ \t]+def __getattr__\((?!self|cls)|\bsetattr\((?!self|cls|obj)|\bexec\(")
OPEN_MODULES = ("sys.modules", "meta_path", "__path__", "_LazyModule", " exec(")
PATH_CHANGES = ("sys.path.", "sys.path[", "sys.path +=", "addsitedir(")
#: `if __NUMPY_SETUP__: ... else: ...`, where the second half is what every import runs
SETUP = re.compile(r"\nif __\w+_SETUP__:\n(?:[ \t#][^\n]*\n|\n)*else:\n((?:[ \t#][^\n]*\n|\n)*)")
#: signs of a package that makes submodules appear, and star imports inside functions
PATH_OF_PACKAGE = re.compile(
    r"meta_path|_LazyModule|\bexec\(|__path__(?: *\+?=[^=]|\.(?:append|extend|insert))|extend_path"
)
INNER_STAR = re.compile(r"\n[ \t]+from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?[ \t]*\*")


def statements_of(pattern: object, text: str) -> list:
    """Imports as (module as written, bound name -> name); for `import module` the one bound name is ""."""
    found = []
    for origin, names, modules in pattern.findall(text):  # type: ignore[attr-defined]
        if origin:
            found.append((origin, pairs_of(names)))
        else:
            found += [(module, {"": bound}) for bound, module in pairs_of(modules).items()]
    return found


def pairs_of(names: str) -> dict:
    """`a, b as c` -> {"a": "a", "c": "b"}; comments and brackets are dropped."""
    if "#" in names:
        names = re.sub(r"#[^\n]*", "", names)
    if "(" in names:
        names = names.replace("(", " ").replace(")", " ")
    pairs = {}
    for part in names.split(","):
        words = part.split()
        if words and (words[0] == "*" or words[0].replace(".", "").isidentifier()):
            pairs[words[2] if len(words) == 3 and words[1] == "as" else words[0]] = words[0]
    return pairs


def absolute(written: str, package: str) -> str:
    """A module as written in an import statement inside `package`, "" when the dots lead out of it."""
    if not written.startswith("."):
        return written
    rest = written.lstrip(".")
    parts = package.split(".")
    up = len(written) - len(rest) - 1
    if up >= len(parts):
        return ""
    base = parts[: len(parts) - up]
    return ".".join(base + [rest] if rest else base)


def scan(text: str, package: str, deep: bool) -> list:
    """The table of one module: [imports, bound names, flags, uses, inner imports].
    imports: (module, names) in the first column; bound: names with a space before and after each; flags: 1 names may
    appear from elsewhere, 2 submodules may, 4 the search path changes; uses: module -> names read from it; inner: the
    `from` imports in functions.
    """
    text = "\n" + text.replace("\\\n", " ")
    if "_SETUP__" in text:
        text = SETUP.sub(lambda found: ("\n" + found.group(1)).replace("\n    ", "\n"), text + "\n")
    imports, aliases, bound = [], {}, set(BOUND.findall(text))
    for written, pairs in statements_of(IMPORT, text):
        module = absolute(written, package)
        if not module or module == "__future__":
            continue
        if "" in pairs:
            name = pairs[""]
            aliases[name if name != written else written.partition(".")[0]] = (
                module if name != written else module.partition(".")[0]
            )
            bound.add(name.partition(".")[0])
            imports.append((module, ()))
        else:
            bound.update(pairs)
            aliases.update({b: module + "." + n for b, n in pairs.items() if n[0].islower()})
            imports.append((module, tuple(pairs.values())))
    flags = (1 if is_open(text) else 0) | (2 if any(mark in text for mark in OPEN_MODULES) else 0)
    flags |= 4 if any(mark in text for mark in PATH_CHANGES) else 0
    inner = inner_imports(text, package) if deep else []
    return [imports, " " + " ".join(bound) + " ", flags, uses_of(text, aliases, package), inner]


def is_open(text: str) -> bool:
    """Whether names may appear in a module that its source does not bind."""
    if any(mark in text for mark in OPEN_NAMES + OPEN_MODULES[:2]):
        return True
    return any(mark in text for mark in ("setattr(", "exec(", "def __getattr__(")) and bool(OPEN_NAMES_TOO.search(text))


def inner_imports(text: str, package: str) -> list:
    """Indented `from module import names`; a plain indented import is somebody's option and says nothing."""
    found = []
    for written, pairs in statements_of(INNER_IMPORT, text):
        module = absolute(written, package)
        if module and "" not in pairs:
            found.append((module, tuple(pairs.values())))
    return found


def uses_of(text: str, aliases: dict, package: str) -> dict:
    """module of another package -> the names that are taken from it as attributes of one of its aliases."""
    uses = {}  # type: dict
    own = package.partition(".")[0]
    for alias, module in aliases.items():
        if module.partition(".")[0] != own and module.partition(".")[0] not in LIBRARY and alias + "." in text:
            found = set(uses.get(module, ()))
            pieces = text.split(alias + ".")
            for before, after in zip(pieces, pieces[1:]):  # noqa: B905
                if not (before[-1:].isalnum() or before[-1:] in "_.'\"`"):
                    found.update(WORD.findall(after[:60]))
            uses[module] = tuple(sorted(found))
    return uses


LIBRARY = frozenset(getattr(sys, "stdlib_module_names", ())) or frozenset(
    "os sys re io abc ast json math time copy types typing random string struct shutil inspect logging warnings"
    " functools itertools operator collections contextlib datetime pathlib tempfile threading subprocess importlib"
    " urllib".split()
)


class Store:
    """Tables of one look, kept from one look to the next in files named after a distribution's RECORD."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.shelves = {}  # type: dict
        self.changed = set()  # type: set

    def shelf(self, key: str) -> dict:
        """file -> [size, table, memo] of one distribution; "" is the shelf of what nobody owns, which is never kept."""
        if key not in self.shelves:
            self.shelves[key] = self.load(key)
        return self.shelves[key]

    def load(self, key: str) -> dict:
        """Read a shelf from its file; an unreadable one is empty."""
        if not (key and self.folder):
            return {}
        try:
            with open(os.path.join(self.folder, key), "rb") as file:
                seal, text = file.read(40), file.read()
            # read as it was written, by this very program (the folder goes by it), or not at all
            shelf = marshal.loads(text) if seal == sealed(text)[:40] else {}
            kept = isinstance(shelf, dict) and all(isinstance(v, list) and len(v) == 3 for v in shelf.values())
            return shelf if kept else {}
        except Exception:
            return {}

    def save(self) -> None:
        """Write the shelves that changed, each at once; a cache that cannot be written is no failure."""
        for key in sorted(self.changed - {""}) if self.folder else ():
            target = os.path.join(self.folder, key)
            draft = "%s.%d" % (target, os.getpid())
            try:
                os.makedirs(self.folder, exist_ok=True)
                with open(draft, "wb") as file:
                    file.write(sealed(marshal.dumps(self.shelves[key])))
                os.replace(draft, target)
            except Exception:
                continue


def sealed(text: bytes) -> bytes:
    """A shelf's bytes after their digest in 40 characters."""
    return hashlib.sha1(text).hexdigest().encode("ascii") + text


def shelf_key(text: str) -> str:
    """The name of a shelf: what RECORD says, and the interpreter."""
    salt = "%s %s " % (sys.version, sys.implementation.cache_tag)
    return hashlib.sha1((salt + text).encode("utf-8", "replace")).hexdigest()


def looks_bound(text: str, name: str) -> bool:
    """Whether some line has one of the common shapes of a binding: definition, assignment, import, `as`."""
    at = text.find(name)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, at + len(name)
        before, after = text[start:at], text[end : end + 40].lstrip(" \t")
        if text[end : end + 1] in " \t:=,)\n" and (not before or before[-1] in " \t,("):
            head = before.split()
            alone = not head and after[:1] in (",", "\n", ":", "=", "")
            if alone or head[:1] == ["from"] or "import" in head or head[-1:] in (["def"], ["class"], ["as"]):
                return True
            if after[:1] == "=" and after[1:2] != "=":
                return True
        elif before.split()[-1:] in (["def"], ["class"]) and text[end : end + 1] == "(":
            return True
        at = text.find(name, end)
    return False


def occurs(text: str, name: str) -> bool:
    """Whether a word occurs anywhere in a text; a pattern for each of a thousand names would have to be compiled."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(c.isalnum() or c == "_" for c in around):
            return True
        at = text.find(name, at + 1)
    return False


def tests_names(text: str) -> bool:
    """Whether a module has a `__getattr__` that tests for names."""
    for asked in re.findall(r"def __getattr__\((\w+)\)", text):
        if "if %s in " % asked in text or "if %s == " % asked in text:
            return True
    return False


def conjures(text: str, name: str) -> bool:
    """Whether a package's `__init__` makes a submodule appear: by a finder of its own, a longer path, or by name."""
    if PATH_OF_PACKAGE.search(text):
        return True
    return "sys.modules" in text and re.search(r"\b%s['\"]" % re.escape(name), text) is not None
