"""Canary data: seeded, small, and adversarial where a converter may go wrong.

Training rows are ordinary; held-out rows add values beyond the training range, zeros, negative and large values,
missing values, unseen and empty and non-ASCII categories.
"""

import re
from typing import Any

TRAIN, TEST = 120, 40
WORDS = ["this is a test", "That CAT sat, on the mat", "two dogs ran home", "no cat at all", "the dog sat"]
#: parameters of encoders that take rare categories together
GROUPING = re.compile(r"\b(min_frequency|max_categories)=(?!None\b)")
#: targets that are classes -> the classes
CLASSES = {
    "binary": [0, 1],
    "three": [0, 1, 2],
    "strings": ["no", "yes"],
    "booleans": [False, True],
    "numbers": [-3, 7, 40],
    "names": ["caf\u00e9", "\u6771\u4eac", "x"],
}  # type: dict
TYPES_OF_CLASSES = {"strings": object, "names": object, "booleans": bool}
UNSEEN = ["zz-unseen", "", "\u00e9t\u00e9"]


def bounded_values(np: Any, random: Any, column: dict, rows: int) -> Any:
    """Whole numbers within the column's bounds; where they are many, their median is one of them.

    (A median that is a half ends a conversion, and whether real data have one is not to be seen in a script.)
    Large ones (ids, times) keep so close together that a float32 can hardly tell them apart.
    """
    low, high = column["low"], column["high"]
    if abs(low) >= 1 << 23:
        high = min(high, low + 24 * max(1, abs(low) >> 23))
    if high - low < 16:
        return random.randint(low, max(high, low + 1), rows)
    middle = (low + high) // 2
    values = np.where(np.arange(rows) % 2, random.randint(middle, high, rows), random.randint(low, middle, rows))
    values[:2] = middle, middle
    return values


def number_values(np: Any, random: Any, column: dict, place: int, rows: int) -> Any:
    """One numeric column before its dtype is applied; `place` varies scale and offset between columns."""
    kind = column["kind"]
    if column["low"] is not None and kind in ("int64", "float32", "float64"):
        return bounded_values(np, random, column, rows)
    if kind == "int64":
        return random.randint(0, 6 + place, rows)
    if kind == "bool":
        return random.randint(0, 2, rows).astype(bool)
    if kind == "datetime":
        return np.datetime64("2024-01-01", "ns") + random.randint(0, 1000, rows).astype("timedelta64[h]")
    if kind in ("category", "label"):
        return random.randint(0, 6 if kind == "category" else 3, rows)
    if kind == "counts":
        return random.poisson(2, rows)
    values = random.randn(rows) * (1, 3, 0.5, 2)[place % 4] + (0, 1, -0.5, 0)[place % 4]
    return np.abs(values) + 0.125 if kind == "positive" else values


def string_values(np: Any, random: Any, column: dict, place: int, rows: int) -> Any:
    """One column of categories: the script's own, or made-up ones, whose number grows with the column's place.

    In a `rare` column the first two are common, and every fifth row has another category that occurs once.
    """
    words = column.get("words") or ["c%d" % i if i else "a" for i in range(2 + place)]
    values = np.array(
        [words[i] for i in random.randint(0, 2 if column.get("rare") else len(words), rows)], dtype=object
    )
    if column.get("rare"):
        values[::5] = (list(words[2:]) + ["rare%d" % i for i in range(rows)])[: len(values[::5])]
    elif column.get("words"):
        values[: len(words)] = words
    return values


def texts_of(column: dict) -> list:
    """The texts of a column: the script's own, and some in English."""
    return list(column.get("words") or ()) + WORDS


def in_the_target(np: Any, values: Any) -> Any:
    """Numbers for the categories of a column, so that the target depends on them."""
    return np.unique(values.astype(str), return_inverse=True)[1].reshape(-1) % 2 * 2.0


def held_out(np: Any, values: Any, kind: str) -> Any:
    """The hard rows of one column: beyond the training range on both sides, zero, and large."""
    if kind == "string":
        return np.array(UNSEEN + list(values[:2]), dtype=object)
    if kind in ("category", "label", "bool", "datetime"):
        return values[:5]
    top = values.max() * 3 + 2
    low = 0 if kind in ("counts", "positive") else values.min() * 3 - 2
    return np.array([top, low, 0 if kind != "positive" else 0.125, values[0], 1000]).astype(values.dtype)


def column_dtype(np: Any, kind: str) -> Any:
    """The numpy dtype of a column kind."""
    wide = {"float64": np.float64, "int64": np.int64, "label": np.int64, "bool": bool, "string": object, "text": object}
    return wide.get(kind, "datetime64[ns]" if kind == "datetime" else np.float32)


def knock_out(np: Any, random: Any, values: Any, column: dict) -> Any:
    """About a fifth of the values missing, where the column says so: NaN, or the empty string."""
    if column.get("missing") and column["kind"] not in ("int64", "label", "bool", "counts", "category", "datetime"):
        values[random.rand(len(values)) < 0.2] = "" if values.dtype == object else np.nan
    return values


def with_infinities(np: Any, values: Any, kind: str) -> Any:
    """Every seventh value of an `infinite` column is one, of either sign."""
    if kind == "infinite":
        values[3::14], values[10::14] = np.inf, -np.inf
    return values


