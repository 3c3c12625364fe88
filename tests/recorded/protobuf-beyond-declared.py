import mlflow
mlflow.set_tracking_uri('sqlite:///m.db')
with mlflow.start_run(): mlflow.log_metric('a',1)
