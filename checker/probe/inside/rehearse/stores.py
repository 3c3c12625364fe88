"""MLflow's stores in a rehearsal: no server is asked, a database in the scratch folder stands in its place.

Files and databases of the user's own need nothing: the shadow leads them.
"""

import functools
import re
from typing import Any

from ..apart import store_in
from ..errors import attribute, name_of, said_by

#: addresses of stores that are files, and of artifacts that are files or lie in a store
FILES = re.compile(r"(?i)(file|sqlite):|(?![a-z][-+.\w]+:|databricks|uc$)")
WITHIN = re.compile(r"(?i)(file|runs|models):|(?![a-z][-+.\w]+:)")


class Stores:
    """What stands in the place of servers: one store for all of them, and one folder for their artifacts."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        #: addresses of servers that were to be asked, without what stands before an @: it may be a password
        self.servers = []  # type: list

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
        absent = name_of(type(error)) == "MlflowException" and "NOT_EXIST" in str(attribute(error, "error_code", ""))
        if not self.servers or not (absent or self.folder + "/artifacts/" in said_by(error)):
            return ""
        return "what is asked for is kept on %s, and a rehearsal asks no server" % self.servers[-1]

    # --- what is hooked

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
