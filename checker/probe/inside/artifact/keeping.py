"""Converted models that are sent back, to be looked at and tried elsewhere."""

import base64
import zlib
from typing import Any

#: packed bytes of a model that is sent back, and characters of a text of it: a frame takes no more
MOST_KEPT, LENGTH = 2000000, 8000


def kept_model(onx: Any) -> dict:
    """The model itself, in texts, where it is not too large."""
    packed = zlib.compress(onx.SerializeToString())
    if len(packed) > MOST_KEPT:
        return {}
    told = base64.b64encode(packed).decode("ascii")
    return {"model": [told[start : start + LENGTH] for start in range(0, len(told), LENGTH)]}
