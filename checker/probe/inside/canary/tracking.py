"""Where a canary tracks: a store of the kind that the script has, in the scratch folder."""

import importlib
import importlib.util
import os
from typing import Any

#: what tells the server of MLflow where its own stores are
SERVER_STORE, SERVER_FILES = "_MLFLOW_SERVER_FILE_STORE", "_MLFLOW_SERVER_ARTIFACT_ROOT"


def answers(address: str) -> bool:
    """Whether the server takes requests, and has a store that opens."""
    requests = importlib.import_module("requests")
    try:
        asked = requests.post(
            address + "/api/2.0/mlflow/experiments/search", json={"max_results": 1}, timeout=30, proxies={"http": ""}
        )
    except Exception:  # whatever keeps the server from answering
        return False
    return bool(asked.status_code == 200) or (
        asked.status_code == 404 and requests.get(address + "/health", timeout=30).status_code == 200
    )


def served(mlflow: Any, folder: str) -> str:
    """The address of a server of this very MLflow, which runs in a thread; "" where it cannot be started here."""
    os.environ[SERVER_STORE] = "sqlite:///" + folder + "/server.db"
    os.environ[SERVER_FILES] = folder + "/served"
    try:
        app = importlib.import_module("mlflow.server").app
        serving = importlib.import_module("werkzeug.serving")
        server = serving.make_server("127.0.0.1", 0, app, threaded=True)
    except Exception:  # what only a server needs is no matter of this script
        return ""
    threading = importlib.import_module("threading")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = "http://127.0.0.1:%d" % server.server_port
    return address if answers(address) else ""


def copy_schema(path: str, copy: str) -> None:
    """The tables of a database without their rows, but with the revision to which MLflow has brought them.

    What cannot be read is not copied: a new database is tried then.
    """
    sqlite3 = importlib.import_module("sqlite3")
    try:
        old = sqlite3.connect("file:%s?mode=ro" % path.replace("?", "%3f").replace("#", "%23"), uri=True)
        made = old.execute(
            "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"
        ).fetchall()
        revisions = old.execute("select version_num from alembic_version").fetchall()
        old.close()
    except sqlite3.Error:
        return
    new = sqlite3.connect(copy)
    for (statement,) in made:
        new.execute(statement)
    new.executemany("insert into alembic_version (version_num) values (?)", revisions)
    new.commit()
    new.close()


def open_store(mlflow: Any, canary: dict, state: dict) -> str:
    """Point MLflow at a fresh store in the scratch folder, or leave it its own default there; returns its kind."""
    asked, folder = canary["logging"], state["folder"]
    store = asked["store"]
    if store == "default":
        return store
    small = importlib.util.find_spec("sqlalchemy") is None  # the skinny distribution comes without a database
    if small and (not canary["where"] or store == "server"):
        store = "file"
    if store == "server":
        os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"  # a server of this machine answers, or never will
        address = asked.get("server") or served(mlflow, folder)
        if address:
            mlflow.set_tracking_uri(address)
            return store
        store = "sqlite"
    if asked["database"]:
        copy_schema(asked["database"], folder + "/mlflow.db")
    mlflow.set_tracking_uri("file:" + folder + "/mlruns" if store == "file" else "sqlite:///" + folder + "/mlflow.db")
    return store
