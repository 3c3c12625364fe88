"""What many rows are made of: small estimators, and parameters that keep one small."""

from __future__ import annotations

FIVE = "n_estimators=5, random_state=0"
TREE = "tree.DecisionTreeClassifier(max_depth=3, random_state=0)"
REGRESSION_TREE = "tree.DecisionTreeRegressor(max_depth=3, random_state=0)"
LOGISTIC = "linear_model.LogisticRegression()"
VOTERS = f"[('linear', {LOGISTIC}), ('tree', {TREE})]"
REGRESSORS = f"[('linear', linear_model.Ridge()), ('tree', {REGRESSION_TREE})]"
GRID = f"{LOGISTIC}, {{'C': [0.1, 1.0]}}, cv=2"
KERNEL = "gaussian_process.kernels.RBF() + gaussian_process.kernels.WhiteKernel()"
SCALER = "preprocessing.StandardScaler()"
UNKNOWN = "handle_unknown='use_encoded_value', unknown_value=-1"
RARE = "handle_unknown='infrequent_if_exist', min_frequency=30"
CATEGORICAL = "max_iter=5, categorical_features=[0]"
POISSON = "max_iter=5, loss='poisson'"
HGB = ("sklearn.experimental.enable_hist_gradient_boosting",)
ITERATIVE = ("sklearn.experimental.enable_iterative_imputer",)
HALVING = ("sklearn.experimental.enable_halving_search_cv",)
LOCALE = {"locale": "C"}
DOT = "gaussian_process.kernels.DotProduct()"
SINE = "gaussian_process.kernels.ExpSineSquared()"
RATIONAL = "gaussian_process.kernels.RationalQuadratic()"
MATERN = "gaussian_process.kernels.Matern(nu=1.5)"
SCALED = "gaussian_process.kernels.ConstantKernel(2.0) * gaussian_process.kernels.RBF()"
NETWORK = "hidden_layer_sizes=(5,), max_iter=5, random_state=0"
PIPED = f"pipeline.Pipeline([('scale', {SCALER}), ('model', {LOGISTIC})])"
KNN = "neighbors.KNeighborsClassifier(n_neighbors=3)"
ENCODER = "preprocessing.OneHotEncoder(handle_unknown='ignore')"
COUNT = "feature_extraction.text.CountVectorizer"
WEIGH = "feature_extraction.text.TfidfVectorizer"
WEIGHTS = "feature_extraction.text.TfidfTransformer"
VECTORIZER = f"{COUNT}(lowercase=False)"
LETTERS = "['a', 'c1', 'c2', 'c3', 'c4']"
LETTER = r"'(?u)\\b\\w+\\b'"
FITTED = "linear_model.Ridge().fit([[0, 1, 2, 3], [3, 1, 0, 1], [1, 1, 4, 2]], [1.0, 2.0, 4.0])"
FILLED = f"pipeline.Pipeline([('impute', impute.SimpleImputer()), ('scale', {SCALER})])"
COLUMNS = (
    f"compose.ColumnTransformer([('numbers', {FILLED}, ['number', 'gap']), ('whole', {SCALER}, ['whole']), "
    f"('words', {ENCODER}, ['word', 'place'])])"
)
TABLE = f"pipeline.Pipeline([('columns', {COLUMNS}), ('model', {LOGISTIC})])"
