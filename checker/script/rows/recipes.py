"""Which data an estimator can be fitted on when nothing is known of the user's.

What the first step takes decides the columns, what the last step is decides the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...model import Column
from ..uses.estimators import Estimator, pairs
from ..values.proxies import Reference, texts


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


def recipe(made: Any) -> Recipe:
    """Data for an estimator; ordinary numbers when nothing better is known."""
    columns, layout = _columns(made)
    return Recipe(columns, layout, target_of(made))


def needs(made: Any) -> Mapping[int | str, str]:
    """Kinds that an estimator insists on whatever the data are: by column number or name, "*" for all columns.

    text is meant for strings, category only for what is not a whole number, the others for any number.
    """
    first = first_step(made)
    found: dict[int | str, str] = {}
    if not isinstance(first, Estimator) or first.short.endswith("ColumnTransformer"):
        return found
    kind = _takes(first).kind
    if kind in ("text", "label", "counts", "category"):
        found["*"] = kind
    elif kind == "string":
        found["*"] = "encoded"
    given = first.get(-1, "categorical_features")
    chosen = [e for e in given if isinstance(e, (int, str))] if isinstance(given, list) else []
    return {**found, **dict.fromkeys(chosen, "category")}


def named_columns(made: Any) -> set[str]:
    """The columns that a ColumnTransformer at the first step names."""
    chosen = [c for _, columns in _branches(first_step(made)) for c in _chosen(columns)]
    return {key for key, kind in chosen if isinstance(key, str) and not kind}


def leaves_out(made: Any, name: str) -> bool:
    """Whether a ColumnTransformer at the first step surely leaves a column out."""
    first, named = first_step(made), named_columns(made)
    remainder = first.get(-1, "remainder") if isinstance(first, Estimator) else None
    return bool(named) and name not in named and remainder in (None, "drop")


def predicts_classes(made: Any) -> bool:
    """Whether the last step is a classifier (or selects by classes)."""
    return target_of(made) == "binary"


def name_of(made: Any) -> str:
    """The name of the class of an estimator, "" for anything else."""
    return made.short if isinstance(made, Estimator) else ""


def inner(made: Any) -> Any:
    """What a wrapper wraps: the estimator in it, the first of an ensemble or union; None for anything else."""
    name = name_of(made)
    if WRAPPING.fullmatch(name):
        found = made.get(0, *WRAPPERS)
        return found if isinstance(found, Estimator) else None
    if name == "make_union":
        return next(iter(made.args), None)
    members = pairs(made.get(0, "estimators", "transformer_list")) if name in (*ENSEMBLES, "FeatureUnion") else []
    return members[0][1] if members else None


def first_step(made: Any) -> Any:
    """The estimator that meets the data: through pipelines and wrappers, past what passes everything through."""
    for _ in range(20):
        chain = [s for _, s in made.steps() if isinstance(s, Estimator)] if isinstance(made, Estimator) else []
        chain = [s for s in chain if s.short not in ("FunctionTransformer", "CastTransformer")] or chain
        deeper = chain[0] if chain else inner(made)
        if deeper is None:
            return made
        made = deeper
    return made


def _takes(made: Any) -> Needs:
    """What one estimator takes."""
    name = name_of(made)
    for pattern, found in TAKES:
        if re.fullmatch(pattern, name):
            # an imputer of texts is known by its fill value or by what it takes for missing
            given = [made.get(-1, n) for n in ("fill_value", "missing_values")]
            return found._replace(kind="string", width=2) if any(isinstance(g, str) for g in given) else found
    score = made.get(0 if name in ("SelectKBest", "SelectPercentile") else -1, "score_func") if name else None
    return Needs("counts") if isinstance(score, Reference) and score.name.endswith("chi2") else Needs()


def _columns(made: Any) -> tuple[tuple[Column, ...], str]:
    """Columns and layout for an estimator."""
    first = first_step(made)
    if name_of(first) in ("ColumnTransformer", "make_column_transformer"):
        return _transformer_columns(first)
    need = _takes(first)
    if need.layout == "vector":
        return (Column("X", need.kind),), "vector"
    wanted = needs(made)
    columns = tuple(Column(f"x{i}", need.kind, need.missing) for i in range(need.width))
    return tuple(replace(c, kind=wanted.get(i, c.kind)) for i, c in enumerate(columns)), "matrix"


def _branches(made: Any) -> Iterator[tuple[Any, Any]]:
    """(transformer, columns) of a ColumnTransformer."""
    if name_of(made) == "make_column_transformer":
        yield from ((p[0], p[1]) for p in made.args if isinstance(p, tuple) and len(p) == 2)
    elif name_of(made) == "ColumnTransformer":
        given = made.get(0, "transformers")
        triples = [p for p in given if isinstance(p, (tuple, list)) and len(p) == 3] if isinstance(given, list) else []
        yield from ((p[1], p[2]) for p in triples)


def _transformer_columns(made: Any) -> tuple[tuple[Column, ...], str]:
    """The columns that a ColumnTransformer names, in order; numbers make a matrix when all kinds are alike."""
    found: dict[int | str, Column] = {}
    for transformer, chosen in _branches(made):
        need = _takes(first_step(transformer))
        for key, own in _chosen(chosen):
            name = key if isinstance(key, str) else f"x{key}"
            found.setdefault(key, Column(name, own or need.kind, need.missing and not own))
    if not found:
        return tuple(Column(f"x{i}", "float32") for i in range(4)), "frame"
    numbers = [k for k in found if isinstance(k, int)]
    for number in range(max(numbers, default=-1) + 1):
        found.setdefault(number, Column(f"x{number}", "float32"))
    ordered = sorted(found, key=lambda k: (isinstance(k, str), k if isinstance(k, int) else 0))
    columns = tuple(found[k] for k in ordered)
    alike = len({c.kind for c in columns}) == 1 and numbers
    return columns, "matrix" if alike and not any(isinstance(k, str) for k in found) else "frame"


def _chosen(given: Any) -> Iterator[tuple[int | str, str]]:
    """(number or name, kind where the choice tells it) of the columns that a transformer is given."""
    if name_of(given) == "make_column_selector":
        wanted = given.get(1, "dtype_include")
        text = " ".join(map(_text, wanted if isinstance(wanted, list) else [wanted])) if wanted else "number"
        kind = next((k for word, k in SELECTORS.items() if word in text), "float32")
        yield from ((f"{kind}_{i}", kind) for i in range(2))
    elif isinstance(given, slice):
        stop = given.stop if isinstance(given.stop, int) and given.stop > 0 else 4
        whole = given.start is None or isinstance(given.start, int)
        yield from ((i, "") for i in range(*slice(given.start if whole else 0, stop).indices(100)))
    else:
        keys = given if isinstance(given, (list, tuple)) else [given]
        yield from ((k, "") for k in keys if type(k) in (int, str))


def _text(value: Any) -> str:
    return value.name if isinstance(value, Reference) else " ".join(texts(value) or ())


def target_of(made: Any) -> str:
    """The target of the last step; none for transformers and clusterers."""
    if not isinstance(made, Estimator):
        return "none"
    chain = [s for _, s in made.steps()]
    if chain:
        last = target_of(chain[-1])
        return last if last != "none" else next((t for t in map(target_of, chain) if t != "none"), "none")
    if made.short.startswith(("MultiOutput", "RegressorChain")):
        return "targets"
    if any(given in POSITIVE for name in ("loss", "objective") if isinstance(given := made.get(-1, name), str)):
        return "positive"
    own = next((target for pattern, target in TARGETS if re.fullmatch(pattern, made.short)), "none")
    wrapped = inner(made)
    return target_of(wrapped) if own == "none" and wrapped is not None else own
