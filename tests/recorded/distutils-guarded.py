import mlflow
mlflow.set_tracking_uri('file:./mlruns')
from mlflow.tracking import MlflowClient
MlflowClient().create_experiment('a')
