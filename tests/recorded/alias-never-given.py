import mlflow
import numpy as np
from mlflow import MlflowClient
from skl2onnx import to_onnx
from sklearn.linear_model import Ridge

mlflow.set_tracking_uri("sqlite:///mlflow.db")
X = np.random.rand(50, 3).astype(np.float32)
reg = Ridge().fit(X, X.sum(axis=1))
with mlflow.start_run():
    mlflow.onnx.log_model(to_onnx(reg, X[:1]), artifact_path="model", registered_model_name="tips")
client = MlflowClient()
client.set_registered_model_alias("tips", "challenger", 1)
champion = mlflow.pyfunc.load_model("models:/tips@champion")
