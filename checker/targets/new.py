"""The file of a new place, from an environment that runs there."""

from __future__ import annotations

import json
import re

from ..knowledge.targets import LIMITS
from ..model import Observation

#: packages that decide what is trained, written and loaded there
PACKAGES = frozenset({
    "azureml-mlflow", "catboost", "joblib", "lightgbm", "ml-dtypes", "mlflow", "mlflow-skinny", "numpy", "onnx",
    "onnxconverter-common", "onnxmltools", "packaging", "pandas", "protobuf", "scikit-learn", "scipy", "skl2onnx",
    "xgboost",
})  # fmt: skip
#: what a person may know of the place, with an example of it
EXAMPLES = {
    "opset": "17",
    "ml_opset": "3",
    "ir": "8",
    "domains": ["ai.onnx", "ai.onnx.ml"],
    "inputs": "columns",
    "input_types": ["float", "int64", "string"],
    "maps": "no",
    "external_data": "no",
    "size": "104857600",
    "signature": "needed",
}
_HEAD = """\
# A place of your own. Ask about it with --target and this file, with its folder: --target ./{name}.toml
# `checker targets show ./{name}.toml` prints what it says; README.md in `matrices` explains every key.

name = {quoted}
title = {title}
kind = "scores"
source = {source}
date = "{date}"
basis = "measured"
python = "{python}"
"""
_LIMITS = """
# What else is limited there: remove the marks in front of what you know, and write who says so.
# What is left out is not known. An opset and an IR version are those that its onnxruntime loads, where you name none.
"""


def new_target(observation: Observation, name: str, label: str, date: str) -> str:
    """A file that tells of the environment that was seen; `name` becomes one that a target may have."""
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "mine"
    quote = json.dumps
    head = _HEAD.format(
        name=name,
        quoted=quote(name),
        title=quote(f"the place of {name}"),
        source=quote(f"the packages of {label}"),
        date=date,
        python=observation.python,
    )
    installed = reversed(observation.distributions)
    found = {d.name: d.version for d in installed if d.name in PACKAGES or d.name.startswith("onnxruntime")}
    rows = "".join(f"{package} = {quote(version)}\n" for package, version in sorted(found.items()))
    return head + (f"\n[packages]\n{rows}" if rows else "") + _LIMITS + "".join(map(_example, EXAMPLES))


def _example(what: str) -> str:
    """A limit that is not in force."""
    kind = LIMITS[what]
    words = f"   # {kind.replace('|', ', ')}" if "|" in kind else ""
    lines = ("[[limits]]", f'what = "{what}"', f"value = {json.dumps(EXAMPLES[what])}{words}")
    return "\n" + "".join(f"# {line}\n" for line in lines)
