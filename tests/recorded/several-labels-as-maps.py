import numpy as np
import onnxruntime as rt
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier

random = np.random.RandomState(0)
X = random.rand(200, 4).astype(np.float32)
faults = np.column_stack([X[:, 0] > 0.6, X[:, 1] > 0.3]).astype(int)
forest = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=0).fit(X, faults)
model = convert_sklearn(forest, initial_types=[("X", FloatTensorType([None, 4]))])
session = rt.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
found = session.run(None, {"X": X})[0]
