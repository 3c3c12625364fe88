import warnings; warnings.simplefilter('ignore')
import numpy as np, pandas as pd, onnxruntime as rt
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.linear_model import LogisticRegression
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, DoubleTensorType, Int64TensorType, StringTensorType
rng=np.random.RandomState(0); n=60
x=pd.DataFrame(dict(fareAmount=rng.rand(n)*30,tripDistance=rng.rand(n)*9,passengerCount=rng.randint(1,6,n),weekdayString=rng.choice(list('MTWRFSU'),n)))
y=rng.randint(0,2,n)
clf=Pipeline([('pre',ColumnTransformer([('num',StandardScaler(),['fareAmount','tripDistance']),('cat',OneHotEncoder(handle_unknown='ignore'),['weekdayString'])],remainder='passthrough')),('m',LogisticRegression())]).fit(x,y)
D=DoubleTensorType
inp=[('fareAmount',D([None,1])),('tripDistance',D([None,1])),('passengerCount',Int64TensorType([None,1])),('weekdayString',StringTensorType([None,1]))]
o=convert_sklearn(clf,'t',inp,options={id(clf):{'zipmap':False}},target_opset=12)
open('model.onnx','wb').write(o.SerializeToString())
import mlflow
from mlflow.types import Schema,TensorSpec
from mlflow.models import ModelSignature
T={'f':np.dtype('float64'),'i':np.dtype('int64'),'O':np.dtype('str')}
mlflow.onnx.save_model(o,'m',signature=ModelSignature(Schema([TensorSpec(T[x[c].dtype.kind],(-1,1),c) for c in x])))
mlflow.pyfunc.load_model('m').predict({c:(x[[c]][:3].to_numpy().astype(str) if x[c].dtype.kind=='O' else x[[c]][:3].to_numpy()) for c in x})
