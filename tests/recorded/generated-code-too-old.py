import onnx
import skl2onnx
