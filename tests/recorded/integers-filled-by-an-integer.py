import numpy as np
from skl2onnx import to_onnx
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

rng = np.random.default_rng(0)
X = rng.integers(0, 90, size=(60, 3))
model = make_pipeline(SimpleImputer(strategy="most_frequent"), LinearRegression()).fit(X, X.sum(axis=1))
onx = to_onnx(model, X[:1])
