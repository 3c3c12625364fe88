import mlflow
import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

X = np.random.rand(60, 4).astype(np.float32)
y = (X[:, 0] > 0.5).astype(int)
clf = LogisticRegression()
print(cross_val_score(clf, X, y).mean())
clf.fit(X, y)
onx = to_onnx(clf, X[:1])
mlflow.onnx.save_model(onx, "m")
