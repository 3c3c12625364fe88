"""A file in onnxruntime's own format: a flatbuffer, of which the header is read and the rest left to the runtime."""

from __future__ import annotations

import struct
from pathlib import Path

from ..model import Artifact, Fault
from ..world.foreign.opening import Content

#: what stands at the fifth byte, and bytes of a text that are read
MARK, LONGEST = b"ORTM", 64
_AGAIN = "Convert the ONNX file again, with python -m onnxruntime.tools.convert_onnx_models_to_ort."


def read_ort(path: Path, content: Content) -> Artifact:
    """The release of the format that wrote it; what it holds only a runtime tells."""
    said = "What it holds and needs was not read: the format is onnxruntime's own, and only a runtime reads it."
    if content[4:8] != MARK:
        fault = Fault("malformed", f"{path.name} is no file of onnxruntime's format: its mark is not there.", (_AGAIN,))
        return Artifact(str(path), "ort", size=len(content), faults=(fault,))
    try:
        version = _version(content)
    except (struct.error, UnicodeDecodeError):
        fault = Fault("truncated", f"{path.name} is not whole: its header leads beyond its end.", (_AGAIN,))
        return Artifact(str(path), "ort", size=len(content), faults=(fault,))
    told = (("ORT format", version),) if version else ()
    return Artifact(
        str(path), "ort", size=len(content), told=told, remarks=(said,), modules=("onnxruntime",)
    )  # fmt: skip


def _version(content: Content) -> str:
    """The first text of the root table; "" where it has none. Raises struct.error where it leads beyond the end."""
    root = _number(content, 0)
    table = root - struct.unpack_from("<i", content, root)[0]
    place = struct.unpack_from("<H", content, table + 4)[0] if struct.unpack_from("<H", content, table)[0] > 4 else 0
    if table < 0 or not place:
        return ""
    text = root + place + _number(content, root + place)
    length = _number(content, text)
    if text + 4 + length > len(content):
        raise struct.error("the text is longer than the file")
    return bytes(content[text + 4 : text + 4 + min(length, LONGEST)]).decode("ascii")


def _number(content: Content, at: int) -> int:
    found: int = struct.unpack_from("<I", content, at)[0]
    return found
