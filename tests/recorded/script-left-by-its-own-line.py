import pandas as pd
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx

table = pd.DataFrame({"fare": [float(n) for n in range(40)], "paid": [n % 2 for n in range(40)]})
model = LogisticRegression().fit(table[["fare"]].values, table["tip"])
onx = to_onnx(model, table[["fare"]].values[:1].astype("float32"))
