"""One file with many models and their data, as the programs that measure write and read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def spread(models: Iterable[tuple[str, bytes, bytes]], store: Path) -> list[dict[str, Any]]:
    """Write models and their data one behind the other into a file; where each lies."""
    places, end = [], 0
    with store.open("wb") as file:
        for name, model, data in models:
            file.write(model + data)
            places.append({"id": name, "model": [end, len(model)], "data": [end + len(model), len(data)]})
            end += len(model) + len(data)
    return places


def piece(store: Path, place: int, length: int) -> bytes:
    """So many bytes of a file, from a place on."""
    with store.open("rb") as file:
        file.seek(place)
        return file.read(length)
