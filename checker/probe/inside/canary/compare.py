"""Parity: what scikit-learn answers against what the runtime answers."""

from typing import Any

#: largest difference that single and double precision may show, relative to the expected number, or to the largest of
#: the answer where that is below 1
TOLERANCE = {"float32": 1e-3, "float64": 1e-4}
#: answers below this are no smaller ones: what is left where large numbers cancel out
SMALLEST = 0.05


class Disagreement(Exception):
    """The runtime answers, and answers something else; `facts` holds the numbers."""

    def __init__(self, text: str, facts: dict) -> None:
        Exception.__init__(self, text)
        self.facts = facts


class ShapeDisagreement(Disagreement):
    """The runtime's answer does not even have scikit-learn's shape."""


class EdgeDisagreement(Disagreement):
    """The answers differ only on values next to the threshold of a tree."""


#: converter option -> the answer that it adds, and how scikit-learn gives it
ADDED = {
    "return_std": ("std", lambda model, x: model.predict(x, return_std=True)[1]),
    "return_cov": ("cov", lambda model, x: model.predict(x, return_cov=True)[1]),
    "score_samples": ("score_samples", lambda model, x: model.score_samples(x)),
}  # type: dict
SCORES = ("predict_proba", "decision_function")


def answer_into(answers: dict, method: str, model: Any, x: Any) -> bool:
    """Add what a method of the model answers; False where it says that its parameters rule it out.

    Models that vote had `predict_proba` whatever their parameters before scikit-learn 0.22.
    """
    try:
        answers[method] = getattr(model, method)(x)
    except AttributeError as error:
        if "is not available when" not in str(error):
            raise
        return False
    return True


def expected_answers(model: Any, x: Any, options: dict) -> dict:
    """What scikit-learn says: label or value first, then probabilities or scores, then what the options add.

    A selector of features is a transformer, even where it can also predict with the model that chose them.
    The option `raw_scores` means that the converter was asked for scores instead of probabilities.
    """
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not hasattr(model, "predict") or hasattr(last, "get_support"):
        return {"transform": model.transform(x)}
    answers = {"predict": model.predict(x)}
    for method in SCORES[:: -1 if options.get("raw_scores") else 1]:
        if hasattr(model, method) and answer_into(answers, method, model, x):
            break
    for name, ask in [ADDED[option] for option in ADDED if options.get(option)]:
        try:
            answers[name] = ask(model, x)
        except (TypeError, AttributeError):  # the option is another step's
            pass
    return answers


def plain(np: Any, value: Any, classes: Any = None) -> Any:
    """An answer as an array of at most two dimensions.

    Sparse ones are dense, class-to-probability maps are columns in the classes' order, and the probabilities of several
    targets stand beside each other; so do their classes, of which there may be more or fewer.
    """
    if hasattr(value, "toarray"):
        return value.toarray()
    if getattr(value, "ndim", 0) == 3 or (isinstance(value, list) and value and getattr(value[0], "ndim", 0) == 2):
        return np.concatenate(list(value), axis=1)
    if isinstance(value, list) and value and getattr(value[0], "ndim", 0) == 1:
        return np.concatenate(value)
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
    sizes = np.abs(np.where(np.isfinite(want), want, 1.0))
    relative = apart / np.maximum(np.clip(sizes.max() if sizes.size else 1.0, SMALLEST, 1.0), sizes)
    rows = (relative > tolerance).reshape(len(want), -1).any(axis=1)
    return float(apart.max()), float(relative.max()), rows


def margin(np: Any, scores: Any) -> Any:
    """How far each row is from a tie between its two best classes."""
    if scores.ndim == 1 or scores.shape[1] == 1:
        return np.abs(scores.reshape(-1))
    best = np.sort(scores.astype(float), axis=1)
    return best[:, -1] - best[:, -2]


def arranged(np: Any, model: Any, want: dict, got: list) -> dict:
    """The runtime's answers under the names of scikit-learn's; None in `got` is an output that nobody asks for.

    Scores come as a matrix, as a map a row, or as one output a class; a lone output may be the scores.
    """
    values = [None if g is None else plain(np, g, getattr(model, "classes_", None)) for g in got]  # type: list
    names = list(want)
    if names[1:2] and names[1] in SCORES:
        first, scores = plain(np, want[names[0]]), plain(np, want[names[1]])
        width = scores.shape[1] if scores.ndim > 1 else 2
        if len(values) == 1 + width and all(v is not None and v.size == len(scores) for v in values[1:]):
            values[1:] = [np.column_stack([v.reshape(-1) for v in values[1:]])]
        elif len(values) == 1 and values[0].dtype.kind == "f" and first.dtype.kind in "iubOUS":
            values = [None, values[0]]
    return {name: value for name, value in zip(names, values) if value is not None}


