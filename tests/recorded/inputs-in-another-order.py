import numpy as np
import onnxruntime as rt
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.RandomState(0)
homes = pd.DataFrame({"rooms": rng.randint(1, 7, 200), "area": rng.rand(200) * 90, "floor": rng.randint(0, 9, 200)}).astype(np.float32)
price = homes["rooms"] * 3 + homes["area"] * 2 - homes["floor"]
pipe = make_pipeline(StandardScaler(), LinearRegression()).fit(homes, price)
onx = convert_sklearn(pipe, "homes", [(c, FloatTensorType([None, 1])) for c in sorted(homes.columns)])
feed = {c: homes[[c]].to_numpy() for c in homes.columns}
got = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)[0]
off = np.abs(got.ravel() - pipe.predict(homes)).max()
assert off < 1e-2, "prices differ by %.4g" % off
print("OK")
