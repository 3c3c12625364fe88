"""A transformer of the script's own inside the converted pipeline, with a converter that the script registers."""

import numpy as np
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.algebra.onnx_ops import OnnxMin
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


def same_shape(operator):
    operator.outputs[0].type = operator.inputs[0].type.__class__([None, operator.inputs[0].type.shape[1]])


def as_minimum(scope, operator, container):
    limits = operator.raw_operator.limits_.astype(np.float32)
    output = OnnxMin(operator.inputs[0], limits, op_version=container.target_opset, output_names=operator.outputs)
    output.add_to(scope, container)


update_registered_converter(Capped, "ScriptCapped", same_shape, as_minimum)
X = np.random.default_rng(0).normal(size=(80, 3)).astype(np.float32)
model = make_pipeline(Capped(), Ridge()).fit(X, X.sum(axis=1))
to_onnx(model, X[:1])
