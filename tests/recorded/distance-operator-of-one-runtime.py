import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestClassifier
X=np.random.RandomState(0).rand(80,4).astype(np.float32); y=(X[:,0]>.5).astype(int)
from sklearn.neighbors import KNeighborsClassifier
from skl2onnx import to_onnx
o=to_onnx(KNeighborsClassifier(3).fit(X,y),X[:1],options={'zipmap':False,'optim':'cdist'},target_opset=17)
from onnx.reference import ReferenceEvaluator
ReferenceEvaluator(o).run(None,{'X':X[:3]})
