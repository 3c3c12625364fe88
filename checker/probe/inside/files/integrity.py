"""Integrity: what is wrong with the files of an installation, seen from its metadata and its folders alone."""

import os
import re

from .inventory import RESTS_ON, Installed, canonical_name, is_site_folder, names_in, text_of
from .linking import Linker
from .places import NAMESPACE, how_reached, is_standard, pth_naming, site_folders
from .versions import code_version, disagree, numbers_of

EXAMPLES = 10
#: what holds code
CODE = (".py", ".so", ".pyd", ".pyc")
#: files that installers or builds rewrite as a matter of course
REWRITTEN = ("__config__.py", "_version.py", "version.py")
#: folders that nothing needs at import, as far as packaging habits go
SPARE = re.compile(r"(^|/)(tests?|examples?|docs?|benchmarks?)/|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$")
#: how modules ask for their own or others' metadata
LOOKUP = re.compile(r"\b(?:(?:iter_)?entry_points|get_distribution)\(|metadata\.version\(|[^.\w]version\([\"'_]")
TAGGED = re.compile(r"\.(?:cpython-\d+|cp\d+-|pypy\d+|graalpy).*\.(?:so|pyd)$")


def damage(kind: str, name: str, path: str, text: str, examples: list, modules: list) -> dict:
    """The fields of one `damage` frame."""
    shown = [str(e) for e in examples[:EXAMPLES]]
    return {"kind": kind, "distribution": name, "path": path, "text": text, "examples": shown, "modules": list(modules)}


def find_damage(linker: Linker, installed: list, roots: list, unresolved: list) -> list:
    """Everything wrong, for the distributions whose modules the roots reach."""
    tops = {module.partition(".")[0] for module in list(linker.missing) + roots}
    reached = {top for top in tops if not linker.is_library_module(top)}
    matter = [one for one in installed if reached.intersection(one.modules)]
    asked = {one["target"] for one in unresolved if not one["name"]}
    found = duplicates(linker, matter) + leftovers(linker, installed) + shared_folders(matter)
    found += unowned(linker, reached, installed) + lost_sources(installed) + earlier_copies(matter)
    for one in matter:
        # the code of another release altogether: its metadata lie, and RECORD says nothing about it
        found += (
            stale_twin(linker, one, matter)
            or wrong_versions(linker, one, matter)
            or (missing_files(linker, one, asked) + replaced_files(linker, one) + wrong_binaries(linker, one))
        )
    return [one for one in found if one]


def stale_twin(linker: Linker, one: Installed, matter: list) -> list:
    """[{}] for the metadata folder that is not the code's, where there are two; nothing else is asked of it."""
    twins = [o for o in matter if o.name == one.name and o.location == one.location and o.version != one.version]
    return [{}] if twins and one.version != version_of_code(linker, one) else []


def duplicates(linker: Linker, matter: list) -> list:
    """Two metadata folders for one package in the same folder, with different versions."""
    groups = {}  # type: dict
    for one in matter:
        groups.setdefault((one.location, one.name), []).append(one)
    found = []
    for (location, name), ones in sorted(groups.items()):
        versions = [one.version for one in ones]
        if len(set(versions)) > 1:
            code = version_of_code(linker, ones[0])
            says = "; its code is %s" % code if code else ""
            text = "%s has %d metadata folders in %s: %s%s" % (name, len(ones), location, ", ".join(versions), says)
            found.append(damage("duplicate-metadata", name, location, text, versions + [code], ones[0].modules))
    return found


def version_of_code(linker: Linker, one: Installed) -> str:
    """The version that a distribution's own main module states, "" when it states none or another place answers."""
    for module in sorted(one.modules, key=lambda m: m.strip("_") != one.name.replace("-", "_")):
        for name in [module + "." + one.name] if module == "google" else [module]:
            place = linker.finder.find(name)
            if place.file.startswith(os.path.join(os.path.abspath(one.location), "")):
                told = code_version(linker.finder, name)
                if told:
                    return told
    return ""


def wrong_versions(linker: Linker, one: Installed, matter: list) -> list:
    """Metadata that disagree with the code, unless a second metadata folder or a shared package is the reason."""
    twins = [o for o in matter if o is not one and (o.name == one.name or set(o.modules) & set(one.modules))]
    code = "" if twins or one.editable else version_of_code(linker, one)
    told_elsewhere = one.name.replace("-", "_") not in one.modules and len(one.modules) > 1
    if not disagree(one.version, code) or told_elsewhere or numbers_of(one.version)[:1] == (0,) == numbers_of(code)[:1]:
        return []
    text = "the metadata of %s say %s, its code says %s" % (one.name, one.version, code)
    return [damage("version-mismatch", one.name, one.folder, text, [one.version, code], one.modules)]


