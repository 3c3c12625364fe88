"""What is worth importing and trying in this patient, and where its bytecode goes."""

import importlib.machinery
import os
import sys
from typing import Any

#: what marks the root of a project, the strongest first
ROOTS = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile")


def what_is_installed(path: list) -> list:
    """Every folder of metadata on a search path, with its time: it is another list after any installation."""
    found = []
    for place in dict.fromkeys(path):
        try:
            for name in os.listdir(place or "."):
                if name.endswith((".dist-info", ".egg-info")):
                    found.append((place, name, os.stat(os.path.join(place, name)).st_mtime))
        except OSError:  # no folder, or one that goes at this very moment
            found.append((place, "", 0.0))
    return sorted(found)


def find_missing(plan: dict) -> list:
    """Drop optional imports that are not installed, and what leads to the user's own code: that is never run.

    Returns the names of the canaries that were dropped for it. The packages of the path are imported whoever answers
    for them.
    """
    root = project_root(plan["folder"])
    path = [w["module"].partition(".")[0] for w in plan["imports"] if w.get("whole")]

    def own(module: str) -> bool:
        return module.partition(".")[0] not in path and at_home(module, plan["path"], root)

    kept = []
    for wanted in plan["imports"]:
        top = wanted["module"].partition(".")[0]
        if wanted["optional"] and top not in sys.builtin_module_names and found(top, plan["path"]) is None:
            plan["absent"].append(top)
        elif not own(wanted["module"]):
            kept.append(wanted)
    plan["names"] = [n for n in plan["names"] if not own(n["name"])]
    strange = [c["name"] for c in plan["canaries"] if any(map(own, modules_of(c)))]
    plan["imports"] = kept
    plan["canaries"] = [c for c in without_lacking(plan) if c["name"] not in strange]
    return strange


def without_lacking(plan: dict) -> list:
    """The canaries, without those of the catalogue whose libraries are not installed; a script's own tell that."""
    tops = [(c, {m.partition(".")[0] for m in modules_of(c)} & set(c["needs"])) for c in plan["canaries"]]
    lacking = {top for top in set().union(*(t for _, t in tops)) if found(top, plan["path"]) is None}
    return [c for c, needed in tops if c["where"] or not lacking & needed]


def modules_of(canary: dict) -> list:
    """The modules that a canary imports for its model, its converter and the converters that it registers."""
    names = [one[key] for one in canary["registered"] for key in ("model", "shape", "convert", "parser")]
    return [m for m in [*canary["imports"], *(n.rpartition(".")[0] for n in [canary["converter"], *names])] if m]


def project_root(folder: str) -> str:
    """The root of the project that a folder belongs to, below the user's home; its parent where nothing marks one."""
    folder, home = os.path.realpath(folder), os.path.realpath(os.path.expanduser("~"))
    above = [folder]
    while os.path.dirname(above[-1]) != above[-1]:
        above.append(os.path.dirname(above[-1]))
    above = [place for place in above[:-1] if place != home]
    for name in ROOTS:
        for place in above:
            if os.path.exists(os.path.join(place, name)):
                return place
    return above[:2][-1] if above else folder


def found(module: str, path: list) -> Any:
    """Where a top-level module would come from, asked as `import` asks: hooks of editable installations too."""
    for finder in sys.meta_path:
        try:
            if finder is importlib.machinery.PathFinder:
                spec = importlib.machinery.PathFinder.find_spec(module, path)
            else:
                spec = finder.find_spec(module, None)
        except Exception:  # a hook that cannot answer
            continue
        if spec is not None:
            return spec
    return None


def at_home(module: str, path: list, root: str) -> bool:
    """Whether importing a module would run a file of the user's own project, in itself or in a package around it.

    A namespace package has no file: it is the user's own where one of its folders is.
    """
    top, *parts = module.split(".")
    spec, name, locations = found(top, path), top, []  # type: Any, str, list
    for part in ["", *parts]:
        if part:
            spec, name = below(name + "." + part, locations), name + "." + part
        if is_own(str(getattr(spec, "origin", None) or ""), root):
            return True
        inner = [os.path.join(place, part) for place in locations] if part and spec is None else []
        locations = list(map(str, getattr(spec, "submodule_search_locations", None) or filter(os.path.isdir, inner)))
    return any(is_own(place, root) for place in locations)


def below(module: str, locations: list) -> Any:
    """Where a module within a package would come from, None where that cannot be told."""
    try:
        return importlib.machinery.PathFinder.find_spec(module, locations)
    except Exception:  # Python asks for the package around a namespace, which is not imported
        return None


def is_own(place: str, root: str) -> bool:
    """Whether a file or folder lies in the user's project, and neither in an environment nor in Python itself."""
    real = os.path.realpath(place)
    library = os.path.realpath(os.path.dirname(os.__file__)) + os.sep
    parts = real.split(os.sep)
    installed = "site-packages" in parts or "dist-packages" in parts or (real + os.sep).startswith(library)
    return bool(place) and (real + os.sep).startswith(root.rstrip(os.sep) + os.sep) and not installed


def choose_bytecode(plan: dict) -> str:
    """Where workers keep bytecode: the private folder, unless the patient has its own or Python is older than 3.8."""
    if plan["bytecode"] in ("", "own") or sys.version_info < (3, 8):
        return plan["bytecode"] if plan["bytecode"] == "own" else ""
    tag = "__init__.%s.pyc" % sys.implementation.cache_tag
    compiled = any(
        os.path.exists(os.path.join(p, name, "__pycache__", tag))
        for p in plan["path"]
        for name in ("numpy", "sklearn", "onnx", "mlflow")
    )
    return "" if compiled else plan["bytecode"]


def suits(canary: dict, version: str) -> bool:
    """Whether this scikit-learn knows the estimator: since <= version < until."""

    def numbers(text: str) -> list:
        return [int(part) for part in text.split(".")[:2] if part.isdigit()]

    if not version or not (canary["since"] or canary["until"]):
        return True
    return numbers(canary["since"] or "0") <= numbers(version) < numbers(canary["until"] or "9999")
