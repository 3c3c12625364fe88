import warnings; warnings.simplefilter('ignore')
import numpy as np, pandas as pd, mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx
X=np.random.RandomState(0).rand(60,4).astype(np.float32); y=(X[:,0]>.5).astype(int)
lm=LogisticRegression().fit(X,y)
om=to_onnx(lm,X[:1],target_opset=12)
mlflow.onnx.save_model(om,'m',signature=infer_signature(pd.DataFrame(X,columns=list('abcd'))))
mlflow.pyfunc.load_model('m').predict(pd.DataFrame(X[:3].astype(float),columns=list('abcd')))
