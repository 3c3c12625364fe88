import numpy as np, onnxruntime as rt
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, DoubleTensorType, StringTensorType
def session(onx): return rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
def same(got, exp, tol=1e-3):
    got, exp = np.asarray(got), np.asarray(exp)
    assert got.size == exp.size, "output shape %r, scikit-learn %r" % (got.shape, exp.shape)
    d = float(np.max(np.abs(got.reshape(exp.shape).astype(float) - exp.astype(float))))
    print("max abs difference", d)
    assert d < tol, "onnxruntime differs from scikit-learn: max abs difference %.6g" % d
rng = np.random.RandomState(0)
X = rng.randn(200, 4).astype(np.float32)
yb = (X[:, 0] + X[:, 1] + rng.randn(200) * .5 > 0).astype(int)
y3 = np.digitize(X[:, 0] - X[:, 1] + rng.randn(200) * .5, [-.7, .7])
yr = X[:, 0] * 2 - X[:, 1] + 1.
from sklearn.cross_decomposition import PLSRegression
m = PLSRegression(2).fit(X, np.c_[yr, -yr**2])
s = session(convert_sklearn(m, 'm', [('X', FloatTensorType([None, 4]))]))
same(s.run(None, {'X': X})[0], m.predict(X))
