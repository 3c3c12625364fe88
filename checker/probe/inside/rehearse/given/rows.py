"""Which rows of its data a fit sees in a rehearsal."""

import sys
from typing import Any

#: rows that are kept of what a model was given
KEPT = 200
#: different numbers and names that are told apart at most, and columns in which they are
KINDS_MOST, NAMES_MOST, COLUMNS = 200, 2000, 50
#: how many times more rows may be seen so that no category is missing
CROWD = 10
#: rows that are kept of each class (folds need several), and category
OF_CLASS, OF_CATEGORY = 10, 2


def count_rows(x: Any) -> int:
    """How many rows a table, an array, a sparse matrix or a list has; -1 for anything else."""
    shape = getattr(x, "shape", None)
    try:
        return int(shape[0]) if shape else len(x) if isinstance(x, (list, tuple)) else -1
    except (TypeError, IndexError, ValueError):
        return -1


def take(x: Any, rows: Any) -> Any:
    """These rows of anything that has rows."""
    if hasattr(x, "iloc"):
        return x.iloc[rows]
    if isinstance(x, (list, tuple)):
        return type(x)([x[row] for row in rows])
    return x[rows]


def first_rows(x: Any, rows: int = KEPT) -> Any:
    """A copy of the first rows."""
    part = take(x, list(range(min(rows, count_rows(x)))))
    return part.copy() if hasattr(part, "copy") else part


def kinds_in(np: Any, values: Any) -> Any:
    """A number for each row that tells values apart, where they are few enough to be classes or categories; or None."""
    values, pandas = np.asarray(values), sys.modules.get("pandas")
    numbers = values.dtype.kind in "biu"
    found = {}  # type: Any
    if pandas is not None:
        codes, found = pandas.factorize(values)
    elif numbers or values.dtype.kind in "SU":
        found, codes = np.unique(values, return_inverse=True)
    else:
        codes = np.array([found.setdefault(v if v == v else None, len(found)) for v in values.tolist()])
    return codes.reshape(-1) if len(found) <= (KINDS_MOST if numbers else NAMES_MOST) else None


def some_of_each(np: Any, codes: Any, count: int) -> list:
    """The first row numbers of every kind, `count` of each at most."""
    order = np.argsort(codes, kind="mergesort")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(codes[order]) != 0]))
    ends = np.append(starts[1:], len(order))
    return [row for start, end in zip(starts, ends) for row in order[start : min(start + count, end)].tolist()]


def columns_of(x: Any) -> list:
    """The columns of a table or an array in which there may be categories: what holds no floats; labels themselves."""
    if hasattr(x, "iloc") and hasattr(x, "columns"):
        return [x.iloc[:, n] for n, kind in enumerate(x.dtypes) if kind.kind not in "fc"][:COLUMNS]
    kind, shape = getattr(getattr(x, "dtype", None), "kind", ""), getattr(x, "shape", ())  # type: Any, Any
    if len(shape) == 2 and kind and kind in "biuOSU" and hasattr(x, "T"):
        return [x[:, n] for n in range(min(shape[1], COLUMNS))] if not hasattr(x, "tocsr") else []
    is_list = isinstance(x, (list, tuple)) and isinstance(x[0], (str, bool, int))
    return [x] if is_list or len(shape) == 1 and kind not in "fc" else []


def choose_rows(np: Any, x: Any, y: Any, most: int) -> Any:
    """Row numbers in order: some of every class, two of every category and gap, the others by chance.

    About `most`; more where there are so many kinds, and no further ones from CROWD times as many on.
    """
    total, chosen = count_rows(x), set()  # type: Any, set
    labels = [(y, OF_CLASS)] if y is not None and len(getattr(y, "shape", (0,))) == 1 else []
    for values, count in labels + [(column, OF_CATEGORY) for column in columns_of(x)]:
        try:
            codes = kinds_in(np, values)
        except Exception:  # values that cannot be told apart are no classes
            codes = None
        if codes is not None and len(chosen) < CROWD * most:
            chosen.update(some_of_each(np, codes, count))
    for row in np.random.RandomState(0).permutation(total).tolist():
        if len(chosen) >= most:
            break
        chosen.add(row)
    return np.array(sorted(chosen))
