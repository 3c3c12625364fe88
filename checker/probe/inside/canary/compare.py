"""Parity: what scikit-learn answers against what the runtime answers."""

from typing import Any

#: largest difference that single and double precision may show, relative to max(1, |expected|)
TOLERANCE = {"float32": 1e-3, "float64": 1e-4}


class Disagreement(Exception):
    """The runtime answers, and answers something else; `facts` holds the numbers."""

    def __init__(self, text: str, facts: dict) -> None:
        Exception.__init__(self, text)
        self.facts = facts


class ShapeDisagreement(Disagreement):
    """The runtime's answer does not even have scikit-learn's shape."""


class EdgeDisagreement(Disagreement):
    """The answers differ only on values next to the threshold of a tree."""


def expected_answers(model: Any, x: Any, raw: bool = False) -> dict:
    """What scikit-learn says: label or value first, then probabilities or scores where the model has them.

    A selector of features is a transformer, even where it can also predict with the model that chose them.
    `raw` means that the converter was asked for scores instead of probabilities.
    """
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if hasattr(model, "predict") and not hasattr(last, "get_support"):
        answers = {"predict": model.predict(x)}
        for method in ("decision_function", "predict_proba") if raw else ("predict_proba", "decision_function"):
            if hasattr(model, method):
                answers[method] = getattr(model, method)(x)
                break
        return answers
    return {"transform": model.transform(x)}


def plain(np: Any, value: Any, classes: Any = None) -> Any:
    """An answer as an array: sparse ones dense, class-to-probability maps as columns in the classes' order."""
    if hasattr(value, "toarray"):
        return value.toarray()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        order = list(classes) if classes is not None else sorted(value[0])
        return np.array([[row.get(c, row.get(str(c), np.nan)) for c in order] for row in value], dtype=float)
    return np.asarray(value)


def distance(np: Any, got: Any, want: Any, tolerance: float) -> tuple:
    """Largest absolute and relative difference, and a mask of the rows beyond the tolerance; two NaN are equal."""
    got, want = got.reshape(want.shape).astype(float), want.astype(float)
    apart = np.abs(got - want)
    apart = np.where(np.isnan(got) & np.isnan(want) | (got == want), 0.0, apart)
    apart = np.where(np.isnan(apart), np.inf, apart)
    relative = apart / np.maximum(1.0, np.abs(np.where(np.isfinite(want), want, 1.0)))
    rows = (relative > tolerance).reshape(len(want), -1).any(axis=1)
    return float(apart.max()), float(relative.max()), rows


def margin(np: Any, scores: Any) -> Any:
    """How far each row is from a tie between its two best classes."""
    if scores.ndim == 1 or scores.shape[1] == 1:
        return np.abs(scores.reshape(-1))
    best = np.sort(scores.astype(float), axis=1)
    return best[:, -1] - best[:, -2]


def compare_numbers(np: Any, name: str, got: Any, want: Any, tolerance: float) -> dict:
    """Facts of one numeric answer; raises ShapeDisagreement when the sizes differ."""
    if got.size != want.size:
        if name == "decision_function":  # raw scores have no agreed layout for two classes
            return {}
        raise ShapeDisagreement(
            "the runtime's %s has shape %s, scikit-learn's %s" % (name, got.shape, want.shape),
            {"got": str(got.shape), "expected": str(want.shape)},
        )
    absolute, relative, rows = distance(np, got, want, tolerance)
    return {"max_abs_difference": absolute, "max_rel_difference": relative, "rows": rows}


def compare_labels(np: Any, got: Any, want: Any, scores: Any, tolerance: float) -> Any:
    """Mask of the rows whose label flipped although scikit-learn's own scores are no tie."""
    if got.dtype.kind in "iufb" and want.dtype.kind in "iufb":
        flipped = got.reshape(-1).astype(float) != want.reshape(-1).astype(float)
    else:
        flipped = np.array([str(a) != str(b) for a, b in zip(got.reshape(-1), want.reshape(-1))])
    if scores is not None and scores.size and len(scores) == len(flipped):
        flipped &= margin(np, scores) > tolerance
    return flipped


def is_label(model: Any, want: Any) -> bool:
    """Whether `predict` names classes (or clusters) rather than numbers; old regression trees have `classes_` too."""
    if want.ndim != 1 or want.dtype.kind in "iubOUS":
        return want.ndim == 1
    classes = getattr(model, "classes_", None)
    return classes is not None and hasattr(classes, "tolist") and set(want.tolist()) <= set(classes.tolist())


def add_scores(np: Any, facts: dict, probable: bool, got: Any, want: Any, tolerance: float) -> None:
    """Add the second answer to the facts.

    Scores that are no probabilities make no row wrong: what a converter writes for them is its own choice.
    """
    second = compare_numbers(np, "predict_proba" if probable else "decision_function", got, want, tolerance)
    if second:
        facts["max_abs_difference"] = max(facts["max_abs_difference"], second["max_abs_difference"])
        facts["max_rel_difference"] = max(facts.get("max_rel_difference", 0.0), second["max_rel_difference"])
        facts["rows"] = facts["rows"] | second["rows"] if probable else facts["rows"]


def compare_answers(np: Any, model: Any, want: dict, got: list, tolerance: float) -> dict:
    """All the facts of parity: differences, the mask of wrong rows and the share of flipped labels."""
    name = "predict" if "predict" in want else "transform"
    scores = next((plain(np, want[k]) for k in ("predict_proba", "decision_function") if k in want and k != name), None)
    first = plain(np, want[name])
    answer = plain(np, got[0])
    facts = {"max_abs_difference": 0.0, "label_flips": 0.0, "rows": np.zeros(len(first), dtype=bool)}
    if answer.size != first.size:
        compare_numbers(np, name, answer, first, tolerance)
    if is_label(model, first) or first.dtype.kind in "OUS":
        flipped = (
            compare_labels(np, answer.reshape(first.shape), first, scores, tolerance)
            if first.ndim == 1
            else (answer.reshape(first.shape).astype(str) != first.astype(str)).any(axis=1)
        )
        facts.update(label_flips=float(flipped.mean()), rows=facts["rows"] | flipped)
    else:
        facts.update(compare_numbers(np, name, answer, first, tolerance))
    if len(got) > 1 and scores is not None and hasattr(model, "classes_"):
        add_scores(np, facts, "predict_proba" in want, plain(np, got[1], model.classes_), scores, tolerance)
    return facts


def judge(np: Any, model: Any, want: dict, got: list, tolerance: float, ordinary: int) -> dict:
    """The facts of an agreement; raises Disagreement otherwise. Rows from `ordinary` on are the hard ones."""
    facts = compare_answers(np, model, want, got, tolerance)
    rows = facts.pop("rows")
    facts = dict(facts, tolerance=tolerance, compared=len(rows))
    if not rows.any():
        return facts
    facts.update(wrong_rows=float(rows.mean()), ordinary_wrong=float(rows[:ordinary].mean()) if ordinary else 0.0)
    said = "the runtime disagrees with scikit-learn on %d of %d rows: largest difference %.6g"
    said = said % (rows.sum(), len(rows), facts["max_abs_difference"])
    if "classes_" in dir(model) or facts["label_flips"]:
        said += ", %.0f %% of the labels flipped" % (100 * facts["label_flips"])
    raise Disagreement(said, facts)
