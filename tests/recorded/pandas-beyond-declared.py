import mlflow, mlflow.sklearn, mlflow.pyfunc, pandas as pd
from mlflow.models import infer_signature
print(infer_signature(pd.DataFrame({'a':[1.0],'b':[2]}),[1]))
