"""What is worth importing and trying in this patient, and where its bytecode goes."""

import importlib.machinery
import os
import sys
from typing import Any


def find_missing(plan: dict) -> None:
    """Drop optional imports that are not installed, and modules of the user's own folder: those are never run."""
    kept = []
    for wanted in plan["imports"]:
        top = wanted["module"].partition(".")[0]
        spec = (
            importlib.machinery.PathFinder.find_spec(top, plan["path"]) if top not in sys.builtin_module_names else True
        )
        if wanted["optional"] and spec is None:
            plan["absent"].append(top)
        elif wanted["optional"] or not at_home(spec, plan["folder"]):
            kept.append(wanted)
    plan["imports"] = kept


def at_home(spec: Any, folder: str) -> bool:
    """Whether a module is the user's own: found in the script's folder."""
    origin = str(getattr(spec, "origin", None) or "")
    return os.path.realpath(origin).startswith(os.path.realpath(folder) + os.sep) and "site-packages" not in origin


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
