"""Made-up matrices with a hidden truth: cells of versions that came out about the same time, and rules for what fails."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from packaging.version import Version

AXES = ("python", "scikit-learn", "numpy", "scipy", "skl2onnx", "onnx", "protobuf")
#: package -> its releases with the year in which they came out, about
RELEASES = {
    "python": "3.6 2016.9 3.7 2018.5 3.8 2019.8 3.9 2020.8 3.10 2021.8 3.11 2022.8 3.12 2023.8 3.13 2024.8",
    "scikit-learn": "0.20.4 2018.8 0.21.3 2019.4 0.22.2 2019.9 0.23.2 2020.4 0.24.2 2020.9 1.0.2 2021.7 1.1.3 2022.4 1.2.0 2022.9 1.2.2 2023.2 "
    "1.3.2 2023.5 1.4.0 2024.0 1.4.2 2024.3 1.5.2 2024.5 1.6.1 2024.9 1.7.2 2025.4 1.8.0 2025.9 1.9.1 2026.5",
    "numpy": "1.15.4 2018.6 1.16.6 2019 1.17.5 2019.6 1.18.5 2019.9 1.19.5 2020.5 1.20.3 2021 1.21.6 2021.5 1.22.4 2022 1.23.5 2022.5 1.24.4 2022.9 "
    "1.25.2 2023.5 1.26.4 2023.7 2.0.2 2024.5 2.1.3 2024.7 2.2.6 2024.9 2.3.5 2025.5 2.4.6 2026.0",
    "scipy": "1.1.0 2018.4 1.2.3 2019 1.3.3 2019.4 1.4.1 2020 1.5.4 2020.5 1.6.3 2021 1.7.3 2021.5 1.8.1 2022.1 1.9.3 2022.6 1.10.1 2023 1.11.4 2023.5 "
    "1.12.0 2024 1.13.1 2024.3 1.14.1 2024.5 1.15.3 2025 1.16.3 2025.5 1.17.1 2026",
    "skl2onnx": "1.4.9 2019.5 1.5.1 2019.7 1.6.0 2019.9 1.7.0 2020.4 1.8.0 2021.1 1.9.3 2021.6 1.10.4 2021.8 1.11.2 2022.2 1.12 2022.5 1.13 2022.8 1.14.1 2023.1 "
    "1.15.0 2023.6 1.16.0 2023.9 1.17.0 2024.4 1.18.0 2024.9 1.19.1 2025.4 1.20.0 2026",
    "onnx": "1.5.0 2019.3 1.6.0 2019.8 1.7.0 2020.4 1.8.1 2020.9 1.9.0 2021.3 1.10.2 2021.6 1.11.0 2022.1 1.12.0 2022.5 1.13.1 2022.9 1.14.1 2023.4 "
    "1.15.0 2023.8 1.16.2 2024.2 1.17.0 2024.8 1.18.0 2025.4 1.19.1 2025.7 1.20.1 2026 1.21.0 2026.3",
    "protobuf": "3.6.1 2018.6 3.11.3 2019.9 3.15.8 2021.2 3.19.6 2021.8 3.20.3 2022.1 4.21.12 2022.5 4.23.4 2023.4 4.25.8 2023.9 5.26.1 2024.3 5.29.5 2024.9 "
    "6.31.1 2025.4 6.33.6 2025.9 7.34.2 2026.3",
    "onnxruntime": "1.1.0 2019.9 1.3.0 2020.4 1.5.2 2020.8 1.7.0 2021.2 1.8.1 2021.5 1.9.0 2021.7 1.10.0 2021.9 1.11.1 2022.3 1.12.1 2022.6 1.13.1 2022.8 1.14.1 2023.1 "
    "1.15.1 2023.4 1.16.3 2023.8 1.17.3 2024.1 1.18.1 2024.5 1.19.2 2024.7 1.20.1 2024.9 1.21.1 2025.2 1.22.1 2025.4 1.23.2 2025.8 1.24.4 2026.1",
}  # fmt: skip
RUNTIMES = tuple(RELEASES["onnxruntime"].split()[::2])
#: the highest operator set of the models of a release, counted like its minor
OPSETS = {"onnx": 3, "skl2onnx": 2, "onnxruntime": 0}
#: what may go wrong, as the file has it
SIGNATURES = [
    None,
    ["import", "ImportError", "skl2onnx.common", "numpy 2 is not what it was built for", "s1"],
    ["import", "TypeError", "google.protobuf", "Descriptors cannot be created directly", "s2"],
    ["fit", "TypeError", "sklearn.base", "an argument that scipy does not know", "s3"],
    ["convert", "RuntimeError", "skl2onnx._parse", "an attribute is not there", "s4"],
    ["load", "Fail", "onnxruntime", "opset is under development", "s5"],
    ["parity", "Disagreement", "", "labels differ", "s6"],
]

Rule = Callable[[dict[str, str], str], int]


def releases(package: str) -> list[tuple[str, float]]:
    """(version, year), oldest first."""
    words = RELEASES[package].split()
    return [(version, float(year)) for version, year in zip(words[::2], words[1::2], strict=True)]


parsed = cache(Version)


def at(pins: dict[str, str], name: str, least: str) -> bool:
    """Whether a pin is at least a release."""
    return parsed(pins[name]) >= parsed(least)


def opset(name: str, version: str) -> int:
    """A number that grows with the minor release."""
    return parsed(version).minor + OPSETS[name]


def always(pins: dict[str, str], runtime: str) -> int:
    """What every canary meets: 0, or the signature with which it fails."""
    if at(pins, "numpy", "2") and not (at(pins, "skl2onnx", "1.17") and at(pins, "onnx", "1.16")):
        return 1
    if at(pins, "protobuf", "4") and not at(pins, "onnx", "1.12"):
        return 2
    stamp = min(opset("onnx", pins["onnx"]), opset("skl2onnx", pins["skl2onnx"]))
    return 5 if runtime and stamp > opset("onnxruntime", runtime) + 4 else 0


def rule(chance: random.Random) -> Rule:
    """What one canary meets beside."""
    kind = chance.randrange(6)
    newer, older = (chance.choice(releases(n))[0] for n in ("scikit-learn", "skl2onnx"))
    first = chance.randrange(len(RUNTIMES) - 3)
    broken = RUNTIMES[first : first + 3]

    def meets(pins: dict[str, str], runtime: str) -> int:
        if kind < 2 and at(pins, "scikit-learn", newer) and not at(pins, "skl2onnx", older):
            return 4
        if kind == 2 and not at(pins, "skl2onnx", older):
            return 4
        if kind == 3 and at(pins, "scipy", "1.11") and not at(pins, "scikit-learn", "1.2"):
            return 3
        return 6 if kind == 4 and runtime in broken else 0

    return meets


def cell(chance: random.Random, spread: float = 0.7) -> dict[str, str]:
    """Versions of about one time."""
    year = chance.uniform(2019.5, 2026.8)
    pins = {}
    for name in AXES:
        known = releases(name)
        wanted = year + chance.gauss(0, spread)
        pins[name] = next((v for v, y in reversed(known) if y <= wanted), known[0][0])
    return pins


def between(chance: random.Random, pins: dict[str, str]) -> dict[str, str]:
    """The same versions but one."""
    name = chance.choice(AXES)
    return {**pins, name: chance.choice(releases(name))[0]}


def folded(
    cells: Sequence[dict[str, str]], rules: dict[str, Rule], runtimes: Sequence[str] = RUNTIMES
) -> dict[str, Any]:
    """The content of the file for cells and canaries with their hidden rules."""
    profiles: dict[Any, int] = {None: 0}
    outcomes = {
        name: [profiles.setdefault(_profile(c, meets, runtimes), len(profiles)) for c in cells]
        for name, meets in rules.items()
    }
    return {
        "schema_version": 2,
        "date": "2026-11-28",
        "canaries": list(rules),
        "axes": list(AXES),
        "cells": [[c[a] for a in AXES] for c in cells],
        "ids": [f"c{n}" for n in range(len(cells))],
        "dates": ["2026-11-28"] * len(cells),
        "declared": [""] * len(cells),
        "runtimes": list(runtimes),
        "signatures": SIGNATURES,
        "profiles": list(profiles),
        "outcomes": [",".join(map(str, row)) for row in outcomes.values()],
        "imports": [[{"python": "3.11", "onnxruntime": r, "numpy": n}, int(n >= "2" and not at({"r": r}, "r", "1.19"))] for r in runtimes for n, _ in releases("numpy")],
        "flows": [],
    }  # fmt: skip


def _profile(pins: dict[str, str], meets: Rule, runtimes: Sequence[str]) -> int | str:
    before = always(pins, "") or meets(pins, "")
    return before or ",".join(str(always(pins, r) or meets(pins, r)) for r in runtimes)


def made_up(cells: int = 300, canaries: int = 40, seed: int = 0) -> dict[str, Any]:
    """A whole made-up matrix: half of its cells differ from another in one version."""
    chance = random.Random(seed)
    drawn = [cell(chance) for _ in range(cells // 2)]
    drawn += [between(chance, chance.choice(drawn)) for _ in range(cells - len(drawn))]
    unique = list({tuple(c.values()): c for c in drawn}.values())
    return folded(unique, {f"canary{n}": rule(chance) for n in range(canaries)})


#: releases of two packages, everything else the same
FEW = {
    "schema_version": 2,
    "date": "2026-11-28",
    "canaries": ["Ridge", "SVC"],
    "axes": ["python", "scikit-learn", "skl2onnx"],
    "cells": [["3.11", f"1.{minor}.0", f"1.{converter}.0"] for converter in (16, 17) for minor in range(12)],
    "ids": [f"c{number}" for number in range(24)],
    "dates": ["2026-11-28"] * 24,
    "declared": [""] * 24,
    "runtimes": ["1.14.1", "1.16.3", "1.18.0"],
    "signatures": SIGNATURES,
    "profiles": [None, 4, "0,0,0", "0,-1,0", "0,0,6"],
    # from scikit-learn 1.6 on, the conversion fails
    "outcomes": ["2,2,2,3,2,2,1,1,1,1,1,1,2,2,2,2,2,2,1,1,1,1,1,1", ",".join("4" * 11 + "0" + "4" * 12)],
    "imports": [[{"onnxruntime": v}, 0] for v in ("1.14.1", "1.15.0", "1.16.3", "1.17.0", "1.18.0")],
    "flows": [],
}  # fmt: skip


def packed(path: Path, raw: Any) -> Path:
    """A file with this content."""
    path.write_bytes(gzip.compress(json.dumps(raw).encode()))
    return path
