"""What fails when a model is served: its signature, what reaches the runtime, what is asked of the answers."""
