import numpy as np
import onnxruntime as rt
import pandas as pd
from skl2onnx import to_onnx
from sklearn.linear_model import ElasticNet
from sklearn.model_selection import train_test_split

rng = np.random.RandomState(40)
wine = pd.DataFrame(rng.rand(300, 12).astype(np.float32), columns=["c%d" % i for i in range(12)])
wine["quality"] = (wine["c0"] * 3 + wine["c5"] + 4).round()
train, test = train_test_split(wine, random_state=0)
train_x, test_x = train.drop(columns="quality"), test.drop(columns="quality")
net = ElasticNet(alpha=.01, l1_ratio=.5, random_state=42).fit(train_x, train["quality"])
onx = to_onnx(net, test_x)
feed = {i.name: test_x[[i.name]].to_numpy() for i in onx.graph.input} if len(onx.graph.input) > 1 else {onx.graph.input[0].name: test_x.to_numpy()}
got = rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)[0]
assert np.allclose(got.ravel(), net.predict(test_x), atol=1e-3)
