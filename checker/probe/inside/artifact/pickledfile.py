"""A pickled file where it is to be loaded: everything that it needs is looked for, and it is never loaded itself."""

from typing import Any

from .pickled_layouts import other_layouts, pads_arrays, refused_calls
from .pickled_names import find_lost
from .pickled_twins import lacking_attributes


class NamesLost(Exception):
    """What the file names is not to be had."""


class LayoutRefused(Exception):
    """Arrays of the file have another layout than the library that reads them."""


class PaddingUnknown(Exception):
    """Arrays of the file lie behind bytes that this joblib takes for numbers."""


class HelperRefuses(Exception):
    """A helper that makes an object refuses what the file hands to it."""


class AttributesLost(Exception):
    """A class looks for attributes that its objects in the file do not have."""


def raised(error: Any, facts: dict) -> Any:
    """An exception with facts."""
    error.facts = facts
    return error


def link_pickled(canary: dict, state: dict) -> dict:
    """Look for everything that loading needs."""
    held = canary["details"]
    lost = find_lost(held["needs"])
    if lost:
        first = lost[0]
        said = first["text"] or "%s.%s is not there" % (first["module"], first["name"])
        raise raised(NamesLost(said), {"lost": lost[:40]})
    if held["padded"] and not pads_arrays():
        raise raised(PaddingUnknown("this joblib knows no bytes before the numbers of arrays"), {})
    others = other_layouts(held["records"], "load")
    if others:
        raise raised(LayoutRefused("%s has other fields" % others[0]["where"]), {"layouts": others})
    refused = refused_calls(held["calls"])
    if refused:
        raise raised(HelperRefuses("%s: %s" % tuple(refused[0])), {"refused": refused})
    return {"names": len(held["needs"])}


def ask_twins(canary: dict, state: dict) -> dict:
    """Look for what predicting needs."""
    held = canary["details"]
    others = other_layouts(held["records"], "run")
    if others:
        raise raised(LayoutRefused("%s has other fields" % others[0]["where"]), {"layouts": others})
    lacks = lacking_attributes(held["kinds"], held["root"])
    if lacks:
        raise raised(AttributesLost(lacks[0]["text"]), {"lacks": lacks[:10]})
    return {"classes": len(held["kinds"])}


PICKLED_STEPS = [("load", link_pickled), ("run", ask_twins)]
