import onnx
print(onnx)
import skl2onnx
