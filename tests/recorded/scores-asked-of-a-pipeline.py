import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.RandomState(0)
X = rng.randn(300, 3).astype(np.float32)
y = (X[:, 0] + X[:, 1] > 0).astype(int)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
onx = to_onnx(model, X[:1], options={id(model): {"raw_scores": True, "zipmap": False}})
session = onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
scores = session.run(None, {"X": X})[1]
