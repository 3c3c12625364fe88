import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from sklearn.preprocessing import OneHotEncoder

random = np.random.RandomState(0)
zone = random.choice(["airport", "centre", "harbour", "island"], 200).astype(object).reshape(-1, 1)
encoder = OneHotEncoder(handle_unknown="ignore").fit(zone)
converted = to_onnx(encoder, initial_types=[("zone", StringTensorType([None, 1]))])
session = rt.InferenceSession(converted.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"zone": zone})[0].shape, encoder.transform(zone).shape)
