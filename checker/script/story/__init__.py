"""What a script does with MLflow call after call, so that it can be told again: runs, models, names of the registry."""
