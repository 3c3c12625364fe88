"""What was found out before: one JSON line a fact, in the checker's private cache; only ever added to."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..version import __version__
from .cache import cache_folder

#: bytes of a file of facts beyond which it is begun anew
MOST = 4 << 20


def digest(*parts: Any) -> str:
    """The name of a fact: a digest of what it depends on, the checker's version included."""
    return hashlib.sha256(json.dumps([__version__, *parts], sort_keys=True, default=str).encode()).hexdigest()[:32]


def settings() -> list[str]:
    """The variables that tell uv which index to ask."""
    return sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("UV_") and "PASSWORD" not in k)


class Cache:
    """Facts by digest; a file that cannot be read or written is as good as an empty one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Any] = dict(_read(path)) if path else {}

    def recall(self, name: str) -> Any:
        """The fact of that name, None when there is none."""
        return self._known.get(name)

    def keep(self, name: str, fact: Any) -> None:
        """Remember a fact, now and for later commands."""
        self._known[name] = fact
        if self._path:
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"name": name, "fact": fact}) + "\n")
            except OSError:
                self._path = None

    def once(self, name: str, find_out: Callable[[], Any]) -> Any:
        """The fact of that name, found out when it is not known."""
        if name not in self._known:
            self.keep(name, find_out())
        return self._known[name]


def _read(path: Path) -> list[tuple[str, Any]]:
    """The facts of a file; lines that hold none are passed over."""
    try:
        if path.stat().st_size > MOST:
            path.unlink()
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [pair for line in lines for pair in _fact(line)]


def _fact(line: str) -> list[tuple[str, Any]]:
    try:
        found = json.loads(line)
        return [(str(found["name"]), found["fact"])]
    except (ValueError, TypeError, KeyError):
        return []


def private() -> Cache:
    """The memory of this user."""
    folder = cache_folder()
    return Cache(Path(folder, "bisect.jsonl") if folder else None)
