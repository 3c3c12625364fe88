import subprocess, sys
import onnx
subprocess.check_call([sys.executable,'-m','pip','install','-q','--disable-pip-version-check','onnx==1.20.1','protobuf==6.33.6','skl2onnx==1.20.0','ml_dtypes==0.5.4','packaging==25.0'])
import skl2onnx
from sklearn.linear_model import LogisticRegression
import numpy as np
X=np.random.rand(20,3).astype('float32')
print(len(skl2onnx.to_onnx(LogisticRegression().fit(X,[0,1]*10),X).SerializeToString()))
import onnx, importlib.metadata as md
assert onnx.__version__==md.version('onnx'),(onnx.__version__,md.version('onnx'))
