"""Which data an estimator can be fitted on when nothing is known of the user's: one table for scripts and catalogue.

A recipe is read from a constructor expression with full names: what the first step takes decides the columns, what the
last step is decides the target.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ...model import Column


class Recipe(NamedTuple):
    """Training data for an estimator, in the words of `Canary`."""

    columns: tuple[Column, ...]
    layout: str = "matrix"
    target: str = "binary"


class Needs(NamedTuple):
    """What the first step takes: kind of its columns, how many, layout, missing values."""

    kind: str = "float32"
    width: int = 4
    layout: str = "matrix"
    missing: bool = False


#: class name (regular expression, whole name) -> what it takes; the first that matches counts
TAKES: tuple[tuple[str, Needs], ...] = (
    ("CountVectorizer|TfidfVectorizer|HashingVectorizer", Needs("text", 1, "vector")),
    ("LabelEncoder|LabelBinarizer", Needs("label", 1, "vector")),
    ("OneHotEncoder|OrdinalEncoder|TargetEncoder|WOETransformer", Needs("string", 2)),
    ("CategoricalNB", Needs("category", 4)),
    ("MultinomialNB|ComplementNB|TfidfTransformer|LatentDirichletAllocation|NMF|MiniBatchNMF", Needs("counts", 4)),
    ("SimpleImputer|KNNImputer|IterativeImputer|MissingIndicator", Needs("float32", 4, "matrix", True)),
    ("IsotonicRegression", Needs("float32", 1)),
)
#: class name -> target; the first that matches counts, then the name's ending, then "none"
TARGETS: tuple[tuple[str, str], ...] = (
    ("PoissonRegressor|GammaRegressor|TweedieRegressor", "positive"),
    ("PLS\\w+|CCA|MultiOutput\\w+|MultiTask\\w+|RegressorChain", "targets"),
    (
        "LogisticRegression\\w*|Perceptron|\\w*NB|\\w*SVC|\\w*Classifier\\w*|NearestCentroid|LabelPropagation|LabelSpreading"
        "|\\w*DiscriminantAnalysis|GaussianMixtureClassifier|FixedThreshold\\w*",
        "binary",
    ),
    (
        "SelectKBest|SelectPercentile|SelectF\\w+|SelectFromModel|GenericUnivariateSelect|RFE|RFECV"
        "|NeighborhoodComponentsAnalysis|SequentialFeatureSelector|KBinsTargetEncoder|WOETransformer",
        "binary",
    ),
    ("TargetEncoder|IsotonicRegression", "continuous"),
    (
        "\\w*Regress\\w*|Ridge\\w*|Lasso\\w*|ElasticNet\\w*|Lars\\w*|\\w*SVR|BayesianRidge|OrthogonalMatchingPursuit\\w*"
        "|KernelRidge|TheilSen\\w*|Huber\\w*|XGBRFRegressor|LGBMRegressor",
        "continuous",
    ),
)
#: parameters that ask for a positive target
POSITIVE = ("poisson", "gamma", "count:poisson", "reg:gamma", "tweedie")
#: wrappers that do what the estimator in them does: its parameter
WRAPPERS = ("estimator", "base_estimator", "regressor", "classifier")
WRAPPING = re.compile(
    "GridSearchCV|RandomizedSearchCV|Halving\\w+|CalibratedClassifierCV|TunedThresholdClassifierCV|FixedThresholdClassifier"
    "|OneVs\\w+|OutputCode\\w*|Bagging\\w+|AdaBoost\\w+|MultiOutput\\w+|\\w+Chain|TransformedTargetRegressor|RFE|RFECV"
    "|SelectFromModel|RANSACRegressor|SelfTrainingClassifier|SequentialFeatureSelector"
)
ENSEMBLES = ("VotingClassifier", "VotingRegressor", "StackingClassifier", "StackingRegressor")
NUMERIC = ("float32", "float64", "int64", "positive")
#: columns that a selector by dtype stands for
SELECTORS = {"object": "string", "category": "string", "number": "float64", "float": "float64", "int": "int64"}


def recipe(make: str) -> Recipe:
    """Data for a constructor expression; ordinary numbers when nothing better is known."""
    node = parsed(make)
    columns, layout = columns_of(node)
    return Recipe(columns, layout, target_of(node))


def needs(make: str) -> Mapping[int | str, str]:
    """Kinds that an estimator insists on whatever the data are: by column number or name, "*" for all columns.

    text is meant for strings, category only for what is not a whole number, the others for any number.
    """
    first = first_step(parsed(make))
    found: dict[int | str, str] = {}
    if first is None or class_name(first).endswith("ColumnTransformer"):
        return found
    kind = takes(first).kind
    if kind in ("text", "label", "counts", "category"):
        found["*"] = kind
    elif kind == "string":
        found["*"] = "encoded"
    given = argument(first, -1, "categorical_features")
    if isinstance(given, ast.List):
        for element in given.elts:
            if isinstance(element, ast.Constant) and isinstance(element.value, (int, str)):
                found[element.value] = "category"
    return found


def named_columns(make: str) -> set[str]:
    """The columns that a ColumnTransformer at the first step names."""
    chosen = [c for _, columns in branches(first_step(parsed(make))) for c in chosen_columns(columns)]
    return {key for key, kind in chosen if isinstance(key, str) and not kind}


def parsed(make: str) -> ast.expr | None:
    """The expression, None when it is none."""
    try:
        return ast.parse(make, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None


def class_name(node: ast.expr | None) -> str:
    """The last part of the called name, "" for anything but a call."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def argument(node: ast.expr | None, position: int, *names: str) -> ast.expr | None:
    """An argument by position or name."""
    if not isinstance(node, ast.Call):
        return None
    if 0 <= position < len(node.args):
        return node.args[position]
    return next((k.value for k in node.keywords if k.arg in names), None)


