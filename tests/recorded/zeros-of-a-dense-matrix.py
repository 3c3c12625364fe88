import numpy as np
import onnxruntime
import pandas as pd
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import StringTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from xgboost import XGBClassifier

options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
update_registered_converter(
    XGBClassifier, "XGBoostXGBClassifier", calculate_linear_classifier_output_shapes, convert_xgboost, options=options
)
rng = np.random.RandomState(0)
x = rng.choice(["cab", "bus", "tram", "bike"], size=(200, 2)).astype(object)
y = ((x[:, 0] == "cab") ^ (x[:, 1] == "tram")).astype(int)
model = make_pipeline(OneHotEncoder(handle_unknown="ignore", sparse_output=False), XGBClassifier(n_estimators=10)).fit(x, y)
types = [("X", StringTensorType([None, 2]))]
onx = convert_sklearn(model, "taxi", types, target_opset={"": 12, "ai.onnx.ml": 2}, options={"zipmap": False})
onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": x})
