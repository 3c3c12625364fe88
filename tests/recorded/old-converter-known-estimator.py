import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx
import onnxruntime as rt
X=np.random.RandomState(0).rand(60,4).astype(np.float32); y=(X[:,0]>.5).astype(int)
m=LogisticRegression().fit(X,y)
o=to_onnx(m,X[:1],options={'zipmap':False},target_opset=13)
s=rt.InferenceSession(o.SerializeToString(),providers=['CPUExecutionProvider'])
assert (s.run(None,{'X':X})[0]==m.predict(X)).all()
