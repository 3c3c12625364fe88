"""Distribution names and module names: two vocabularies, never confused; and what requirements say of the former.

packaging is imported late: no command has to wait for it before it has something to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

#: module -> the distribution that brings it, as their own documentation tells; anything else is read from metadata.
#: A module's name alone is no distribution's: on a public index anybody may own that name.
DISTRIBUTION_OF = {
    "sklearn": "scikit-learn",
    "imblearn": "imbalanced-learn",
    "category_encoders": "category-encoders",
    "skopt": "scikit-optimize",
    "skimage": "scikit-image",
    "onnxconverter_common": "onnxconverter-common",
    "onnxruntime_extensions": "onnxruntime-extensions",
    "onnxruntime_genai": "onnxruntime-genai",
    "hummingbird": "hummingbird-ml",
    "tf2onnx": "tf2onnx",
    "google": "protobuf",
    "google.protobuf": "protobuf",
    "google.auth": "google-auth",
    "google.cloud.storage": "google-cloud-storage",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "azure.identity": "azure-identity",
    "azure.ai.ml": "azure-ai-ml",
    "azure.storage.blob": "azure-storage-blob",
    "azureml.core": "azureml-core",
    "azureml.mlflow": "azureml-mlflow",
    "opentelemetry": "opentelemetry-api",
    "opentelemetry.sdk": "opentelemetry-sdk",
    "pkg_resources": "setuptools",
    "distutils": "setuptools",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "jwt": "pyjwt",
    "git": "gitpython",
    "hydra": "hydra-core",
    "ml_dtypes": "ml-dtypes",
    "mpl_toolkits": "matplotlib",
    "psycopg2": "psycopg2-binary",
    "PIL": "pillow",
    "rest_framework": "djangorestframework",
    "typing_extensions": "typing-extensions",
    "yaml": "pyyaml",
}

#: distributions that hold nothing and are called like the module of another one, whose name is meant; the newest
#: refuse to be installed (https://github.com/scikit-learn/sklearn-pypi-package)
STUBS = {"sklearn": "scikit-learn"}

#: modules whose distribution is known to be called like them
# fmt: off
SAME_NAME = frozenset({
    "aiohttp", "alembic", "boto3", "botocore", "cachetools", "catboost", "click", "cloudpickle", "cython", "dask",
    "datasets", "dill", "docker", "evaluate", "evidently", "fastapi", "feast", "featuretools", "flaml", "flask",
    "gensim", "gitdb", "graphene", "gunicorn", "httpx", "huggingface_hub", "hyperopt", "interpret", "ipykernel",
    "ipython", "jinja2", "joblib", "keras", "lightgbm", "lxml", "markupsafe", "matplotlib", "mlflow", "nbformat",
    "netron", "networkx", "nltk", "numba", "numexpr", "numpy", "onnx", "onnxmltools", "onnxoptimizer", "onnxruntime",
    "onnxscript", "onnxsim", "openml", "openpyxl", "optuna", "packaging", "pandas", "pip", "plotly", "polars",
    "prophet", "protobuf", "psutil", "pyarrow", "pycaret", "pydantic", "pyspark", "pytest", "querystring_parser",
    "requests", "rich", "scipy", "seaborn", "setuptools", "shap", "six", "skl2onnx", "skops", "skorch", "skrub",
    "spacy", "sqlalchemy", "sqlparse", "starlette", "statsmodels", "sympy", "tensorflow", "threadpoolctl", "torch",
    "tqdm", "transformers", "tsfresh", "typer", "urllib3", "uvicorn", "waitress", "wandb", "werkzeug", "xgboost",
})
# fmt: on

#: modules that many distributions share, none of which brings the whole
SHARED = ("google", "azure", "azureml")

#: modules whose presence tells that an environment is one of the path
PATH_MODULES = ("sklearn", "skl2onnx", "onnx", "onnxruntime", "mlflow")

#: distributions without one of which no model is converted, run and compared
CORE = frozenset({"numpy", "scikit-learn", "onnx", "onnxruntime", "skl2onnx"})

#: import names of the path, in the order in which they build on each other
STACK = ("numpy", "scipy", "pandas", "sklearn", "google.protobuf", "onnx", "onnxruntime", "skl2onnx", "mlflow")


def canonicalize_name(name: str) -> str:
    """packaging's own, imported when it is called: `Scikit_Learn` -> `scikit-learn` (PEP 503)."""
    from packaging import utils

    return utils.canonicalize_name(name)


def is_known(distribution: str) -> bool:
    """Whether a distribution of that name is one that the checker knows; a stranger's may be called like any folder."""
    return distribution in DISTRIBUTION_OF.values() or distribution.replace("-", "_") in SAME_NAME


def distribution_of(module: str) -> str:
    """The distribution that is known to bring a module: `sklearn.svm` -> `scikit-learn`; "" where nothing is known.

    For where metadata is silent. A module is never taken for a distribution because it is called like one.
    """
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        known = DISTRIBUTION_OF.get(".".join(parts[:length]), "")
        if known and not (length == 1 and len(parts) > 1 and parts[0] in SHARED):
            return known
    return canonicalize_name(parts[0]) if parts[0] in SAME_NAME else ""


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
