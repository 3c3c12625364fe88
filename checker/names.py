"""Distribution names and module names: two vocabularies, never confused."""

from __future__ import annotations

import re

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


def canonical(name: str) -> str:
    """The normalised distribution name of PEP 503: `Scikit_Learn` -> `scikit-learn`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution_of(module: str) -> str:
    """The distribution that usually brings a module: `sklearn.svm` -> `scikit-learn`; for where metadata is silent."""
    top = module.partition(".")[0]
    return DISTRIBUTION_OF.get(top, canonical(top))
