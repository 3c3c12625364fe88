"""Folds the TOML files of this folder into the one JSON file that ships: `python matrices/build.py [--check]`.

The result depends on the files alone, so that building twice gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # the same parser, before it came to the standard library

HERE = Path(__file__).parent
BUILT = HERE / "built" / "knowledge.json"
PROVENANCE = ("source", "date", "basis")


def read(path: Path) -> dict[str, Any]:
    """One TOML file."""
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return told


def dates(value: Any) -> list[str]:
    """Every `date` in a value, however deep."""
    if isinstance(value, list):
        return [d for v in value for d in dates(v)]
    if isinstance(value, dict):
        return [v for k, v in value.items() if k == "date"] + [d for v in value.values() for d in dates(v)]
    return []


def package(told: dict[str, Any]) -> dict[str, Any]:
    """A release file, with every list present."""
    return {"defaults": defaults(told), **{k: told.get(k, []) for k in ("releases", "known_bad", "names")}}


def defaults(told: dict[str, Any]) -> dict[str, Any]:
    """A file's own provenance, for the facts that have none."""
    return {k: told[k] for k in PROVENANCE}


def fold(folder: Path = HERE) -> str:
    """The built file's text."""
    files, targets = ([read(p) for p in sorted((folder / part).glob("*.toml"))] for part in ("releases", "targets"))
    told = read(folder / "signatures.toml")
    signatures = [{"types": [], "module": "", "stages": [], **s} for s in told["signatures"]]
    built = {
        "date": max(dates([files, targets, told])),
        "packages": {f["package"]: package(f) for f in files},
        "signatures": {"defaults": defaults(told), "signatures": signatures},
        "targets": [{"defaults": defaults(t), **{k: t[k] for k in ("name", "title", "limits")}} for t in targets],
    }
    return json.dumps(built, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    """Write the built file, or with `--check` say whether it is up to date."""
    text = fold()
    if "--check" in arguments:
        same = BUILT.is_file() and BUILT.read_text(encoding="utf-8") == text
        print("up to date" if same else "matrices/built/knowledge.json is stale: run python matrices/build.py")
        return 0 if same else 1
    BUILT.parent.mkdir(exist_ok=True)
    BUILT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
