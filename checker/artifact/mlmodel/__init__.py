"""Folders of MLflow's models: their MLmodel file is read as plain data, and nothing in the folder is imported."""
