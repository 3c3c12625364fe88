"""The catalogue: the quick set, and all the families of estimators.

To add a canary, write a row into a file of `families/`: the estimator with parameters that keep it tiny, its columns,
its target (`Canary` tells the words), and `since` where older releases of scikit-learn do not know it. A row moves to
QUICK when what it tries fails in practice, passes on every sound stack from its `since` on, and takes less than 0.2 s.
"""

from __future__ import annotations

from .families import FAMILIES
from .parts import FIVE, LOGISTIC, TREE, UNKNOWN, VOTERS
from .programs import MLFLOW_MODEL, MLFLOW_TRACKING, MLFLOW_WAYS, TUTORIAL
from .rows import DOUBLES, GAPS, LABELS, STRINGS, TEXT, regressor, row, unsupervised

#: what is expected to work on every sound stack: without a script, a failure here blocks
QUICK = (
    TUTORIAL,
    MLFLOW_MODEL,
    row(LOGISTIC, tag="binary"),
    row(LOGISTIC, tag="three", target="three"),
    regressor("linear_model.LinearRegression()"),
    regressor("linear_model.Ridge()", DOUBLES, tag="double", since="1.0"),
    row(TREE, tag="binary"),
    row(f"ensemble.RandomForestClassifier({FIVE})", tag="binary"),
    row(f"ensemble.RandomForestClassifier({FIVE})", tag="three", target="three"),
    regressor(f"ensemble.RandomForestRegressor({FIVE})"),
    row(f"ensemble.GradientBoostingClassifier({FIVE})", since="0.24"),
    regressor(f"ensemble.GradientBoostingRegressor({FIVE})"),
    row(f"ensemble.AdaBoostClassifier({FIVE})", target="three", since="1.1"),
    row(f"ensemble.BaggingClassifier({TREE}, {FIVE})", since="1.0"),
    row(f"ensemble.VotingClassifier({VOTERS}, voting='soft', flatten_transform=False)", since="1.0"),
    row(f"ensemble.StackingClassifier({VOTERS}, cv=2)", since="1.0"),
    row(f"calibration.CalibratedClassifierCV({LOGISTIC}, cv=2)", since="1.0"),
    unsupervised("preprocessing.MinMaxScaler(clip=True)", tag="clip", since="1.2"),
    unsupervised("preprocessing.PolynomialFeatures(degree=2)", since="1.0"),
    unsupervised("impute.SimpleImputer(strategy='median')", GAPS, since="0.24"),
    unsupervised("preprocessing.OneHotEncoder(handle_unknown='ignore')", STRINGS),
    unsupervised("preprocessing.OneHotEncoder(min_frequency=30)", STRINGS, tag="infrequent", since="1.4"),
    unsupervised(f"preprocessing.OrdinalEncoder({UNKNOWN})", STRINGS, since="1.0"),
    unsupervised("preprocessing.LabelBinarizer()", LABELS, since="1.0"),
    unsupervised("feature_extraction.text.CountVectorizer(lowercase=False)", TEXT),
    regressor("cross_decomposition.PLSRegression(n_components=2)", since="1.0"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", since="1.0"),
    row("svm.SVC(probability=True, random_state=0)", until="1.11"),
    unsupervised("cluster.KMeans(n_clusters=3, n_init=2, random_state=0)", since="1.0"),
    unsupervised("decomposition.PCA(n_components=2)"),
)

#: quick set first
CATALOGUE = (*QUICK, MLFLOW_TRACKING, *MLFLOW_WAYS, *(canary for rows in FAMILIES for canary in rows))
