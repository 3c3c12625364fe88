"""Keeping a training small: the outermost fits see a part of their rows, searches try a few candidates."""

import functools
import inspect
import os
import pickle
import re
import sys
from typing import Any

from ..errors import attribute, said_by
from .describe import expression
from .given.parts import Parts
from .given.rows import choose_rows, count_rows, first_rows, take

#: methods that fit, and those that only show what a fitted model is given
FITS = ("fit", "partial_fit", "fit_transform", "fit_predict")
SCORING = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score")
#: models of which rows are kept
MODELS = 1000
#: candidates and folds of a search
CANDIDATES, FOLDS = 3, 2
#: what a model says that misses rows, categories or labels
COUNTS = re.compile(r"(?i)n_samples|n_neighbors|unknown categor|unseen label")
#: how many times more rows a fit sees that failed
MORE = 10
#: how deep within each other fits are recorded, and models whose rows are left to the next script
NESTED, LEFT = 3, 100


class Small:
    """What estimators are given: cut to `rows`, and a part of it kept for the comparison."""

    def __init__(self, rows: int, kept: str) -> None:
        self.rows, self.depth = rows, 0
        #: the file in which scripts leave the rows of their models to those after them; ids of what was fitted
        self.kept, self.fitted = kept, []  # type: str, list
        self.parts = Parts(kept + ".parts")
        #: id of an estimator -> (the estimator, first rows of what it was given)
        self.seen = {}  # type: dict
        #: rows of the fits that were cut, and the most that one of them saw
        self.cuts, self.saw = [], 0  # type: list, int
        #: the last exception that left an outermost fit, and one that left a model that had seen a part of its rows
        self.left, self.few = None, None  # type: Any, Any
        #: ids of such models
        self.partly = set()  # type: set

    # --- what is hooked

    def watch_derived(self, name: str, module: Any) -> None:
        """Watch the classes of a module, and all that are derived from one of them."""
        base, small = getattr(module, name), self

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
                if inspect.isfunction(value):
                    setattr(cls, name, wrap(value, name))
                elif inspect.isfunction(getattr(value, "fn", None)):  # a method that is there on a condition
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
                if not outermost or data_of(arguments, named) is None:
                    self.remember(model, data_of(arguments, named))
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
                self.remember(model, data_of(arguments, named))
            self.depth += 1
            try:
                return method(model, *arguments, **named)
            except Exception as error:
                self.few = error if id(model) in self.partly else self.few
                raise
            finally:
                self.depth -= 1

        return score

    def remember(self, model: Any, x: Any) -> None:
        """Keep the first rows of what a model is given."""
        if x is None or self.depth > NESTED or len(self.seen) > MODELS:
            return
        try:
            if count_rows(x) > 0:
                self.seen[id(model)] = (model, first_rows(x))
        except Exception:  # data of a kind that is not known: then there is nothing to compare on
            pass

    def fit_small(self, model: Any, method: Any, name: str, arguments: tuple, named: dict) -> Any:
        """The outermost fit; one that fails is tried on more rows, and has failed where it says the same again."""
        said = None  # type: Any
        for rows in (self.rows, MORE * self.rows, sys.maxsize):
            given, cut_named = self.cut(arguments, named, rows)
            try:
                (self.partly.discard if cut_named is named else self.partly.add)(id(model))
                result = self.fit_on(model, method, given, cut_named)
                return self.answered(model, name, result, data_of(arguments, named), cut_named is named)
            except Exception as error:
                before, said = said, said_by(error)
                if cut_named is named or said == before:
                    raise

    def fit_on(self, model: Any, method: Any, given: tuple, named: dict) -> Any:
        """A fit on these data, which are remembered."""
        self.remember(model, data_of(given, named))
        self.fitted.append(id(model))
        with Narrowed(model):
            return method(model, *given, **named)

    def answered(self, model: Any, name: str, result: Any, x: Any, whole: bool) -> Any:
        """What a fit returns; where it transforms or predicts, for all rows: the script goes on with them."""
        if whole or name not in ("fit_transform", "fit_predict"):
            return result
        answer = getattr(model, name.replace("fit_", ""), None)
        return answer(x) if answer else repeated(result, count_rows(x))

    def cut(self, arguments: tuple, named: dict, most: int) -> tuple:
        """The arguments of a fit with about so many rows, the very same ones where there are fewer."""
        x = data_of(arguments, named)
        total = count_rows(x)
        if total <= most or "numpy" not in sys.modules:
            self.saw = max(self.saw, total if most > self.rows else 0)
            return arguments, named
        np = sys.modules["numpy"]
        y = arguments[1] if len(arguments) > 1 else named.get("y")
        rows = choose_rows(np, x, y, most)

        def part(value: Any) -> Any:
            return take(value, rows) if count_rows(value) == total else value

        self.cuts.append(total)
        self.saw = max(self.saw, len(rows))
        return tuple(part(a) for a in arguments), {k: part(v) for k, v in named.items()}

    def too_few(self, error: BaseException) -> str:
        """Why an exception may come of the few rows that a model was fitted on, "" where it does not look so."""
        if error is not self.few or not COUNTS.search(said_by(error)):
            return ""
        return "asks for what is not in %s, on which it was fitted here: %s" % (self.cut_to(), said_by(error)[:200])

    def cut_to(self) -> str:
        """On how much the script trained, in words; "" where all is there."""
        if self.cuts:
            return "%d of %d rows" % (self.saw, max(self.cuts))
        return "a part of " + self.parts.told[-1] if self.parts.told else ""

    # --- from script to script

    def rows_of(self, model: Any) -> Any:
        """The first rows that a model was given, here or in a script before; None where none were seen."""
        if id(model) in self.seen:
            return self.seen[id(model)][1]
        kept = self.left_before().get(look_of(model))
        return pickle.loads(kept) if kept else self.rows_like(model)

    def rows_like(self, model: Any) -> Any:
        """The rows that the last model with as many columns was given, where this one takes them too, or None."""
        width = width_of(model)
        others = [rows for other, rows in reversed(list(self.seen.values())) if width and width_of(other) == width]
        return others[0] if others and self.takes(model, others[0]) else None

    def takes(self, model: Any, rows: Any) -> bool:
        """Whether a model answers for rows that it was not given by the script."""
        self.depth += 1
        try:
            ask = next(getattr(model, name) for name in ("predict", "transform") if hasattr(model, name))
            return count_rows(ask(rows)) > 0
        except Exception:
            return False
        finally:
            self.depth -= 1

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


def data_of(arguments: tuple, named: dict) -> Any:
    """The data that a method is given, by place or by name; None where it is given none."""
    return arguments[0] if arguments else named.get("X", named.get("x"))


def width_of(model: Any) -> Any:
    """On how many columns a model was fitted, None where it does not tell."""
    return attribute(model, "n_features_in_", None)


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
