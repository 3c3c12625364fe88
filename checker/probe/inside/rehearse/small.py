"""Keeping a training small: the outermost fits see a part of their rows, searches try a few candidates."""

import functools
import os
import pickle
import sys
from typing import Any

from .describe import expression
from .given.parts import Parts

#: methods that fit, and those that only show what a fitted model is given
FITS = ("fit", "partial_fit", "fit_transform", "fit_predict")
SCORING = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score")
#: rows that are kept of what a model was given, and models of which they are kept
KEPT, MODELS = 200, 1000
#: candidates and folds of a search
CANDIDATES, FOLDS = 3, 2
#: different values that are told apart at most; rows that are kept of each class (folds need several), and category
KINDS_MOST, OF_CLASS, OF_CATEGORY = 200, 10, 2
#: how deep within each other fits are recorded, and models whose rows are left to the next script
NESTED, LEFT = 3, 100


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
    values = np.asarray(values)
    if values.dtype.kind in "biuSU":
        found, codes = np.unique(values, return_inverse=True)
    else:
        found = {}
        codes = np.array([found.setdefault(v if v == v else None, len(found)) for v in values.tolist()])
    return codes.reshape(-1) if len(found) <= KINDS_MOST else None


def some_of_each(np: Any, codes: Any, count: int) -> list:
    """The first row numbers of every kind, `count` of each at most."""
    order = np.argsort(codes, kind="mergesort")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(codes[order]) != 0]))
    ends = np.append(starts[1:], len(order))
    return [row for start, end in zip(starts, ends) for row in order[start : min(start + count, end)].tolist()]


def columns_of(x: Any) -> list:
    """The columns of a table that hold no numbers, and nothing of what is no table."""
    if not hasattr(x, "iloc") or not hasattr(x, "columns"):
        return []
    return [x.iloc[:, n] for n, kind in enumerate(x.dtypes) if kind.kind not in "fiu"][:50]


def choose_rows(np: Any, x: Any, y: Any, most: int) -> Any:
    """Row numbers in order: some of every class, two of every category and gap, the others by chance.

    About `most`; more where there are so many kinds.
    """
    total, chosen = count_rows(x), set()  # type: Any, set
    labels = [(y, OF_CLASS)] if y is not None and len(getattr(y, "shape", (0,))) == 1 else []
    for values, count in labels + [(column, OF_CATEGORY) for column in columns_of(x)]:
        try:
            codes = kinds_in(np, values)
        except Exception:  # values that cannot be told apart are no classes
            codes = None
        if codes is not None:
            chosen.update(some_of_each(np, codes, count))
    for row in np.random.RandomState(0).permutation(total).tolist():
        if len(chosen) >= most:
            break
        chosen.add(row)
    return np.array(sorted(chosen))


