import numpy as np, pandas as pd, mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression
from skl2onnx import to_onnx
df = pd.DataFrame(np.random.rand(40, 2).astype(np.float32), columns=["a", "b"])
m = LinearRegression().fit(df.values, df.a)
onx = to_onnx(m, df.values[:1])
mlflow.set_tracking_uri("sqlite:///runs.db")
with mlflow.start_run():
    mlflow.log_metric("auc", 0.9)
mlflow.onnx.save_model(onx, "m", signature=infer_signature(df, m.predict(df.values)), input_example=df[:2])
res = mlflow.pyfunc.load_model("m").predict(df)
print(res["variable"])
