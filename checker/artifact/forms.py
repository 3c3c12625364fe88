"""Which form a file has, and what stands there in the place of a model."""

from __future__ import annotations

import re

from ..model import Fault
from ..world.foreign.opening import Content

#: how names end -> form, where the content alone does not tell
ENDINGS = {
    ".onnx": "onnx",
    ".pb": "onnx",
    ".ort": "ort",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".joblib": "joblib",
    ".skops": "skops",
}
#: forms of pickled objects
PICKLED = ("pickle", "joblib", "cloudpickle", "skops")
#: bytes of texts: what can be printed, and what ends lines
_PRINTED = bytes([9, 10, 13, *range(32, 127)])
#: bytes that are looked at to tell what a file is
HEAD = 4096
_POINTER = re.compile(rb"\s*version https://git-lfs\.github\.com/spec/")
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
_ARCHIVES = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
}


def form_of(name: str, content: Content) -> str:
    """The form of a file: what its content shows, else what its name says, else unknown."""
    if content[4:8] == b"ORTM":
        return "ort"
    if content[:1] == b"\x80" and content[1:2] <= b"\x05":
        return ENDINGS.get(_ending(name), "pickle")
    if form := ENDINGS.get(_ending(name), "onnx" if content[:1] == b"\x08" else ""):
        return form
    from .pickles.containers import container_of

    return "joblib" if container_of(bytes(content[:16])) else "unknown"


def wrong_form(name: str, content: Content) -> Fault | None:
    """What a file is in the place of a model, None where nothing speaks against one."""
    head = bytes(content[:HEAD])
    if not head:
        advice = ("Copy the file again: what wrote it had not finished, or the disk was full.",)
        return Fault("empty", f"{name} is empty: it has 0 bytes.", advice)
    if _POINTER.match(head):
        size = re.search(rb"^size (\d+)", head, re.MULTILINE)
        told = f", which stands for a file of {int(size[1]):,} bytes" if size else ""
        return Fault(
            "pointer",
            f"{name} is a pointer of git-lfs{told}: the model itself was not fetched.",
            ("Fetch the model itself with git-lfs.",),
            ("git lfs install", f"git lfs pull --include='*{name}'"),
        )
    if _PAGE.match(head):
        advice = ("Download the file itself: the address leads to a page about it, or to a login.",)
        return Fault("web-page", f"{name} is a web page (HTML), saved under the name of a model.", advice)
    archive = next((what for start, what in _ARCHIVES.items() if head.startswith(start)), "")
    if archive and _ending(name) != ".skops":
        return Fault("archive", f"{name} is {archive}, not a model.", ("Unpack it, and name the model in it.",))
    return _other_form(name, head)


def _other_form(name: str, head: bytes) -> Fault | None:
    """What a file is that is called an ONNX model, where its content says something else."""
    if _ending(name) != ".onnx":
        return None
    if head[:1] == b"\x80" and head[1:2] <= b"\x05" and (head[2:3] == b"\x95" or head[1:2] < b"\x04"):
        said = f"{name} holds pickled Python objects, and no ONNX model."
        return Fault("other-form", said, ("Convert the model that is pickled there, or give the file its own name.",))
    if not head.translate(None, _PRINTED):
        return Fault(
            "text", f"{name} is a text, and no ONNX model.", ("Look at what it says: often that is an error message.",)
        )
    return None


def _ending(name: str) -> str:
    return f".{name.lower().rpartition('.')[2]}" if "." in name else ""
