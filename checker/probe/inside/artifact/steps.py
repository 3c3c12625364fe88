"""Which steps are taken with what a training made, by its form."""

from .mlflowfolder import MLFLOW_STEPS
from .mlflowstore import STORE_STEPS
from .onnxfile import ONNX_FILE_NEEDS, ONNX_FILE_STEPS
from .pickledfile import PICKLED_STEPS
from .repaired import compare_repaired

#: forms of pickled objects
PICKLED = ("pickle", "joblib", "cloudpickle", "skops")


def steps_of_artifact(canary: dict, absent: list) -> list:
    """The steps that are taken with what a training made."""
    if canary["original"]:
        return [ONNX_FILE_STEPS[1], ("parity", compare_repaired)]
    if canary["form"] in ("onnx", "ort"):
        taken = [(s, step) for s, step in ONNX_FILE_STEPS if not any(p in absent for p in ONNX_FILE_NEEDS[s])]
        return [one for one in taken if canary["form"] == "onnx" or one[0] in ("load", "run")]
    if canary["form"] == "mlflow":
        return MLFLOW_STEPS if "mlflow" not in absent else []
    if canary["form"] == "mlflow-store":
        return STORE_STEPS
    return PICKLED_STEPS if canary["form"] in PICKLED else []
