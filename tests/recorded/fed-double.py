import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestClassifier
X=np.random.RandomState(0).rand(80,4).astype(np.float32); y=(X[:,0]>.5).astype(int)
from skl2onnx import to_onnx
o=to_onnx(LogisticRegression().fit(X,y),X[:1])
open('model.onnx','wb').write(o.SerializeToString())
import numpy as np, onnxruntime as rt
s=rt.InferenceSession('model.onnx',providers=['CPUExecutionProvider'])
s.run(None,{s.get_inputs()[0].name:np.random.rand(3,4)})
