"""Models as trees: what a constructor expression makes, and whether two of them convert alike."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .arguments import dotted_name, is_inert, kind_of, read_arguments, text_of
from .constructors import constructor

#: parameters of searches that are so in every release
OF_SEARCH = frozenset((
    "estimator", "param_grid", "param_distributions", "cv", "scoring", "n_jobs", "refit", "verbose", "n_iter",
    "random_state", "error_score", "return_train_score", "pre_dispatch",
))  # fmt: skip
#: what only joins others, and the searches that become the best of what they tried
CONTAINERS = frozenset(
    ["Pipeline", "ColumnTransformer", "FeatureUnion", "make_pipeline", "make_column_transformer", "make_union"]
)
SEARCHES = frozenset(["GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"])
#: signs between kernels of gaussian processes, and the kernels that they make
KERNELS: Mapping[type[ast.operator], str] = {ast.Add: "Sum", ast.Mult: "Product"}


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
    #: how its parts get their columns where it is not by lists of names or numbers, and what stands for a part
    forms: frozenset[str] = frozenset()
    #: what cannot be compared: a part of it is no literal and no estimator
    opaque: bool = False

    @property
    def kinds(self) -> dict[str, str]:
        """Of what kind the value of each argument is."""
        return {name: kind_of(name, text) for name, text in self.given.items()}

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
        """The containers in it, by the one name that their functions make too, and their forms.

        What is only passed on is none: nothing converts it.
        """
        own = {_MADE.get(self.name, self.name)} | (self.forms - {"passthrough"}) if self.joins else set()
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


@lru_cache(2000)
def read_model(make: str) -> Model | None:
    """The tree of a constructor expression; None for what is none."""
    try:
        body = ast.parse(make.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _model(body)


def alike(one: Model, other: Model) -> bool:
    """Whether two models are converted in the same way, as far as their arguments tell."""
    return one.given == other.given and _alike(one, other, alike)


def alike_in_kind(one: Model, other: Model) -> bool:
    """Whether they have the same parameters, and in each a value of the same kind."""
    return one.kinds == other.kinds and _alike(one, other, alike_in_kind)


def _alike(one: Model, other: Model, parts: Callable[[Model, Model], bool]) -> bool:
    return (
        (one.library, one.name, one.forms) == (other.library, other.name, other.forms)
        and not (one.opaque or other.opaque)
        and len(one.parts) == len(other.parts)
        and all(parts(a.model, b.model) for a, b in zip(one.parts, other.parts, strict=True))
    )


def _model(node: ast.AST) -> Model | None:
    if isinstance(node, ast.BinOp):
        return _combined(node)
    dotted = dotted_name(node.func) if isinstance(node, ast.Call) else ""
    if not isinstance(node, ast.Call) or not dotted:
        return None
    library, name = dotted.partition(".")[0], dotted.rpartition(".")[2]
    known = constructor(library, name)
    given, parts, forms, opaque = {}, list[Part](), set[str](), False
    for key, value in read_arguments(node, known):
        if name in SEARCHES:
            opaque |= not _searches(key, value)
        if found := [*_parts(value)]:
            parts += found
            forms |= {*_forms(value)}
        elif name not in SEARCHES and not is_inert(known, key, value):
            given[key] = text_of(key, value)
            opaque |= key.startswith("*") or any(isinstance(n, ast.Lambda) for n in ast.walk(value))
    return Model(library, name, given, tuple(parts), frozenset(forms), opaque)


def _combined(node: ast.BinOp) -> Model | None:
    """Kernels that are added or multiplied, one of which may be a number; None for what is none."""
    name = KERNELS.get(type(node.op))
    parts = [_model(side) or _constant(side) for side in (node.left, node.right)]
    found = [Part(part) for part in parts if part and part.library == "sklearn"]
    return Model("sklearn", name, parts=(*found,)) if name and len(found) == 2 else None


def _constant(node: ast.expr) -> Model | None:
    """The kernel that a number stands for."""
    numeric = isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return Model("sklearn", "ConstantKernel") if numeric else None


def _searches(key: str, value: ast.expr) -> bool:
    """Whether what a search tries is one and the same model to a converter."""
    if not (key.isdecimal() or key in OF_SEARCH):
        return False
    pairs = [(k, v) for n in ast.walk(value) if isinstance(n, ast.Dict) for k, v in zip(n.keys, n.values, strict=True)]
    tried = [(k.value, v) if isinstance(k, ast.Constant) else ("", v) for k, v in pairs]
    return all(is_inert(None, str(name).rpartition("__")[2], v) for name, v in tried)


def _parts(node: ast.AST) -> Iterator[Part]:
    """The estimators in an argument: itself, those of a list, those of the pairs and triples of a list."""
    if isinstance(node, ast.Call | ast.BinOp):
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


def _forms(node: ast.expr) -> Iterator[str]:
    """What the triples of a list have beside estimators, and beside columns as names and numbers."""
    for triple in node.elts if isinstance(node, ast.List) else ():
        for value in triple.elts[1:] if isinstance(triple, ast.Tuple) else ():
            if isinstance(value, ast.Constant) and value.value in ("drop", "passthrough"):
                yield str(value.value)
            elif isinstance(value, ast.Call) and dotted_name(value.func) == "slice":
                yield "slice"
            elif isinstance(value, ast.List) and any(
                isinstance(one, ast.Constant) and isinstance(one.value, bool) for one in value.elts
            ):
                yield "mask"


def _columns(others: list[ast.expr]) -> tuple[str | int, ...] | None:
    """The columns of a triple (name, transformer, columns); None where none are told."""
    lists = [one for one in others if isinstance(one, ast.List)]
    if not lists:
        return None
    told = [element.value for element in lists[-1].elts if isinstance(element, ast.Constant)]
    return tuple(value for value in told if isinstance(value, str | int))
