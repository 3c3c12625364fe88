import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingRegressor

rng = np.random.RandomState(0)
X = (12000 + rng.randint(0, 120, size=(400, 3))).astype(np.float32)
y = (X[:, 0] - 12000) // 7 % 5 * 10.0 + (X[:, 1] - 12000) * 0.1
model = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(X, y)
onx = to_onnx(model, X[:1])
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": X})[0][:3])