def source_rows(one: Installed) -> list:
    """The Python and extension files that RECORD lists."""
    return [path for path in one.files() if path.endswith((".py", ".so", ".pyd"))]


def missing_files(linker: Linker, one: Installed, asked: set) -> list:
    """Files of RECORD that are not there; tests that nothing imports may be missing, images are slimmed that way."""
    rows = [] if one.editable else source_rows(one)
    lost = [p for p in rows if p.rpartition("/")[2] not in linker.finder.listing(parent_of(one, p))]
    needed = [p for p in lost if not SPARE.search(p) or module_of(p) in asked]
    if not needed:
        return []
    kind = "no-code" if len(lost) == len(rows) else "missing-files"
    counts = (len(needed), len(rows), one.name, one.version)
    text = "%d of %d code files of %s %s are missing (files that only tests need are not counted)" % counts
    return [damage(kind, one.name, one.folder, text, needed, one.modules)]


def module_of(path: str) -> str:
    """The dotted module of a source file; of a package, the package."""
    stem = path.rpartition(".")[0].replace("/", ".")
    return stem[:-9] if stem.endswith(".__init__") else stem


def parent_of(one: Installed, path: str) -> str:
    """The folder of a file of RECORD, as the linker's finder spells it."""
    return (one.base + path.rpartition("/")[0].replace("/", os.sep)).rstrip(os.sep)


def replaced_files(linker: Linker, one: Installed) -> list:
    """Modules that were read and whose size RECORD does not know; conda rewrites files, so it is not asked."""
    if one.editable or "conda" in one.installer:
        return []
    changed = []
    for path, size in one.files().items():
        seen = linker.sizes.get(one.base + path.replace("/", os.sep), size)
        if seen != size and size >= 0 and os.path.basename(path) not in REWRITTEN:
            changed.append(path)
    if not changed:
        return []
    text = "%d files of %s %s are not the ones that were installed" % (len(changed), one.name, one.version)
    return [damage("replaced-files", one.name, one.folder, text, sorted(changed), one.modules)]


def wrong_binaries(linker: Linker, one: Installed) -> list:
    """Extension modules for another Python or platform, with none among them that fits and no Python source instead."""
    wrong = []
    for path in one.files():
        if TAGGED.search(path):
            listing = linker.finder.listing(parent_of(one, path))
            base = os.path.basename(path)
            if any(base.partition(".")[0] + suffix in listing for suffix in linker.finder.suffixes + [".py"]):
                return []
            wrong += [path] if base in listing else []
    if not wrong:
        return []
    tag = re.search(r"^Tag: (.*)$", text_of(os.path.join(one.folder, "WHEEL")), re.M)
    made = tag.group(1) if tag else "another interpreter"
    text = "%s %s is built for %s, this Python takes *%s" % (one.name, one.version, made, linker.finder.suffixes[0])
    return [damage("wrong-wheel", one.name, one.folder, text, sorted(wrong), one.modules)]


def leftovers(linker: Linker, installed: list) -> list:
    """Folders that an interrupted pip left: `~ikit_learn-1.5.dist-info`, `~klearn`."""
    known = {one.name[1:]: one for one in installed}
    found = []
    for folder in [p for p in linker.finder.path if is_site_folder(p)]:
        names = [n for n in sorted(linker.finder.listing(folder)) if n.startswith("~")]
        groups = {}  # type: dict
        for name in names:
            stem = canonical_name(name[1:].partition("-")[0])
            one = known.get(stem)
            groups.setdefault(one.name if one else "~" + stem, []).append((name, one))
        for name, ones in sorted(groups.items()):
            text = "an interrupted installation left %s in %s" % (", ".join(n for n, _ in ones), folder)
            modules = ones[0][1].modules if ones[0][1] else []
            found.append(damage("leftover", name, folder, text, [n for n, _ in ones], modules))
    return found


