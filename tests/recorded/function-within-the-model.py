"""A logarithm within the model: no graph can hold the function."""
import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

rng = np.random.RandomState(0)
X = rng.rand(80, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(int)
model = make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(X, y)
onx = to_onnx(model, X[:1], options={"zipmap": False})
