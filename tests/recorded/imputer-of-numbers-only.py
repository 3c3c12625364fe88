import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.linear_model import LogisticRegression
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
df=pd.DataFrame({'fareAmount':np.linspace(1,30,60).astype('float32'),'tripDistance':np.linspace(9,1,60).astype('float32'),'weekdayString':list('MTWRFS')*10}); y=np.array([0,1]*30)
xt,xv,yt,yv=train_test_split(df,y,random_state=0)
clf=Pipeline([('pre',ColumnTransformer([('num',StandardScaler(),['fareAmount','tripDistance']),('cat',OneHotEncoder(handle_unknown='ignore'),['weekdayString'])])),('m',LogisticRegression(solver='lbfgs'))]).fit(xt,yt)
inputs=[('fareAmount',FloatTensorType([1,1])),('tripDistance',FloatTensorType([1,1])),('weekdayString',StringTensorType([1,1]))]
print(len(convert_sklearn(clf,'nyc_taxi_tip_predict',inputs).SerializeToString()))
