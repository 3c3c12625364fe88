"""A tracking server with the MLflow of a place, made here; it listens on this machine alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..ask import ProbeRequest
from ..errors import CannotLook
from ..knowledge import Knowledge, Target
from ..knowledge.facts import Release
from ..model import Canary, Observation, Outcome, Passed, Stage, is_besides
from ..probe.asking import last_printed
from ..probe.inside.apart import TRACKING
from ..rules.places.servers import is_unknown
from ..world.process import Dialogue
from ..world.pythons import MINORS
from ..world.sandbox import Refused, Site, empty_site, unset_variables
from .making import Runtime, as_of, interpreters

#: seconds in which a server has to be there
STARTS = 120.0
#: what the server's Python is told: it prints its port when it listens
SERVE = """
import os, sys
folder = {folder!r}
os.chdir(folder)
os.environ["_MLFLOW_SERVER_FILE_STORE"] = "sqlite:///" + folder + "/server.db"
os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = folder + "/artifacts"
from mlflow.server import app
from werkzeug.serving import make_server
app.test_client().post("/api/2.0/mlflow/experiments/search", json={{"max_results": 1}})  # makes the tables
server = make_server("127.0.0.1", 0, app, threaded=True)
print("port", server.server_port)
sys.stdout.flush()
server.serve_forever()
"""


def logged_to(wanted: ProbeRequest, server: str) -> ProbeRequest:
    """What a patient is asked, with its models logged to the server at an address.

    A rehearsal logs to a store that is thrown away: models that were read of the script are logged besides.
    """

    def moved(canaries: tuple[Canary, ...]) -> tuple[Canary, ...]:
        return tuple(replace(c, logging=c.logging and c.logging.tracked_by(server)) for c in canaries)

    script = wanted.script and replace(wanted.script, canaries=moved(wanted.script.canaries))
    served = replace(wanted, script=script, canaries=moved(wanted.canaries))
    return replace(served, sift=partial(only_logged, canaries=served.canaries)) if wanted.rehearsal else served


def only_logged(seen: Observation, canaries: Sequence[Canary]) -> Observation:
    """What was seen, where of a model that was read of lines that were rehearsed nothing counts but that it is logged.

    Of its failures only those count in which the server does not know what it is asked: its data are made up.
    """
    besides = {c.name for c in canaries if is_besides(c, seen)}

    def counts(outcome: Outcome) -> bool:
        logged = outcome.stage is Stage.REGISTER and (isinstance(outcome, Passed) or is_unknown(outcome))
        return outcome.subject not in besides or logged

    return replace(seen, outcomes=tuple(filter(counts, seen.outcomes)))


@contextmanager
def make_server(target: Target, knowledge: Knowledge, pythons: Sequence[Path]) -> Iterator[Runtime]:
    """The server of a place that tracks for as long as it is asked; its `address` is "" where it could not be made."""
    release = knowledge.release("mlflow", target.packages["mlflow"])
    with ExitStack() as stack:
        try:
            made = _served(release, pythons, stack) if release else Runtime(None, why="no index has that release")
        except CannotLook as error:
            made = Runtime(None, why=error.message)
        yield made


def _served(release: Release, pythons: Sequence[Path], stack: ExitStack) -> Runtime:
    """The server, in the newest Python of this machine in which the release can be installed."""
    why = f"there is no Python here that mlflow {release.version} was made for"
    for minor, base in interpreters(filter(release.supports, MINORS), pythons):
        site = stack.enter_context(empty_site(base))
        # earlier releases import pkg_resources without asking for it
        refused = site.install([f"mlflow=={release.version}", "setuptools<80"], words=as_of(release))
        if not isinstance(refused, Refused):
            return _started(site, release, minor, stack)
        why = f"it cannot be installed: {' '.join(refused.text.split())[:200]}"
    return Runtime(None, why=why)


def _started(site: Site, release: Release, minor: str, stack: ExitStack) -> Runtime:
    """The server of an environment, as soon as it listens."""
    server = Dialogue([str(site.python), "-"], unset_variables(TRACKING), site.children)
    stack.callback(server.end, finished=False)
    for line in server.lines(SERVE.format(folder=str(site.folder)), STARTS):
        word, _, port = line.decode("ascii", "replace").strip().partition(" ")
        if word == "port" and port.isdigit():
            server.heard = True
            told = f"a server of mlflow {release.version} with Python {minor}"
            return Runtime(None, told, address=f"http://127.0.0.1:{port}")
    said = last_printed(server.printed) or server.how_it_ended
    return Runtime(None, why=f"its server does not start: {said[:200]}")
