"""Arguments of constructors: what each is called, which of them count for a conversion, and how they are compared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from .constructors import Constructor

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
#: what is converted as the default is, which was another one in old releases: one binary model a class at that time
AS_DEFAULT = frozenset((("LogisticRegression", "solver", "'lbfgs'"),))
#: where one of those above does count: a vocabulary that is cut remembers what was left out
COUNTING = frozenset((("CountVectorizer", "max_features"), ("TfidfVectorizer", "max_features")))
#: parameters of which it counts only what kind of value they have: a number, a share, nothing
OF_KIND = frozenset(("min_frequency", "max_categories", "n_neighbors", "n_clusters", "n_bins", "n_components", "k"))
#: parameters whose texts are only put into the data, or looked for there
FILLED = frozenset(("fill_value", "missing_values"))
#: the first parameter of a meta-estimator, by its names and by its place
BASE = frozenset(("estimator", "base_estimator", "0"))
FINAL, INNER = frozenset(("final_estimator",)), frozenset(("regressor",))
#: what a meta-estimator takes where none is given: class -> the parameter, and its default as the sources of every
#: release have it, but for what does not count
IMPLIED = {
    "AdaBoostClassifier": (BASE, "sklearn.tree.DecisionTreeClassifier()"),
    "AdaBoostRegressor": (BASE, "sklearn.tree.DecisionTreeRegressor()"),
    "BaggingClassifier": (BASE, "sklearn.tree.DecisionTreeClassifier()"),
    "BaggingRegressor": (BASE, "sklearn.tree.DecisionTreeRegressor()"),
    "CalibratedClassifierCV": (BASE, "sklearn.svm.LinearSVC()"),
    "RANSACRegressor": (BASE, "sklearn.linear_model.LinearRegression()"),
    "StackingClassifier": (FINAL, "sklearn.linear_model.LogisticRegression()"),
    "StackingRegressor": (FINAL, "sklearn.linear_model.RidgeCV()"),
    "TransformedTargetRegressor": (INNER, "sklearn.linear_model.LinearRegression()"),
}


def read_arguments(call: ast.Call, known: Constructor | None) -> list[tuple[str, ast.expr]]:
    """Parameters and values in the constructor's order, with the estimator that is implied where none is given.

    A parameter goes by its place where its name is not known, and has stars where it is unpacked.
    """
    found = [*_given(call, known)]
    if not known:
        return found
    keys, default = IMPLIED.get(known.name, (frozenset[str](), ""))
    if keys and not keys & {key for key, value in found if not _is_none(value)}:
        found.append((min(keys), _parsed(default)))
    order = [*known.defaults]
    # a parameter that is called otherwise in other releases is the first of them
    return sorted(found, key=lambda pair: order.index(pair[0]) if pair[0] in order else -1)


def _given(call: ast.Call, known: Constructor | None) -> Iterator[tuple[str, ast.expr]]:
    """Parameter, or place where its name is not known, and value; stars where what is given is unpacked from others."""
    for place, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            yield f"*{place}", value
        else:
            yield known.named(place) if known else str(place), value
    yield from ((keyword.arg or "**", keyword.value) for keyword in call.keywords)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def is_inert(known: Constructor | None, key: str, value: ast.expr) -> bool:
    """Whether an argument makes no difference to what becomes of the model."""
    if known and key not in known.defaults:
        return False  # some release refuses it
    if known and (_is_default(known, key, value) or _starts(known, key, value)):
        return True
    if known and (known.is_kernel or (known.name, key) in COUNTING):
        return False
    texts = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return key in INERT and all(text in HARMLESS.get(key, ()) for text in texts)


def _is_default(known: Constructor, key: str, value: ast.expr) -> bool:
    default, text = known.defaults[key], text_of(key, value)
    return (default is not None and text == text_of(key, _parsed(default))) or (known.name, key, text) in AS_DEFAULT


def _starts(known: Constructor, key: str, value: ast.expr) -> bool:
    """Whether it is where a kernel's own number starts to be fitted, or between what bounds it is."""
    number = key.removesuffix("_bounds")
    if f"{number}_bounds" not in known.defaults:
        return False
    kinds = (ast.Tuple, ast.List, ast.Constant) if key != number else (ast.Constant,)
    told = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant)]
    return isinstance(value, kinds) and all(type(n) in (int, float) for n in told)


def text_of(key: str, node: ast.expr) -> str:
    """A value as it is compared: of what kind it is, by its last name where it has one, else as it is written."""
    if key in OF_KIND and isinstance(node, ast.Constant):
        return type(node.value).__name__
    return dotted_name(node).rpartition(".")[2] or ast.unparse(node)


def kind_of(key: str, text: str) -> str:
    """Of what kind a value is, by its text: numbers of one sign are alike, and so are texts that are only filled in."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    if type(value) in (int, float):
        return "a number above 0" if value > 0 else "a number below 0" if value < 0 else text
    return "a text" if key in FILLED and isinstance(value, str) and value else text


def dotted_name(node: ast.AST) -> str:
    """The dotted name that it is; empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
