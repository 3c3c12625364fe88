import warnings; warnings.simplefilter('ignore')
import numpy as np, pandas as pd, mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx
X=np.random.RandomState(0).rand(60,4).astype(np.float32); y=(X[:,0]>.5).astype(int)
lm=LogisticRegression().fit(X,y)
om=to_onnx(lm,X[:1],target_opset=12,options={'zipmap':False})
mlflow.set_tracking_uri('sqlite:///a.db'); mlflow.set_experiment('e')
with mlflow.start_run(): i=mlflow.onnx.log_model(om,artifact_path='models/tip')
