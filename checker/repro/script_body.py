"""A canary, or an import, as plain Python that a maintainer can read and run: the flow of the probe, spelled out."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from ..model import Canary, Logging, Stage
from .script_data import data, helpers
from .script_functions import ANSWERS, COMPARE, FEED
from .script_logging import register, tracking

#: characters of an expression on one line
WIDTH = 110
#: ONNX input types and the numpy type that feeds them
_DTYPES = {"FloatTensorType": "float32", "DoubleTensorType": "float64", "Int64TensorType": "int64"}
#: column kinds and the numpy type that holds them, where that is not float32
_HELD = {"float64": "float64", "int64": "int64", "label": "int64", "bool": "bool"}
_NO_NUMBERS = ("string", "text", "bool")
_TYPES = {
    "float64": "DoubleTensorType",
    "int64": "Int64TensorType",
    "label": "Int64TensorType",
    "string": "StringTensorType",
    "text": "StringTensorType",
    "bool": "BooleanTensorType",
}


def import_body(module: str, names: tuple[str, ...]) -> str:
    """The import of a script."""
    return f"from {module} import {', '.join(names)}\n" if names else f"import {module}\n"


def canary_body(canary: Canary, stages: frozenset[Stage], short: bool | None) -> str:
    """The flow of a canary, as far as these stages go.

    `short`: whether scikit-learn itself refuses the hard rows; None where that is not known.
    """
    if not canary.make:
        return "\n".join(tracking(canary.logging or Logging()))
    functions = [*helpers(canary), *_functions(canary, stages)]
    flow = [*data(canary), *_fit(canary)]
    for stage, lines in (
        (Stage.CONVERT, _convert(canary)),
        (Stage.CHECK, iter(_CHECK)),
        (Stage.LOAD, _load(canary)),
        (Stage.RUN, _run(canary, short)),
        (Stage.PARITY, _parity(canary)),
        (Stage.REGISTER, register(canary, canary.logging or Logging())),
    ):
        flow += lines if stage in stages else ()
    return "\n\n".join([_imports(canary, stages), *functions, "\n".join(flow) + "\n"])


def _functions(canary: Canary, stages: frozenset[Stage]) -> Iterator[str]:
    if Stage.RUN in stages:
        yield FEED
        methods = ("decision_function", "predict_proba") if _raw(canary) else ("predict_proba", "decision_function")
        yield ANSWERS.replace("METHODS", repr(methods))
    if Stage.PARITY in stages:
        yield from COMPARE


def _raw(canary: Canary) -> bool:
    """Whether the converter is asked for scores instead of probabilities."""
    options = dict(canary.options or {})
    return any(o.get("raw_scores") for o in [options, *(v for v in options.values() if isinstance(v, dict))])


def _imports(canary: Canary, stages: frozenset[Stage]) -> str:
    modules = ["numpy as np", *canary.imports]
    modules += ["pandas"] * (canary.layout == "frame" or Stage.REGISTER in stages)
    modules += ["onnx"] * (Stage.CHECK in stages) + ["onnx.reference"] * (canary.reference and Stage.RUN in stages)
    modules += ["onnxruntime"] * (Stage.LOAD in stages)
    if Stage.CONVERT in stages:
        modules += [key.rpartition(".")[0] for key in canary.options or {} if "." in key]
    lines = [f"import {m}" for m in dict.fromkeys(modules)]
    if Stage.CONVERT in stages:
        module, _, function = _converter(canary).rpartition(".")
        lines += [f"from {module} import {function}"]
        kinds = sorted({kind for _, kind, _ in inputs(canary)}) if not _guessing(canary) else []
        lines += [f"from {_kinds_module(canary)} import {', '.join(kinds)}"] * bool(kinds)
    return "\n".join(lines) + "\n"


def _converter(canary: Canary) -> str:
    return canary.converter or "skl2onnx.convert_sklearn"


def _kinds_module(canary: Canary) -> str:
    if _converter(canary).startswith("onnxmltools"):
        return "onnxmltools.convert.common.data_types"
    return "skl2onnx.common.data_types"


def _guessing(canary: Canary) -> bool:
    """Whether the converter finds out the inputs from a row of data."""
    return _converter(canary).endswith(".to_onnx") and canary.layout != "vector" and not canary.inputs


def inputs(canary: Canary) -> tuple[tuple[str, str, tuple[int | None, ...] | None], ...]:
    """The declared inputs, or those that the probe derives from the columns."""
    if canary.inputs:
        return canary.inputs
    kinds = [(c.name, _TYPES.get(c.kind, "FloatTensorType")) for c in canary.columns]
    if canary.layout == "frame":
        return tuple((name, kind, (None, 1)) for name, kind in kinds)
    return (("X", kinds[0][1], (None, len(kinds)) if canary.layout == "matrix" else (None,)),)


def _fit(canary: Canary) -> Iterator[str]:
    yield from _rounded(canary)
    yield f"\nmodel = {laid_out(canary.make)}"
    yield "model.fit(x)" if canary.target in ("none", "") else "model.fit(x, y)"


def _rounded(canary: Canary) -> Iterator[str]:
    """What is compared is held as the declared inputs can hold it."""
    held = {c.name: _HELD.get(c.kind, "float32") for c in canary.columns if c.kind not in _NO_NUMBERS}
    if canary.layout == "frame" and len(canary.inputs) == len(canary.columns):
        for name, kind, _ in canary.inputs:
            dtype = _DTYPES.get(kind, "")
            if name in held and dtype.startswith("float") and held[name] != dtype:
                yield f"test[{json.dumps(name)}] = test[{json.dumps(name)}].astype({json.dumps(dtype)})"
    elif canary.layout != "frame" and len(canary.inputs) == 1 and held:
        dtype = _DTYPES.get(canary.inputs[0][1], "")
        if dtype and set(held.values()) != {dtype}:
            yield f"test = test.astype({json.dumps(dtype)})"


def _convert(canary: Canary) -> Iterator[str]:
    function = _converter(canary).rpartition(".")[2]
    extra = ""
    if canary.options is not None:
        keyed = any("." in key for key in canary.options)
        pairs = ", ".join(f"{k}: {v!r}" for k, v in canary.options.items())
        extra += f", options={{{pairs}}}" if keyed else f", options={{id(model): {dict(canary.options)!r}}}"
    if canary.target_opset is not None:
        extra += f", target_opset={canary.target_opset!r}"
    typed = ", ".join(f"({json.dumps(n)}, {k}({list(s) if s is not None else ''}))" for n, k, s in inputs(canary))
    if _guessing(canary):
        call = f"to_onnx(model, x[:1]{extra})"
    elif function == "convert_sklearn":
        call = f'convert_sklearn(model, "canary", [{typed}]{extra})'
    else:
        call = f"{function}(model, initial_types=[{typed}]{extra})"
    yield f"onx = {laid_out(call)}"


def laid_out(expression: str) -> str:
    """An expression as it stands where it is short, else one argument or element a line."""
    if len(expression) <= WIDTH or "\n" in expression:
        return expression
    return _laid(ast.parse(expression, mode="eval").body, 0)


def _laid(node: ast.expr, indent: int) -> str:
    text = ast.unparse(node)
    if len(text) + indent <= WIDTH or not isinstance(node, ast.Call | ast.List | ast.Tuple):
        return text
    pad, inner = " " * indent, " " * (indent + 4)
    if isinstance(node, ast.Call):
        named = [f"{k.arg}=" if k.arg else "**" for k in node.keywords]
        values = [n + _laid(k.value, indent + 4) for n, k in zip(named, node.keywords, strict=True)]
        parts, start, end = [*(_laid(a, indent + 4) for a in node.args), *values], f"{ast.unparse(node.func)}(", ")"
    else:
        start, end = ("[", "]") if isinstance(node, ast.List) else ("(", ")")
        parts = [_laid(e, indent + 4) for e in node.elts]
    return "\n".join([start, *(f"{inner}{part}," for part in parts), pad + end])


_CHECK = (
    'for part in list(onx.opset_import) + list(onx.graph.node):  # "ai.onnx" means the same as ""',
    '    part.domain = "" if part.domain == "ai.onnx" else part.domain',
    "onnx.checker.check_model(onx)",
)


def _load(canary: Canary) -> Iterator[str]:
    providers = ', providers=["CPUExecutionProvider"]' if canary.providers else ""
    yield f"session = onnxruntime.InferenceSession(onx.SerializeToString(){providers})"


def _run(canary: Canary, short: bool | None) -> Iterator[str]:
    ordinary = "len(words)" if canary.columns[0].kind == "text" else "40"
    if short:
        yield f"test = test[:{ordinary}]  # scikit-learn itself refuses the hard rows"
    if short is None:
        yield "try:\n    answers(model, test)\nexcept Exception:  # scikit-learn itself refuses the hard rows"
        yield f"    test = test[:{ordinary}]"
    yield "want = answers(model, test)"
    yield "fed = feed(test)"
    yield from _changed(canary.feed)
    yield f"got = session.run({list(canary.outputs) or None}, fed)"
    if canary.reference:
        yield "onnx.reference.ReferenceEvaluator(onx).run(None, feed(test))"


def _changed(feed: str) -> Iterator[str]:
    """The way in which the script feeds the session otherwise."""
    if feed.endswith("64"):
        yield "fed = {name: v.astype(np.float64) if v.dtype == np.float32 else v for name, v in fed.items()}"
    if feed == "flat":
        yield "fed = {name: v[0] if v.shape[-1] > 1 else v.reshape(-1) for name, v in fed.items()}"


def _parity(canary: Canary) -> Iterator[str]:
    double = any(kind == "DoubleTensorType" for _, kind, _ in inputs(canary))
    yield f"TOLERANCE = {'1e-4' if double else '1e-3'}"
    scores = ' and not hasattr(model, "decision_function")' if _raw(canary) else ""
    yield f'probable = hasattr(model, "classes_") and hasattr(model, "predict_proba"){scores}'
    yield "compare(want, got)"
