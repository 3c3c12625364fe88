import numpy as np
import onnxruntime as rt
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.gaussian_process import GaussianProcessRegressor

rng = np.random.RandomState(0)
X = rng.rand(40, 4).astype(np.float32)
y = X.sum(axis=1)
g = GaussianProcessRegressor(alpha=1e-3).fit(X, y)
onx = convert_sklearn(g, "g", [("X", FloatTensorType([None, 4]))])
got = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": X})[0]
assert np.abs(got.ravel() - g.predict(X)).max() < .05