class Small:
    """What estimators are given: cut to `rows`, and a part of it kept for the comparison."""

    def __init__(self, rows: int, kept: str) -> None:
        self.rows, self.depth = rows, 0
        #: the file in which scripts leave the rows of their models to those after them; ids of what was fitted
        self.kept, self.fitted = kept, []  # type: str, list
        self.parts = Parts(kept + ".parts")
        #: id of an estimator -> (the estimator, first rows of what it was given)
        self.seen = {}  # type: dict
        #: rows of the fits that were cut
        self.cuts = []  # type: list
        #: the last exception that left an outermost fit
        self.left = None  # type: Any

    # --- what is hooked

    def watch_estimators(self, module: Any) -> None:
        """Watch the classes of scikit-learn, and all that are derived from its base."""
        base, small = module.BaseEstimator, self

        def init_subclass(cls: Any, **named: Any) -> None:
            super(base, cls).__init_subclass__(**named)
            small.watch_class(cls)

        base.__init_subclass__ = classmethod(init_subclass)  # type: ignore[arg-type]
        self.watch_classes(module)

    def watch_classes(self, module: Any) -> None:
        """Watch the classes that a module defines."""
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                self.watch_class(value)

    def watch_class(self, cls: type) -> None:
        """Replace the methods that a class itself defines."""
        for names, wrap in ((FITS, self.fitting), (SCORING, self.scoring)):
            for name in names:
                value = cls.__dict__.get(name)  # type: Any
                if type(value) is type(kinds_in):
                    setattr(cls, name, wrap(value, name))
                elif type(getattr(value, "fn", None)) is type(kinds_in):  # a method that is there on a condition
                    value.fn = wrap(value.fn, name)

    def stay_in_process(self, module: Any) -> None:
        """Let joblib work in this process alone, whatever way and number of jobs is asked for."""
        if not hasattr(module, "register_parallel_backend"):
            return

        class InProcess(module.SequentialBackend):  # type: ignore[misc]
            supports_inner_max_num_threads = supports_return_generator = supports_return_unordered = True

        for name in ("loky", "multiprocessing", "threading", "rehearsal"):
            module.register_parallel_backend(name, InProcess, make_default=name == "rehearsal")

    # --- what happens in a call

    def fitting(self, method: Any, name: str) -> Any:
        """A fit that sees fewer rows where it is the outermost, and whose data are remembered."""

        @functools.wraps(method)
        def fit(model: Any, *arguments: Any, **named: Any) -> Any:
            outermost, self.depth = self.depth == 0, self.depth + 1
            try:
                if not outermost or not arguments:
                    self.remember(model, arguments)
                    return method(model, *arguments, **named)
                return self.fit_small(model, method, name, arguments, named)
            except BaseException as error:
                self.left = error if outermost else self.left
                raise
            finally:
                self.depth -= 1

        return fit

    def scoring(self, method: Any, name: str) -> Any:
        """A call whose data are remembered, for a model that came already fitted."""

        @functools.wraps(method)
        def score(model: Any, *arguments: Any, **named: Any) -> Any:
            if self.depth == 0 and id(model) not in self.seen:
                self.remember(model, arguments)
            self.depth += 1
            try:
                return method(model, *arguments, **named)
            finally:
                self.depth -= 1

        return score

    def remember(self, model: Any, arguments: tuple) -> None:
        """Keep the first rows of what a model is given."""
        if not arguments or self.depth > NESTED or len(self.seen) > MODELS:
            return
        try:
            if count_rows(arguments[0]) > 0:
                self.seen[id(model)] = (model, first_rows(arguments[0]))
        except Exception:  # data of a kind that is not known: then there is nothing to compare on
            pass

    def fit_small(self, model: Any, method: Any, name: str, arguments: tuple, named: dict) -> Any:
        """The outermost fit; what transforms or predicts answers for all rows, since the script goes on with them."""
        given, cut_named = self.cut(arguments, named)
        self.remember(model, given)
        self.fitted.append(id(model))
        with Narrowed(model):
            result = method(model, *given, **cut_named)
        if given is arguments or name not in ("fit_transform", "fit_predict"):
            return result
        answer = getattr(model, name.replace("fit_", ""), None)
        return answer(arguments[0]) if answer else repeated(result, count_rows(arguments[0]))

    def cut(self, arguments: tuple, named: dict) -> tuple:
        """The arguments of a fit with fewer rows, the very same ones where there are few."""
        x = arguments[0]
        total = count_rows(x)
        if total <= self.rows or "numpy" not in sys.modules:
            return arguments, named
        np = sys.modules["numpy"]
        y = arguments[1] if len(arguments) > 1 else named.get("y")
        rows = choose_rows(np, x, y, self.rows)

        def part(value: Any) -> Any:
            return take(value, rows) if count_rows(value) == total else value

        self.cuts.append(total)
        return tuple(part(a) for a in arguments), {k: part(v) for k, v in named.items()}

    # --- from script to script

    def rows_of(self, model: Any) -> Any:
        """The first rows that a model was given, here or in a script before; None where none were seen."""
        if id(model) in self.seen:
            return self.seen[id(model)][1]
        kept = self.left_before().get(look_of(model))
        return pickle.loads(kept) if kept else None

    def left_before(self) -> dict:
        """What the scripts before have left: the look of a model -> its rows, pickled."""
        if not os.path.exists(self.kept):
            return {}
        with open(self.kept, "rb") as file:
            return dict(pickle.load(file))

    def leave(self) -> None:
        """Leave the rows of the models that were fitted here to the scripts after this one."""
        left = self.left_before()
        for model, rows in [self.seen[one] for one in self.fitted[-LEFT:] if one in self.seen]:
            try:
                left[look_of(model)] = pickle.dumps(rows)
            except Exception:  # rows of a kind that only this script knows
                pass
        with open(self.kept, "wb") as file:
            pickle.dump(left, file)


def look_of(model: Any) -> str:
    """What a model still looks like when it was saved by one script and loaded by another."""
    return "%s %s" % (getattr(model, "n_features_in_", ""), expression(model))


def repeated(result: Any, total: int) -> Any:
    """An answer for some rows, repeated for all."""
    have = count_rows(result)
    return take(result, [n % have for n in range(total)]) if have > 0 else result


class Narrowed:
    """Context in which a search tries a few candidates with two folds."""

    def __init__(self, model: Any) -> None:
        self.model, self.before = model, {}  # type: Any, dict

    def __enter__(self) -> None:
        if not hasattr(type(self.model), "_run_search"):
            return
        limits = {"n_iter": CANDIDATES, "cv": FOLDS, "n_candidates": CANDIDATES}
        for name, most in limits.items():
            now = self.model.__dict__.get(name, most)
            if name == "cv" or isinstance(now, int) and now > most:
                self.before[name], self.model.__dict__[name] = self.model.__dict__.get(name), most
        grid = self.model.__dict__.get("param_grid")
        if grid is not None:
            self.before["param_grid"] = grid
            self.model.param_grid = few(grid)

    def __exit__(self, *_: Any) -> None:
        self.model.__dict__.update(self.before)


def few(grid: Any) -> Any:
    """The first candidates of a grid, as a list of grids of one candidate each."""
    candidates = []
    for candidate in sys.modules["sklearn.model_selection"].ParameterGrid(grid):
        candidates.append({name: [value] for name, value in candidate.items()})
        if len(candidates) == CANDIDATES:
            break
    return candidates
