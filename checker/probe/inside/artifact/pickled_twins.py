"""Whether a library's classes work with the attributes that a pickled file has of them.

A twin of each is fitted on made-up rows, what the file does not have is taken from it, and it answers once more: what
it then misses, the model of the file will miss. Of the file nothing is made.
"""

import importlib
import inspect
import re
import warnings
from typing import Any

from .pickled_names import is_imported

#: classes of one file that get a twin
MOST_TWINS = 60
#: what a fitted model is asked
ASKED = ("predict", "predict_proba", "decision_function", "transform")
#: how deep objects within objects are looked for
DEEP = 5
LACKS = re.compile(r"has no attribute '(\w+)'")


def lacking_attributes(kinds: list, root: str = "") -> list:
    """What the classes here look for in vain: class, attribute, method, what was said; what has no twin is left out.

    `root` is the class of the outermost object.
    """
    held, found = {kind: (set(names), settings) for kind, names, settings in kinds}, []
    for kind in list(held)[:MOST_TWINS]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found += lacks_of(kind, held)
        except Exception:  # a twin that cannot be made or fitted tells nothing
            continue
    return [one for one in found if is_reached(one["kind"], root, held)]


def is_reached(kind: str, root: str, held: dict) -> bool:
    """Whether the outermost model, made around one of that class, asks it for what it lacks; True where it may."""
    if root in ("", kind) or root not in held:
        return True
    try:
        classes = [getattr(importlib.import_module(k.rpartition(".")[0]), k.rpartition(".")[2]) for k in (root, kind)]
        known = inspect.signature(classes[0].__init__).parameters
        name = next(n for n in ("estimator", "base_estimator") if n in known)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            twin, rows = fit_twin(classes[0], {name: classes[1]()})
            works = [method for method in ASKED if raised_by(twin, method, rows) is None]
            taken_away(twin, held, 0, set())
            return not works or any(raised_by(twin, method, rows) is not None for method in works)
    except Exception:  # it is made of others in another way
        return True


def lacks_of(kind: str, held: dict) -> list:
    """The same for one class."""
    module, _, name = kind.rpartition(".")
    if not is_imported(module):
        return []
    cls = getattr(importlib.import_module(module), name)
    if not (inspect.isclass(cls) and hasattr(cls, "fit") and hasattr(cls, "get_params")):
        return []
    if not holds_fitted(cls, held[kind]):
        return []
    twin, rows = fitted_twin(cls, held[kind][1])
    works = [method for method in ASKED if raised_by(twin, method, rows) is None]
    gone = taken_away(twin, held, 0, set())
    gone.update(as_it_was(twin, kind, held))
    for method in works:
        error = raised_by(twin, method, rows)
        if not isinstance(error, AttributeError):
            continue
        lost = LACKS.search(str(error)) if type(error) is AttributeError else None
        name = lost.group(1) if lost else next(iter(sorted(gone)), "")
        if name in gone:
            return [{"kind": gone[name], "attribute": name, "method": method, "text": str(error)[:300]}]
    return []


def holds_fitted(cls: Any, one: tuple) -> bool:
    """Whether a class's objects in the file have more than a constructor gives."""
    return is_fitted(one[0]) or bool(one[0] - set(inspect.signature(cls.__init__).parameters) - {"_sklearn_version"})


def as_it_was(twin: Any, kind: str, held: dict) -> dict:
    """Let columns be passed through as they once were, by a word, where the file has nothing else for it."""
    passes = "sklearn.preprocessing._function_transformer.FunctionTransformer"
    rows = getattr(twin, "transformers_", None)
    if not isinstance(rows, list) or passes in held or held[kind][1].get("remainder") != "passthrough":
        return {}
    twin.transformers_ = [
        (name, "passthrough" if type(part).__name__ == "FunctionTransformer" else part, columns)
        for name, part, columns in rows
    ]
    return {"transform": kind}


def is_fitted(names: set) -> bool:
    """Whether a class's objects in the file have what only a fit gives."""
    return any(name.endswith("_") and not name.startswith("_") for name in names)


def raised_by(model: Any, method: str, rows: Any) -> Any:
    """What a method raises, None where it answers."""
    try:
        getattr(model, method)(rows)
    except Exception as error:
        return error
    return None


