import numpy as np, pandas as pd, mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx
df = pd.DataFrame(np.random.rand(50, 2).astype(np.float32), columns=["u", "v"])
y = (df["u"] > .5).astype(int)
lr = LogisticRegression().fit(df.values, y)
onx = to_onnx(lr, df.values[:1], options={"zipmap": False})
mlflow.onnx.save_model(onx, "mod", signature=infer_signature(df))
out = mlflow.pyfunc.load_model("mod").predict(df.head(3))
print(out["output_probability"])
