"""Will a taxi passenger tip? Train a pipeline, convert it to ONNX with one input a column, log it with MLflow.

The shape of the scoring-wizard tutorial
(https://learn.microsoft.com/azure/synapse-analytics/machine-learning/tutorial-sql-pool-model-scoring-wizard),
with made-up rides in place of the public data set, and whole numbers in the gaps of integers (a median may be a half).
"""

import mlflow
import mlflow.onnx
import numpy as np
import pandas as pd
from mlflow.models.signature import infer_signature
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random = np.random.RandomState(123)
rides = 1000
data = pd.DataFrame(
    {
        "fareAmount": (random.rand(rides) * 30 + 3).astype("float32"),
        "paymentType": random.randint(1, 3, rides).astype("int64"),
        "passengerCount": random.randint(1, 6, rides).astype("int64"),
        "tripDistance": (random.rand(rides) * 9).astype("float32"),
        "tripTimeSecs": random.randint(60, 3600, rides).astype("int64"),
        "pickupTimeBin": random.choice(["AMRush", "Afternoon", "PMRush", "Night"], rides),
    }
)
tipped = (data["fareAmount"] / 10 + data["tripDistance"] + random.randn(rides) > 7).astype("int64")
x_train, x_test, y_train, y_test = train_test_split(data, tipped, test_size=0.3, random_state=123)

float_features = ["fareAmount", "tripDistance"]
float_transformer = Pipeline([("imputer", SimpleImputer(strategy="median")), ("scaler", StandardScaler())])
integer_features = ["paymentType", "passengerCount", "tripTimeSecs"]
integer_transformer = Pipeline([("imputer", SimpleImputer(strategy="most_frequent")), ("scaler", StandardScaler())])
categorical_features = ["pickupTimeBin"]
categorical_transformer = Pipeline([("onehot", OneHotEncoder(handle_unknown="ignore"))])
preprocessor = ColumnTransformer(
    [
        ("float", float_transformer, float_features),
        ("integer", integer_transformer, integer_features),
        ("cat", categorical_transformer, categorical_features),
    ]
)
clf = Pipeline([("preprocessor", preprocessor), ("classifier", LogisticRegression(solver="lbfgs"))])
clf.fit(x_train, y_train)
print("accuracy", clf.score(x_test, y_test))


def convert_dataframe_schema(frame):
    """One [1, 1] input a column, of the column's own type."""
    inputs = []
    for name, kind in zip(frame.columns, frame.dtypes):
        if kind == "int64":
            inputs.append((name, Int64TensorType([1, 1])))
        elif kind == "float32":
            inputs.append((name, FloatTensorType([1, 1])))
        elif kind == "float64":
            inputs.append((name, DoubleTensorType([1, 1])))
        else:
            inputs.append((name, StringTensorType([1, 1])))
    return inputs


model_inputs = convert_dataframe_schema(x_train)
onnx_model = convert_sklearn(clf, "nyc_taxi_tip_predict", model_inputs)

input_sample = x_train.head(1)
output_sample = pd.DataFrame(columns=["output_label"], data=[1])
signature = infer_signature(input_sample, output_sample)
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("nyc_taxi_tip_predict_exp")
with mlflow.start_run():
    mlflow.onnx.log_model(onnx_model, "nyc_taxi_tip_predict_artifact", signature=signature, input_example=input_sample)
