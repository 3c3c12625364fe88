"""Versions: which release the code itself says it is, read as text, never imported."""

import os
import re

from .inventory import names_in, text_of
from .places import Finder

LITERAL = re.compile(
    r"^(?:__version__|VERSION|version|short_version)[ \t]*(?::[ \t]*\w+)?[ \t]*=[ \t]*[\"'](\d[^\"'\n]*)[\"']", re.M
)
RECORDED = re.compile(r"\"version\":[ \t]*\"(\d[^\"]*)\"|[ \t]version[ \t]*=[ \t]*[\"'](\d[^\"']*)[\"']")
#: files beside `__init__` that hold the version, as far as they exist
FILES = ("version.py", "_version.py", "__version__.py", "__about__.py", "_version_meson.py")


def code_version(finder: Finder, module: str) -> str:
    """The version written in a package's own files, "" when it is computed or there is none."""
    place = finder.find(module)
    if not place.file.endswith(".py"):
        return ""
    told = LITERAL.findall(text_of(place.file))
    folder = os.path.dirname(place.file)
    present = names_in(folder) if place.folders else []
    for name in FILES:
        if not told and name in present:
            text = text_of(os.path.join(folder, name))
            told = LITERAL.findall(text) or [a or b for a, b in RECORDED.findall(text)]
    return told[0] if len(set(told)) == 1 else ""


def numbers_of(version: str) -> tuple:
    """The release numbers of a version, trailing zeros dropped: "1.2.0.post1" -> (1, 2); () when it has none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    numbers = [int(n) for n in found.group(1).split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def disagree(metadata: str, code: str) -> bool:
    """Whether two versions name different releases; development, local and post releases are let be."""
    if re.search(r"dev|\+|a\d|b\d|rc\d|unknown", metadata + code) or not (metadata and code):
        return False
    one, two = numbers_of(metadata), numbers_of(code)
    return bool(one and two) and one != two
