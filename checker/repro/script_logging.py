"""What a canary does with MLflow, as lines of Python."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Canary, Logging


def _store(asked: Logging) -> Iterator[str]:
    yield "import mlflow\nimport tempfile\n"
    yield "folder = tempfile.mkdtemp()"
    kind = '"file:" + folder + "/mlruns"' if asked.store == "file" else '"sqlite:///" + folder + "/mlflow.db"'
    yield f"mlflow.set_tracking_uri({kind})"


def tracking(asked: Logging) -> Iterator[str]:
    """No model: a store, a run, a metric."""
    yield from _store(asked)
    yield 'with mlflow.start_run():\n    mlflow.log_metric("canary", 1.0)\n'


def register(canary: Canary, asked: Logging) -> Iterator[str]:
    """Log the model to a throwaway store, load it back and score with it, as far as the canary asks."""
    yield ""
    yield from _store(asked)
    yield "import inspect\nimport mlflow.onnx\nimport mlflow.pyfunc"
    yield "from mlflow.models.signature import infer_signature\n"
    yield f"known = inspect.signature(mlflow.onnx.{asked.call}).parameters"
    yield f"arguments = {dict(asked.arguments)!r}"
    yield 'if "pip_requirements" in known and "conda_env" not in arguments:'
    yield '    arguments.setdefault("pip_requirements", ["onnx"])'
    if asked.signature:
        yield 'if "signature" in known:'
        yield f'    arguments["signature"] = infer_signature({_sample(canary, asked.signature_of)})'
    if asked.example:
        yield f'if "input_example" in known:\n    arguments["input_example"] = {_sample(canary, "frame", 1)}'
    yield from _logged(asked)
    if asked.load:
        yield "loaded = mlflow.pyfunc.load_model(address)"
        if asked.predict:
            yield f"loaded.predict({_sample(canary, asked.predict)})"


def _logged(asked: Logging) -> Iterator[str]:
    if asked.call == "save_model":
        yield 'address = folder + "/saved"\narguments.pop("path", None)'
        yield "mlflow.onnx.save_model(onx, address, **arguments)"
        return
    yield 'if "name" not in arguments and "artifact_path" not in arguments:'
    yield '    arguments["name" if "name" in known else "artifact_path"] = "model"'
    yield f"with mlflow.start_run() as run:\n    logged = mlflow.onnx.{asked.call}(onx, **arguments)"
    yield 'place = arguments.get("artifact_path") or arguments.get("name")'
    yield 'address = getattr(logged, "model_uri", None) or "runs:/%s/%s" % (run.info.run_id, place)'


def _sample(canary: Canary, form: str, rows: int = 3) -> str:
    """A few training rows as an expression."""
    frame = canary.layout == "frame"
    text = f"x[:{rows}]"
    if form.startswith("frame") and not frame:
        names = [f"x{n}" for n in range(len(canary.columns))] if canary.layout == "matrix" else ["x"]
        text = f"pandas.DataFrame({text}, columns={names!r})"
    if form.startswith("array") and frame:
        text += ".values"
    if form.endswith("64"):
        if form.startswith("frame"):
            floats = [c.name for c in canary.columns if c.kind not in ("string", "text", "int64", "label", "bool")]
            return f"{text}.astype({dict.fromkeys(floats, 'float64')!r})" if frame else f"{text}.astype('float64')"
        return f"{text}.astype(np.float64)"
    return text
