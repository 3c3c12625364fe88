"""What limits of targets, and their values, are called."""

from __future__ import annotations

#: what a limit is called on a page
LABELS = {
    "forms": "takes",
    "onnxruntime": "onnxruntime",
    "opset": "ai.onnx opset, at most",
    "ml_opset": "ai.onnx.ml opset, at most",
    "ir": "IR version, at most",
    "min_opset": "ai.onnx opset, at least",
    "domains": "domains of operators",
    "operators": "operators",
    "inputs": "inputs",
    "width": "values in an input",
    "batch": "rows at once",
    "input_types": "types of inputs",
    "output_types": "types of outputs",
    "names": "names of inputs",
    "maps": "maps as outputs (ZipMap)",
    "external_data": "data in files beside it",
    "size": "bytes, at most",
    "signature": "signature of MLflow",
    "example": "input example",
}
#: what the words of a limit mean
WORDS = {
    ("forms", "onnx"): "ONNX files",
    ("forms", "mlflow"): "MLflow models",
    ("forms", "sklearn"): "models of scikit-learn",
    ("forms", "rx"): "models of RevoScale, and no ONNX",
    ("forms", "none"): "no models",
    ("inputs", "columns"): "one a column",
    ("inputs", "matrix"): "one of two dimensions, with all columns",
    ("inputs", "one"): "one tensor",
    ("inputs", "flat"): "one of two dimensions, or several of one dimension each",
    ("batch", "any"): "any number",
    ("batch", "one"): "one",
    ("names", "columns"): "those of the columns",
}


def word(what: str, value: str) -> str:
    """A value of a limit in words."""
    return f"{int(value):,}".replace(",", " ") if what == "size" else WORDS.get((what, value), value)
