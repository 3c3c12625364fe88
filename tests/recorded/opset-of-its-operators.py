import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.mixture import GaussianMixture

rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype(np.float32)
model = GaussianMixture(2, random_state=0).fit(X)
onx = to_onnx(model, X[:1], target_opset=13)
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": X})[0][:3])
