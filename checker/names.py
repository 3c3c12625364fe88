"""Distribution names and module names: two vocabularies, never confused; and what requirements say of the former.

packaging is imported late: no command has to wait for it before it has something to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

#: distributions whose name is not the name of their module, for what the path uses; anything else is read from metadata
DISTRIBUTION_OF = {
    "sklearn": "scikit-learn",
    "pkg_resources": "setuptools",
    "google": "protobuf",
    "yaml": "pyyaml",
    "PIL": "pillow",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
    "opentelemetry": "opentelemetry-api",
    "distutils": "setuptools",
    "attr": "attrs",
    "dateutil": "python-dateutil",
}

#: import names of the path, in the order in which they build on each other
STACK = ("numpy", "scipy", "pandas", "sklearn", "google.protobuf", "onnx", "onnxruntime", "skl2onnx", "mlflow")


def canonicalize_name(name: str) -> str:
    """packaging's own, imported when it is called: `Scikit_Learn` -> `scikit-learn` (PEP 503)."""
    from packaging import utils

    return utils.canonicalize_name(name)


def distribution_of(module: str) -> str:
    """The distribution that usually brings a module: `sklearn.svm` -> `scikit-learn`; for where metadata is silent."""
    top = module.partition(".")[0]
    return DISTRIBUTION_OF.get(top) or canonicalize_name(top)


@cache
def read_requirement(text: str) -> Requirement | None:
    """A requirement as packaging reads it; None for what is none: a path, an option, odd metadata."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def required_name(text: str) -> str:
    """The canonical name in a requirement, "" for what is none."""
    requirement = read_requirement(text)
    return canonicalize_name(requirement.name) if requirement else ""


def pinned_version(text: str) -> str:
    """The very release that a requirement asks for, "" for one that leaves a choice, and for what is none."""
    requirement = read_requirement(text)
    exact = (s for s in requirement.specifier if s.operator in ("==", "===")) if requirement else ()
    return next((s.version for s in exact if not s.version.endswith("*")), "")


def meant(word: str, words: Iterable[str]) -> str:
    """A question for the known words that a mistyped one looks like, "" where none does."""
    from difflib import SequenceMatcher, get_close_matches

    known = {w.lower(): w for w in words}
    close = get_close_matches(word.lower(), known, 2, 0.6)
    if close and SequenceMatcher(None, word.lower(), close[0]).ratio() > 0.85:
        del close[1:]
    return f"did you mean {' or '.join(known[w] for w in close)}?" if close else ""
