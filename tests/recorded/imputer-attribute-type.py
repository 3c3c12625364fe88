import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
r=np.random.RandomState(0); n=200
x=pd.DataFrame({'fare':(r.rand(n)*30).astype('float32'),'pay':r.randint(1,3,n).astype('int64'),'persons':r.randint(1,6,n).astype('int64'),'miles':(r.rand(n)*9).astype('float32'),'secs':r.randint(60,3600,n).astype('int64'),'slot':r.choice(['Night','AMRush','PMRush','Afternoon'],n)})
y=(x.fare>12).astype('int64')
xt,xv,yt,yv=train_test_split(x,y,random_state=1)
def numeric(): return Pipeline([('fill',SimpleImputer(strategy='median')),('scale',StandardScaler())])
clf=Pipeline([('prep',ColumnTransformer([('f',numeric(),['fare','miles']),('i',numeric(),['pay','persons','secs']),('c',Pipeline([('hot',OneHotEncoder(handle_unknown='ignore'))]),['slot'])])),('lr',LogisticRegression(solver='lbfgs'))]).fit(xt,yt)
kinds={'float32':FloatTensorType,'int64':Int64TensorType}
inputs=[(k,kinds.get(str(t),StringTensorType)([1,1])) for k,t in x.dtypes.items()]
onx=convert_sklearn(clf,'nyc_taxi_tip_predict',inputs)
print('converted',len(onx.SerializeToString()))
