"""Awkward neighbours of a script's own rows: missing values, unseen categories, odd texts."""

import math
from typing import Any

from ...canary.compare import plain

#: rows that get neighbours, and columns in which they have them
NEAR, COLUMNS_CHANGED = 10, 20
#: a category or word that no training has seen
NEVER_SEEN = "zz-unseen"
#: libraries whose models take missing values
TAKE_GAPS = ("xgboost", "lightgbm", "catboost")
#: things that are looked through for the parts of a model
PARTS_MOST = 5000


class Neighbour:
    """Rows that differ from the script's own in one thing: which, in words, and whether the script allows for it."""

    def __init__(self, told: str, is_own: bool, x: Any) -> None:
        self.told, self.is_own, self.x = told, is_own, x


# --- which there are


def missing_values(state: dict) -> list:
    """Neighbours with a gap in a column of floats, where the training had gaps or the model says that it takes them."""
    np, near = state["np"], first_of(state)
    found = []  # type: list
    for place, name in columns_in(near):
        values = column_in(near, place)
        if values.dtype.kind != "f" or len(found) == COLUMNS_CHANGED:
            continue
        had = has_gaps(np, column_in(state["x"], place))
        if had or takes_gaps(state["model"]):
            changed = with_column(near, place, np.full(len(values), np.nan, dtype=values.dtype))
            found.append(Neighbour("a row with a missing value in column %s" % name, had, changed))
    return found


def unseen_values(state: dict) -> list:
    """Neighbours with a category that the training has not seen, or none, in one column of categories."""
    found = []  # type: list
    near, coded = first_of(state), any(hasattr(part, "categories_") for part in parts_within(state["model"]))
    for place, name in columns_in(near):
        values = column_in(near, place)
        if len(found) >= COLUMNS_CHANGED:
            break
        if is_text(values):
            empty = "" in list(column_in(state["x"], place))
            for value, told, is_own in ((NEVER_SEEN, "an unseen category", True), ("", "an empty text", empty)):
                changed = with_column(near, place, filled(state["np"], len(values), value))
                found.append(Neighbour("a row with %s in column %s" % (told, name), is_own, changed))
        elif values.dtype.kind in "iu" and coded:
            top = column_in(state["x"], place).max() + 1
            changed = with_column(near, place, state["np"].full(len(values), top, dtype=values.dtype))
            found.append(Neighbour("a row with an unseen value in column %s" % name, True, changed))
    return found


def odd_texts(state: dict) -> list:
    """Neighbours of texts: none at all, a word never seen, the same in capitals."""
    near = first_of(state)
    if getattr(near, "ndim", 0) != 1 or not is_text(near):
        return []
    texts, word = [str(text) for text in near], NEVER_SEEN.replace("-", "")
    known = [str(text) for text in state["x"]]
    odd = (
        ("an empty text", "" in known, [""] * len(texts)),
        ("a text of a word never seen", True, [word] * len(texts)),
        ("a text with a word never seen", True, ["%s %s" % (text, word) for text in texts]),
        ("a text in capitals", any(text != text.lower() for text in known), [text.upper() for text in texts]),
    )
    return [Neighbour(told, is_own, like(state["np"], near, values)) for told, is_own, values in odd]


# --- tables


def first_of(state: dict) -> Any:
    """The first rows that were compared; None for what is neither an array nor a table of pandas."""
    x = state["test"]
    return x[:NEAR] if hasattr(x, "iloc") or type(x) is state["np"].ndarray else None


def columns_in(x: Any) -> list:
    """The columns of an array or a table: (place, name in words)."""
    if x is None or x.ndim != 2:
        return []
    names = getattr(x, "columns", None)
    return [(place, str(place) if names is None else repr(str(names[place]))) for place in range(x.shape[1])]


def column_in(x: Any, place: int) -> Any:
    """One column."""
    return x.iloc[:, place] if hasattr(x, "iloc") else x[:, place]


def with_column(x: Any, place: int, values: Any) -> Any:
    """A copy with other values in one column."""
    changed = x.copy()
    if hasattr(x, "iloc"):
        changed[changed.columns[place]] = values
    else:
        changed[:, place] = values
    return changed


def filled(np: Any, count: int, text: str) -> Any:
    """The same text over and over."""
    return np.array([text] * count, dtype=object)


def like(np: Any, x: Any, values: list) -> Any:
    """Texts as the script has them: an array, or a column of pandas."""
    return type(x)(values, index=x.index) if hasattr(x, "iloc") else np.array(values, dtype=object)


def is_text(values: Any) -> bool:
    """Whether a column holds texts only."""
    if getattr(values.dtype, "kind", "O") not in "OUST" or not len(values):
        return False
    return all(isinstance(value, str) for value in list(values))


def has_gaps(np: Any, values: Any) -> bool:
    """Whether a column of floats has gaps."""
    return bool(np.isnan(np.asarray(values, dtype=float)).any())


def joined(np: Any, tables: list) -> Any:
    """Tables below each other."""
    if not hasattr(tables[0], "iloc"):
        return np.concatenate(tables)
    import pandas

    return pandas.concat(tables)


# --- what the model takes


def parts_within(model: Any) -> list:
    """A model and what it is made of, fitted parts among them."""
    parts, held, seen = [], [model], set()  # type: list, list, set
    for value in held:  # it grows
        if id(value) in seen or len(held) > PARTS_MOST:
            continue
        seen.add(id(value))
        if type(value) in (list, tuple):
            held.extend(value[:PARTS_MOST])
        elif hasattr(value, "get_params") and not isinstance(value, type):
            parts.append(value)
            held.extend(getattr(value, "__dict__", {}).values())
    return parts


def takes_gaps(model: Any) -> bool:
    """Whether a part of a model says that it takes missing values."""
    return any(says_gaps(part) for part in parts_within(model))


def says_gaps(part: Any) -> bool:
    """Whether an estimator says that it takes missing values, by its tags or by its library."""
    if type(part).__module__.partition(".")[0] in TAKE_GAPS:
        return True
    try:
        if hasattr(part, "__sklearn_tags__"):
            return bool(part.__sklearn_tags__().input_tags.allow_nan)
        return bool(part._get_tags()["allow_nan"])
    except Exception:  # old ones have no tags
        missing = getattr(part, "missing_values", None)
        return isinstance(missing, float) and math.isnan(missing)


def is_told(np: Any, values: Any) -> bool:
    """Whether an answer has no gaps."""
    values = plain(np, values)
    return values.dtype.kind not in "fc" or not np.isnan(values).any()
