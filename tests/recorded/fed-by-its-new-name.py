import numpy as np
import onnxruntime as rt
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ships = pd.DataFrame({"fare": np.linspace(5, 90, 60).astype(np.float32), "home.dest": ["Cork", "Oslo", "Rome"] * 20})
lived = (ships["fare"] > 40).astype(int)
prep = ColumnTransformer([("n", StandardScaler(), ["fare"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["home.dest"])])
m = Pipeline([("prep", prep), ("clf", LogisticRegression())]).fit(ships, lived)
onx = convert_sklearn(m, "ships", initial_types=[("fare", FloatTensorType([None, 1])), ("home.dest", StringTensorType([None, 1]))])
session = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
got = session.run(None, {"fare": ships[["fare"]].to_numpy(), "home_dest": ships[["home.dest"]].to_numpy()})
assert (got[0] == m.predict(ships)).all()
