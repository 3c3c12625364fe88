import onnx
from onnx import helper as h, TensorProto as T
def model(t):
    g=h.make_graph([h.make_node('Sub',['X','X'],['Z']),h.make_node('Relu',['Z'],['Y'])],'g',[h.make_tensor_value_info('X',t,[None,2])],[h.make_tensor_value_info('Y',t,[None,2])])
    m=h.make_model(g,opset_imports=[h.make_opsetid('',17)]); m.ir_version=8; onnx.checker.check_model(m,full_check=True); return m
import onnxruntime as rt
rt.InferenceSession(model(T.BFLOAT16).SerializeToString(),providers=['CPUExecutionProvider'])
