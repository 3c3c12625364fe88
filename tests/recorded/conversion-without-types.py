"""A conversion that says nothing of the inputs."""
import numpy as np
from skl2onnx import convert_sklearn
from sklearn.linear_model import LogisticRegression

rng = np.random.RandomState(0)
X = rng.rand(80, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(int)
model = LogisticRegression().fit(X, y)
onx = convert_sklearn(model, "model")
