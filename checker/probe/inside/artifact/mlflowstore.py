"""A database of MLflow's where it is to be opened: whether the MLflow there knows its schema; nothing is opened."""

import importlib.util
import os
import re

#: how a migration names itself, and the one before it
REVISION = re.compile(r"^(down_)?revision\s*(?::[^=\n]+)?=\s*[\"']([0-9a-f]+)", re.M)


class StoreNewer(Exception):
    """The database has a schema that this MLflow does not know."""

    facts = {}  # type: dict


def known_schemas() -> tuple:
    """The schemas that the installed MLflow knows, and those of them that another one follows."""
    spec = importlib.util.find_spec("mlflow")
    known, followed = set(), set()  # type: set, set
    for folder in list(getattr(spec, "submodule_search_locations", None) or ()):
        place = os.path.join(folder, "store", "db_migrations", "versions")
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            if name.endswith(".py"):
                with open(os.path.join(place, name), "rb") as file:
                    for down, revision in REVISION.findall(file.read(1 << 20).decode("latin-1")):
                        (followed if down else known).add(revision)
    return known, followed


def compare_store(canary: dict, state: dict) -> dict:
    """Look for the database's schema among those that are known here."""
    revision = canary["details"].get("revision") or ""
    known, followed = known_schemas()
    if not revision or not known:
        return {"skipped": "the schema is not told"}
    if revision not in known:
        error = StoreNewer("the schema %s is none of the %d that this MLflow knows" % (revision, len(known)))
        error.facts = {"revision": revision}
        raise error
    return {"migrates": revision in followed}


STORE_STEPS = [("load", compare_store)]
