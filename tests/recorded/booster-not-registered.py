import numpy as np
import pandas as pd
import onnxruntime as rt
from lightgbm import LGBMClassifier
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.RandomState(0)
t = pd.DataFrame({"a": np.arange(400), "b": rng.randint(1, 7, 400)})
label = rng.randint(0, 2, 400)
pipe = Pipeline([("scaler", StandardScaler()), ("lgbm", LGBMClassifier(n_estimators=5, verbose=-1))]).fit(t, label)
onx = convert_sklearn(pipe, initial_types=[("float_input", FloatTensorType([None, 1])), ("int_input", Int64TensorType([None, 1]))])
got = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(
    None, {"float_input": t[["a"]].to_numpy(np.float32), "int_input": t[["b"]].to_numpy(np.int64)})
assert (got[0] == pipe.predict(t)).mean() > .97
