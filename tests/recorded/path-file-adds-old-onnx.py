import onnx, importlib.metadata as md
print(onnx.__version__, onnx.__file__, md.version('onnx'))
assert onnx.__file__.startswith(__import__('sys').prefix+'/'), 'onnx %s is loaded from %s'%(onnx.__version__,onnx.__file__)
