import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

rng = np.random.RandomState(0)
X = rng.rand(60, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(np.int64)
members = [("a", LogisticRegression()), ("b", GaussianNB())]
model = VotingClassifier(members, voting="soft", weights=np.array([1.0, 3.0]), flatten_transform=False).fit(X, y)
onx = to_onnx(model, X[:1], options={"zipmap": False})
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": X})[0][:3])
