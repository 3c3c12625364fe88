"""Lower stamps: the same model, with another IR version and other opsets."""

from __future__ import annotations

from collections.abc import Mapping

from ...world.foreign.opening import Content
from .messages import MODEL, read_opset
from .wire import VARINT, Field
from .writing import Parts, changed, field_of, whole

_IR, _OPSET = (next(n for n, (name, _) in MODEL.items() if name == wanted) for wanted in ("ir", "opset"))


def with_stamps(content: Content, ir: int | None, opsets: Mapping[str, int]) -> Parts:
    """A file with that IR version, and with these opsets in the place of those of the same domains."""

    def change(field: Field) -> bytes | None:
        if field.number == _IR and field.wire == VARINT and ir is not None:
            return field_of(_IR, ir)
        if field.number == _OPSET:
            domain, version = read_opset(content, field)
            told = b"" if domain == "ai.onnx" else field_of(1, domain)
            return field_of(_OPSET, told + field_of(2, opsets.get(domain, version)))
        return None

    return changed(memoryview(content), content, whole(content), change)
