"""The parts of the script that stands in for one that nobody wrote, each as a user may write it."""

HELPERS = '''
def leave(what, hint=""):
    """End with what is wrong, and what to do about it."""
    sys.exit(what + "\\n" + hint)


def parts_of(model):
    """A model and everything that it is made of."""
    return [model] + list(getattr(model, "get_params", dict)().values())


def is_fitted(model):
    """Whether a model has been fitted: the names of what a fit finds out end in an underscore."""
    for name in ("__sklearn_is_fitted__", "is_fitted"):
        if hasattr(type(model), name):
            return getattr(model, name)()
    steps = [step for _, step in getattr(model, "steps", []) if hasattr(step, "fit")]
    if steps:
        return is_fitted(steps[-1])
    found = getattr(model, "__dict__", {})
    return found.get("_Booster") is not None or any(n.endswith("_") and not n.startswith("_") for n in found)
'''

MADE = '''
def made_by(maker):
    """What a function or a class makes."""
    if not callable(maker):
        leave("%s is a %s: it is no estimator, and makes none" % (NAME, type(maker).__name__))
    try:
        inspect.signature(maker).bind()
    except TypeError as error:
        leave("%s cannot be called as it is: %s" % (NAME, error), "name a function that needs no arguments")
    except ValueError:  # a function that tells nothing of its arguments
        pass
    return maker()


module = importlib.import_module(MODEL.partition(":")[0])
try:
    model = operator.attrgetter(MODEL.partition(":")[2])(module)
except AttributeError as error:
    names = [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__ or hasattr(v, "fit")]
    leave("%s: %s" % (NAME, error), "it has " + (", ".join(names[:20]) or "nothing that makes a model"))
if isinstance(model, type) or not hasattr(model, "fit"):
    model = made_by(model)
'''

#: how a file is loaded -> the text; to load it runs code that stands in it
LOADED = {
    "joblib": """
try:
    model = joblib.load(MODEL)
except AttributeError as error:
    if "__main__" not in str(error):
        raise
    leave("%s was saved by a script that defines a class of it: %s" % (NAME, error),
          "move the class into a module, and save the model again")
""",
    "skops": """
model = skops.io.load(MODEL, trusted=skops.io.get_untrusted_types(file=MODEL))
""",
    "pickle": """
try:
    with open(MODEL, "rb") as file:
        model = pickle.load(file)
except AttributeError as error:
    if "__main__" not in str(error):
        raise
    leave("%s has a class that is defined in the notebook: %s" % (NAME, error),
          "install cloudpickle, or move the class into a module")
""",
}

CHECKED = """
if not hasattr(model, "fit") or not (hasattr(model, "predict") or hasattr(model, "transform")):
    leave("%s gives a %s: an estimator has fit, and predict or transform" % (NAME, type(model).__name__))
"""

#: how rows are read -> the function
READING = {
    "csv": '''
def read():
    """The rows of a text."""
    import pandas

    with open(DATA, encoding="utf-8", errors="replace") as file:
        head = "" if DATA.endswith(".gz") else file.readline()
    return pandas.read_csv(DATA, sep=max(",;\\t|", key=head.count)), None
''',
    "parquet": '''
def read():
    """The rows of a Parquet file."""
    import pandas

    return pandas.read_parquet(DATA), None
''',
    "json": '''
def read():
    """The rows of a JSON file: records, columns, or MLflow's input example."""
    import pandas

    with open(DATA, encoding="utf-8") as file:
        rows = json.load(file)
    rows = rows.get("dataframe_split", rows) if isinstance(rows, dict) else rows
    if isinstance(rows, dict) and "data" in rows:
        return pandas.DataFrame(rows["data"], columns=rows.get("columns")), None
    return pandas.DataFrame(rows), None
''',
    "jsonl": '''
def read():
    """The rows of a JSON file with one record a line."""
    import pandas

    return pandas.read_json(DATA, lines=True), None
''',
    "npy": '''
def read():
    """The rows of an array."""
    import numpy

    return numpy.load(DATA, allow_pickle=False), None
''',
    "npz": '''
def read():
    """The rows of arrays with names, or of a sparse matrix."""
    import numpy

    arrays = dict(numpy.load(DATA, allow_pickle=False))
    if "indptr" in arrays:
        import scipy.sparse

        return scipy.sparse.load_npz(DATA), None
    target = arrays.pop(TARGET or "y", None)
    names = [n for n in ("X", "x", "data") if n in arrays] or list(arrays)
    if not names or target is None and TARGET:
        leave("%s has no array %s" % (ROWS, TARGET or "X"), "it has " + ", ".join(arrays))
    return arrays[names[0]], target
''',
    "pickle": '''
def read():
    """The rows of the kernel."""
    with open(DATA, "rb") as file:
        rows, target = pickle.load(file)
    if isinstance(rows, (list, tuple)):
        import numpy

        rows = numpy.array(rows)
    return rows, target
''',
}

ROWS = """
try:
    X, y = read()
except ImportError as error:
    if getattr(error, "name", "") == "pandas":
        leave("%s is read with pandas, which is not installed there" % ROWS, "give .npy or .npz")
    if "usable engine" not in str(error):
        raise
    leave("%s is read with pyarrow, which is not installed there" % ROWS, "install it, or give a CSV")
except (ValueError, KeyError, TypeError, OSError) as error:
    leave("%s cannot be read: %s" % (ROWS, " ".join(str(error).split())))
are_texts = len(getattr(X, "shape", ())) == 1 and X.dtype.kind in "OUT"
if not are_texts and len(getattr(X, "shape", ())) != 2 or 0 in X.shape:
    shape = " x ".join(map(str, getattr(X, "shape", ()))) or type(X).__name__
    leave("%s holds no table of rows and columns (%s)" % (ROWS, shape))
"""

