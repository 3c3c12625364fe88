"""Origins: modules that are answered from somewhere else than the folder of their distribution; and stale ones."""

import os
import sys

from .linking import Linker
from .places import STANDARD, Place, how_reached, is_standard
from .versions import code_version, disagree

#: imported before the script's folder can answer
BEFORE_SCRIPT = frozenset(
    "abc codecs encodings genericpath io ntpath os posixpath site sitecustomize stat usercustomize zipimport".split()
)


def find_origins(linker: Linker, script_folder: str) -> list:
    """Modules that the roots import, libraries under them included, and that are shadowed; each with what it hides."""
    tops = {module.partition(".")[0] for module in linker.missing}
    local = [name.partition(".")[0] for name in linker.finder.listing(os.path.abspath(script_folder or "."))]
    if any(is_standard(linker.finder, name) for name in set(local) - BEFORE_SCRIPT if name.isidentifier()):
        tops |= library_closure(linker)
    found = []
    for top in sorted(tops - BEFORE_SCRIPT):
        place = linker.finder.find(top)
        if place.file and place.kind != STANDARD:
            found += shadowed(linker, top, place, script_folder)
    return found


def library_closure(linker: Linker) -> set:
    """Top-level modules that the imported parts of the standard library import in turn."""
    seen = set()  # type: set
    pending = [m for m in linker.missing if linker.is_library_module(m)]
    while pending:
        module = pending.pop()
        if module not in seen:
            seen.add(module)
            pending += [target for target, _ in linker.entry(module)[1][0] if linker.is_library_module(target)]
            seen.update(target for target, _ in linker.entry(module)[1][0])
    return {module.partition(".")[0] for module in seen}


def shadowed(linker: Linker, top: str, place: Place, script_folder: str) -> list:
    """The fields of an `origin` frame when `top` comes from where it should not; at most one."""
    folder = place_of_search(place)
    how = how_reached(folder, script_folder)
    # one may work inside the source of an editable install of that very module
    sources = [os.path.abspath(o.editable) for o in linker.owners.get(top, ()) if o.editable]
    later = linker.finder.search(top, [p for p in linker.finder.path if p != folder])
    if how == "site" or not later or any((folder + os.sep).startswith(source + os.sep) for source in sources):
        return []
    standard = later.kind == STANDARD
    owner = "" if standard else owner_behind(linker, top, place_of_search(later))
    if not (standard or owner):
        return []
    answer = place.folders[0] if place.folders else place.file
    expected = "" if standard else later.file or later.folders[0]
    return [{"module": top, "path": answer, "how": how, "distribution": owner, "expected": expected}]


def place_of_search(place: Place) -> str:
    """The folder of the search path that holds a top-level module."""
    inner = place.folders[0] if place.folders else place.file
    return os.path.dirname(inner)


def owner_behind(linker: Linker, top: str, folder: str) -> str:
    """Canonical name of the distribution in `folder` that owns a top-level module, preferably of what is imported."""
    claims = [o for o in linker.owners.get(top, ()) if os.path.abspath(o.location) == folder]
    asked = [m.replace(".", "/") for m in linker.missing if m.startswith(top + ".")]
    used = [o for o in claims if any(m + "/__init__.py" in o.files() or m + ".py" in o.files() for m in asked)]
    return (used or claims)[0].name if claims else ""


def find_loaded(linker: Linker) -> list:
    """Modules of this very process whose version is not the one on disk."""
    found = []
    for top in sorted({name.partition(".")[0] for name in list(sys.modules)} & set(linker.owners)):
        for module in (top, "google.protobuf") if top == "google" else (top,):
            memory = version_in_memory(module)
            disk = code_version(linker.finder, module)
            if disagree(disk, memory):
                owner = getattr(linker.owner(module), "name", "")
                found.append({"module": module, "distribution": owner, "memory": memory, "disk": disk})
    return found


def version_in_memory(module: str) -> str:
    """What a loaded module says about its release, "" when it says nothing."""
    loaded = sys.modules.get(module)
    for holder in (loaded, sys.modules.get(module + ".version")):
        for name in ("__version__", "version"):
            value = getattr(holder, "__dict__", {}).get(name)
            if isinstance(value, str) and value[:1].isdigit():
                return value
    return ""
