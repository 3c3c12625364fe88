"""Arrays and facts as bytes that are the same for the same content, for any numpy, read by any other."""

import json
import struct
from typing import Any

#: length of the header, before it
LENGTH = struct.Struct(">I")


def pack(np: Any, arrays: dict, facts: dict) -> bytes:
    """Named arrays and JSON-able facts as bytes: a header of JSON, and the numbers behind it; objects are JSON."""
    header, parts, place = {}, [], 0  # type: dict, list, int
    for name in sorted(arrays):
        array = np.asarray(arrays[name])
        if array.dtype.kind in "OUS":
            header[name] = {"shape": list(array.shape), "values": [plain_object(v) for v in array.reshape(-1).tolist()]}
            continue
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"shape": list(array.shape), "dtype": array.dtype.str, "at": [place, len(data)]}
        parts.append(data)
        place += len(data)
    told = json.dumps({"arrays": header, "facts": facts}, sort_keys=True).encode("ascii")
    return b"".join([LENGTH.pack(len(told)), told] + parts)


def plain_object(value: Any) -> Any:
    """An object of an array as JSON knows it."""
    return value if isinstance(value, (str, bool, int, float)) or value is None else str(value)


def unpack(np: Any, data: bytes) -> tuple:
    """The arrays and facts that `pack` has packed."""
    (length,) = LENGTH.unpack_from(data)
    told = json.loads(data[LENGTH.size : LENGTH.size + length].decode("ascii"))
    start, arrays = LENGTH.size + length, {}
    for name, one in told["arrays"].items():
        if "values" in one:
            array = np.empty(len(one["values"]), dtype=object)
            array[:] = one["values"]
        else:
            first, size = one["at"]
            array = np.frombuffer(data[start + first : start + first + size], dtype=one["dtype"]).copy()
        arrays[name] = array.reshape(one["shape"])
    return arrays, told["facts"]