TARGET = '''
def without(column):
    """The rows without a column, and that column."""
    if hasattr(X, "columns"):
        names = {str(name): name for name in X.columns}
        if column not in names:
            leave("--target-column %s: %s has no such column" % (column, ROWS), "it has " + ", ".join(names))
        return X.drop(columns=[names[column]]), X[names[column]]
    count = X.shape[1]
    if not column.lstrip("-").isdigit() or not -count <= int(column) < count:
        leave("--target-column %s: %s has no such column" % (column, ROWS), "write a number from 0 to %d" % (count - 1))
    return X[:, [n for n in range(count) if n != int(column) % count]], X[:, int(column)]


if TARGET and y is None:
    X, y = without(TARGET)
'''

FIT = """
first = model.steps[0][1] if getattr(model, "steps", None) else model
if hasattr(first, "build_analyzer") and X.shape[1:] == (1,):  # it reads texts, one after the other
    X = X.iloc[:, 0] if hasattr(X, "iloc") else X[:, 0]
if is_fitted(model):
    names, count = getattr(model, "feature_names_in_", None), getattr(model, "n_features_in_", None)
    if names is not None and hasattr(X, "columns"):
        missing = [name for name in names if name not in X.columns]
        if missing:
            leave("%s was fitted with columns that %s does not have: %s" % (NAME, ROWS, ", ".join(missing)))
        X = X[list(names)]
    elif count is not None and len(X.shape) == 2 and count != X.shape[1]:
        leave("%s was fitted on %d columns, and %s has %d" % (NAME, count, ROWS, X.shape[1]),
              ASK_TARGET)
elif y is not None:
    model.fit(X, y)
elif is_classifier(model) or is_regressor(model):
    leave("%s is not fitted, and nothing says what it predicts" % NAME, ASK_TARGET)
else:
    model.fit(X)
ask = model.predict if hasattr(model, "predict") else model.transform
answers = ask(X[:1000])
"""

NO_ROWS = """
count = getattr(model, "n_features_in_", None)
if not is_fitted(model):
    leave("%s is not fitted, and there are no rows to fit it on" % NAME, "give some with --data")
if not count or any(hasattr(part, "transformers") for part in parts_of(model)):
    leave("%s does not tell what its rows look like" % NAME, "give some with --data")
import numpy

X = numpy.random.RandomState(0).normal(size=(100, count)).astype("float32")
ask = model.predict if hasattr(model, "predict") else model.transform
try:
    answers = ask(X)
except ValueError as error:
    leave("%s does not take made-up numbers: %s" % (NAME, error), "give rows with --data")
"""

TYPES = '''
def type_of(dtype):
    """The type of an ONNX input for a column."""
    kinds = {"f": "Float", "i": "Int64", "u": "Int64", "b": "Boolean"}
    return getattr(data_types, kinds.get(dtype.kind, "String") + "TensorType")


def initial_types(model, X):
    """The inputs of the ONNX model: one for all columns, or one for each where they differ or are asked for by name."""
    if len(X.shape) == 1:
        return [("X", data_types.StringTensorType([None, 1]))]
    kinds = list(X.dtypes) if hasattr(X, "dtypes") else [X.dtype]
    numbers = {kind.kind in "fiub" for kind in kinds}
    by_name = any(hasattr(part, "transformers") for part in parts_of(model))
    if hasattr(X, "columns") and (by_name or len(numbers) > 1):
        return [(str(name), type_of(kind)([None, 1])) for name, kind in zip(X.columns, kinds)]
    whole = data_types.FloatTensorType if True in numbers else data_types.StringTensorType
    return [("X", whole([None, X.shape[1]]))]
'''

#: converters of other libraries, as onnxmltools and skl2onnx tell to register them
OTHERS = '''
def register(kind, library, path, alias):
    """Let skl2onnx convert the estimators of another library, where onnxmltools has a converter of them."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator

    try:
        path, _, function = path.rpartition(".")
        convert = getattr(importlib.import_module("onnxmltools.convert." + path), function)
    except ImportError:
        return
    is_class = kind.endswith("Classifier")
    options = {"nocl": [True, False], "zipmap": [True, False, "columns"]} if is_class else {"split": None}
    what = "classifier" if is_class else "regressor"
    shape = getattr(shape_calculator, "calculate_linear_%s_output_shapes" % what)
    estimator = getattr(importlib.import_module(library), kind)
    options = options if is_class or library == "lightgbm" else None
    update_registered_converter(estimator, alias, shape, convert, options=options)


XGBOOST = "xgboost.operator_converters.XGBoost.convert_xgboost"
LIGHTGBM = "lightgbm.operator_converters.LightGbm.convert_lightgbm"
OTHERS = {
    "XGBClassifier": ("xgboost", XGBOOST, "XGBoostXGBClassifier"),
    "XGBRegressor": ("xgboost", XGBOOST, "XGBoostXGBRegressor"),
    "LGBMClassifier": ("lightgbm", LIGHTGBM, "LightGbmLGBMClassifier"),
    "LGBMRegressor": ("lightgbm", LIGHTGBM, "LightGbmLGBMRegressor"),
}
others = {type(part).__name__ for part in parts_of(model)} & set(OTHERS)
for kind in others:
    register(kind, *OTHERS[kind])
'''

LAST = """
opset = {"": 15, "ai.onnx.ml": 2} if others else None
onx = convert_sklearn(model, initial_types=initial_types(model, X), target_opset=opset)
"""
