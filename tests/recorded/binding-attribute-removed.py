import skl2onnx
