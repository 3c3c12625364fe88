"""Graphs that a script builds with onnx.helper, and their sessions, as lines that can be run again."""
