import onnx
import onnx.helper
