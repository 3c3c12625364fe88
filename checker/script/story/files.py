"""Files of a story: what is read and was never written, what is written into a folder that nobody has made."""

from __future__ import annotations

import re
from typing import Any

from ...world.files import any_there
from ..plain import stripped
from ..reading.state import State
from ..uses.record import Conversion
from ..values.proxies import Call, File, Opened, path_of
from .values import MOST, step_of

#: what changes files, or whose doings cannot be followed
FILES = re.compile(r"(shutil|subprocess)\.|os\.(system|popen|rename|replace|remove|unlink|removedirs|rmdir|chdir)$")
#: functions that only name a file, or look whether it is there
NAMING = re.compile(r"(pathlib|os\.path)\.|os\.fspath$|builtins\.(str|repr|isinstance|len)$")
#: what puts files into folders that are named nowhere; and the text that stands for all of their names
UNPACKS = re.compile(
    r"(tarfile|zipfile|patoolib|huggingface_hub|kagglehub|kaggle|gdown|wget|git|dvc)\.|.*\.extractall$"
)
ANYTHING = "/*"
#: methods of tables that write files
TABLES = {f"to_{n}" for n in ("csv", "parquet", "pickle", "json", "excel", "feather")}
#: folders that are there in the place that some scripts are for
PLACES_HAVE = re.compile(r"(\./)?(outputs|logs)(/|$)")


def changed(reader: State, name: str, call: Call) -> None:
    """A call that changes files: a folder is removed, or nobody knows what happens."""
    story = reader.uses.story
    if UNPACKS.match(name):
        reader.uses.files.texts.append(ANYTHING)
    if story.over or not FILES.match(name):
        return
    path = path_of(stripped(call.get(0, "path")))
    if name == "shutil.rmtree" and isinstance(path, str) and not reader.doubts:
        story.steps.append(step_of("remove", [path], where=call.where, tried=True))
    elif not name.startswith("shutil.copy"):
        story.over = True


def artifacts(reader: State, call: Call) -> list[dict[str, Any]]:
    """The files that are copied to a model of a class of the script's, and are not there."""
    given = stripped(call.kwargs.get("artifacts"))
    paths = [path_of(stripped(v)) for v in dict.values(given)] if isinstance(given, dict) else []
    gone = [p for p in paths if isinstance(p, str) and is_absent(reader, p)]
    return [step_of("open", [path], where=call.where, tried=reader.guarded > 0) for path in gone]


def absent(reader: State, value: Any) -> Any:
    """A file, or a list of folders with code, that the script names nowhere else and that is not there; else None."""
    value = stripped(value)
    if isinstance(value, (list, tuple)):
        names = [path_of(stripped(v)) for v in value]
        gone = [n for n in names if isinstance(n, str) and is_absent(reader, n)]
        looks = [n for n in gone if re.search(r"[/\\]|\.py$|^\w+$", n)]
        return looks or None
    value = path_of(value)
    return value if isinstance(value, str) and is_absent(reader, value) else None


def reads(reader: State, value: Any, where: str) -> None:
    """A model is read from a file, in a script that has written another and not this one."""
    path, story = path_of(stripped(value)), reader.uses.story
    if not isinstance(path, str) or not path.endswith(".onnx") or story.over or reader.doubts:
        return
    writes = any(isinstance(one, Conversion) for one in reader.uses.files.values())
    if writes and reader.uses.files.get(path) is None and is_absent(reader, path):
        story.steps.append(step_of("open", [path], where=where, tried=reader.guarded > 0))


def writes(reader: State, value: Any, where: str, named: int = 1) -> None:
    """A file is written; `named` is how often this call itself has been handed its name."""
    path, story = path_of(value), reader.uses.story  # where it is only assumed (an option's default) it is no path
    folder = path.replace("\\", "/").rpartition("/")[0] if isinstance(path, str) else ""
    sure = reader.sure and not reader.met and not story.over and len(story.steps) < MOST
    if folder.strip("./") == "" or ".." in folder or not sure:
        return
    if is_absent(reader, folder, named) and not (PLACES_HAVE.match(folder) and _for_a_place(reader)):
        story.steps.append(step_of("write", [path], where=where, tried=reader.guarded > 0))


def _for_a_place(reader: State) -> bool:
    """Whether a script is for a place that makes folders of its own before it starts."""
    return any(one.module.startswith(("azureml", "azure.")) for one in reader.uses.imports)


def opened(reader: State, call: Call) -> None:
    """`open(path, mode)`."""
    mode = call.get(1, "mode")
    if isinstance(mode, str) and mode[:1] in ("w", "a", "x") and not isinstance(call.get(0, "file"), Opened):
        writes(reader, call.get(0, "file"), call.where)


def note(reader: State, name: str, values: list[Any]) -> None:
    """Remember the texts that a call is handed: a file or folder may have been made by it."""
    if not NAMING.match(name):
        known = (stripped(value) for value in values)
        reader.uses.files.texts += [str(path_of(v)) for v in known if isinstance(v, (str, File))]


def is_absent(reader: State, path: str, most: int = 1) -> bool:
    """Whether no such file or folder is there, and nothing that the script calls has got its name before.

    `most` is how often what is called now has been handed it.
    """
    if not path or path.startswith(("/", "~", "<<")) or ":" in path or ANYTHING in reader.uses.files.texts:
        return False
    top = path.replace("\\", "/").removeprefix("./").partition("/")[0]
    named = sum(top in text for text in reader.uses.files.texts)
    return named <= most and not any_there(folder / path for folder in reader.folders)
