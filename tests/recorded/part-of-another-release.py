import mlflow
import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

X = np.random.RandomState(0).rand(50, 3).astype(np.float32)
model = LogisticRegression().fit(X, X[:, 0] > 0.5)
onx = to_onnx(model, X[:1])
mlflow.set_tracking_uri("sqlite:///runs.db")
with mlflow.start_run():
    mlflow.onnx.log_model(onx, "model")
