"""Failures whose own words say which line of code mends them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Advice, Basis, Case, Finding, Observation, Registered, Severity, Stage, rule
from ..advice import move, newest
from ..evidence import canary_of, converter_of, each, library_of, says, unique
from . import edits
from .canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions

_INTEGERS = r"takes integer as input but nan values are replaced by float"
_OPTION = (
    r"Option '(?P<one>\w+)' not in|Options \{'(?P<first>\w+)'.{0,200}\} are not registerd"
    r"|Unexpected value \[.{0,80}\] for option '(?P<value>\w+)'|Option '(?P<other>\w+)' is not implemented"
)
_OPSET = (
    r"(?:requires|available below|must be|only works for) (?:at least )?(?:target )?opset (?:>=|below)? ?(?P<first>\d+)"
    r"|opset must be >= (?P<second>\d+)|not available below opset (?P<third>\d+)"
    r"|Opset number (?P<fourth>\d+) is higher than targeted opsets"
    r"|requested version \d+ < (?P<fifth>\d+) schema version"
)
_LIST = r"'list' object has no attribute '(?P<name>\w+)'"
_FEATURES = r"Unable to interpret '(?P<name>[^']*)', feature names should follow pattern 'f%d'"
_NOBODY = r"Unable to find (?:a )?(?:shape calculator|converter) for type '<class '(?P<kind>[\w.]+)'>'"
#: the expression of a model that stands for an object of a class of the script
_FUNCTION = (
    r"(?P<transformer>FunctionTransformer is not supported unless)"
    r"|Custom (?:tokenizer|preprocessor|analyzer)s? (?:cannot|can't) be converted"
)
_STANDS_IN = re.compile(r"type\('(\w+)'")
_SHAPES = "skl2onnx.common.shape_calculator.calculate_linear_{}_output_shapes"
#: class name -> what onnxmltools' converter of it is registered with: alias, shapes, function, options
REGISTERED = {
    "LGBMClassifier": (
        "LightGbmLGBMClassifier",
        "classifier",
        "lightgbm.operator_converters.LightGbm.convert_lightgbm",
    ),
    "LGBMRegressor": ("LightGbmLGBMRegressor", "regressor", "lightgbm.operator_converters.LightGbm.convert_lightgbm"),
    "XGBClassifier": ("XGBoostXGBClassifier", "classifier", "xgboost.operator_converters.XGBoost.convert_xgboost"),
    "XGBRegressor": ("XGBoostXGBRegressor", "regressor", "xgboost.operator_converters.XGBoost.convert_xgboost"),
}


@rule("Whole numbers, and a step that makes fractions of them", Stage.CONVERT)
def fractions_of_integers(case: Case[Observation]) -> Iterator[Finding]:
    """The inputs are whole numbers, and a step replaces missing values by a fraction.

    What happens: RuntimeError: SimpleImputer takes integer as input but nan values are replaced by float.
    Why: ONNX keeps the type of the inputs, and the median or mean of whole numbers is often none. Whether a median is
    one depends on the data: where the model converts here and might not on others, this is a warning.
    Remedy: fit and convert on floats.
    Not this rule: columns whose replacement is a whole number.
    """
    said = "Fit, convert and score with floats: x.astype(np.float32), declared as FloatTensorType."
    advice = Advice("code", said, lines=("X = X.astype(np.float32)",), edit=edits.whole_as_floats)
    refused = set()
    for cause in matching(case, Stage.CONVERT, _INTEGERS):
        converter = converter_of(case, cause.first.subject)
        text = f"{with_versions(case, converter)} does not convert {subject_phrase(case, cause)} over whole numbers"
        refused |= {f.subject for f in cause.failures}
        yield canary_finding(case, cause, f"{text}: {last_words(cause.first)}", (converter,), advice)
    for model in case.script.canaries if case.script else ():
        names = ", ".join(edits.medians_of_whole_numbers(model))
        if names and model.converter.startswith("skl2onnx") and model.name not in refused:
            text = f"{model.name} fills the whole numbers of {names} by their median"
            yield Finding(
                Severity.WARNING,
                Stage.CONVERT,
                Basis.INFERRED,
                model.name,
                f"{text}. Where that median is a fraction (48.5), skl2onnx refuses the model, or an old one drops .5.",
                culprits=("skl2onnx",),
                evidence=(model.where,),
                advice=(advice,),
            )


@rule("An option that the converter does not have", Stage.CONVERT)
def option_refused(case: Case[Observation]) -> Iterator[Finding]:
    """The script hands the converter an option that it does not have for this model.

    What happens: "Option 'x' not in [...]", "Options {...} are not registerd for model", "... is not implemented".
    Why: options belong to single classes, and came with releases.
    Remedy: leave the option out, or a converter that has it.
    Not this rule: an option that converts and changes the outputs.
    """
    for cause in matching(case, Stage.CONVERT, _OPTION):
        found = says(cause.first, _OPTION)
        name = next((n for n in found.groups() if n), "") if found else ""
        converter = converter_of(case, cause.first.subject)
        text = f"{with_versions(case, converter)} has no option {name} of this kind for {subject_phrase(case, cause)}."
        left = Advice("code", f"Leave out the option {name}.", edit=edits.with_option(name, None))
        names = (converter, library_of(case, cause.first.subject))
        newer = (move(case, (converter,)),) if newest(case, converter) else ()
        yield canary_finding(case, cause, f"{text} {last_words(cause.first)}", names, *newer, left)


@rule("A target_opset that is too low for the model", Stage.CONVERT)
def opset_too_low(case: Case[Observation]) -> Iterator[Finding]:
    """The script asks for a target_opset in which the model cannot be written.

    What happens: "requires opset >= 9", "opset must be >= 12", "not available below opset 11".
    Why: operators came with opsets, and the converter of this model needs a newer one.
    Remedy: ask for the opset that the message names, or leave target_opset out.
    Not this rule: an opset that onnx or the runtime does not have.
    """
    for cause in matching(case, Stage.CONVERT, _OPSET):
        canary, found = canary_of(case, cause.first.subject), says(cause.first, _OPSET)
        if canary is None or canary.target_opset is None or not found:
            continue
        needed = int(next(n for n in found.groups() if n))
        domain = "ai.onnx.ml" if "ai.onnx.ml" in found.string[found.start() :] else ""
        old = canary.target_opset
        asked = old if isinstance(old, int) else {**old, domain: needed}
        wanted = needed if isinstance(asked, int) and not domain else asked
        if isinstance(wanted, int) and domain:
            wanted = {"": wanted, domain: needed}
        text = f"{subject_phrase(case, cause)} cannot be written with target_opset={old!r}: {last_words(cause.first)}"
        raised = f"target_opset={wanted!r}"
        advice = Advice("code", f"Ask for {raised}.", lines=(raised,), edit=edits.changed(target_opset=wanted))
        yield canary_finding(case, cause, text, (converter_of(case, cause.first.subject),), advice)


@rule("A list where the converter expects an array", Stage.CONVERT)
def list_for_array(case: Case[Observation]) -> Iterator[Finding]:
    """The estimator takes a list as a parameter, and its converter computes with it as with an array.

    What happens: AttributeError: 'list' object has no attribute 'sum'.
    Why: scikit-learn keeps parameters as they are given, and turns them into arrays where it uses them.
    Remedy: give the parameter as an array.
    Not this rule: attributes that a fitted estimator has lost.
    """
    for cause in matching(case, Stage.CONVERT, _LIST):
        canary = canary_of(case, cause.first.subject)
        lists = edits.lists_of_numbers(canary.make) if canary else []
        if not lists:
            continue
        converter = converter_of(case, cause.first.subject)
        text = f"{with_versions(case, converter)} expects an array where {subject_phrase(case, cause)} has a list"
        said = f"Give {', '.join(lists)} as an array."
        line = ", ".join(f"{name}=np.array([...])" for name in lists)
        advice = Advice("code", said, lines=(line,), edit=edits.lists_as_arrays)
        pair = (converter, library_of(case, cause.first.subject))
        yield canary_finding(case, cause, f"{text}: {last_words(cause.first)}", pair, advice)


@rule("A step that only the training needs", Stage.CONVERT)
def sampler_in_pipeline(case: Case[Observation]) -> Iterator[Finding]:
    """A pipeline of imbalanced-learn holds a sampler, which does nothing when the model predicts.

    What happens: MissingShapeCalculator: Unable to find a shape calculator for a sampler.
    Why: samplers choose rows for the training; skl2onnx converts every step of a pipeline, and knows no sampler.
    Remedy: convert a pipeline of the other fitted steps.
    Not this rule: a step that changes what is predicted.
    """
    for cause in matching(case, Stage.CONVERT, _NOBODY):
        found = says(cause.first, _NOBODY)
        if not found or not re.match(r"imblearn\.(?:under|over|combine)\w*", found["kind"]):
            continue
        name, converter = found["kind"].rpartition(".")[2], converter_of(case, cause.first.subject)
        cannot = f"{with_versions(case, converter)} cannot convert {name} in {subject_phrase(case, cause)}"
        text = f"{cannot}: it is a sampler, which only the training needs."
        line = f"to_onnx(Pipeline([s for s in model.steps if not isinstance(s[1], {name})]), X[:1])"
        advice = Advice(
            "code", f"Convert the fitted steps without {name}.", lines=(line,), edit=edits.without_step(name)
        )
        yield canary_finding(case, cause, text, unique((converter, "imbalanced-learn")), advice)


@rule("A converter that has to be registered", Stage.CONVERT)
def converter_not_registered(case: Case[Observation]) -> Iterator[Finding]:
    """The model is one of another library, whose converter comes with onnxmltools and has to be registered.

    What happens: MissingShapeCalculator: Unable to find a shape calculator for LGBMClassifier.
    Why: skl2onnx converts scikit-learn's own estimators; those of LightGBM and XGBoost are converted by onnxmltools.
    Remedy: install onnxmltools, and register its converter before the conversion.
    Not this rule: estimators that nobody converts.
    """
    for cause in matching(case, Stage.CONVERT, _NOBODY):
        found = says(cause.first, _NOBODY)
        name = found["kind"].rpartition(".")[2] if found else ""
        if found and name in REGISTERED:
            converter, library = converter_of(case, cause.first.subject), found["kind"].partition(".")[0]
            lacks = f"{with_versions(case, converter)} has no converter of its own for {name}"
            text = f"{lacks}: {subject_phrase(case, cause)} needs that of onnxmltools."
            yield canary_finding(case, cause, text, (converter, library), *_register(case, found["kind"], name))


def _register(case: Case[Observation], kind: str, name: str) -> tuple[Advice, ...]:
    """Advice to register onnxmltools' converter of a class, and to install it first where it is not there."""
    alias, task, place = REGISTERED[name]
    convert, options = f"onnxmltools.convert.{place}", {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    given = options if task == "classifier" else None
    one = Registered(kind, alias, _SHAPES.format(task), convert, "", given)
    function, shapes = convert.rpartition(".")[2], one.shape.rpartition(".")[2]
    more = f", options={given!r}" if given else ""
    lines = (
        f"from {convert.rpartition('.')[0]} import {function}",
        f"from skl2onnx.common.shape_calculator import {shapes}",
        f"skl2onnx.update_registered_converter({name}, {alias!r}, {shapes}, {function}{more})",
        "and convert with " + "target_opset={'': 15, 'ai.onnx.ml': 2}",
    )
    said = f"Register onnxmltools' converter of {name} before the conversion."
    code = Advice("code", said, lines=lines, edit=edits.registering(one, {"": 15, "ai.onnx.ml": 2}))
    missing = Advice("pins", "Install onnxmltools, whose converter can then be registered.", (("onnxmltools", ""),))
    return (code,) if case.subject.version("onnxmltools") else (missing, code)


@rule("A class of the script without a converter", Stage.CONVERT)
def own_class_unconverted(case: Case[Observation]) -> Iterator[Finding]:
    """A transformer that the script writes itself is part of what is converted, and no converter is registered for it.

    What happens: MissingShapeCalculator: Unable to find a shape calculator for the class.
    Why: a converter is looked up by the class of each step; none can know the class of a script. An object of a class
    of the same name and bases is converted in its place, without a line of the script.
    Remedy: register a converter for the class, or convert the other steps alone. No release of a package changes it.
    Not this rule: classes of libraries, and those that the script hands to a function, which may register them.
    """
    for cause in each(case, Stage.CONVERT):
        canary = canary_of(case, cause.first.subject)
        stands = _STANDS_IN.match(canary.make) if canary else None
        if stands:
            name, converter = stands[1], with_versions(case, converter_of(case, cause.first.subject))
            text = f"{converter} has no converter for {name}, a class of the script that is part of what is converted."
            yield canary_finding(case, cause, text, (), *_register_own(name))


def _register_own(name: str) -> tuple[Advice, ...]:
    """Advice for a class of the script; what its converter does, only its author knows."""
    lines = (f'skl2onnx.update_registered_converter({name}, "{name}", output_shapes, convert)',)
    said = f"Write functions that give the output shapes and the ONNX nodes of {name}, and register them."
    other = f"Or convert the steps without {name}, and do its work on the data that the ONNX model is given."
    return Advice("code", said, lines=lines), Advice("code", other)


@rule("A function of Python's within the model", Stage.CONVERT)
def function_unconverted(case: Case[Observation]) -> Iterator[Finding]:
    """A step of the model calls a function, which no graph can hold.

    What happens: "FunctionTransformer is not supported unless the transform function is None", "Custom tokenizer cannot
    be converted".
    Why: a converter writes operators of ONNX; what a function of Python or numpy does it cannot see.
    Remedy: do it to the data, before the model is fitted and wherever it is scored; or write a transformer with a
    converter of its own, and register that. No release of a package changes it.
    Not this rule: estimators of classes that the converter does not know.
    """
    for cause in matching(case, Stage.CONVERT, _FUNCTION):
        found = says(cause.first, _FUNCTION)
        what = "FunctionTransformer calls" if found and found["transformer"] else "the text is split by"
        converter = with_versions(case, converter_of(case, cause.first.subject))
        text = f"{converter} cannot convert {subject_phrase(case, cause)}: {what} a function, which no graph can hold."
        said = "Do it to the data instead: before the model is fitted, and wherever it is scored."
        lines = ("X = numpy.log1p(X)", "model.fit(X, y)")
        other = "Or write a transformer with a converter of its own, and register that."
        advice = (Advice("code", said, lines=lines * bool(found and found["transformer"])), Advice("code", other))
        yield canary_finding(case, cause, text, (), *advice)


@rule("Column names where the converter expects numbers", Stage.CONVERT)
def columns_by_name(case: Case[Observation]) -> Iterator[Finding]:
    """A model of another library is fitted on a table, and its converter reads the numbers of columns from their names.

    What happens: RuntimeError: Unable to interpret 'age', feature names should follow pattern 'f%d'.
    Why: XGBoost writes a table's column names into its trees, and the converter of onnxmltools expects f0, f1, ...
    Remedy: fit on an array of the table, or name the columns f0, f1, ... before the conversion.
    Not this rule: tables whose columns are named so, and inputs that are renamed.
    """
    for cause in matching(case, Stage.CONVERT, _FEATURES):
        found = says(cause.first, _FEATURES)
        converter, library = converter_of(case, cause.first.subject), library_of(case, cause.first.subject)
        reads = f"{with_versions(case, converter)} reads the numbers of columns from their names, f0, f1, ..."
        text = f"{reads}; {subject_phrase(case, cause)} was fitted on a table with a column {found and found['name']!r}"
        said = "Fit and predict on arrays, or name the features of the fitted model f0, f1, ... before the conversion."
        lines = (
            "model.fit(X.to_numpy(), y)",
            "or: model.get_booster().feature_names = [f'f{i}' for i in range(X.shape[1])]",
        )
        advice = Advice("code", said, lines=lines, edit=edits.changed(layout="matrix"))
        yield canary_finding(case, cause, f"{text}.", (converter, library), advice)