def pairs(node: ast.expr | None) -> list[tuple[ast.expr, ...]]:
    """The tuples of a list of tuples."""
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    return [tuple(e.elts) for e in elements if isinstance(e, ast.Tuple) and e.elts]


def steps(node: ast.expr | None) -> list[ast.expr]:
    """The steps of a pipeline, empty for anything else."""
    name = class_name(node)
    if name == "make_pipeline" and isinstance(node, ast.Call):
        return list(node.args)
    return [p[1] for p in pairs(argument(node, 0, "steps")) if len(p) > 1] if name.endswith("Pipeline") else []


def inner(node: ast.expr | None) -> ast.expr | None:
    """What a wrapper wraps: the estimator in it, the first of an ensemble or union; None for anything else."""
    name = class_name(node)
    if WRAPPING.fullmatch(name):
        found = argument(node, 0, *WRAPPERS)
        return found if isinstance(found, ast.Call) else None
    if name == "make_union" and isinstance(node, ast.Call) and node.args:
        return node.args[0]
    if name in ENSEMBLES or name == "FeatureUnion":
        members = pairs(argument(node, 0, "estimators", "transformer_list"))
        return members[0][1] if members and len(members[0]) > 1 else None
    return None


def first_step(node: ast.expr | None) -> ast.expr | None:
    """The estimator that meets the data: through pipelines and wrappers, past what passes everything through."""
    for _ in range(20):
        chain = [s for s in steps(node) if isinstance(s, ast.Call)]
        chain = [s for s in chain if class_name(s) not in ("FunctionTransformer", "CastTransformer")] or chain
        deeper = chain[0] if chain else inner(node)
        if deeper is None:
            return node
        node = deeper
    return node


def takes(node: ast.expr | None) -> Needs:
    """What one estimator takes."""
    name = class_name(node)
    for pattern, found in TAKES:
        if re.fullmatch(pattern, name):
            return string_imputer(node, found)
    scores = [k.value for k in node.keywords if k.arg == "score_func"] if isinstance(node, ast.Call) else []
    scores += node.args[:1] if name in ("SelectKBest", "SelectPercentile") and isinstance(node, ast.Call) else []
    return Needs("counts") if any(ast.unparse(s).endswith("chi2") for s in scores) else Needs()


def string_imputer(node: ast.expr | None, found: Needs) -> Needs:
    """An imputer of texts is known by its fill value or by what it takes for missing."""
    for name in ("fill_value", "missing_values"):
        given = argument(node, -1, name)
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            return found._replace(kind="string", width=2)
    return found


