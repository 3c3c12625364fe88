"""Canaries that are whole programs: a pipeline over mixed columns, and what is done with MLflow."""

from __future__ import annotations

from ...model import Canary, Column, Logging
from .rows import FLOATS, STRINGS, row

#: the columns of the taxi tutorial, with the ONNX input type that its notebook derives from each dtype
TAXI = {
    "fareAmount": ("float32", "FloatTensorType"),
    "paymentType": ("int64", "Int64TensorType"),
    "passengerCount": ("int64", "Int64TensorType"),
    "tripDistance": ("float32", "FloatTensorType"),
    "tripTimeSecs": ("int64", "Int64TensorType"),
    "pickupTimeBin": ("string", "StringTensorType"),
}

_NUMBERS = """\
pipeline.Pipeline([('imputer', impute.SimpleImputer(strategy='median')),
                   ('scaler', preprocessing.StandardScaler())])"""

_TAXI_PIPELINE = f"""\
pipeline.Pipeline([
    ('preprocessor', compose.ColumnTransformer([
        ('float', {_NUMBERS}, ['fareAmount', 'tripDistance']),
        ('integer', {_NUMBERS}, ['paymentType', 'passengerCount', 'tripTimeSecs']),
        ('cat', pipeline.Pipeline([('onehot', preprocessing.OneHotEncoder(handle_unknown='ignore'))]),
         ['pickupTimeBin'])])),
    ('classifier', linear_model.LogisticRegression(solver='lbfgs'))])"""

#: https://learn.microsoft.com/azure/synapse-analytics/machine-learning/tutorial-sql-pool-model-scoring-wizard
TUTORIAL = row(
    _TAXI_PIPELINE,
    tuple(Column(name, kind) for name, (kind, _) in TAXI.items()),
    name="tutorial-pipeline",
    layout="frame",
    inputs=tuple((name, kind, (None, 1)) for name, (_, kind) in TAXI.items()),
)

#: log with signature and example, load back, score
MLFLOW_MODEL = row("linear_model.LogisticRegression()", FLOATS, name="mlflow-model", logging=Logging())

#: the same by the name that MLflow 3 asks for, under a path, as a fitted model, and saved with columns of texts
MLFLOW_WAYS = (
    row(
        "linear_model.LogisticRegression()",
        FLOATS,
        name="mlflow-model-named",
        logging=Logging(arguments={"name": "tip"}),
    ),
    row(
        "linear_model.LogisticRegression()",
        FLOATS,
        name="mlflow-model-path",
        logging=Logging(arguments={"artifact_path": "models/tip"}),
    ),
    row("linear_model.LogisticRegression()", FLOATS, name="mlflow-model-fitted", logging=Logging("sklearn")),
    row(
        "linear_model.LogisticRegression()",
        FLOATS,
        name="mlflow-model-fitted-named",
        logging=Logging("sklearn", arguments={"name": "tip"}),
    ),
    row(
        "pipeline.Pipeline([('codes', preprocessing.OneHotEncoder()), ('model', linear_model.LogisticRegression())])",
        STRINGS,
        name="mlflow-model-strings",
        layout="frame",
        logging=Logging("sklearn", "save_model"),
    ),
)

#: no model: open a store, start a run, log a metric
MLFLOW_TRACKING = Canary("mlflow-tracking", "", (), (), target="none", logging=Logging())
