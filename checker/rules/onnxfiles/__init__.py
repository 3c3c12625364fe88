"""Rules over ONNX files: what a runtime takes, and what it does with one."""
