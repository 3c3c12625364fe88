import numpy as np
import onnxruntime
import pandas as pd
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from xgboost import XGBRegressor

x = np.random.RandomState(0).rand(100, 2).astype(np.float32)
trips = pd.DataFrame(x, columns=["miles", "minutes"])
model = XGBRegressor(n_estimators=5, base_score=0.5).fit(trips, x[:, 0])
onx = convert_xgboost(model, initial_types=[("X", FloatTensorType([None, 2]))])
onnxruntime.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": x})