def compare_numbers(np: Any, name: str, got: Any, want: Any, tolerance: float) -> dict:
    """Facts of one numeric answer; raises ShapeDisagreement when the sizes differ."""
    if name == "decision_function" and got.size == 2 * want.size == 2 * len(want):
        got = got.reshape(-1, 2)[:, 1]  # one column a class, of which the second is scikit-learn's
    if got.size != want.size:
        if name == "decision_function":  # raw scores have no agreed layout
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


def first_facts(np: Any, model: Any, name: str, got: Any, want: Any, scores: Any, tolerance: float) -> dict:
    """Facts of the first answer: flipped labels, or differences of numbers."""
    facts = {"max_abs_difference": 0.0, "label_flips": 0.0, "rows": np.zeros(len(want), dtype=bool)}
    if got.size != want.size or not (is_label(model, want) or want.dtype.kind in "OUS"):
        return dict(facts, **compare_numbers(np, name, got, want, tolerance))
    flipped = (
        compare_labels(np, got.reshape(want.shape), want, scores, tolerance)
        if want.ndim == 1
        else (got.reshape(want.shape).astype(str) != want.astype(str)).any(axis=1)
    )
    return dict(facts, label_flips=float(flipped.mean()), rows=flipped)


def add_answer(np: Any, facts: dict, name: str, counts: bool, got: Any, want: Any, tolerance: float) -> None:
    """Add another answer to the facts; its rows are wrong ones only where it counts."""
    more = compare_numbers(np, name, got, want, tolerance)
    if not more:
        return
    if more["rows"].any() and not counts:  # told apart, so that no agreement stands beside a large difference
        facts["scores_difference"] = more["max_abs_difference"]
        return
    facts["max_abs_difference"] = max(facts["max_abs_difference"], more["max_abs_difference"])
    facts["max_rel_difference"] = max(facts.get("max_rel_difference", 0.0), more["max_rel_difference"])
    facts["rows"] = facts["rows"] | more["rows"]


def compare_answers(np: Any, model: Any, want: dict, got: list, tolerance: float, scores_count: bool = False) -> dict:
    """All the facts of parity: differences, the mask of wrong rows and the share of flipped labels.

    Decision functions make a row wrong only where `scores_count`: what a converter writes for them unasked is its own
    choice.
    """
    answers, names = arranged(np, model, want, got), list(want)
    first = plain(np, want[names[0]])
    facts = {"max_abs_difference": 0.0, "label_flips": 0.0, "rows": np.zeros(len(first), dtype=bool)}
    if names[0] in answers:
        scores = plain(np, want[names[1]]) if names[1:2] and names[1] in SCORES else None
        facts = first_facts(np, model, names[0], answers[names[0]], first, scores, tolerance)
    for name in [n for n in names[1:] if n in answers]:
        counts = name != "decision_function" or scores_count
        add_answer(np, facts, name, counts, answers[name], plain(np, want[name]), tolerance)
    return facts


def flips_in_ties(np: Any, model: Any, want: dict, got: list, decided: Any) -> Any:
    """Mask of the `decided` rows whose label is another one, whatever the probabilities say."""
    labels, first = arranged(np, model, want, got).get("predict"), plain(np, want["predict"])
    if labels is None or labels.size != first.size:
        return np.zeros(len(first), dtype=bool)
    return compare_labels(np, labels.reshape(first.shape), first, None, 0.0) & decided


def judge(
    np: Any,
    model: Any,
    want: dict,
    got: list,
    tolerance: float,
    ordinary: int,
    scores_count: bool = False,
    decided: Any = None,
) -> dict:
    """The facts of an agreement; raises Disagreement otherwise. Rows from `ordinary` on are the hard ones."""
    facts = compare_answers(np, model, want, got, tolerance, scores_count)
    rows = facts.pop("rows")
    tied = rows & False if decided is None else flips_in_ties(np, model, want, got, decided) & ~rows
    if tied.any():
        rows = rows | tied
        facts.update(tied_flips=float(tied.mean()), label_flips=facts["label_flips"] + float(tied.mean()))
    facts = dict(facts, tolerance=tolerance, compared=len(rows))
    if not rows.any():
        return facts
    facts.update(wrong_rows=float(rows.mean()), ordinary_wrong=float(rows[:ordinary].mean()) if ordinary else 0.0)
    largest = facts["max_abs_difference"]
    how = "largest difference %.6g" % largest if largest < np.inf else "one of the two answers NaN or infinity"
    said = "the runtime disagrees with scikit-learn on %d of %d rows: %s" % (rows.sum(), len(rows), how)
    if "classes_" in dir(model) or facts["label_flips"]:
        said += ", %.0f %% of the labels flipped" % (100 * facts["label_flips"])
    raise Disagreement(said, facts)
