import mlflow

mlflow.set_tracking_uri("sqlite:///runs.db")
with mlflow.start_run():
    mlflow.log_metric("auc", 0.9)
