import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.gaussian_process import GaussianProcessClassifier

rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(np.int64)
model = GaussianProcessClassifier().fit(X, y)
onx = to_onnx(model, X[:1], target_opset=11, options={"zipmap": False})
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": X})[0][:3])
