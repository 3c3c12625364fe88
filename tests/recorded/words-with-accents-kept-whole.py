import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import CountVectorizer

text = np.array(["naïve café", "café fermé", "déjà vu", "vu fermé"])
model = CountVectorizer(lowercase=False).fit(text)
onx = convert_sklearn(model, "words", [("X", StringTensorType([None, 1]))], options={CountVectorizer: {"tokenexp": r"[\p{L}\p{N}_]+"}})
onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": text.reshape(-1, 1)})
