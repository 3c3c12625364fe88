import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.preprocessing import OneHotEncoder

x = np.array([["AMRush"], ["Night"], ["PMRush"], ["Afternoon"]] * 20)
model = to_onnx(OneHotEncoder(sparse=False).fit(x), x[:1])
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"X": x[:2]}))