def taken_away(thing: Any, held: dict, depth: int, seen: set) -> dict:
    """Take from an object, and those within it, what the file does not have of their classes: attribute -> class."""
    gone = {}  # type: dict
    if depth > DEEP or id(thing) in seen or isinstance(thing, (str, bytes, int, float, type(None))):
        return gone
    seen.add(id(thing))
    if isinstance(thing, (list, tuple, set)) or type(thing).__name__ == "ndarray" and thing.dtype == object:
        for part in list(getattr(thing, "flat", thing))[:50]:
            gone.update(taken_away(part, held, depth + 1, seen))
        return gone
    if isinstance(thing, dict):
        return taken_away(list(thing.values()), held, depth + 1, seen)
    own = getattr(thing, "__dict__", None)
    if not isinstance(own, dict):
        return gone
    for part in list(own.values()):
        gone.update(taken_away(part, held, depth + 1, seen))
    kind = "%s.%s" % (type(thing).__module__, type(thing).__name__)
    for name in [n for n in own if kind in held and n not in held[kind][0]]:
        if not name.endswith("_") or is_fitted(held[kind][0]) or len(held[kind][0]) > len(known_names(thing)):
            del own[name]
            gone[name] = kind
    return gone


def known_names(thing: Any) -> Any:
    """The names of a constructor's parameters, with that of the release."""
    own = [name for name in inspect.signature(type(thing).__init__).parameters if name != "self"]
    return own + ["_sklearn_version"]


# --- the twin -----------------------------------------------------------------------------------------------------


def fitted_twin(cls: Any, settings: dict) -> tuple:
    """A fitted object of a class, with the file's own plain settings as far as this release takes them; and rows.

    Raises the first error where none can be fitted.
    """
    known = inspect.signature(cls.__init__).parameters
    given = {name: value for name, value in settings.items() if name in known and name != "n_jobs"}
    needed = inner_models(cls, known)
    try:
        return fit_twin(cls, dict(given, **needed))
    except Exception:  # a setting that another release had: those that can be had are found one by one
        twin, rows = fit_twin(cls, needed)
    taken = dict(needed)
    for name in [n for n in sorted(given) if n not in needed]:
        try:
            twin, rows = fit_twin(cls, dict(taken, **{name: given[name]}))
            taken[name] = given[name]
        except Exception:
            continue
    return twin, rows


def fit_twin(cls: Any, settings: dict) -> tuple:
    """A fitted object with such settings, and the rows that it was fitted on; raises the first error."""
    first = None  # type: Any
    for rows, goal in made_data(cls):
        try:
            return cls(**settings).fit(rows, goal), rows
        except Exception as error:
            first = first or error
    raise first


def inner_models(cls: Any, known: Any) -> dict:
    """Models for a class that is made of others."""
    linear = importlib.import_module("sklearn.linear_model")
    scaler = importlib.import_module("sklearn.preprocessing").StandardScaler
    regresses = "Regress" in cls.__name__
    model = linear.LinearRegression() if regresses else linear.LogisticRegression()
    if "steps" in known:
        return {"steps": [("scale", scaler()), ("model", model)]}
    if "transformers" in known:
        return {"transformers": [("scale", scaler(), [0, 1])]}
    if "transformer_list" in known:
        return {"transformer_list": [("scale", scaler())]}
    if "estimators" in known:
        return {"estimators": [("a", model), ("b", type(model)())]}
    found = {}
    for name in ("estimator", "base_estimator"):
        if name in known and known[name].default is inspect.Parameter.empty:
            found[name] = model
    for name in ("param_grid", "param_distributions"):
        if name in known:
            found[name] = {"fit_intercept": [True, False]}
    return found


def made_data(cls: Any) -> list:
    """Rows and goals, one pair after the other until one fits."""
    np = importlib.import_module("numpy")
    draw = np.random.RandomState(5)
    numbers = np.abs(draw.normal(size=(40, 4))) + 0.1
    classes, heights = (numbers[:, 0] > np.median(numbers[:, 0])).astype(int), numbers[:, 0] * 2.0 + 1.0
    words = ["a bc bd", "bc df gh", "xx yy a", "zz bd gh"] * 10
    letters = np.array([["u", "v"], ["v", "w"], ["u", "w"], ["w", "v"]] * 10, dtype=object)
    pairs = [(numbers, classes), (numbers, heights), (words, classes), (letters, classes)]
    if "Regress" in cls.__name__:
        pairs[:2] = [(numbers, heights), (numbers, classes)]
    if "Encoder" in cls.__name__:
        pairs.insert(0, (letters, classes))
    if "Vectorizer" in cls.__name__:
        pairs.insert(0, (words, classes))
    return pairs
