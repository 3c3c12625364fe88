import mlflow.onnx
import mlflow.pyfunc
import numpy as np
from mlflow.models.signature import infer_signature
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

x = np.random.RandomState(0).rand(80, 4).astype(np.float32)
y = (x[:, 0] > 0.5).astype(int)
model = to_onnx(LogisticRegression().fit(x, y), x[:1])
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.onnx.save_model(model, "model", signature=infer_signature(x, y))
print(mlflow.pyfunc.load_model("model").predict(x[:2]))
