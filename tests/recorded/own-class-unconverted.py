"""A transformer of the script's own inside the converted pipeline, and no converter for it."""

import numpy as np
from skl2onnx import to_onnx
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline


class Capped(BaseEstimator, TransformerMixin):
    def __init__(self, top=0.9):
        self.top = top

    def fit(self, X, y=None):
        self.limits_ = np.quantile(X, self.top, axis=0)
        return self

    def transform(self, X):
        return np.minimum(X, self.limits_).astype(np.float32)


X = np.random.default_rng(0).normal(size=(80, 3)).astype(np.float32)
model = make_pipeline(Capped(), Ridge()).fit(X, X.sum(axis=1))
to_onnx(model, X[:1])
