"""How a library reads what a pickled file holds: the layouts of its arrays, and the helpers that make its objects."""

import importlib
import io
from typing import Any

from ..errors import name_of, said_by
from .pickled_names import is_imported

#: where a library keeps the layout that its arrays must have: module, name, what must be there to be meant, and the
#: stage at which another one is refused
LAYOUTS = (
    ("sklearn.tree._tree", "NODE_DTYPE", "left_child", "load"),
    ("sklearn.ensemble._hist_gradient_boosting.common", "PREDICTOR_RECORD_DTYPE", "num_threshold", "run"),
)
#: helpers that are called with plain values, by what their module and name begin with
HELPERS = (("numpy.random", "__"), ("numpy.random", "_"), ("", "__pyx_unpickle_"))


def kinds_of_fields(layout: Any) -> list:
    """Fields of a structured type: name, and a letter that tells integers, floats and so on apart."""
    return [(str(name), layout.fields[name][0].kind) for name in layout.names]


def other_layouts(records: list, stage: str) -> list:
    """The structured types of a file that its library has otherwise: (where, fields there, fields here)."""
    np, found = importlib.import_module("numpy"), []
    for module, name, mark, when in LAYOUTS:
        for fields in records if when == stage else ():
            if mark not in [field for field, _ in fields]:
                continue
            try:
                here = kinds_of_fields(getattr(importlib.import_module(module), name))
                there = [(str(field), np.dtype(str(code)).kind) for field, code in fields]
            except Exception:  # the library of another age keeps it elsewhere
                continue
            if [f for f, _ in here] != [f for f, _ in there] or not all(alike(a, b) for a, b in zip(here, there)):
                found.append({"where": module + "." + name, "there": named(there), "here": named(here)})
    return found


def alike(one: tuple, other: tuple) -> bool:
    """Whether fields hold the same kind of numbers: signed or not is the same."""
    return one[1] == other[1] or {one[1], other[1]} <= set("iub")


def named(fields: list) -> list:
    """The fields' names."""
    return [name for name, _ in fields]


def pads_arrays() -> bool:
    """Whether joblib here puts bytes before the numbers of an array: who writes them reads them; True without one."""
    try:
        joblib, written = importlib.import_module("joblib"), io.BytesIO()
        joblib.dump(importlib.import_module("numpy").zeros(1), written)
    except Exception:  # that it is missing is told elsewhere
        return True
    return b"numpy_array_alignment_bytes" in written.getvalue()


def refused_calls(calls: list) -> list:
    """The helpers of known libraries that refuse what the file calls them with: [name, what they say]."""
    found = []
    for module, name, arguments in calls:
        if not (is_imported(module) and any(module.startswith(m) and name.startswith(n) for m, n in HELPERS)):
            continue
        try:
            helper = getattr(importlib.import_module(module), name)
            values = [value_of(a) for a in arguments]
        except Exception:  # what is missing is told elsewhere, and what is no plain value is not tried
            continue
        try:
            helper(*values)
        except Exception as error:
            found.append([module + "." + name, "%s: %s" % (name_of(type(error)), said_by(error)[:300])])
    return found


def value_of(written: Any) -> Any:
    """An argument: {"of": dotted name} is what a known library calls so; raises LookupError for others."""
    if not isinstance(written, dict):
        return tuple(value_of(v) for v in written) if isinstance(written, list) else written
    module, _, name = written["of"].rpartition(".")
    if not is_imported(module):
        raise LookupError(module)
    return getattr(importlib.import_module(module), name)
