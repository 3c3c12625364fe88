"""Says whether scikit-learn -> ONNX -> MLflow works in an environment, and why not."""

__version__ = "0.1.0"
