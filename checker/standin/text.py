"""The script that somebody would have written for a model and its rows: plain Python, of 3.6 and later."""

from __future__ import annotations

from collections.abc import Iterator

from . import parts
from .asked import Standin

#: how the model is read -> what is imported for it
PACKAGES = {"joblib": "joblib", "skops": "skops.io"}


def program_of(standin: Standin) -> str:
    """The text of the script."""
    return "\n\n".join(block.strip("\n") for block in blocks(standin)) + "\n"


def blocks(standin: Standin) -> Iterator[str]:
    """Its parts, in their order."""
    yield head(standin)
    yield parts.HELPERS
    yield parts.LOADED.get(standin.form, parts.MADE)
    yield parts.CHECKED
    if standin.kind:
        yield from (parts.READING[standin.kind], parts.ROWS, parts.TARGET, parts.FIT)
    else:
        yield parts.NO_ROWS
    yield from (parts.TYPES, parts.OTHERS, parts.LAST)


def head(standin: Standin) -> str:
    """What is imported and from where, and what was asked for."""
    modules = ("importlib", "inspect", "json", "operator", "os", "pickle", "sys")
    lines = [f"import {name}" for name in filter(None, (*modules, PACKAGES.get(standin.form)))]
    lines += [
        "from skl2onnx import convert_sklearn",
        "from skl2onnx.common import data_types",
        "from sklearn.base import is_classifier, is_regressor",
        "",
        f"MODEL, DATA, TARGET = {standin.model!r}, {standin.data!r}, {standin.target!r}",
        f"NAME, ROWS = {standin.said!r}, {standin.rows_said!r}",
        f"ASK_TARGET = {standin.ask_target!r}",
        *[f"sys.path.insert(1, os.path.abspath({folder!r}))" for folder in standin.folders],
    ]
    return "\n".join(lines)
