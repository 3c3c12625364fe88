"""Models by their address in a registry or run of MLflow's: brought by the MLflow of the environment that is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import CannotLook, UsageError
from ...texts import line
from ...world.files import is_file, text_of

ADDRESS = re.compile(r"(?:models|runs):/.+")
#: what the environment runs: its own MLflow, with the user's own settings
_BRING = """
import sys
sys.path[:] = [p for p in sys.path if p]  # no file of the working folder answers for mlflow
import json, os, shutil, sqlite3
from urllib.parse import quote, urlparse
address, place, told = json.loads({given!r})
os.mkdir(place)
import mlflow


def kept(uri, name):
    # a newer MLflow changes the tables of a database when it opens it, and makes a store where there is none
    head, _, path = uri.partition(":///")
    if head == "sqlite":
        path, copy = path.partition("?")[0], os.path.join(os.path.dirname(told), name + ".db")
        if not os.path.isfile(path):
            sys.exit("there is no " + path)
        if sys.version_info < (3, 7):
            shutil.copyfile(path, copy)
        else:
            old, new = sqlite3.connect("file:" + quote(path) + "?mode=ro", uri=True), sqlite3.connect(copy)
            old.backup(new)
            old.close(), new.close()
        return "sqlite:///" + copy
    folder = urlparse(uri).path if uri.startswith("file:") else uri if "://" not in uri and os.sep in uri else "."
    if not os.path.isdir(folder):
        sys.exit("there is no " + folder)
    return uri


tracking, registry = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
mlflow.set_tracking_uri(kept(tracking, "tracking"))
if registry != tracking:
    mlflow.set_registry_uri(kept(registry, "registry"))
try:
    from mlflow.artifacts import download_artifacts
    path = download_artifacts(artifact_uri=address, dst_path=place)
except ImportError:
    from mlflow.tracking.artifact_utils import _download_artifact_from_uri
    path = _download_artifact_from_uri(address, place)
with open(told, "w") as file:
    json.dump(path, file)
"""


def is_address(text: str) -> bool:
    """Whether it is the address of a model and no path."""
    return bool(ADDRESS.fullmatch(text))


@contextmanager
def brought(address: str, python: Path | None) -> Iterator[Path]:
    """The folder of a model, as long as it is looked at. Raises UsageError and CannotLook."""
    if python is None:
        raise UsageError(f"{address} is resolved by an environment's MLflow", "name the environment with --python")
    from ...world.process import run
    from ...world.sandbox import scratch_folder

    with scratch_folder() as folder:
        told = folder / "told.json"
        name = re.sub(r"[^A-Za-z0-9]+", "-", address.partition(":/")[2]).strip("-")[:60] or "model"
        given = json.dumps([address, str(folder / name), str(told)])
        done = run([str(python), "-c", _BRING.format(given=given)], {"PYTHONDONTWRITEBYTECODE": "1"})
        path = _told(told)
        if done.returncode or not path.is_relative_to(folder):
            said = line(done.stderr.strip().rpartition("\n")[2], 200)
            raise CannotLook(f"{address} is not to be had: {said}", "set MLFLOW_TRACKING_URI as its scripts do")
        yield path


def _told(told: Path) -> Path:
    """Where the environment says that it has put the model; a path of nowhere where it says nothing."""
    try:
        return Path(json.loads(text_of(told))) if is_file(told) else Path()
    except (ValueError, TypeError):
        return Path()