def shared_folders(matter: list) -> list:
    """Distributions that list the same modules, unless they are parts of one release."""
    found = []
    for number, one in enumerate(matter):
        for other in matter[number + 1 :]:
            both = sorted(set(one.modules) & set(other.modules))
            if not both or one.location != other.location or one.name == other.name or one.version == other.version:
                continue
            shared = [p for p in own_code(one) if p in other.files()]
            if shared:
                names = "%s %s and %s %s" % (one.name, one.version, other.name, other.version)
                text = "%s both own %d code files, such as %s" % (names, len(shared), shared[0])
                found.append(damage("shared-folder", one.name, one.location, text, [other.name], both))
    return found


def own_code(one: Installed) -> list:
    """Code files that RECORD lists and that belong to one distribution alone, as far as packaging habits go."""
    return [p for p in source_rows(one) if os.path.basename(p) != "__init__.py" and not SPARE.search(p)]


def note_shared(installed: list) -> list:
    """Note of each distribution which others in its folder list the same code files."""
    groups = {}  # type: dict
    for one in installed:
        for module in one.modules:
            groups.setdefault((one.location, module), []).append(one)
    for ones in groups.values():
        owners = {}  # type: dict
        for one in ones if len(ones) > 1 else ():
            for path in own_code(one):
                owners.setdefault(path, []).append(one)
        for those in [those for those in owners.values() if len(those) > 1]:
            for one in those:
                one.shares += [o.name for o in those if o.name != one.name and o.name not in one.shares]
    return []


def unowned(linker: Linker, reached: set, installed: list) -> list:
    """Code without metadata, and folders left behind that hold no code at all.

    Where some distribution does not list its files (Debian, slimmed images), code that nobody claims may be its own.
    """
    found = []
    unlisted = {one.location for one in installed if one.guessed}
    sites = [p for p in site_folders() if p in linker.finder.path]
    for top in sorted(reached - set(linker.owners)):
        place = linker.finder.find(top)
        if not place or is_standard(linker.finder, top) or top.startswith("_"):
            continue
        inner = place.folders[0] if place.folders else place.file
        if os.path.dirname(inner) in sites and (
            place.kind != NAMESPACE or any(n.endswith(CODE) for _, _, names in os.walk(inner) for n in names)
        ):
            if os.path.dirname(inner) in unlisted:
                continue
            asks = lookups(linker, top)
            text = "%s has no metadata in %s%s" % (top, os.path.dirname(inner), ", and asks for some" if asks else "")
            found.append(damage("no-metadata", top, inner, text, asks, [top]))
        elif os.path.dirname(inner) in sites:
            text = "%s holds no code, yet `import %s` finds it: an uninstall left it behind" % (inner, top)
            found.append(damage("no-code", top, inner, text, names_in(inner), [top]))
    return found


def lookups(linker: Linker, top: str) -> list:
    """Modules of a package that are imported and ask for metadata; whether they bear with finding none is not known."""
    found = []
    for module in sorted(linker.edges):
        if module.partition(".")[0] == top and LOOKUP.search(text_of(linker.finder.find(module).file)):
            found.append(module)
    return found


def lost_sources(installed: list) -> list:
    """Editable installs whose source folder is gone."""
    found = []
    for one in installed:
        RESTS_ON.add(one.editable or one.folder)
        if one.editable and not os.path.isdir(one.editable):
            text = "%s %s is an editable install of %s, which is gone" % (one.name, one.version, one.editable)
            found.append(damage("editable-gone", one.name, one.folder, text, [one.editable], one.modules))
    for folder in site_folders():
        for name in names_in(folder):
            source = text_of(os.path.join(folder, name)).split("\n")[0].strip() if name.endswith(".egg-link") else ""
            if source and not os.path.isdir(source):
                text = "%s is an editable install of %s, which is gone" % (name[:-9], source)
                found.append(damage("editable-gone", canonical_name(name[:-9]), folder, text, [source], []))
    return found


def earlier_copies(matter: list) -> list:
    """Other versions in the user's site, PYTHONPATH or a .pth file's folder that win over the environment's own."""
    first = {}  # type: dict
    found = []
    for one in matter:
        winner = first.setdefault(one.name, one)
        if winner.location == one.location or winner.version == one.version or one.location not in site_folders():
            continue
        how = how_reached(winner.location, "")
        kind = {"user-site": "user-site", "path-variable": "path-entry", "pth": "path-entry"}.get(how)
        if kind:
            place = pth_naming(winner.location) if how == "pth" else winner.location
            versions = (one.name, winner.version, winner.location, one.version, one.location)
            text = "%s %s in %s wins over %s in %s" % versions
            found.append(damage(kind, one.name, place, text, [winner.version, one.version], one.modules))
    return found
