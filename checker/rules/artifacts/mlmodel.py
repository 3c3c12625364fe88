"""Folders of MLflow's models: what they say, what runs when they are loaded, what their consumer lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...knowledge.facts import within
from ...model import Advice, Artifact, Basis, Case, Failure, Finding, MlModel, Severity, Stage, rule
from ...names import required_name
from ..evidence import first_words, involved, quote, says, subjects_text
from .pickled_findings import here, install, pickled_finding, pin
from .reading import file_name

#: flavour -> what it needs to be loaded, by MLflow's own code of that flavour; `|` = for its native form only
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
#: how rows are taken that are refused as a table
_HOW = {"array": "a plain array", "dictionary": "a dictionary of arrays"}
_SCORES = {
    "array": 'model.predict(table.to_numpy(dtype="float32"))',
    "dictionary": "model.predict({name: table[[name]].to_numpy() for name in table})",
}
_RANK = r"Invalid rank for input|Input must be a list of dictionaries or a single numpy array"


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


@rule("The input example is refused", Stage.RUN)
def example_refused(case: Case[Artifact]) -> Iterator[Finding]:
    """The folder's own input example does not fit its own signature, as the consumer's MLflow enforces it.

    What happens: MlflowException: Failed to enforce schema; Incompatible input types.
    Why: the example was converted, or the signature inferred from other rows; JSON has no float32 and no integers
    with missing values; releases of MLflow enforce more or less.
    Remedy: infer the signature from the very rows that are scored, and give these as the example.
    Not this rule: an example that fits and that the model refuses.
    """
    for failure in _own(case, Stage.RUN):
        if failure.type == "ExampleRefused":
            said = (
                f"The input example of {failure.subject} does not fit its signature: {first_words(failure.text, 200)}."
            )
            line = "mlflow.onnx.log_model(model, name=..., signature=infer_signature(rows), input_example=rows)"
            again = Advice("code", "Take signature and example from the same rows.", lines=(line,))
            yield _seen(case, failure, said, ("mlflow",), again)


@rule("MLflow feeds each column with one dimension", Stage.RUN)
def columns_fed_flat(case: Case[Artifact]) -> Iterator[Finding]:
    """The model has an input a column, of two dimensions each, and MLflow feeds a table's columns as they are: flat.

    What happens: Invalid rank for input: X Got: 1 Expected: 2; or: Input must be a list of dictionaries.
    Why: mlflow.pyfunc hands data[name].values to each input where there are several. A SQL pool's PREDICT wants just
    such a model, so that one file cannot serve both.
    Remedy: one input with all columns for pyfunc; or a signature of named tensors, and dictionaries of arrays.
    Not this rule: a model with one input.
    """
    for failure in _own(case, Stage.RUN):
        if says(failure, _RANK) and case.subject.model and len(case.subject.model.inputs) > 1:
            said = (
                f"{failure.subject} has {len(case.subject.model.inputs)} inputs of two dimensions, and mlflow.pyfunc "
            )
            said += "feeds each column of a table as one: it cannot be scored with a table."
            line = 'initial_types=[("X", FloatTensorType([None, n]))]'
            one = Advice("code", "Convert with one input for all columns, where it is scored by pyfunc.", lines=(line,))
            line = "model.predict({name: table[[name]].to_numpy() for name in table})"
            named = Advice("code", "Or sign it with named tensors, and score dictionaries of arrays.", lines=(line,))
            yield _seen(case, failure, said, (), one, named)


@rule("The consumer's MLflow does not load the model", Stage.LOAD, generic=True)
def folder_not_loaded(case: Case[Artifact]) -> Iterator[Finding]:
    """Reading the MLmodel file, or loading a model that runs no one's code, fails in the consumer.

    What happens: an exception of MLflow's or of the flavour's library.
    Why: the folder was written by another release, or something that it needs is missing or does not fit.
    Remedy: the releases that the folder's requirements ask for.
    Not this rule: every mechanism that has its own.
    """
    for failure in _own(case, Stage.LOAD):
        version = here(case).version("mlflow")
        said = f"{failure.subject} is not loaded by MLflow {version}: {first_words(failure.text, 200)}."
        yield _seen(case, failure, said, _blamed(case, failure), *(_as_required(case, failure) or (_APART,)))


@rule("The model does not score what it says it takes", Stage.RUN, generic=True)
def folder_not_scored(case: Case[Artifact]) -> Iterator[Finding]:
    """The model loads, and fails at its own example, or at rows of its own signature.

    What happens: an exception when predict is called.
    Why: signature, example and the model's inputs were not made of the same rows, or runtime and libraries do not fit.
    Remedy: log it again with a signature that tells what the model takes.
    Not this rule: rows that are fed flat; an example that the signature refuses.
    """
    for failure in _own(case, Stage.RUN):
        fed = "its own input example" if failure.facts.get("fed") == "example" else "rows of its own signature"
        how = str(failure.facts.get("otherwise") or "")
        said = f"{failure.subject} loads, and predict fails at {fed}: {first_words(failure.text, 200)}"
        if how:
            said += f"; as {_HOW.get(how, how)} the same rows are taken"
        line = "signature=infer_signature(rows, predictions), input_example=rows"
        again = Advice("code", "Log it again with signature and example of the rows that are scored.", lines=(line,))
        if how:
            again = Advice("code", f"Score it with {_HOW.get(how, how)}.", lines=(_SCORES.get(how, ""),))
        found = _seen(case, failure, f"{said}.", _blamed(case, failure), again, *_as_required(case, failure))
        yield replace(found, severity=Severity.WARNING) if how else found


def _own(case: Case[Artifact], stage: Stage) -> Iterator[Failure]:
    found = case.subject.failures(stage) if case.subject.mlmodel else ()
    return (f for f in found if f.subject == file_name(case.subject))


#: what helps where nobody knows better
_APART = Advice("action", "Install what the folder's requirements.txt asks for, in an environment of its own.")


def _seen(case: Case[Artifact], failure: Failure, said: str, culprits: tuple[str, ...], *advice: Advice) -> Finding:
    return Finding(
        severity=Severity.BLOCKER,
        stage=failure.stage,
        basis=Basis.SEEN,
        subject=failure.subject,
        message=said,
        culprits=culprits,
        evidence=quote(failure),
        advice=advice,
        explains=(failure.step,),
    )


def _blamed(case: Case[Artifact], failure: Failure) -> tuple[str, ...]:
    if says(failure, r"_ARRAY_API|numpy\.core\.multiarray failed"):
        return ("numpy", "onnxruntime")
    return tuple(involved(here(case), failure)[:2])


def _as_required(case: Case[Artifact], failure: Failure) -> tuple[Advice, ...]:
    """What the folder's requirements ask for of those that are blamed, and is not so."""
    for model in folder(case):
        wanted = [(name, model.pinned(name)) for name in _blamed(case, failure)]
        others = [r for name, r in wanted if r and not within(here(case).version(name) or "", r[len(name) :])]
        if others:
            line = f"{here(case).executable or 'python'} -m pip install {' '.join(repr(w) for w in others)}"
            return (Advice("action", f"Install what the folder asks for: {subjects_text(others)}.", lines=(line,)),)
    return ()
