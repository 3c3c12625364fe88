"""What the calls of MLflow ask of each other: runs, addresses of models, names of the registry."""
