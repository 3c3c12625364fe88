"""What a file of pickled objects tells without being loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Needed:
    """A name that whoever loads the file must have."""

    #: dotted module as Python 3 calls it, and the dotted name in it ("" where only the module is needed)
    module: str
    name: str
    #: how it is used while the file is loaded: called, or only taken
    called: bool = False

    @property
    def dotted(self) -> str:
        """Module and name as one."""
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Call:
    """A function that is called while the file is loaded, with plain arguments."""

    module: str
    name: str
    #: literals; a class or function among them is its dotted name in a tuple of one
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Kept:
    """What the file holds of the objects of one class."""

    #: dotted name
    kind: str
    #: names of the attributes that any of them has
    attributes: tuple[str, ...]
    #: attribute -> its value, where that is None, a truth value, a number or a short text, and the same in all of them
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pickled:
    """A file of pickled objects; what it does not tell is "", 0 or empty."""

    #: pickle, joblib, cloudpickle or skops
    form: str
    #: zlib, gzip, bz2, xz, lzma, lz4 or zip; "" where it is not compressed
    container: str = ""
    #: of pickle, or of skops
    protocol: int = 0
    #: what the outermost object is: a dotted name
    root: str = ""
    #: canonical name of a distribution -> the releases that saved objects of it
    saved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: minor releases of Python whose byte code it holds, as ("3.8", "3.9", "3.10"); empty: it holds none
    python: tuple[str, ...] = ()
    #: byte code that is run when the file is loaded or the object used, as functions: their names
    functions: tuple[str, ...] = ()
    needs: tuple[Needed, ...] = ()
    calls: tuple[Call, ...] = ()
    kinds: tuple[Kept, ...] = ()
    #: structured types: (field, its type) in order
    records: tuple[tuple[tuple[str, str], ...], ...] = ()
    #: dotted names of what would run commands or code of a stranger's while it is loaded
    dangers: tuple[str, ...] = ()
    #: files that must lie beside it
    beside: tuple[str, ...] = ()
    #: whether joblib has put bytes before the numbers of its arrays, so that they lie at whole words
    padded: bool = False
    #: texts of Python 2 that are no ASCII
    python2: bool = False
    #: whether it was read to its end; else `why` says why not, in words that follow "because"
    whole: bool = True
    why: str = ""
