"""Files of pickled objects: pickle, joblib, cloudpickle and skops, followed on paper and never loaded."""

from __future__ import annotations

from dataclasses import replace

from ..model import Pickled
from .pickles.containers import container_of, unpacked
from .pickles.reading import read_pickle
from .pickles.skops import read_skops
from .pickles.source import Content, Mapped
from .pickles.values import Broken, Enough

#: first bytes of a zip, which is how skops writes
ZIP = b"PK\x03\x04"


def read_pickled(content: Content) -> Pickled:
    """What a file of pickled objects tells; raises Broken, with what is wrong with it in words, where it is none."""
    stream = Mapped(content)
    if content[:4] == ZIP:
        return read_skops(stream)
    container = container_of(bytes(content[:16]))
    if not container:
        return read_pickle(stream)
    try:
        inner = unpacked(stream, container)
    except Enough as enough:
        return Pickled("joblib", container, whole=False, why=str(enough))
    found = read_pickle(inner, container)
    return replace(found, form="joblib" if found.form == "pickle" else found.form)


__all__ = ["Broken", "read_pickled"]
