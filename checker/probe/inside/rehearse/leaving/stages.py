"""The stage at which a script was left, by the calls below its own line."""

#: top-level modules -> the stage of what fails in them, the first on the way inwards
STAGES = {
    "skl2onnx": "convert",
    "onnxmltools": "convert",
    "onnxconverter_common": "convert",
    "mlflow": "register",
    "onnxruntime": "run",
    "onnx": "check",
}
#: (module and all below it, function or "" for any of them) -> the stage of what fails in it
CALLED = {
    ("onnx.reference", ""): "run",
    ("mlflow", "predict"): "run",
    ("mlflow", "load_model"): "load",
    ("mlflow", "log_model"): "register",
    ("mlflow", "save_model"): "register",
}


def stage_of(calls: list) -> str:
    """The stage of (module, function) in their order, outermost first; what is the script's own is a matter of fit."""
    for module, function in calls:
        for (within, name), stage in CALLED.items():
            if (module + ".").startswith(within + ".") and name in ("", function):
                return stage
    return STAGES.get(calls[0][0].partition(".")[0], "fit") if calls else "fit"
