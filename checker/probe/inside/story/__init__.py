"""The script's calls of MLflow, told again in their order."""
