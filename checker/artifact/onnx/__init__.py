"""ONNX files: read, and changed, as bytes of the wire format."""
