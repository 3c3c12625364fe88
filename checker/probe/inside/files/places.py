"""Places: what `import module` would be answered from, by the rules of importlib but from directory listings only."""

import importlib.machinery
import os
import sys
import sysconfig

from .inventory import RESTS_ON, names_in

#: what answers an import; nothing does
PACKAGE, SOURCE, BINARY, NAMESPACE, STANDARD, NOTHING = "package", "source", "binary", "namespace", "standard", ""


class Place:
    """Where a module is: its kind, its file ("" for a namespace) and the folders of its submodules; false: nowhere."""

    def __init__(self, kind: str, file: str, folders: list) -> None:
        self.kind = kind
        self.file = file
        self.folders = folders

    def __bool__(self) -> bool:
        return self.kind != NOTHING

    @property
    def readable(self) -> bool:
        """Whether the module is Python source outside the standard library."""
        return self.kind in (PACKAGE, SOURCE)


class Finder:
    """Finds modules along a search path; everything is listed once and kept for the length of one look."""

    def __init__(self, path: list) -> None:
        self.path = [os.path.abspath(p or ".") for p in path]
        self.listings = {}  # type: dict
        self.known = {}  # type: dict
        self.standard = standard_folders()
        self.suffixes = importlib.machinery.EXTENSION_SUFFIXES
        #: archive on the search path -> its top-level names; what is inside is not read
        self.archives = {p: names_in_archive(p) for p in self.path if os.path.isfile(p)}

    def listing(self, folder: str) -> frozenset:
        """The names in a folder."""
        if folder not in self.listings:
            RESTS_ON.add(folder)
            try:
                self.listings[folder] = frozenset(os.listdir(folder))
            except OSError:
                self.listings[folder] = frozenset()
        return self.listings[folder]

    def find(self, module: str) -> Place:
        """The place of a dotted module."""
        if module not in self.known:
            self.known[module] = self._find(module)
        return self.known[module]

    def _find(self, module: str) -> Place:
        parent, _, name = module.rpartition(".")
        if not parent:
            if name in sys.builtin_module_names:
                return Place(STANDARD, "", [])
            return self.search(name, self.path)
        return self.search(name, self.find(parent).folders)

    def search(self, name: str, folders: list) -> Place:
        """Look for a name in folders: the first regular module wins, folders without `__init__` only if none does."""
        portions = []
        for folder in folders:
            if name in self.archives.get(folder, ()):
                return Place(BINARY, os.path.join(folder, name), [])
            listing = self.listing(folder)
            place = self.regular(name, folder, listing)
            if place:
                return place
            if name in listing and os.path.isdir(os.path.join(folder, name)):
                portions.append(os.path.join(folder, name))
        return Place(NAMESPACE if portions else NOTHING, "", portions)

    def regular(self, name: str, folder: str, listing: frozenset) -> Place:
        """A package, extension, source or bytecode module of that name in one folder, in importlib's order."""
        source = STANDARD if folder in self.standard else SOURCE
        if name in listing:
            inner = os.path.join(folder, name)
            for suffix in [".py"] + self.suffixes + [".pyc"]:
                if "__init__" + suffix in self.listing(inner):
                    kind = PACKAGE if suffix == ".py" else BINARY
                    kind = STANDARD if source == STANDARD else kind
                    self.standard.update([inner] if kind == STANDARD else [])
                    return Place(kind, os.path.join(inner, "__init__" + suffix), [inner])
        for suffix in self.suffixes:
            if name + suffix in listing:
                return Place(STANDARD if source == STANDARD else BINARY, os.path.join(folder, name + suffix), [])
        for suffix, kind in ((".py", source), (".pyc", BINARY)):
            if name + suffix in listing:
                return Place(kind, os.path.join(folder, name + suffix), [])
        return Place(NOTHING, "", [])


def names_in_archive(path: str) -> set:
    """The top-level modules of a zip archive on the search path."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return {name.partition("/")[0].partition(".")[0] for name in archive.namelist()}
    except Exception:
        return set()


def standard_folders() -> set:
    """The folders of the standard library; site-packages below them are not part of it."""
    paths = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.dirname(os.__file__)]
    folders = {os.path.abspath(p) for p in paths if p}
    return folders | {os.path.join(p, "lib-dynload") for p in folders}


def is_standard(finder: Finder, name: str) -> bool:
    """Whether the standard library of this interpreter has a top-level module of that name."""
    if name in sys.builtin_module_names or name in getattr(sys, "stdlib_module_names", ()):
        return True
    return any(finder.regular(name, folder, finder.listing(folder)) for folder in sorted(standard_folders()))


def site_folders() -> list:
    """The folders that belong to this environment: where its installers write."""
    import site

    found = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    found += getattr(site, "getsitepackages", list)()
    return list(dict.fromkeys(os.path.abspath(p) for p in found if p))


def user_folder() -> str:
    """The user's own site-packages, "" when this interpreter has none."""
    import site

    try:
        return os.path.abspath(site.getusersitepackages())
    except Exception:
        return ""


def startup_files(path: list) -> list:
    """What an interpreter reads before it runs anything: itself, its configuration, path files, two modules."""
    found = [sys.executable or "", os.path.join(sys.prefix, "pyvenv.cfg")]
    found += [os.path.join(p, name) for p in path for name in ("sitecustomize.py", "usercustomize.py")]
    for folder in site_folders() + [user_folder()]:
        found += [os.path.join(folder, name) for name in names_in(folder) if folder and name.endswith(".pth")]
    return [os.path.abspath(p) for p in found if p]


def how_reached(folder: str, script_folder: str) -> str:
    """Why a folder is on the search path: script-folder, path-variable, user-site, site, pth or elsewhere."""
    if script_folder and folder == os.path.abspath(script_folder):
        return "script-folder"
    if folder in [os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]:
        return "path-variable"
    if folder == user_folder():
        return "user-site"
    if folder in site_folders() or folder in standard_folders():
        return "site"
    return "pth" if pth_naming(folder) else "elsewhere"


def pth_naming(folder: str) -> str:
    """The .pth file whose text names a folder, "" when none does."""
    for place in site_folders() + [user_folder()]:
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            if name.endswith(".pth"):
                with open(os.path.join(place, name), "rb") as file:
                    if os.fsencode(folder) in file.read():
                        return str(os.path.join(place, name))
    return ""
