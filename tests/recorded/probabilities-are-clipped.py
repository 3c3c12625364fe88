import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import SGDClassifier

rng = np.random.RandomState(0)
x = rng.randn(150, 2).astype(np.float32)
kind = np.digitize(x[:, 0] + 0.5 * rng.randn(150), [-0.5, 0.5])
model = SGDClassifier(loss="modified_huber", random_state=0).fit(x, kind)
onx = to_onnx(model, x[:1], options={"zipmap": False})
onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": x})
