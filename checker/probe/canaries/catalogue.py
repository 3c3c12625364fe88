"""The catalogue: one canary a row.

To add one, write a row into MORE: the estimator with parameters that keep it tiny, its columns, its target (see `Canary` for
the words), and `since` where older releases of scikit-learn do not know it. A row moves to QUICK when it fails in practice,
passes on every sound stack from its `since` on, and takes less than 0.2 s.
"""

from __future__ import annotations

from .programs import MLFLOW_MODEL, MLFLOW_TRACKING, TUTORIAL
from .rows import CATEGORIES, COUNTS, DOUBLES, FLOATS, GAPS, INTEGERS, LABELS, POSITIVE, STRINGS, TEXT, WORDS, columns, row

_VOTERS = "[('linear', linear_model.LogisticRegression()), ('tree', tree.DecisionTreeClassifier(max_depth=3, random_state=0))]"
_REGRESSORS = "[('linear', linear_model.Ridge()), ('tree', tree.DecisionTreeRegressor(max_depth=3, random_state=0))]"
_TREE = "max_depth=3, random_state=0"
_FOREST = "n_estimators=5, random_state=0"

#: what is expected to work on every sound stack: without a script, a failure here blocks
QUICK = (
    TUTORIAL,
    MLFLOW_MODEL,
    row("linear_model.LogisticRegression()", name="LogisticRegression-binary"),
    row("linear_model.LogisticRegression()", target="three", name="LogisticRegression-three"),
    row("linear_model.LinearRegression()", target="continuous"),
    row("linear_model.Ridge()", DOUBLES, "continuous", "Ridge-double", since="1.0"),
    row("linear_model.SGDClassifier(random_state=0)"),
    row(f"tree.DecisionTreeClassifier({_TREE})", name="DecisionTreeClassifier-binary"),
    row(f"ensemble.RandomForestClassifier({_FOREST})", name="RandomForestClassifier-binary"),
    row(f"ensemble.RandomForestClassifier({_FOREST})", target="three", name="RandomForestClassifier-three"),
    row(f"ensemble.RandomForestRegressor({_FOREST})", target="continuous"),
    row(f"ensemble.GradientBoostingClassifier({_FOREST})"),
    row(f"ensemble.GradientBoostingRegressor({_FOREST})", target="continuous"),
    row(f"ensemble.VotingClassifier({_VOTERS}, voting='soft', flatten_transform=False)", since="1.0"),
    row(f"ensemble.StackingClassifier({_VOTERS}, cv=2)", since="1.0"),
    row("calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2)", since="1.0"),
    row("preprocessing.StandardScaler()", target="none"),
    row("preprocessing.MinMaxScaler(clip=True)", target="none", name="MinMaxScaler-clip", since="1.2"),
    row("impute.SimpleImputer(strategy='median')", GAPS, "none", since="0.24"),
    row("preprocessing.OneHotEncoder(handle_unknown='ignore')", STRINGS, "none", layout="frame"),
    row("preprocessing.OneHotEncoder(min_frequency=30)", STRINGS, "none", "OneHotEncoder-infrequent", layout="frame", since="1.4"),
    row("preprocessing.OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1)", STRINGS, "none", layout="frame", since="1.0"),
    row("feature_extraction.text.CountVectorizer(lowercase=False)", TEXT, "none", layout="vector"),
    row("cross_decomposition.PLSRegression(n_components=2)", target="continuous", since="1.0"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", since="1.0"),
    row("svm.SVC(probability=True, random_state=0)"),
    row("cluster.KMeans(n_clusters=3, n_init=2, random_state=0)", target="none", since="1.0"),
    row("decomposition.PCA(n_components=2)", target="none"),
    row("preprocessing.PolynomialFeatures(degree=2)", target="none", since="1.0"),
)

MORE = (MLFLOW_TRACKING,
    row("ensemble.HistGradientBoostingClassifier(max_iter=5)", since="1.0"),
)

CATALOGUE = QUICK + MORE
