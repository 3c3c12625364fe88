"""What a training made, read in this process as bytes: nothing of it is loaded, and no library of its own is used.

`read` is the one way in. Each form is a file of this room with a `read_FORM(path, ...) -> Artifact`; what is wrong with
what lies there is a `Fault` of the artifact, and only what cannot be opened at all raises.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import CannotLook
from ..model import Artifact, Fault
from ..world.files import meant_file
from ..world.foreign.opening import MODELS, kind_of, opened
from .forms import PICKLED, form_of, wrong_form
from .store import SQLITE, read_store

__all__ = ["read"]


def read(path: Path) -> Artifact:
    """What a file or folder holds, told by its content rather than by its name. Raises CannotLook."""
    kind = kind_of(path)
    if not kind:
        raise CannotLook(f"cannot read {path}: not found", meant_file(path, MODELS) or "check the path")
    if kind == "a folder":
        return _read_folder(path)
    with opened(path) as content:
        size, form = len(content), form_of(path.name, content)
        if fault := wrong_form(path.name, content):
            return Artifact(str(path), form, size=size, faults=(fault,))
        if form == "ort":
            from .ort import read_ort

            return read_ort(path, content)
        if form == "onnx":
            from .onnx.reading import read_onnx

            return read_onnx(path, content)
        if form in PICKLED:
            from .pickled import read_pickled_file

            return read_pickled_file(path, content)
        if bytes(content[:16]) == SQLITE and (store := read_store(path, content)):
            return store
    said = f"{path.name} is in no form that is known: not ONNX, no folder of MLflow's, no pickle."
    return Artifact(str(path), form, size=size, faults=(Fault("unknown", said),))


def _read_folder(path: Path) -> Artifact:
    """A folder with an MLmodel in it. Raises CannotLook for any other."""
    if kind_of(path / "MLmodel") == "file":
        from .mlmodel.reading import read_folder

        return read_folder(path)
    raise CannotLook(f"{path} is a folder without an MLmodel", meant_file(path, MODELS) or "name the model's file")
