import onnx, onnx.helper, onnx.numpy_helper
