import numpy as np, pandas as pd, mlflow
from sklearn.linear_model import Ridge
from skl2onnx import to_onnx
X = np.random.RandomState(0).rand(60, 3).astype("float32")
m = Ridge().fit(X, X[:, 0])
onx = to_onnx(m, X[:1])
mlflow.onnx.save_model(onx, "mm")
print(mlflow.pyfunc.load_model("mm").predict([[.1, .2, .3], [.4, .5, .6]]))
