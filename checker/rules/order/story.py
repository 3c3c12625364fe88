"""What MLflow refuses when a script's calls are told again in their order, whatever model it is that they log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...model import Advice, Case, Finding, Observation, Stage, rule
from ..evidence import Cause, canary_of, each, says
from ..models.canary_findings import canary_finding, last_words
from ..serving.advice import other_signature

_FLAVOR = r"does not have the [\"'](?P<flavor>\w+)[\"'] flavor"
#: what is nothing of the script's: where the story was told, and where an object lay
_SCRATCH = re.compile(r"/[^\s']*/checker-probe-[^\s']*/story/| at 0x[0-9a-f]+")
_ADDRESS = re.compile(r"(?P<kind>runs:/|models:/)(?P<name>[^/@]+)(?P<at>[/@])?(?P<rest>.*)$")
_DOES = {"write": "open", "attribute": "a served model", "artifact": "the model", "pickle": "the model"}
_LACKS = {
    "attribute": "has not what it is asked for",
    "artifact": "asks for an artifact that it does not have",
    "pickle": "holds what cannot be pickled",
}
Step = Mapping[str, Any]


@rule("MLflow's calls contradict each other", Stage.REGISTER)
def calls_contradict(case: Case[Observation]) -> Iterator[Finding]:
    """A call of MLflow asks for what none before it has made, or makes again what is there.

    What happens: "Registered model alias champion not found", "Model does not have the 'sklearn' flavor", "Run with
    UUID ... is already active", "already exists and is not empty", "No such file or directory", "cannot pickle".
    Why: an address (runs:/, models:/) names the path, the registered name, the version, stage or alias under which a
    model was logged, and a flavor loads only what it has logged; a run that was not ended goes on; a folder is not
    written twice, and none is made by writing into it. A model of a class of the script's own is pickled with all that
    it holds, and a session, a lock or an open file lives with its process.
    Remedy: the name, path or flavor with which the model was logged; an alias or stage that was given before; a folder
    that is made; what lives with its process made in load_context.
    Not this rule: models that cannot be logged, loaded or scored whatever their address; what others have put into the
    store.
    """
    for cause in each(case, Stage.REGISTER):
        call = str(cause.first.facts.get("call") or "")
        if not call:
            continue
        where, steps = str(cause.first.facts.get("called") or ""), _steps(case, cause)
        place = next((n for n, s in enumerate(steps) if (s["call"], s["where"]) == (call, where)), len(steps))
        does = _DOES.get(call, call)
        verb = _LACKS.get(call, "fails")
        said = _SCRATCH.sub("", last_words(cause.first))
        text = f"{where} {does} {verb}: {said}"
        failed = steps[place : place + 1]
        alone = call in ("open", "write") or (call == "pickle" and failed and failed[0]["args"][1:] == ["pickle"])
        culprits = () if alone else ("mlflow",)
        found = canary_finding(case, cause, text, culprits, *_advice(cause, steps[:place], failed))
        rest = (_SCRATCH.sub("", line) for line in found.evidence[1:] if line != f"called at {where}")
        yield replace(found, evidence=(where, *rest))  # its own line in place of that of the first call


def _steps(case: Case[Observation], cause: Cause) -> tuple[Step, ...]:
    own = canary_of(case, cause.first.subject)
    return own.logging.story if own and own.logging else ()


def _advice(cause: Cause, before: tuple[Step, ...], failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    """What to write instead, by what MLflow says and by what was logged before."""
    args = failed[0]["args"] if failed else []
    address = str(args[0]) if args else ""
    if cause.first.facts.get("call") in _OWN_ADVICE:
        return _OWN_ADVICE[str(cause.first.facts["call"])](cause, failed)
    if found := says(cause.first, _FLAVOR):
        return _other_flavor(found["flavor"], _logged(before))
    if says(cause.first, r"already active"):
        return _nested()
    if says(cause.first, r"Changing param values"):
        line = "with mlflow.start_run(nested=True):"
        return (Advice("code", "Log a parameter once in a run; give each candidate a run of its own.", lines=(line,)),)
    if says(cause.first, r"already exists and is not empty"):
        return _other_folder(failed)
    if says(cause.first, r"already exists"):
        text, line = (
            "Leave the call out: logging the model has registered the name already.",
            "client.get_registered_model",
        )
        return (Advice("code", text, lines=(f"{line}({address!r})",)),)
    if cause.first.facts.get("call") == "attribute":
        other = f"mlflow.{_logged(before) or 'sklearn'}.load_model(address)"
        return (
            Advice("code", "Ask predict of it: a model loaded by mlflow.pyfunc has no other.", lines=("predict(x)",)),
            Advice("code", "Or load it with the flavor that has logged it.", lines=(other,)),
        )
    if says(cause.first, r"No such file or directory|code path|code_paths") and not address.startswith(("runs", "mod")):
        line = f'open({address!r}, "wb").write(onx.SerializeToString())' if address.endswith(".onnx") else ""
        text = "Name a file that is there, or that the script has written."
        return (Advice("code", text, lines=(line or f"Path({address!r}).exists()",)),)
    return _other_address(address, before, failed)


def _artifact_names(_: Cause, failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    names = [str(name) for name in failed[0]["args"][1]] if failed else []
    lines = (f"context.artifacts[{names[0]!r}]",) if names else ()
    return (
        Advice("code", f"Use the names that artifacts= has: {', '.join(map(repr, names)) or 'none'}.", lines=lines),
    )


def _made_folder(_: Cause, failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    folder = str(failed[0]["args"][0]).rpartition("/")[0] if failed else "models"
    return (Advice("code", "Make the folder before.", lines=(f"os.makedirs({folder!r}, exist_ok=True)",)),)


def _made_when_loaded(_: Cause, failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    """Advice to make what lives with its process where the model is loaded."""
    name = str(failed[0]["args"][0][0]) if failed else "open"
    if name == "lambda":
        text = "Give it a function with a name, defined in a module that is there where the model is loaded."
        return (Advice("code", text, lines=("FunctionTransformer(numpy.log1p)",)),)
    text = "Make it in load_context, which is called where the model is loaded; keep in __init__ what it is made of."
    return (Advice("code", text, lines=("def load_context(self, context):", f"    self.made = {name}(...)")),)


#: advice for steps that are no calls of MLflow's
_OWN_ADVICE: Mapping[str, Callable[[Cause, tuple[Step, ...]], tuple[Advice, ...]]] = {
    "artifact": _artifact_names,
    "write": _made_folder,
    "pickle": _made_when_loaded,
    "predict": lambda cause, _: other_signature(cause),
}


def _logged(before: tuple[Step, ...]) -> str:
    """The flavor of what was logged last, "" where nothing was."""
    return next(
        (s["call"].split(".")[1] for s in reversed(before) if s["call"].endswith(("log_model", "save_model"))), ""
    )


def _other_flavor(asked: str, logged: str) -> tuple[Advice, ...]:
    """Advice to load with the flavor that has logged, or with pyfunc; or to log with the flavor that loads."""
    by_own = Advice(
        "code",
        f"Load it with the flavor that has logged it: {logged}.",
        lines=(f"mlflow.{logged}.load_model(address)",),
    )
    by_any = Advice("code", "Or as a function, whatever has logged it.", lines=("mlflow.pyfunc.load_model(address)",))
    both = Advice(
        "code", f"Or log the model with mlflow.{asked} too.", lines=(f"mlflow.{asked}.log_model(model, ...)",)
    )
    return (by_own, by_any, both) if logged else (by_any, both)


def _nested() -> tuple[Advice, ...]:
    return (
        Advice("code", "Begin a run within another as a nested one.", lines=("mlflow.start_run(nested=True)",)),
        Advice("code", "Or end the run before.", lines=("mlflow.end_run()",)),
    )


def _other_folder(failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    """Advice to save into a folder of its own, or to remove the other one."""
    step = failed[0] if failed else {"kwargs": {}, "args": []}
    path = str(step["kwargs"].get("path") or (step["args"] or ["model"])[0])
    lines = (f"shutil.rmtree({path!r}, ignore_errors=True)",)
    return (
        Advice("code", "Save each model into a folder of its own.", lines=(f"save_model(model, {path + '_2'!r})",)),
        Advice("code", "Or remove the folder before.", lines=lines),
    )


def _other_address(address: str, before: tuple[Step, ...], failed: tuple[Step, ...]) -> tuple[Advice, ...]:
    """Advice on what an address leads to: the path that was logged, the registered name, an alias or stage."""
    names = [n for s in before if (n := s["kwargs"].get("registered_model_name") or _named(s))]
    paths = [p for s in before if s["call"].endswith("log_model") and (p := _path(s))]
    found = _ADDRESS.match(address)
    if found and found["kind"] == "runs:/" and paths:
        text = f"Load what that run has logged; the path is {paths[-1]!r}, and a model logged later is in another run."
        return (Advice("code", text, lines=(f'f"runs:/{{run.info.run_id}}/{paths[-1]}"',)),)
    if not names:
        line = f"log_model(model, ..., registered_model_name={found['name'] if found else 'model'!r})"
        return (Advice("code", "Log and register the model before it is asked for.", lines=(line,)),)
    name = str(names[-1])
    load = Advice("code", f"Load the version that is registered as {name!r}.", lines=(f'"models:/{name}/1"',))
    if found and found["at"] == "@" and found["name"] in names:
        line = f'client.set_registered_model_alias("{found["name"]}", "{found["rest"]}", "1")'
        return (Advice("code", "Give the version that alias before.", lines=(line,)), load)
    if found and found["name"] in names and not found["rest"].isdigit():
        line = f'client.transition_model_version_stage("{found["name"]}", "1", "{found["rest"]}")'
        return (load, Advice("code", "Or move the version to that stage before.", lines=(line,)))
    if not found and failed:
        text = f"Ask for a version of {name!r} that is registered: each logging call makes one, from 1 on."
        return (Advice("code", text, lines=(f'client.get_model_version({name!r}, "1")',)),)
    return (load,)


def _named(step: Step) -> Any:
    """The registered name that a call of the registry gives."""
    if step["call"] == "mlflow.register_model":
        return step["kwargs"].get("name") or (step["args"][1] if len(step["args"]) > 1 else None)
    made = step["call"].endswith("create_registered_model")
    return (step["kwargs"].get("name") or (step["args"] or [None])[0]) if made else None


def _path(step: Step) -> str:
    """The path under which a call logs."""
    return str(step["kwargs"].get("artifact_path") or step["kwargs"].get("name") or (step["args"] or [""])[0])
