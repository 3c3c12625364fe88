import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.linear_model import Ridge

rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype(np.float32)
model = Ridge().fit(X, X[:, 0] * 2)
onx = to_onnx(model, X[:1], options={"zipmap": False})
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": X})[0][:3])
