"""Seats may be missing, and their input holds floats."""
import numpy as np
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

rng = np.random.RandomState(0)
df = pd.DataFrame({"fare": rng.rand(80) * 30, "seats": rng.randint(1, 6, 80)})
df.loc[3, "seats"] = np.nan
y = (df["fare"] > 15).astype(int)
model = make_pipeline(ColumnTransformer([("n", SimpleImputer(), ["fare", "seats"])]), LogisticRegression()).fit(df, y)
types = [("fare", FloatTensorType([None, 1])), ("seats", FloatTensorType([None, 1]))]
onx = convert_sklearn(model, "model", types, options={"zipmap": False})
