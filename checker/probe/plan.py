"""What the probe is told to do, as one JSON-able dictionary."""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..model import Canary, Patient, Rehearsal, Script
from ..names import PATH_MODULES, STACK, canonicalize_name, distribution_of
from ..world.cache import kept_place
from ..world.files import read_bytes
from ..world.pythons import memory_limit
from .assemble import looker, rehearser, worker

#: modules of the conversion path whose function bodies are linked too: what fails there fails at conversion
LAZY = ("skl2onnx", "onnxmltools", "onnxconverter_common")
#: packages whose attributes are looked up before anything is tried
NAMED = ("numpy", "scipy", "pandas", *PATH_MODULES, *LAZY, "xgboost", "lightgbm", "catboost", "imblearn")
#: what converts a model of which a script says no converter
CONVERTER = "skl2onnx.convert_sklearn"
#: seconds for one import and one canary
IMPORT_SECONDS, CANARY_SECONDS = 120, 60
#: bytes of a script
MOST_SCRIPT = 64 << 20


def wanted_imports(script: Script | None) -> list[dict[str, Any]]:
    """Every import to try: the script's own in its order, then those of the path that are installed."""
    wanted: dict[str, dict[str, Any]] = {}
    brings = script.brings if script else frozenset()
    for statement in script.imports if script else ():
        if statement.sure and not statement.module.startswith("."):  # the script's own package is never imported
            top = statement.module.partition(".")[0]
            brought = (distribution_of(statement.module) or canonicalize_name(top)) in brings
            entry = wanted.setdefault(statement.module, {"module": statement.module, "names": [], "optional": brought})
            if statement.name and statement.name != "*" and statement.name not in entry["names"]:
                entry["names"].append(statement.name)
    for module in STACK:
        wanted.setdefault(module, {"module": module, "names": [], "optional": True})["whole"] = True
    return list(wanted.values())


def wanted_names(script: Script | None) -> list[dict[str, str]]:
    """The attributes of the path's packages, and of libraries of estimators, that the script asks for.

    A name within another is left out: who has the longer one has the shorter.
    """
    names = {n: w for n, w in (script.names if script else {}).items() if n.partition(".")[0] in NAMED}
    return [{"name": n, "where": w} for n, w in names.items() if not any(o.startswith(n + ".") for o in names)]


def may_convert(script: Script | None) -> bool:
    """Whether models are converted: without a script, and by one that uses a converter."""
    return script is None or any(map(script.uses, LAZY))


def canary_fields(canary: Canary, converts: bool = True) -> dict[str, Any]:
    """A canary as the program reads it, with the top-level modules that it needs.

    One without a converter is converted all the same where its script converts something, unless by a converter that
    could not be read.
    """
    if canary.artifact or canary.form == "files":
        return {**asdict(canary), "needs": []}
    if canary.form == "graph":
        return {**asdict(canary), "needs": sorted({m.partition(".")[0] for m in canary.imports} - {"copy"})}
    needs = {m.partition(".")[0] for m in canary.imports} if canary.make else {"mlflow"}
    if canary.make:
        needs.add("numpy")
    if canary.make and canary.converter:
        needs |= {"onnx", canary.converter.partition(".")[0]}
    needs |= {name.partition(".")[0] for one in canary.registered for name in (one.model, one.convert)}
    if canary.layout == "frame" or (canary.logging and canary.make and not canary.where):
        needs.add("pandas")
    logged = canary.logging is not None and (canary.logging.flavor != "onnx" or canary.logging.logs == "fitted")
    fitted_only = logged or "converters" in canary.unread
    converter = canary.converter or ("" if fitted_only or not converts else CONVERTER)
    return {**asdict(canary), "converter": converter, "needs": sorted(needs)}


def rehearsal_fields(rehearsal: Rehearsal, local: bool) -> dict[str, Any]:
    """A rehearsal as the program reads it; in another place it looks whether the scripts there are the same."""
    scripts = {} if local else {script: read_bytes(Path(script), MOST_SCRIPT) for script in rehearsal.scripts}
    digests = {script: hashlib.sha256(content).hexdigest() for script, content in scripts.items()}
    return {**asdict(rehearsal), "digests": digests}


def make_plan(
    patient: Patient,
    script: Script | None,
    canaries: Iterable[Canary],
    *,
    folder: str = "",
    static: bool = False,
    bytecode: str = "",
    rehearsal: Rehearsal | None = None,
    keeps: bool = False,
) -> dict[str, Any]:
    """The plan of one observation; caches are offered only where the patient shares this machine's files.

    `bytecode` is for throwaway environments: the folder that keeps it, or "own" for beside the sources. What is seen
    of the files of any other patient of this machine is kept (`looks`). `keeps`: models come back with what is seen.
    """
    links = kept_place("links", looker()) if patient.local else ""
    imports = wanted_imports(script)
    return {
        "token": secrets.token_hex(8),
        "role": "look",
        "looker": looker(),
        "worker": "" if static else worker(),
        "rehearser": rehearser() if rehearsal else "",
        "rehearsal": rehearsal_fields(rehearsal, patient.local) if rehearsal else None,
        "folder": folder if patient.local else "",
        "static": static,
        "live": False,
        "roots": list(dict.fromkeys(w["module"] for w in imports if w["module"] not in sys.stdlib_module_names)),
        "lazy": list(LAZY),
        "cache": links,
        "looks": bool(links and not bytecode),
        "bytecode": bytecode or (kept_place("bytecode", patient.command[0]) if links and not static else ""),
        "imports": [] if static else imports,
        "asked": dict(script.asked) if script and static else {},
        "names": [] if static else wanted_names(script),
        "canaries": [] if static else [{**canary_fields(c, may_convert(script)), "keeps": keeps} for c in canaries],
        "keeps": keeps,
        "absent": [],
        "fork": True,
        "memory": memory_limit() if patient.local else 0,
        "import_seconds": IMPORT_SECONDS,
        "canary_seconds": CANARY_SECONDS,
    }
