import numpy as np
import onnxruntime as rt
from imblearn.pipeline import Pipeline
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

rng = np.random.RandomState(0)
X = rng.randn(300, 3).astype(np.float32)
y = (X[:, 0] > 1.2).astype(int)
m = Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression())]).fit(X, y)
onx = to_onnx(m, X[:1], options={"zipmap": False})
got = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": X})
assert (got[0] == m.predict(X)).all()
