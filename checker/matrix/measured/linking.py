"""What a failure can depend on: packages link like object files, and nothing depends on what comes after it.

A package is imported when all that it imports has been, so that a failure further on shows that those before it passed.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import NamedTuple

from ...model import Stage
from ...names import distribution_of
from .values import Signature

#: package -> what its import rests on, in the order in which they are imported; of any other it may be everything
RESTS_ON = {
    "numpy": ("numpy", "python"),
    "scipy": ("python", "numpy", "scipy"),
    "scikit-learn": ("python", "numpy", "scipy", "scikit-learn"),
    "protobuf": ("onnx", "protobuf"),  # it is the code that onnx has generated which it refuses
    "onnx": ("python", "numpy", "protobuf", "onnx"),
    "skl2onnx": (),
}
#: libraries whose models have a converter each
BOOSTERS = ("xgboost", "lightgbm", "catboost")
#: packages between which a link can break
LINKED = (*RESTS_ON, "mlflow", "sqlalchemy", "pandas", "onnxmltools", *BOOSTERS)
#: what a fit rests on
FITTED = (*RESTS_ON["scikit-learn"], *BOOSTERS)
#: stage -> the package that has to suit the library of a booster there, more than any other
SUITED = {Stage.FIT: "scikit-learn", Stage.CONVERT: "onnxmltools", Stage.PARITY: "onnxmltools"}
#: code that reads the models of another library
READS = re.compile(rf"onnxmltools\.convert\.({'|'.join(BOOSTERS)})\.")
#: texts of a link that does not resolve: who looks stands elsewhere, in whom it looks stands here
UNRESOLVED = re.compile(r"cannot import name '[^']*' from '([\w.#]+)'|No module named '([\w.#]+)'")
#: texts of compiled code that was built for another numpy
BUILT_FOR = re.compile(r"numpy\.\w+ size changed|numpy\.core\.(?:multiarray|umath) failed|compiled using NumPy")


class Step(NamedTuple):
    """A step of the path, in the order in which they are taken."""

    stage: int
    #: place of the package whose import it is
    package: int
    #: the packages on which it rests; none: all of them
    axes: tuple[str, ...] = ()
    #: those that have to be what they were where it failed
    parties: tuple[str, ...] = ()

    @property
    def is_anywhere(self) -> bool:
        """Whether it is an import of which nobody knows before or after which others it came."""
        return self.stage == Stage.IMPORT.order and self.package == len(RESTS_ON)

    @property
    def is_link(self) -> bool:
        """Whether it rests on two packages, of which the second has to suit the first."""
        return len(self.axes) == 2

    @property
    def pair(self) -> tuple[str, ...]:
        """The packages that decide most there where a booster is concerned; none at other stages."""
        other = SUITED.get(list(Stage)[self.stage])
        return (other, *BOOSTERS) if other else ()

    @property
    def name(self) -> str:
        """Its stage."""
        return list(Stage)[self.stage].value


def step_of(failure: Signature) -> Step:
    """The step at which something failed."""
    if failure.stage is Stage.FIT:
        return Step(failure.stage.order, 0, FITTED)
    known, package, provider = [*RESTS_ON], distribution_of(failure.where), _provider(failure)
    link = (package, provider) if provider and package in LINKED and package != provider else ()
    parties = link or ((package,) if package in LINKED else ())
    if failure.stage is not Stage.IMPORT:  # what is imported when it is needed can be missing all the same
        return Step(failure.stage.order, 0, link, link)
    if failure.where.startswith("numpy.__getattr__"):  # who asked for the name is not told
        return Step(failure.stage.order, len(known), (), ("numpy",))
    if package not in known:
        return Step(failure.stage.order, len(known), link, parties)
    axes = tuple(dict.fromkeys((package, provider))) if provider else RESTS_ON[package]
    other = provider or ("numpy" if BUILT_FOR.search(failure.text) else package)
    return Step(failure.stage.order, known.index(package), axes, tuple(dict.fromkeys((package, other))))


def _provider(failure: Signature) -> str:
    """The package in which a name was looked for, "" where it is not told; digits may stand as # in a text."""
    if reads := READS.match(failure.where):
        return reads[1]
    found = UNRESOLVED.search(failure.text)
    module = (found[1] or found[2]).partition(".")[0].replace("#", "[0-9]") if found else ""
    names = {"sklearn": "scikit-learn", "google": "protobuf"}
    return next((names.get(m, m) for m in ("sklearn", "google", *LINKED) if module and fnmatchcase(m, module)), "")
