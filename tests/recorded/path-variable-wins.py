import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

x = np.random.RandomState(0).rand(80, 4).astype(np.float32)
y = (x[:, 0] > 0.5).astype(int)
model = to_onnx(LogisticRegression().fit(x, y), x[:1])
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": x[:2]}))
