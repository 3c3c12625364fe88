import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

x = np.random.RandomState(0).rand(80, 4).astype(np.float32)
y = (x[:, 0] > 0.5).astype(int)
model = to_onnx(StackingClassifier([("linear", LogisticRegression()), ("tree", DecisionTreeClassifier(max_depth=3))], cv=2).fit(x, y), x[:1])
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": x[:2]}))
