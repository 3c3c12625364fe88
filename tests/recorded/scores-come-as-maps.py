import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(np.int64)
model = LogisticRegression().fit(X, y)
onx = to_onnx(model, X[:1])
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
answers = session.run(None, {"X": X})
print(answers[1][:, 1].max())
