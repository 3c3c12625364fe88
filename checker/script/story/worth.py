"""Whether a story is worth telling again: a run, a model and a look at it never contradict each other."""

from __future__ import annotations

import re
from typing import Any

from ...world.files import any_there
from ..reading.state import State
from .calls import CLIENT, LOGS, NAMING

Steps = tuple[dict[str, Any], ...]
#: steps whose arguments may contradict those of others
TELLING = re.compile(
    r"mlflow\.(MlflowClient\.|register_model|models\.get_model_info|get_run$)|(attribute|artifact|open|write|pickle)$"
)
#: steps that ask for what other scripts, or earlier runs, may have put into a store
OF_OTHERS = re.compile(r"(create|get|set|update|delete|rename|transition)_\w*(model|version|experiment|run)")
_RUNS = re.compile(r"runs:/<<(?P<run>\d+)\.info\.run_(?:id|uuid)>>/(?P<path>.+)$")
_GIVEN = re.compile(r"<<(?P<logged>\d+)\.model_uri>>$")


def is_fresh(reader: State) -> bool:
    """Whether nothing is known to lie in the store: nobody else has one of its own, and no file of one is there."""
    uses = reader.uses
    if uses.store not in ("default", "sqlite", "file") or uses.database:
        return False
    places = () if uses.store == "sqlite" else ("mlruns", "mlflow.db")
    return not any_there(folder / place for folder in reader.folders for place in places)


def worth_telling(story: Steps, fresh: bool) -> Steps:
    """The steps that can be judged, none where nothing in them can contradict anything."""
    registered = any(_registers(step) for step in story)
    steps = tuple({**step, "skip": not _can_be_judged(step, fresh and registered)} for step in story)
    kept = [(place, step) for place, step in enumerate(steps) if not step["skip"]]
    return steps if any(_may_fail(steps, place, step) for place, step in kept) or _overlaps(kept) else ()


def _registers(step: dict[str, Any]) -> bool:
    """Whether a step gives a model a name in the registry."""
    named = step["kwargs"].get("registered_model_name") is not None
    return named or step["call"] in ("mlflow.register_model", f"{CLIENT}create_registered_model")


def _can_be_judged(step: dict[str, Any], alone: bool) -> bool:
    """Whether a step rests on the script alone: on nothing that may lie in the store already."""
    if step.get("of_others"):
        return False
    if alone:
        return True
    address = str(step["args"][:1])
    return "models:/" not in address and not (step["call"].startswith(CLIENT) and OF_OTHERS.search(step["call"]))


def _may_fail(steps: Steps, place: int, step: dict[str, Any]) -> bool:
    """Whether a single step may be refused for what is told before it."""
    call, address = step["call"], str(step["args"][0]) if step["args"] else ""
    if LOGS.match(call):
        return bool(step.get("model")) or bool(set(NAMING) & set(step["kwargs"]))
    if call == "predict":  # only a signature refuses anything
        return any(s.get("signed") or s.get("shown") for s in steps[:place])
    if not call.endswith(".load_model"):
        return bool(TELLING.match(call))
    logged = _logged_at(steps[:place], address)
    return logged is None or call.split(".")[1] not in ("pyfunc", logged)


def _logged_at(before: Steps, address: str) -> str | None:
    """The flavor of the model at an address, None where it is not plain that there is one."""
    if given := _GIVEN.match(address):
        step = before[int(given["logged"])] if int(given["logged"]) < len(before) else None
        return step["call"].split(".")[1] if step and LOGS.match(step["call"]) else None
    run = _RUNS.match(address)
    for place, step in enumerate(before):
        if not LOGS.match(step["call"]):
            continue
        own = next((v for k, v in step["kwargs"].items() if k in ("artifact_path", "name", "path")), None)
        if (own or (step["args"] or [None])[0]) == (run["path"] if run else address):
            within = run is None or _within(before, int(run["run"]), place)
            return str(step["call"].split(".")[1]) if within else None
    return None


def _within(steps: Steps, run: int, place: int) -> bool:
    """Whether a step is taken while that run, and no other, is active."""
    if run >= place or steps[run]["call"] != "mlflow.start_run":
        return False
    return not any(s["call"] in ("mlflow.start_run", "mlflow.end_run") for s in steps[run + 1 : place])


def _overlaps(kept: list[tuple[int, dict[str, Any]]]) -> bool:
    """Whether a run begins within another, or a parameter or a folder is written twice."""
    active, seen, parameters = 0, set[str](), set[str]()
    for _, step in kept:
        call = step["call"]
        if call == "mlflow.start_run":
            if active and not step["kwargs"].get("nested"):
                return True
            active, parameters = active + 1, set()
        elif call == "mlflow.end_run":
            active, parameters = max(active - 1, 0), set()
        elif call == "touch" or call.startswith("mlflow.log_param") or call.endswith(".log_model"):
            active = max(active, 1)
        if call == "mlflow.log_param" and step["args"]:
            if str(step["args"][0]) in parameters:
                return True
            parameters.add(str(step["args"][0]))
        if call.endswith(".save_model"):
            path = str(step["kwargs"].get("path", (step["args"] or [""])[0]))
            if path in seen:
                return True
            seen.add(path)
    return False
