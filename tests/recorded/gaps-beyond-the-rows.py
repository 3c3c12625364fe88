import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier

rng = np.random.RandomState(0)
X = rng.randn(300, 3).astype(np.float32)
y = (X[:, 0] + X[:, 1] > 0).astype(int)
model = RandomForestClassifier(n_estimators=10, random_state=0).fit(X, y)
onx = to_onnx(model, X[:1], options={"zipmap": False})
session = onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
labels = session.run(None, {"X": X})[0]
print((labels == model.predict(X)).mean())
