"""MLflow's stores in a rehearsal: no server is asked, a database in the scratch folder stands in its place.

Files and databases of the user's own need nothing: the shadow leads them.
"""

import functools
import inspect
import re
import sys
from typing import Any

from ..apart import store_in
from ..errors import attribute, is_a, name_of, said_by, trace_of

#: addresses of stores that are files, and of artifacts that are files or lie in a store
FILES = re.compile(r"(?i)(file|sqlite):|(?![a-z][-+.\w]+:|databricks|uc$)")
WITHIN = re.compile(r"(?i)(file|runs|models):|(?![a-z][-+.\w]+:)")
#: names of functions that ask a store, and what is raised by those who were given nothing
ASKING = re.compile(r"(search|list|get)_\w+$")
OF_NOTHING = (LookupError, ValueError, AttributeError, TypeError, StopIteration)


class Stores:
    """What stands in the place of servers: one store for all of them, and one folder for their artifacts."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        #: addresses of servers that were to be asked, without what stands before an @: it may be a password
        self.servers = []  # type: list
        #: answers of the stores in their place in which nothing was: (function, answer, lines that asked)
        self.empty = []  # type: list

    def lead(self, address: Any) -> Any:
        """The address of a store; a server's becomes that of the store in its place."""
        text = str(address)
        if FILES.match(text):
            return address
        self.note(text)
        return store_in(self.folder, "tracking", text)

    def lead_artifacts(self, address: Any) -> Any:
        """The address of artifacts; one elsewhere becomes a folder."""
        text = str(address)
        if WITHIN.match(text):
            return address
        self.note(text)
        return "file://" + self.folder + "/artifacts/" + re.sub(r"[^\w./=-]+", "_", text).replace("..", "_")

    def note(self, address: str) -> None:
        """A server was to be asked."""
        self.servers.append(re.sub(r"//[^/@]*@", "//", address))

    def missing(self, error: Any) -> str:
        """Why an exception says nothing of a script that asks a server: only the server has it; "" where it does."""
        if not self.servers:
            return ""
        absent = name_of(type(error)) == "MlflowException" and "NOT_EXIST" in str(attribute(error, "error_code", ""))
        if absent or self.folder + "/artifacts/" in said_by(error):
            return "what is asked for is kept on %s, and a rehearsal asks no server" % self.servers[-1]
        asked = [name for name, *how in self.empty if is_a(error, OF_NOTHING) and comes_of(error, *how)]
        if not asked:
            return ""
        return "%s finds nothing here: a rehearsal asks no server, and not %s" % (asked[-1], self.servers[-1])

    # --- what is hooked

    def answers(self, module: Any) -> None:
        """Note the answers in which there is nothing, of a module's functions and of its client's."""
        own = [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__]
        for owner in [module] + own:
            for name, real in list(vars(owner).items()):
                if ASKING.match(name) and inspect.isfunction(real):
                    setattr(owner, name, self.asking(real, name))

    def asking(self, real: Any, name: str) -> Any:
        """A function whose answer is noted."""

        @functools.wraps(real)
        def ask(*arguments: Any, **named: Any) -> Any:
            answer = real(*arguments, **named)
            if self.servers and is_nothing(answer):
                self.empty.append((name, answer, lines_now()))
            return answer

        return ask

    def addresses(self, module: Any) -> None:
        """Let no address be one of Databricks, with which MLflow speaks in other ways than with its stores."""
        for name in [n for n in vars(module) if n.startswith("is_databricks_")]:
            setattr(module, name, lambda *_, **__: False)

    def registries(self, module: Any) -> None:
        """Open the store that stands in the place of a server, for tracking and for models."""
        real = module.StoreRegistry.get_store_builder

        @functools.wraps(real)
        def get_store_builder(registry: Any, store_uri: Any) -> Any:
            led = self.lead(store_uri)
            builder = real(registry, led)
            if led is store_uri:
                return builder
            return lambda **named: builder(**{k: led if v == store_uri else v for k, v in named.items()})

        module.StoreRegistry.get_store_builder = get_store_builder

    def artifacts(self, module: Any) -> None:
        """Keep in a folder what would be kept elsewhere."""
        kind = module.ArtifactRepositoryRegistry
        real = kind.get_artifact_repository

        @functools.wraps(real)
        def get_artifact_repository(registry: Any, artifact_uri: Any, *rest: Any, **named: Any) -> Any:
            return real(registry, self.lead_artifacts(artifact_uri), *rest, **named)

        kind.get_artifact_repository = get_artifact_repository


def is_nothing(answer: Any) -> bool:
    """Whether there is nothing in an answer."""
    try:
        return answer is None or len(answer) == 0
    except TypeError:
        return False


def comes_of(error: BaseException, answer: Any, lines: set) -> bool:
    """Whether a failure may come of an answer with nothing in it: who failed holds it, or has asked in that line."""
    if answer is None and "NoneType" not in said_by(error):
        return False
    step = trace_of(error)
    while step is not None:
        frame, file = step.tb_frame, step.tb_frame.f_code.co_filename
        held = any(value is answer for value in frame.f_locals.values())
        if file != "<checker probe>" and (held or (file, step.tb_lineno) in lines):
            return True
        step = step.tb_next
    return False


def lines_now() -> set:
    """(file, line) of everybody who has called."""
    found, frame = set(), sys._getframe(2)  # type: set, Any
    while frame is not None:
        found.add((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return found
