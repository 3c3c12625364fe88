"""Changing an ONNX file without changing a number: what can be changed, done, and seen to work.

`edits` are the single changes, each a function from a file's bytes to parts of the new one; `plan` says which of them
a place asks for; `prove` loads and runs what came of it.
"""