def one_column(np: Any, random: Any, column: dict, place: int) -> tuple:
    """Training and held-out values of one column, and its complete training values (for the target)."""
    kind = column["kind"]
    if kind == "text":
        texts = texts_of(column)
        train = np.array([texts[i] for i in random.randint(0, len(texts), TRAIN)], dtype=object)
        return train, np.array(texts + ["An unseen word", "cat"], dtype=object), None
    if kind == "string":
        train = string_values(np, random, column, place, TRAIN)
        ordinary, complete = string_values(np, random, column, place, TEST), in_the_target(np, train)
    else:
        train = number_values(np, random, column, place, TRAIN)
        ordinary, complete = number_values(np, random, column, place, TEST), train.astype(float)
        complete = None if kind == "datetime" else complete
    dtype = column_dtype(np, kind)
    test = np.concatenate([ordinary, held_out(np, train, kind)]).astype(dtype)
    train, test = (with_infinities(np, values, kind) for values in (train.astype(dtype), test))
    return knock_out(np, random, train, column), knock_out(np, random, test, column), complete


def together(columns: list, parts: list, layout: str, np: Any) -> Any:
    """Columns as the estimator wants them: a vector, a 2-D array or a DataFrame."""
    if layout == "vector":
        return parts[0]
    if layout == "frame":
        import pandas

        names, rows = [c["name"] for c in columns], max(map(len, parts))
        parts = [np.resize(p, rows) if len(p) < rows else p for p in parts]  # of texts there may be fewer
        return pandas.DataFrame(dict(zip(names, parts)), columns=names)
    return np.column_stack(parts)


def make_target(np: Any, random: Any, kind: str, signal: Any) -> Any:
    """The target of the training rows; classes are unbalanced and regression targets far from zero, on purpose."""
    noisy = signal + random.randn(len(signal)) * 0.5
    if kind in CLASSES:
        bounds = [30, 75] if len(CLASSES[kind]) == 3 else [70]
        classes = np.array(CLASSES[kind], dtype=TYPES_OF_CLASSES.get(kind, np.int64))
        return classes[np.digitize(noisy, np.percentile(noisy, bounds))]
    if kind == "positive":
        return np.exp(signal / 4)
    if kind == "labels":
        return np.column_stack([noisy > np.percentile(noisy, 70), signal > np.percentile(signal, 40)]).astype(np.int64)
    return {"continuous": 3 * signal + 40, "targets": np.column_stack([signal, -(signal**2)])}.get(kind)


def make_data(np: Any, canary: dict, classifies: bool = False) -> tuple:
    """Training data, target (None for none), held-out data, and how many held-out rows are ordinary.

    Several targets of what `classifies` are labels that a row has or has not.
    """
    random = np.random.RandomState(0)
    layout, rare = canary["layout"], bool(GROUPING.search(canary.get("make") or ""))
    columns = [dict(column, rare=rare) for column in canary["columns"]]
    made = [one_column(np, random, column, place) for place, column in enumerate(columns)]
    complete = [m[2] for m in made if m[2] is not None]
    signal = sum(c * (1, -0.5, 0.5, 0.25)[i % 4] for i, c in enumerate(complete)) if complete else random.randn(TRAIN)
    signal = (signal - signal.mean()) / (signal.std() or 1.0)
    several = canary["target"] == "targets" and classifies
    target = make_target(np, random, "labels" if several else canary["target"], signal)
    target = target.reshape(-1, 1) if canary["target_2d"] and target is not None and target.ndim == 1 else target
    ordinary = len(texts_of(columns[0])) if columns[0]["kind"] == "text" else TEST
    return (
        together(columns, [m[0] for m in made], layout, np),
        target,
        together(columns, [m[1] for m in made], layout, np),
        ordinary,
    )


def trees_of(model: Any) -> list:
    """The fitted trees of a tree or of an ensemble, however deep; none in anything else."""
    if hasattr(model, "tree_"):
        return [model.tree_]
    inner = getattr(model, "estimators_", [])
    parts = inner.ravel().tolist() if hasattr(inner, "ravel") else inner
    return [tree for part in parts for tree in trees_of(part)] if isinstance(parts, list) else []


def edge_rows(np: Any, model: Any, x: Any, trees: int = 4, splits: int = 6) -> list:
    """Rows that sit on a split of a tree, and one unit in the last place of a float32 to either side of it.

    Each is a training row that reaches the split, with one value changed; only the first trees and splits are taken.
    """
    rows = []
    x32 = np.ascontiguousarray(x, dtype=np.float32)
    for tree in [t for t in trees_of(model) if t.n_features == x.shape[1]][:trees]:
        reached = tree.decision_path(x32).toarray() != 0
        for node in np.flatnonzero((tree.feature >= 0) & reached.any(axis=0))[:splits]:
            at = np.float32(tree.threshold[node])
            for value in (np.nextafter(at, np.float32(-np.inf)), at, np.nextafter(at, np.float32(np.inf))):
                rows.append(x[reached[:, node].argmax()].copy())
                rows[-1][tree.feature[node]] = value
    return rows
