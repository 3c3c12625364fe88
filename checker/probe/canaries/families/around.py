"""One estimator around another: pipelines, columns, searches, several targets."""

from __future__ import annotations

from ..parts import (
    BESIDE,
    COLUMNS,
    ENCODER,
    FITTED,
    FIVE,
    FOREST,
    FREQUENT_WORDS,
    GRID,
    HALVING,
    KNN,
    LOGISTIC,
    ORDINAL,
    PIPED,
    REGRESSION_TREE,
    SCALER,
    TABLE,
    TREE,
    VECTORIZER,
    WEIGH,
)
from ..rows import (
    ACCENTS,
    DOUBLES,
    FLOATS,
    GAPS,
    INFINITE,
    MIXED,
    SCRIPTS,
    STRINGS,
    TABLE_GAPS,
    TEXT,
    regressor,
    row,
    unsupervised,
)

ROWS = (
    row(f"calibration.CalibratedClassifierCV({TREE}, cv=2, method='isotonic')", tag="isotonic"),
    row(f"multiclass.OneVsRestClassifier({LOGISTIC})", target="three"),
    row(f"multiclass.OneVsOneClassifier({LOGISTIC})", target="three"),
    row(f"multiclass.OutputCodeClassifier({LOGISTIC}, random_state=0)", target="three", converts=False),
    row("multioutput.MultiOutputRegressor(linear_model.Ridge())", target="targets"),
    row("multioutput.RegressorChain(linear_model.Ridge())", target="targets", converts=False),
    regressor("compose.TransformedTargetRegressor(linear_model.Ridge())", converts=False),
    row(f"model_selection.GridSearchCV({GRID})"),
    row(f"model_selection.RandomizedSearchCV({GRID}, n_iter=2, random_state=0)", converts=False),
    row(f"model_selection.HalvingGridSearchCV({GRID}, min_resources=60)", also=HALVING, since="0.24", converts=False),
    row(f"model_selection.HalvingRandomSearchCV({GRID}, min_resources=60)", also=HALVING, since="0.24", converts=False),
    row(f"model_selection.FixedThresholdClassifier({LOGISTIC}, threshold=0.3)", since="1.5", converts=False),
    row(f"model_selection.TunedThresholdClassifierCV({LOGISTIC}, cv=2, thresholds=9)", since="1.5"),
    row(f"semi_supervised.SelfTrainingClassifier({LOGISTIC})", since="0.24", converts=False),
    row("semi_supervised.LabelPropagation()", converts=False),
    row("semi_supervised.LabelSpreading()", converts=False),
    row("dummy.DummyClassifier(strategy='prior')", converts=False),
    regressor("dummy.DummyRegressor()", converts=False),
    row(f"pipeline.Pipeline([('scale', {SCALER}), ('model', {LOGISTIC})])"),
    unsupervised(f"pipeline.FeatureUnion([('scale', {SCALER}), ('pca', decomposition.PCA(2))])"),
    unsupervised(f"compose.ColumnTransformer([('scale', {SCALER}, [0, 1])], remainder='passthrough')"),
    unsupervised(f"compose.ColumnTransformer([('scale', {SCALER}, ['x0', 'x1'])])", tag="frame", layout="frame"),
    # several labels a row, and models within models
    row(f"multioutput.MultiOutputClassifier({LOGISTIC})", target="labels"),
    row(f"multioutput.MultiOutputClassifier({TREE})", tag="tree", target="labels"),
    row(f"multioutput.ClassifierChain({LOGISTIC})", target="labels", converts=False),
    row(f"multioutput.MultiOutputRegressor({REGRESSION_TREE})", tag="tree", target="targets"),
    row(
        "multioutput.RegressorChain(linear_model.Ridge(), order=[1, 0])", tag="order", target="targets", converts=False
    ),
    row(f"multiclass.OneVsRestClassifier({LOGISTIC})", tag="binary"),
    row(f"multiclass.OneVsRestClassifier({LOGISTIC})", tag="names", target="names"),
    row(f"multiclass.OneVsRestClassifier({LOGISTIC})", tag="labels", target="labels"),
    row(f"multiclass.OneVsRestClassifier({TREE})", tag="tree", target="three"),
    row(f"multiclass.OneVsOneClassifier({TREE})", tag="tree", target="names"),
    row("multiclass.OneVsOneClassifier(svm.LinearSVC(random_state=0))", tag="scores", target="three"),
    row(f"calibration.CalibratedClassifierCV({LOGISTIC}, cv=2)", tag="three", target="three"),
    row("calibration.CalibratedClassifierCV(svm.LinearSVC(random_state=0), cv=2)", tag="scores"),
    row(f"calibration.CalibratedClassifierCV({TREE}, cv=2, ensemble=False)", tag="single", since="0.24"),
    row(f"calibration.CalibratedClassifierCV({TREE}, cv=2, method='isotonic')", tag="isotonic-three", target="three"),
    row(f"model_selection.GridSearchCV({GRID})", tag="names", target="names"),
    regressor("model_selection.GridSearchCV(linear_model.Ridge(), {'alpha': [0.1, 1.0]}, cv=2)", tag="regressor"),
    row(f"model_selection.GridSearchCV({PIPED}, {{'model__C': [0.1, 1.0]}}, cv=2)", tag="pipeline", target="three"),
    row(
        f"model_selection.FixedThresholdClassifier({LOGISTIC}, threshold=0.3)",
        tag="names",
        target="strings",
        since="1.5",
        converts=False,
    ),
    row(
        f"semi_supervised.SelfTrainingClassifier({TREE}, criterion='k_best')", tag="best", since="0.24", converts=False
    ),
    row("dummy.DummyClassifier(strategy='most_frequent')", tag="frequent", target="three", converts=False),
    row("dummy.DummyClassifier(strategy='constant', constant=1)", tag="constant", converts=False),
    regressor("dummy.DummyRegressor(strategy='median')", tag="median", converts=False),
    regressor(
        "compose.TransformedTargetRegressor(linear_model.Ridge(), transformer=preprocessing.StandardScaler())",
        tag="scaled",
        converts=False,
    ),
    regressor(f"frozen.FrozenEstimator({FITTED})", since="1.6", converts=False),
    # pipelines, unions, columns
    row(f"pipeline.Pipeline([('scale', {SCALER}), ('model', {TREE})])", tag="tree", target="names"),
    row(f"pipeline.Pipeline([('scale', {SCALER}), ('model', svm.SVC())])", tag="scores", target="three"),
    row(f"pipeline.Pipeline([('impute', impute.SimpleImputer()), ('model', {LOGISTIC})])", GAPS, tag="gaps"),
    row(f"pipeline.Pipeline([('choose', feature_selection.SelectKBest(k=2)), ('model', {LOGISTIC})])", tag="chosen"),
    row(f"pipeline.Pipeline([('pca', decomposition.PCA(2)), ('model', {KNN})])", tag="pca", target="three"),
    row(f"pipeline.Pipeline([('none', 'passthrough'), ('model', {LOGISTIC})])", tag="passthrough", since="0.21"),
    row(f"pipeline.Pipeline([('inner', {PIPED}), ])", tag="nested", target="three"),
    row(f"pipeline.Pipeline([('encode', {ENCODER}), ('model', {LOGISTIC})])", STRINGS, tag="strings"),
    row(f"pipeline.Pipeline([('encode', {ENCODER}), ('model', {LOGISTIC})])", ACCENTS, tag="accents", target="names"),
    row(f"pipeline.Pipeline([('words', {VECTORIZER}), ('model', {LOGISTIC})])", TEXT, tag="text"),
    row(f"pipeline.Pipeline([('words', {VECTORIZER}), ('model', {LOGISTIC})])", SCRIPTS, tag="scripts"),
    row(f"pipeline.Pipeline([('words', {VECTORIZER}), ('model', naive_bayes.MultinomialNB())])", TEXT, tag="bayes"),
    row(
        f"pipeline.Pipeline([('scale', {SCALER}), ('model', {LOGISTIC})])",
        tag="array",
        target="three",
        options={"model__zipmap": False},
    ),
    regressor(
        "pipeline.Pipeline([('powers', preprocessing.PolynomialFeatures(2)), ('model', linear_model.Ridge())])",
        tag="powers",
    ),
    unsupervised(
        f"pipeline.Pipeline([('scale', {SCALER}), ('means', cluster.KMeans(3, n_init=2, random_state=0))])", tag="means"
    ),
    unsupervised("pipeline.FeatureUnion([('scale', preprocessing.StandardScaler()), ('none', 'drop')])", tag="drop"),
    unsupervised(
        f"pipeline.FeatureUnion([('a', {SCALER}), ('b', {SCALER})], transformer_weights={{'b': 2.0}})", tag="weights"
    ),
    unsupervised(
        f"pipeline.FeatureUnion([('count', {VECTORIZER}), ('weigh', {WEIGH}(lowercase=False))])",
        TEXT,
        tag="text",
    ),
    unsupervised(f"compose.ColumnTransformer([('scale', {SCALER}, [0, 1])])", tag="dropped"),
    unsupervised(
        f"compose.ColumnTransformer([('scale', {SCALER}, slice(0, 2))], remainder='passthrough')", tag="slice"
    ),
    unsupervised(f"compose.ColumnTransformer([('scale', {SCALER}, [True, False, True, False])])", tag="mask"),
    unsupervised(f"compose.ColumnTransformer([('scale', {SCALER}, [3, 0])], remainder={SCALER})", tag="remainder"),
    unsupervised(
        f"compose.ColumnTransformer([('scale', {SCALER}, [0]), ('none', 'drop', [1])], remainder='passthrough')",
        tag="drop",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('scale', {SCALER}, [0, 1]), ('low', preprocessing.MinMaxScaler(), [1, 2])])",
        tag="twice",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('a', {ENCODER}, ['x0']), ('b', preprocessing.OrdinalEncoder(), ['x1', 'x2'])])",
        STRINGS,
        tag="strings",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('a', {ENCODER}, ['word', 'place']), ('b', {SCALER}, ['number', 'whole'])])",
        MIXED,
        tag="mixed",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('a', impute.SimpleImputer(), ['gap', 'number']), ('b', {VECTORIZER}, 'text')])",
        MIXED,
        tag="text",
    ),
    row(TABLE, MIXED, tag="mixed"),
    row(TABLE, MIXED, tag="mixed-names", target="names"),
    row(
        f"pipeline.Pipeline([('columns', {COLUMNS}), ('model', ensemble.RandomForestClassifier({FIVE}, max_depth=2))])",
        MIXED,
        tag="mixed-forest",
        target="three",
    ),
    regressor(
        f"pipeline.Pipeline([('columns', {COLUMNS}), ('model', ensemble.GradientBoostingRegressor({FIVE}))])",
        MIXED,
        tag="mixed-boosting",
    ),
    row(f"model_selection.GridSearchCV({TABLE}, {{'model__C': [0.1, 1.0]}}, cv=2)", MIXED, tag="mixed"),
    row(
        f"ensemble.VotingClassifier([('a', {PIPED}), ('b', {TREE})], voting='soft', flatten_transform=False)",
        tag="pipelines",
        target="three",
    ),
    row(
        f"ensemble.StackingClassifier([('a', {PIPED}), ('b', {KNN})], {PIPED}, cv=2)",
        tag="pipelines",
        target="three",
        since="0.22",
    ),
    row(f"ensemble.BaggingClassifier({PIPED}, {FIVE})", tag="pipelines", target="three"),
    row(f"calibration.CalibratedClassifierCV(ensemble.RandomForestClassifier({FIVE}), cv=2)", tag="forest"),
    row(
        f"multiclass.OneVsRestClassifier(calibration.CalibratedClassifierCV({LOGISTIC}, cv=2))",
        tag="calibrated",
        target="three",
    ),
    # sparse answers, doubles, infinities, several labels as an array
    row(f"multioutput.MultiOutputClassifier({LOGISTIC})", tag="array", target="labels", options={"zipmap": False}),
    row(f"pipeline.Pipeline([('scale', {SCALER}), ('model', {LOGISTIC})])", DOUBLES, tag="double"),
    row(
        f"pipeline.Pipeline([('scale', {SCALER}), ('model', {LOGISTIC})])",
        tag="columns",
        target="names",
        options={"model__zipmap": "columns"},
    ),
    row(f"multiclass.OneVsRestClassifier({LOGISTIC})", DOUBLES, tag="double", target="three"),
    unsupervised(f"pipeline.FeatureUnion([('a', {SCALER}), ('b', decomposition.PCA(2))])", DOUBLES, tag="double"),
    unsupervised(f"compose.ColumnTransformer([('a', {SCALER}, [0, 1])])", DOUBLES, tag="double"),
    unsupervised(
        f"compose.ColumnTransformer([('scale', {SCALER}, [0, 1])], remainder='passthrough')",
        (*FLOATS[:2], *INFINITE[2:]),
        tag="infinite",
        layout="matrix",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('a', {ENCODER}, ['word', 'place']), ('b', {SCALER}, ['number'])], "
        "sparse_threshold=1.0)",
        (MIXED[0], *MIXED[3:5]),
        tag="sparse",
    ),
    unsupervised(
        f"compose.ColumnTransformer([('a', {ENCODER}, ['word', 'place']), ('b', {SCALER}, ['number'])], "
        "sparse_threshold=0.0)",
        (MIXED[0], *MIXED[3:5]),
        tag="dense",
    ),
    # the usual ones within others
    row(f"calibration.CalibratedClassifierCV({FOREST}, cv=2, method='isotonic')", tag="forest-isotonic"),
    row(f"multioutput.MultiOutputClassifier({FOREST})", tag="forest", target="labels"),
    row(
        f"multioutput.MultiOutputRegressor(ensemble.GradientBoostingRegressor({FIVE}))",
        tag="boosting",
        target="targets",
    ),
    row(
        "multiclass.OneVsRestClassifier(svm.SVC(probability=True, random_state=0))",
        tag="probability",
        target="three",
        until="1.11",
    ),
    # tables whose words are filled, encoded in order, or texts
    row(
        f"pipeline.Pipeline([('columns', compose.ColumnTransformer([{BESIDE}{FREQUENT_WORDS}, ['word', 'place'])])), "
        f"('model', {LOGISTIC})])",
        TABLE_GAPS,
        tag="frequent-words",
    ),
    row(
        f"pipeline.Pipeline([('columns', compose.ColumnTransformer([('words', {ORDINAL}, ['word', 'place'])], "
        "remainder='passthrough')), ('model', ensemble.HistGradientBoostingClassifier(max_iter=5, "
        "categorical_features=[0, 1]))])",
        (MIXED[0], *MIXED[3:5]),
        tag="ordered-words",
        since="1.0",
    ),
    row(
        f"pipeline.Pipeline([('columns', compose.ColumnTransformer([('text', {WEIGH}(lowercase=False), 'text'), "
        f"('numbers', {SCALER}, ['number'])])), ('model', {LOGISTIC})])",
        (MIXED[0], MIXED[5]),
        tag="weighed-text",
    ),
)
