"""Models as trees: what a constructor expression makes, and whether two of them convert alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# fmt: off
#: parameters that change the numbers of a fitted model, and nothing of how it is made and converted in any release
INERT = frozenset({
    "C", "alpha", "alphas", "l1_ratio", "tol", "max_iter", "n_estimators", "max_depth", "min_samples_split",
    "min_samples_leaf", "max_leaf_nodes", "min_weight_fraction_leaf", "max_features", "learning_rate", "subsample",
    "n_jobs", "n_iter_no_change", "validation_fraction", "warm_start", "verbose", "random_state", "class_weight",
    "copy", "cache_size", "shrinking", "epsilon", "nu", "gamma", "reg_alpha", "reg_lambda", "colsample_bytree",
    "min_child_weight", "min_child_samples", "num_leaves", "cv", "n_init", "batch_size", "power_t", "momentum",
    "learning_rate_init", "hidden_layer_sizes", "bootstrap", "oob_score", "criterion", "splitter", "penalty",
    "memory", "verbosity", "thread_count", "allow_writing_files", "iterations", "depth", "bootstrap_features",
    "l2_regularization", "max_bins", "leaf_size", "eta0", "n_quantiles", "quantile_range", "selection", "dual",
    "intercept_scaling", "var_smoothing",
})
#: the same of HistGradientBoosting..., to which others came later
INERT_HISTOGRAM = frozenset({
    "max_iter", "max_depth", "learning_rate", "max_leaf_nodes", "min_samples_leaf", "l2_regularization", "max_bins",
    "tol", "random_state", "verbose", "n_iter_no_change", "validation_fraction",
})
#: parameters of searches that are so in every release
OF_SEARCH = frozenset({
    "estimator", "param_grid", "param_distributions", "cv", "scoring", "n_jobs", "refit", "verbose", "n_iter",
    "random_state", "error_score", "return_train_score", "pre_dispatch",
})
# fmt: on
#: texts that every release takes for them
HARMLESS = {
    "gamma": ("scale", "auto"),
    "criterion": ("gini", "entropy"),
    "penalty": ("l2", "l1"),
    "max_features": ("sqrt", "log2"),
    "class_weight": ("balanced",),
    "selection": ("cyclic", "random"),
    "splitter": ("best", "random"),
}
#: what is the same as not given, in every release
DEFAULTS = {
    ("SVC", "kernel", "'rbf'"),
    ("SVR", "kernel", "'rbf'"),
    ("LogisticRegression", "solver", "'lbfgs'"),
    ("SimpleImputer", "strategy", "'mean'"),
    ("StandardScaler", "with_mean", "True"),
    ("StandardScaler", "with_std", "True"),
    ("OneHotEncoder", "handle_unknown", "'error'"),
    ("KNeighborsClassifier", "weights", "'uniform'"),
    ("KNeighborsRegressor", "weights", "'uniform'"),
    ("VotingClassifier", "voting", "'hard'"),
    ("TfidfVectorizer", "lowercase", "True"),
    ("CountVectorizer", "lowercase", "True"),
}
#: parameters of which it counts only what kind of value they have: a number, a share, nothing
OF_KIND = frozenset(("min_frequency", "max_categories", "n_neighbors", "n_clusters", "n_bins", "n_components", "k"))
#: what only joins others, and the searches that become the best of what they tried
CONTAINERS = frozenset(
    ["Pipeline", "ColumnTransformer", "FeatureUnion", "make_pipeline", "make_column_transformer", "make_union"]
)
SEARCHES = frozenset(["GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"])


@dataclass(frozen=True)
class Model:
    """An estimator as it is constructed."""

    #: "sklearn" or another top-level module
    library: str
    name: str
    #: name, or place for what is given by place -> text of the value, those that matter only
    given: Mapping[str, str] = field(default_factory=dict)
    #: estimators among its arguments, with the column names or numbers that a ColumnTransformer gives to each
    parts: tuple[Part, ...] = ()
    #: what cannot be compared: a part of it is no literal and no estimator
    opaque: bool = False

    @property
    def joins(self) -> bool:
        """Whether it is only what it joins."""
        return self.name in CONTAINERS or self.name in SEARCHES

    @property
    def hides(self) -> bool:
        """Whether a part of it cannot be compared."""
        return self.opaque or any(part.model.hides for part in self.parts)

    def leaves(self) -> Iterator[Part]:
        """The estimators that do something, in order."""
        for place, part in enumerate(self.parts):
            later = place > 0 and self.name in ("Pipeline", "make_pipeline")
            for leaf in part.model.leaves() if part.model.joins else (part,):
                columns = None if later else leaf.columns or part.columns
                yield Part(leaf.model, columns, leaf.later or later)

    @property
    def joined(self) -> frozenset[str]:
        """The containers in it, by the one name that their functions make too."""
        own = {_MADE.get(self.name, self.name)} if self.joins else set()
        return frozenset(own.union(*(part.model.joined for part in self.parts)))


@dataclass(frozen=True)
class Part:
    """An estimator in another one."""

    model: Model
    #: columns that a ColumnTransformer gives to it; None: those of the whole
    columns: tuple[str | int, ...] | None = None
    #: whether it meets what another one gave out
    later: bool = False


_MADE = {"make_pipeline": "Pipeline", "make_column_transformer": "ColumnTransformer", "make_union": "FeatureUnion"}


def read_model(make: str) -> Model | None:
    """The tree of a constructor expression; None for what is none."""
    try:
        body = ast.parse(make.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _model(body)


def alike(one: Model, other: Model) -> bool:
    """Whether two models are converted in the same way, as far as their arguments tell."""
    return (
        (one.library, one.name, one.given) == (other.library, other.name, other.given)
        and not (one.opaque or other.opaque)
        and len(one.parts) == len(other.parts)
        and all(alike(a.model, b.model) for a, b in zip(one.parts, other.parts, strict=True))
    )


def _model(node: ast.AST) -> Model | None:
    dotted = _dotted(node.func) if isinstance(node, ast.Call) else ""
    if not isinstance(node, ast.Call) or not dotted:
        return None
    name = dotted.rpartition(".")[2]
    arguments = [(str(place), value) for place, value in enumerate(node.args)]
    arguments += [(keyword.arg or "**", keyword.value) for keyword in node.keywords]
    given, parts, opaque = {}, list[Part](), False
    for key, value in arguments:
        if name in SEARCHES:
            opaque |= not _searches(key, value)
        if found := [*_parts(value)]:
            parts += found
        elif not _inert(name, key, value):
            given[key] = _text(key, value)
            opaque |= key == "**" or any(isinstance(n, ast.Lambda) for n in ast.walk(value))
    return Model(dotted.partition(".")[0], name, given, tuple(parts), opaque)


def _inert(name: str, key: str, value: ast.expr) -> bool:
    """Whether an argument makes no difference to what becomes of the model."""
    if name in SEARCHES or (name, key, ast.unparse(value)) in DEFAULTS:
        return True
    inert = INERT_HISTOGRAM if name.startswith("HistGradientBoosting") else INERT
    texts = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return key in inert and all(text in HARMLESS.get(key, ()) for text in texts)


def _searches(key: str, value: ast.expr) -> bool:
    """Whether what a search tries is one and the same model to a converter."""
    if not (key.isdecimal() or key in OF_SEARCH):
        return False
    pairs = [(k, v) for n in ast.walk(value) if isinstance(n, ast.Dict) for k, v in zip(n.keys, n.values, strict=True)]
    tried = [(k.value, v) if isinstance(k, ast.Constant) else ("", v) for k, v in pairs]
    return all(_inert("", str(name).rpartition("__")[2], v) for name, v in tried)


def _parts(node: ast.AST) -> Iterator[Part]:
    """The estimators in an argument: itself, those of a list, those of the pairs and triples of a list."""
    if isinstance(node, ast.Call):
        model = _model(node)
        if (model and model.name[:1].isupper()) or (model and model.name in CONTAINERS):
            yield Part(model)
    elif isinstance(node, ast.List | ast.Tuple):
        models = [element for element in node.elts if isinstance(element, ast.Call)]
        if isinstance(node, ast.Tuple) and len(models) == 1:
            others = [element for element in node.elts if element is not models[0]]
            yield from (Part(part.model, _columns(others)) for part in _parts(models[0]))
        else:
            yield from (part for element in node.elts for part in _parts(element))


def _columns(others: list[ast.expr]) -> tuple[str | int, ...] | None:
    """The columns of a triple (name, transformer, columns); None where none are told."""
    lists = [one for one in others if isinstance(one, ast.List)]
    if not lists:
        return None
    told = [element.value for element in lists[-1].elts if isinstance(element, ast.Constant)]
    return tuple(value for value in told if isinstance(value, str | int))


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _text(key: str, node: ast.expr) -> str:
    """A value as it is compared."""
    if key in OF_KIND and isinstance(node, ast.Constant):
        return type(node.value).__name__
    return ast.unparse(node)
