import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import Ridge

X = np.random.rand(50, 3).astype(np.float32)
model = Ridge().fit(X, X[:, 0])
onx = to_onnx(model, X[:1])