def columns_of(node: ast.expr | None) -> tuple[tuple[Column, ...], str]:
    """Columns and layout for an estimator."""
    first = first_step(node)
    if class_name(first) in ("ColumnTransformer", "make_column_transformer"):
        return transformer_columns(first)
    need = takes(first)
    if need.layout == "vector":
        return (Column("X", need.kind),), "vector"
    columns = tuple(Column(f"x{i}", need.kind, need.missing) for i in range(need.width))
    for key, kind in needs(ast.unparse(node) if node else "").items():
        if isinstance(key, int) and key < len(columns):
            columns = (*columns[:key], replace(columns[key], kind=kind), *columns[key + 1 :])
    return columns, "matrix"


def branches(node: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(transformer, columns) of a ColumnTransformer."""
    if class_name(node) == "make_column_transformer" and isinstance(node, ast.Call):
        for element in node.args:
            if isinstance(element, ast.Tuple) and len(element.elts) == 2:
                yield element.elts[0], element.elts[1]
        return
    for parts in pairs(argument(node, 0, "transformers")):
        if len(parts) == 3:
            yield parts[1], parts[2]


def transformer_columns(node: ast.expr | None) -> tuple[tuple[Column, ...], str]:
    """The columns that a ColumnTransformer names, in order; numbers make a matrix when all kinds are alike."""
    found: dict[int | str, Column] = {}
    for transformer, chosen in branches(node):
        need = takes(first_step(transformer))
        kind = need.kind if isinstance(transformer, ast.Call) else "float32"
        for key, own in chosen_columns(chosen):
            name = key if isinstance(key, str) else f"x{key}"
            found.setdefault(key, Column(name, own or kind, need.missing and not own))
    if not found:
        return tuple(Column(f"x{i}", "float32") for i in range(4)), "frame"
    numbers = [k for k in found if isinstance(k, int)]
    for number in range(max(numbers, default=-1) + 1):
        found.setdefault(number, Column(f"x{number}", "float32"))
    ordered = sorted(found, key=lambda k: (isinstance(k, str), k if isinstance(k, int) else 0))
    columns = tuple(found[k] for k in ordered)
    alike = len({c.kind for c in columns}) == 1 and len(numbers) == len(columns[: len(numbers)]) and numbers
    return columns, "matrix" if alike and not any(isinstance(k, str) for k in found) else "frame"


def chosen_columns(node: ast.expr) -> Iterator[tuple[int | str, str]]:
    """(number or name, kind where the choice tells it) of the columns that a transformer is given."""
    if class_name(node) == "make_column_selector":
        wanted = argument(node, 1, "dtype_include")
        text = ast.unparse(wanted) if wanted else "number"
        kind = next((k for word, k in SELECTORS.items() if word in text), "float32")
        yield from ((f"{kind}_{i}", kind) for i in range(2))
        return
    if class_name(node) == "slice" and isinstance(node, ast.Call):
        values = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        bounds = slice(*values)
        stop = bounds.stop if isinstance(bounds.stop, int) and bounds.stop > 0 else 4
        yield from ((i, "") for i in range(*slice(bounds.start, stop, bounds.step).indices(100)))
        return
    for element in node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]:
        if isinstance(element, ast.Constant) and type(element.value) in (int, str):
            yield (element.value, "")  # type: ignore[misc]


def target_of(node: ast.expr | None) -> str:
    """The target of the last step; none for transformers and clusterers."""
    name = class_name(node)
    chain = steps(node)
    if chain:
        last = target_of(chain[-1])
        return last if last != "none" else next((t for t in map(target_of, chain) if t != "none"), "none")
    if name.startswith(("MultiOutput", "RegressorChain")):
        return "targets"
    losses = [argument(node, -1, name) for name in ("loss", "objective")]
    if any(isinstance(given, ast.Constant) and given.value in POSITIVE for given in losses):
        return "positive"
    own = next((target for pattern, target in TARGETS if re.fullmatch(pattern, name)), "none")
    wrapped = inner(node)
    return target_of(wrapped) if own == "none" and wrapped is not None else own


def predicts_classes(make: str) -> bool:
    """Whether the last step is a classifier (or selects by classes)."""
    return target_of(parsed(make)) == "binary"
