"""Folders of MLflow's models: what they say, what runs when they are loaded, what their consumer lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Advice, Artifact, Basis, Case, Finding, Severity, Stage, rule
from ...names import pinned_version, required_name
from ..evidence import subjects_text
from .pickled_findings import here, install, pickled_finding, pin
from .reading import file_name

if TYPE_CHECKING:
    from ...model.forms.mlmodel import MlModel

#: flavour -> the library that loads it, which MLflow does not bring
LIBRARIES = {
    "onnx": ("onnxruntime",),
    "sklearn": ("scikit-learn",),
    "xgboost": ("xgboost",),
    "lightgbm": ("lightgbm",),
    "catboost": ("catboost",),
    "pytorch": ("torch",),
    "tensorflow": ("tensorflow",),
    "spacy": ("spacy",),
    "statsmodels": ("statsmodels",),
    "prophet": ("prophet",),
    "pmdarima": ("pmdarima",),
}
#: modules that load models, of MLflow and of what is installed beside it
_OF_MLFLOW = "mlflow."


def folder(case: Case[Artifact]) -> Iterator[MlModel]:
    """The MLmodel of the artifact, where it is such a folder and could be read."""
    if case.subject.mlmodel:
        yield case.subject.mlmodel


@rule("The model cannot be loaded as python_function", Stage.LOAD)
def no_python_function(case: Case[Artifact]) -> Iterator[Finding]:
    """The folder's MLmodel file has flavours, and python_function is none of them.

    What happens: MlflowException: Model does not have the "python_function" flavor.
    Why: mlflow.pyfunc, serving, Spark and most targets load that flavour only; an MLmodel file that was written or
    cut by hand lacks it, and a few flavours never have it.
    Remedy: log the model again with MLflow's own log_model or save_model.
    Not this rule: a flavour whose library is missing.
    """
    for model in folder(case):
        if model.flavors and "python_function" not in model.flavors:
            name = file_name(case.subject)
            said = f"{name} has the flavours {subjects_text([*model.flavors])} and no python_function: mlflow.pyfunc, "
            said += "and what serves with it, does not load it."
            flavor = next(iter(model.flavors))
            line = f"mlflow.{flavor}.save_model(model, path)"
            again = Advice("code", "Save the model with MLflow itself, which writes that flavour.", lines=(line,))
            severity = Severity.BLOCKER if case.subject.consumer else Severity.WARNING
            yield pickled_finding(case, said, (), again, severity=severity, explains=False)


@rule("Loading the model runs code of its folder", Stage.LOAD)
def loading_runs_code(case: Case[Artifact]) -> Iterator[Finding]:
    """To load the folder is to import modules, or to unpickle an object, that whoever made it wrote.

    What happens: the code runs as the user who loads the model, before any prediction.
    Why: MLflow allows models with code of their own (loader_module, code_paths, python_model, models from code).
    Remedy: read that code, and load such folders only from people whom you trust.
    Not this rule: flavours that only hand a file to a runtime, such as onnx.
    """
    for model in folder(case):
        name = file_name(case.subject)
        pyfunc = model.flavors.get("python_function", {})
        told = []
        if model.loader and not model.loader.startswith(_OF_MLFLOW):
            told.append(f"imports {model.loader}")
        if model.code:
            told.append(f"runs code from {subjects_text(model.code)}")
        if any(pyfunc.get(key) for key in ("python_model", "model_code_path")):
            told.append("runs the object or script that its maker wrote (python_model)")
        if told:
            said = f"Loading {name} {' and '.join(told)}: it was not loaded here."
            read = Advice("action", f"Read the code in {name} before you load it, or have the model as ONNX.")
            yield pickled_finding(case, said, (), read, severity=Severity.WARNING, explains=False)


@rule("A library that the model's flavour needs is missing", Stage.LOAD)
def flavor_library_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """The folder's flavour is loaded by a library that is not installed where the model is to be used.

    What happens: ModuleNotFoundError when the model is loaded.
    Why: MLflow itself brings none of the libraries of its flavours; the folder's requirements.txt names them.
    Remedy: install what the folder's requirements.txt asks for.
    Not this rule: another release than the one that is asked for.
    """
    for model in folder(case):
        if not case.subject.consumer:
            return
        for flavor, packages in LIBRARIES.items():
            for package in packages if flavor in model.flavors else ():
                if not here(case).version(package):
                    wanted = model.pinned(package) or package
                    said = (
                        f"{file_name(case.subject)} is of the flavour {flavor}, and {package} is not installed there."
                    )
                    yield pickled_finding(case, said, (package,), *_bring(case, package, wanted))


def _bring(case: Case[Artifact], package: str, wanted: str) -> tuple[Advice, ...]:
    release = wanted.partition(";")[0].strip()
    text = f"Install {release}, which the folder's requirements ask for."
    specifier = release[len(package) :] if required_name(release) == package else ""
    return install(case, release, text), pin(package, specifier, f"Install {package}.")


@rule("The folder asks for another release of its library", Stage.LOAD)
def other_library_release(case: Case[Artifact]) -> Iterator[Finding]:
    """The model was made with another minor release of its flavour's library than the one that is to load it.

    What happens: MLflow warns of the mismatch, and loads it all the same; it may fail, or answer otherwise.
    Why: the folder's requirements name the very releases, and nothing installs them where it is loaded.
    Remedy: install what the folder asks for.
    Not this rule: ONNX models, which any runtime takes that knows their stamps; a mismatch that was seen to fail.
    """
    for model in folder(case):
        saved = case.subject.pickled.saved if case.subject.pickled else {}
        for package in [p for f, names in LIBRARIES.items() if f in model.flavors and f != "onnx" for p in names]:
            wanted, version = model.pinned(package), here(case).version(package) or ""
            release = pinned_version(wanted)
            if package in saved or not (version and release) or version.split(".")[:2] == release.split(".")[:2]:
                continue
            said = f"{file_name(case.subject)} was made with {package} {release}, and is to be loaded by {version}."
            advice = install(case, f"{package}=={release}", f"Install {package} {release}, which the folder asks for.")
            yield pickled_finding(
                case, said, (package,), advice, severity=Severity.WARNING, basis=Basis.DECLARED, explains=False
            )


@rule("mlflow.onnx needs onnx to load the model", Stage.LOAD)
def onnx_package_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """The model can be scored through mlflow.pyfunc, and mlflow.onnx.load_model needs the package onnx too.

    What happens: ModuleNotFoundError: No module named 'onnx'.
    Why: pyfunc hands the file to onnxruntime; the native loader reads and checks it with onnx.
    Remedy: load it through mlflow.pyfunc, or install onnx.
    Not this rule: a missing onnxruntime, without which nothing scores.
    """
    for model in folder(case):
        if "onnx" in model.flavors and case.subject.consumer and not here(case).version("onnx"):
            name = file_name(case.subject)
            said = f"mlflow.onnx.load_model does not load {name} where onnx is not installed; mlflow.pyfunc does."
            line = f'model = mlflow.pyfunc.load_model("{name}")'
            other = Advice("code", "Load it through mlflow.pyfunc, which needs onnxruntime only.", lines=(line,))
            wanted = model.pinned("onnx") or "onnx"
            more = _bring(case, "onnx", wanted)
            yield pickled_finding(case, said, ("onnx",), other, *more, severity=Severity.WARNING, explains=False)
