"""Places by name or file: which one `--target` means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import CannotLook, UsageError
from ..knowledge import Knowledge, Limit, Provenance, Target
from ..knowledge.facts import Release
from ..knowledge.targets import targets_of
from ..names import canonicalize_name, meant, read_requirement
from ..world.files import check_files, read_text
from ..world.project.toml import tomllib
from .mistakes import mistakes

_HINT = "`checker targets` lists them; a file of your own is named with its folder, such as ./prod.toml"


def find_target(asked: str, knowledge: Knowledge) -> Target:
    """The place that a name or a file means. Raises UsageError for no such place, CannotLook for no such file."""
    if asked.endswith(".toml") or "/" in asked or "\\" in asked:
        return read_target(Path(asked), knowledge)
    wanted = read_requirement(asked)
    if re.match(r"mlflow\s*(=|$)", asked.strip()):
        return _server(asked, knowledge)
    if asked.startswith("onnxruntime") and (found := _runtime(asked, knowledge)):
        return found
    name = asked.strip().lower().replace(" ", "-")
    if wanted and "==" in asked:
        name = f"{canonicalize_name(wanted.name)}-{asked.partition('==')[2].strip()}"
    for target in knowledge.targets:
        if target.name == name:
            return target
    raise UsageError(*_unknown(asked, name, knowledge))


def _unknown(asked: str, name: str, knowledge: Knowledge) -> tuple[str, str]:
    """What is wrong with a name of no place, and which is meant."""
    releases = [one.name for one in knowledge.targets if one.family == name]
    if releases:
        few = releases if len(releases) <= 8 else [releases[0], "...", *releases[-3:]]
        return f"--target {asked}: several releases are known of it", f"name one: {', '.join(few)}"
    names = {one.name for one in knowledge.targets} | {one.family for one in knowledge.targets} | {"onnxruntime"}
    return f"--target {asked}: there is no such place", meant(name, sorted(names)) or _HINT


def _runtime(asked: str, knowledge: Knowledge) -> Target | None:
    """A release of onnxruntime as a place: `onnxruntime==1.10`. Raises UsageError for one that was never made."""
    version = asked.removeprefix("onnxruntime").lstrip("=- ")
    if not version[:1].isdigit():
        if asked.strip() == "onnxruntime":
            raise UsageError("--target onnxruntime: which release?", "write it as onnxruntime==1.17.3")
        return None
    release, known_as = _release("onnxruntime", version, asked, knowledge)
    limits = (Limit("forms", known_as, ("onnx",)), Limit("onnxruntime", known_as, (release.version,)))
    name = f"onnxruntime-{release.version}"
    return knowledge.stamped(Target(name, f"onnxruntime {release.version}", limits, family="onnxruntime"))


def _server(asked: str, knowledge: Knowledge) -> Target:
    """A release of MLflow as the server that a script tracks to: `mlflow==2.9.2`. Raises UsageError."""
    version = asked.removeprefix("mlflow").lstrip("=- ")
    if not version:
        raise UsageError("--target mlflow: which release has the server?", "write it as mlflow==2.9.2")
    release, known_as = _release("mlflow", version, asked, knowledge)
    packages, title = {"mlflow": release.version}, f"a tracking server of MLflow {release.version}"
    name = f"mlflow-{release.version}"
    return Target(name, title, kind="tracks", family="mlflow", packages=packages, provenance=known_as)


def _release(package: str, version: str, asked: str, knowledge: Knowledge) -> tuple[Release, Provenance]:
    """A release that is a place, with where it is known from. Raises UsageError for one that was never made."""
    release = knowledge.release(package, version)
    if not release:
        known = [r.version for r in knowledge.releases(package)]
        near = [v for v in known if v.startswith(f"{version}.")][-1:]
        hint = f"did you mean {package}=={near[0]}?" if near else f"known are {known[0]} to {known[-1]}"
        raise UsageError(f"--target {asked}: there is no such release", hint)
    return release, Provenance(f"https://pypi.org/project/{package}/{release.version}/", release.uploaded, "declared")


def read_target(path: Path, knowledge: Knowledge) -> Target:
    """The place that a user's own file tells of. Raises UsageError with everything that is wrong with it."""
    check_files((), frames=(path,))
    try:
        told: dict[str, Any] = tomllib.loads(read_text(path, "it has to be a TOML file"))
    except ValueError as error:
        raise CannotLook(f"{path} is no TOML: {error}", "`checker targets new` writes one to start from") from error
    wrong = mistakes(told)
    if not wrong and len(told.get("releases", ())) > 1:
        wrong = ["a place of your own is one release"]
    if wrong:
        raise UsageError(f"{path} tells of no place: {'; '.join(wrong)}", "see one with `checker targets new`")
    return knowledge.stamped(next(targets_of(told)))
