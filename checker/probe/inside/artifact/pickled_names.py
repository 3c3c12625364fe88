"""The names that a pickled file needs, looked for where it is to be loaded; the file itself is never opened.

Modules of known libraries are imported, as they would be when the file is loaded; of anybody else's, which may do
anything when they are imported, only the files are looked at.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import re
import sys
from typing import Any

from ..errors import name_of, said_by

#: libraries that models are made of: to import a module of theirs runs nothing but the library
IMPORTED = (
    "sklearn", "numpy", "scipy", "pandas", "joblib", "cloudpickle", "skops", "xgboost", "lightgbm", "catboost",
    "imblearn", "category_encoders", "statsmodels", "mlxtend", "skorch", "dill", "sklearn_pandas", "feature_engine",
)  # fmt: skip
#: parts of modules that are run as programs, or by tests, and are not imported for that reason
NOT_IMPORTED = re.compile(r"(?:^|\.)(?:__main__|conftest|setup|distutils|f2py|tests?|testing|_?build)(?:\.|$)")
#: signs that a module gets names by itself
OPEN_MODULE = re.compile(r"__getattr__|import \*|globals\(\)|setattr\(|exec\(")


def is_imported(module: str) -> bool:
    """Whether a module is imported to look for a name in it."""
    return module.partition(".")[0] in IMPORTED and not NOT_IMPORTED.search(module)


def find_lost(needs: list) -> list:
    """What of (module, name) is not to be had, with why; nothing is lost that cannot be looked for."""
    lost = []
    for module, name in needs:
        why = why_lost(module, name)
        if why:
            lost.append(dict(why, module=module, name=name))
    return lost


def why_lost(module: str, name: str) -> Any:
    """Why a name is not to be had: which module or name is missing, and what is said of it; None where it is there."""
    if module == "__main__":
        return {"kind": "own", "missing": name, "text": ""}
    top = module.partition(".")[0]
    if is_imported(module):
        return why_not_imported(module, name) if top_spec(top) is not None else lost_package(top)
    if type(sys.modules.get(module)) is type(sys):  # some compiled modules answer to a shorter name once they are there
        return why_not_in(sys.modules[module], name)
    if top_spec(top) is None:
        return lost_package(top)
    return why_not_in_files(module, name)


def lost_package(top: str) -> dict:
    """What is said of a top-level module that nothing answers."""
    return {"kind": "package", "missing": top, "text": ""}


def top_spec(top: str) -> Any:
    """What answers for a top-level module, None for nothing; it is not imported."""
    try:
        return importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None


def why_not_imported(module: str, name: str) -> Any:
    """The same for a module of a known library, which is imported."""
    try:
        thing = importlib.import_module(module)
    except Exception as error:
        missing = getattr(error, "name", None) or module
        return {
            "kind": "module",
            "missing": str(missing),
            "text": "%s: %s" % (name_of(type(error)), said_by(error)[:300]),
        }
    return why_not_in(thing, name)


def why_not_in(module: Any, name: str) -> Any:
    """The same for a name in a module that is loaded."""
    thing, home = module, str(getattr(module, "__name__", ""))
    for part in name.split(".") if name else ():
        try:
            thing = getattr(thing, part)
        except Exception as error:
            text = "%s: %s" % (name_of(type(error)), said_by(error)[:300])
            return {"kind": "name", "missing": part, "home": home, "text": text}
    return None


def why_not_in_files(module: str, name: str) -> Any:
    """The same for any other module: its file, and whether its text holds the name."""
    spec = top_spec(module.partition(".")[0])
    for part in module.split(".")[1:]:
        folders = list(spec.submodule_search_locations or ()) if spec is not None else []
        spec = importlib.machinery.PathFinder.find_spec(part, folders) if folders else None
        if spec is None:
            return None if origin_is_open(module) else {"kind": "module", "missing": module, "text": ""}
    text = source_of(spec)
    part = name.partition(".")[0]
    if not part or text is None or OPEN_MODULE.search(text) or re.search(r"\b%s\b" % re.escape(part), text):
        return None
    return {"kind": "name", "missing": part, "text": ""}


def origin_is_open(module: str) -> bool:
    """Whether a package may make submodules by itself: its own source, and that of no submodule, tells."""
    text = source_of(top_spec(module.partition(".")[0]))
    return text is None or "sys.modules" in text or "__getattr__" in text or "__path__" in text


def source_of(spec: Any) -> Any:
    """The text of a module, None where there is none to read."""
    origin = getattr(spec, "origin", None) or ""
    if not origin.endswith(".py") or not os.path.isfile(origin):
        return None
    with open(origin, "rb") as file:
        return file.read(4 << 20).decode("latin-1")
