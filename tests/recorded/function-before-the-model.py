"""The logarithm is taken before the model is fitted; a step that does nothing converts."""
import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

rng = np.random.RandomState(0)
X = np.log1p(rng.rand(80, 4)).astype(np.float32)
y = (X[:, 0] > 0.5).astype(int)
model = make_pipeline(FunctionTransformer(), LogisticRegression()).fit(X, y)
onx = to_onnx(model, X[:1], options={"zipmap": False})
