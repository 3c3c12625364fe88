import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType as TT
X=np.random.RandomState(0).rand(50,4); X[3,1]=np.nan; y=X[:,0]
m=make_pipeline(SimpleImputer(),LinearRegression()).fit(X,y)
o=convert_sklearn(m,initial_types=[('X',TT([None,4]))]); open('model.onnx','wb').write(o.SerializeToString())
import onnxruntime as rt
s=rt.InferenceSession('model.onnx',providers=['CPUExecutionProvider']); s.run(None,{'X':X.astype(np.float64)})
