import onnxruntime as rt, numpy as np
from onnx import helper as h, TensorProto as T
g=h.make_graph([h.make_node('Identity',['x'],['y'])],'g',[h.make_tensor_value_info('x',T.FLOAT,[None])],[h.make_tensor_value_info('y',T.FLOAT,[None])])
m=h.make_model(g,opset_imports=[h.make_opsetid('',13)],ir_version=8)
assert rt.InferenceSession(m.SerializeToString(),providers=['CPUExecutionProvider']).run(None,{'x':np.ones(2,np.float32)})[0].sum()==2
