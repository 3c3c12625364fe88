"""Reads what constructors of scikit-learn take, in every release: `python matrices/constructors.py FOLDER...`.

Each folder holds one release, unpacked (`sklearn/` lies in it). Nothing is imported: the sources are parsed, and so one
Python reads the releases of all. What holds in every release that has a class goes into `built/constructors.json`.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "built" / "constructors.json"
#: what is read: classes that descend from one of these
ROOTS = frozenset(("BaseEstimator", "Kernel"))
#: (name, text of its default or None, whether it may be given by place)
Parameters = list[tuple[str, str | None, bool]]


def sources(release: Path) -> Iterator[ast.Module]:
    """The modules of a release, without its tests and what it carries of others."""
    for path in sorted((release / "sklearn").rglob("*.py")):
        if not {"tests", "externals", "conftest.py"} & {*path.parts}:
            yield ast.parse(path.read_text(encoding="utf-8"))


def classes(release: Path) -> dict[str, list[ast.ClassDef]]:
    """name -> the classes of that name"""
    found: dict[str, list[ast.ClassDef]] = {}
    for tree in sources(release):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(node)
    return found


def line(name: str, known: dict[str, list[ast.ClassDef]], seen: frozenset[str] = frozenset()) -> Iterator[ast.ClassDef]:
    """A class and those that it descends from; one of which several have the name is followed in none."""
    if name in seen or len(known.get(name, ())) != 1:
        return
    yield known[name][0]
    for base in known[name][0].bases:
        for node in ast.walk(base):  # with_metaclass(ABCMeta, Base) in old releases
            if isinstance(node, ast.Name):
                yield from line(node.id, known, seen | {name})


def parameters(function: ast.FunctionDef) -> Parameters | None:
    """What a constructor takes, in order; None where it takes anything."""
    told = function.args
    if told.vararg or told.kwarg:
        return None
    by_place = [*told.posonlyargs, *told.args][1:]
    missing = [None] * (len(by_place) - len(told.defaults))
    texts = [*missing, *told.defaults][-len(by_place) :] if by_place else []
    every = [(a, d, True) for a, d in zip(by_place, texts, strict=True)]
    every += [(a, d, False) for a, d in zip(told.kwonlyargs, told.kw_defaults, strict=True)]
    return [(a.arg, ast.unparse(d) if d else None, place) for a, d, place in every]


def constructors(release: Path) -> dict[str, Parameters]:
    """Public estimators, transformers and kernels of a release -> what their constructors take."""
    known, found = classes(release), {}
    for name in known:
        ancestors = [*line(name, known)]
        if name.startswith("_") or not ROOTS & {a.name for a in ancestors[1:]}:
            continue
        makers = (n for a in ancestors for n in a.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
        if taken := parameters(maker) if (maker := next(makers, None)) else []:
            found[name] = taken
    return found


def steady(releases: list[Parameters]) -> tuple[list[str | None], dict[str, str | None]]:
    """The parameters that may be given by place everywhere, None where names differ; and each one -> its default.

    Parameters that a release lacks are left out; a default that differs in one is None, as none at all is.
    """
    ways = [[name for name, _, place in taken if place] for taken in releases]
    places = [
        names[0] if len({*names}) == 1 else None for names in zip(*ways, strict=False)
    ]  # as far as the shortest goes
    defaults = [{name: default for name, default, _ in taken} for taken in releases]
    names = [name for name in defaults[0] if all(name in told for told in defaults)]
    same = {name: {told[name] for told in defaults} for name in names}
    return places, {name: next(iter(texts)) if len(texts) == 1 else None for name, texts in same.items()}


def main(folders: list[str]) -> int:
    """Write the built file."""
    warnings.simplefilter("ignore", SyntaxWarning)  # escapes in old sources
    told = [constructors(Path(folder)) for folder in folders]
    names = sorted({name for release in told for name in release})
    every = {name: steady([release[name] for release in told if name in release]) for name in names}
    lines = [f"{json.dumps(name)}: {json.dumps(every[name])}" for name in names]
    releases = [Path(folder).name.removeprefix("scikit-learn-") for folder in folders]
    head = f'"releases": {json.dumps(releases)}'
    BUILT.write_text("{" + head + ',\n"constructors": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
