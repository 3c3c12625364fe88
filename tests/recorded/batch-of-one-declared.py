import numpy as np, pandas as pd, skl2onnx
from sklearn.linear_model import LinearRegression
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import RobustScaler
from skl2onnx.common.data_types import DoubleTensorType
rng=np.random.RandomState(0); x=pd.DataFrame(rng.rand(50,3),columns=['CRIM','ZN','INDUS']); y=x.sum(axis=1)
m=Pipeline([('p',ColumnTransformer([('c',Pipeline([('s',RobustScaler())]),[0,1,2])])),('r',LinearRegression())]).fit(x,y)
nrows=1
o=skl2onnx.convert_sklearn(m,'Boston Data',[(k,DoubleTensorType([nrows,1])) for k in x.columns])
import onnxruntime as rt
s=rt.InferenceSession(o.SerializeToString(),providers=['CPUExecutionProvider'])
print(s.run(None,{k:x[[k]].to_numpy() for k in x.columns})[0].shape)
