"""Nothing that is tried reaches a server: neither the user's MLflow, nor any other, on this machine or elsewhere."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from checker.model import Canary, Column
from checker.pipeline import preflight
from checker.probe.inside.apart import without_servers
from checker.probe.plan import canary_fields
from checker.request import Request

from .interpreters import MINORS, interpreter
from .test_probe import seen
from .test_script_conversion import START, only, script

#: what a user's environment may hold of MLflow and its servers
VARIABLES = {
    "MLFLOW_TRACKING_URI": "http://user:secret@127.0.0.1:5000/x",
    "MLFLOW_REGISTRY_URI": "postgresql://user:secret@db/registry",
    "MLFLOW_EXPERIMENT_NAME": "production",
    "MLFLOW_EXPERIMENT_ID": "17",
    "MLFLOW_RUN_ID": "0123456789abcdef",
    "MLFLOW_TRACKING_TOKEN": "secret",
    "MLFLOW_TRACKING_PASSWORD": "secret",
    "MLFLOW_ARTIFACTS_DESTINATION": "s3://bucket",
    "MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT": "5",
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "s3://bucket",
    "DATABRICKS_HOST": "https://host",
    "DATABRICKS_RUNTIME_VERSION": "14.3",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "True",
    "PATH": "/bin",
}


def test_no_variable_of_mlflow_leads_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert without_servers(VARIABLES, "/scratch") == {
        "MLFLOW_TRACKING_URI": "sqlite:////scratch/tracking.db",
        "MLFLOW_REGISTRY_URI": "sqlite:////scratch/registry.db",
        "MLFLOW_ENABLE_ASYNC_LOGGING": "True",
        "PATH": "/bin",
    }


@pytest.mark.parametrize(
    "name",
    [
        *("TRACKING_URI", "REGISTRY_URI", "S3_ENDPOINT_URL", "ARTIFACT_URI", "ARTIFACTS_DESTINATION", "DEFAULT_ARTIFACT_ROOT"),
        *("EXPERIMENT_ID", "EXPERIMENT_NAME", "RUN_ID", "TRACKING_USERNAME", "TRACKING_AUTH", "TRACKING_SERVER_CERT_PATH"),
        *("DEPLOYMENTS_TARGET", "GATEWAY_URI", "BACKEND_STORE_URI", "WORKSPACE_STORE_URI", "OTLP_TRACES_ENDPOINT"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["http://127.0.0.1:5000/x", "prod"])
def test_each_variable_of_mlflow_alone_leads_nowhere(name: str, value: str) -> None:
    left = without_servers({f"MLFLOW_{name}": value, "PATH": "/bin"}, "/scratch")
    assert value not in " ".join(left.values())


@pytest.mark.parametrize(
    ("uri", "database", "store"),
    [
        ("file:///home/me/mlruns", True, "file:/scratch/registry"),
        ("./mlruns", True, "file:/scratch/registry"),
        ("C:\\mlruns", True, "file:/scratch/registry"),
        ("sqlite:///mlflow.db", True, "sqlite:////scratch/registry.db"),
        ("mysql+pymysql://u:p@host/db", True, "sqlite:////scratch/registry.db"),
        ("databricks", True, "sqlite:////scratch/registry.db"),
        ("https://host", False, "file:/scratch/registry"),
    ],
)
def test_a_store_keeps_its_kind(uri: str, database: bool, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if database else None)
    assert without_servers({"MLFLOW_REGISTRY_URI": uri}, "/scratch") == {"MLFLOW_REGISTRY_URI": store}


def test_what_leads_to_the_users_runs_and_files_is_not_logged(tmp_path: Path) -> None:
    text = START + (
        "from sklearn.linear_model import LogisticRegression\nimport mlflow\n"
        "onx = to_onnx(LogisticRegression().fit(X, yb), X[:1])\n"
        "mlflow.onnx.log_model(onx, 'model', registered_model_name='prod', run_id='0123', code_paths=['src'],\n"
        "                      conda_env='conda.yaml', pip_requirements='requirements.txt')\n"
    )
    logging = only(script(tmp_path, text)).logging
    assert logging
    assert logging.arguments == {"artifact_path": "model", "registered_model_name": "prod"}


# --- a server that counts ----------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine: its address, and what has arrived."""
    arrived: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            arrived.append(self.path)
            self.send_error(500)

        do_POST = do_PUT = do_PATCH = do_GET

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", arrived
    listening.shutdown()
    listening.server_close()


#: what a model may try; the last ones are what event loops and process pools need
TRIES = {
    "http": "import urllib.request; urllib.request.urlopen(URL)",
    "socket": "import socket; socket.create_connection(('127.0.0.1', PORT))",
    "numbers": "import socket; 1 / socket.socket().connect_ex(('127.0.0.1', PORT))",
    "datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "name": "import socket; socket.getaddrinfo('example.org', 80)",
    "loop": "import asyncio; asyncio.new_event_loop().run_until_complete(asyncio.sleep(0))",
    "pool": "from multiprocessing.pool import ThreadPool; ThreadPool(2).map(abs, [1])",
    "processes": "import multiprocessing as m; q = m.get_context('fork').Pool(2); q.map(abs, [1]); q.terminate()",
    "itself": "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(1); socket.create_connection(s.getsockname())",
}
REFUSED = ("http", "socket", "numbers", "datagram", "name")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="canaries are forked")
@pytest.mark.parametrize("minor", [m for m in MINORS if interpreter(m)])
def test_a_canary_reaches_no_server(
    minor: str, server: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = interpreter(minor)
    assert python
    url, arrived = server
    head = f"URL, PORT = {url!r}, {url.rpartition(':')[2]}\n"
    (tmp_path / "fine.py").write_text(f"{head}class Model:\n    def __init__(self, deed):\n        exec(deed)\n")
    usual = canary_fields
    monkeypatch.setattr("checker.probe.plan.canary_fields", lambda *a: {**usual(*a), "needs": ["fine"]})
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    columns = (Column("x", "float32"),)
    canaries = [Canary(n, f"fine.Model({d!r})", ("fine",), columns, converter="fine.c") for n, d in TRIES.items()]
    found = seen(python, tmp_path, ["fine"], monkeypatch, canaries)
    assert {n: found[n] for n in REFUSED} == dict.fromkeys(REFUSED, "ConnectionRefusedError") | {"http": "URLError"}
    # what is allowed comes as far as the data, for which there is no numpy here
    assert {found[n] for n in TRIES if n not in REFUSED} <= {"ModuleNotFoundError", "AttributeError"}
    assert arrived == []


SCRIPT = """
import mlflow, numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skl2onnx import to_onnx
X = np.random.RandomState(0).randn(60, 3).astype(np.float32)
model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())], memory={memory!r})
onx = to_onnx(model.fit(X, X[:, 0] > 0), X[:1])
with mlflow.start_run():
    mlflow.onnx.log_model(onx, "model", registered_model_name="prod-model")
"""

PINS = ("mlflow==2.16.2", "scikit-learn==1.5.2", "skl2onnx==1.17.0", "onnx==1.16.2", "onnxruntime==1.19.2", "numpy==1.26.4", "pandas==2.2.3", "protobuf<5", "setuptools<81", "sqlalchemy<2.1")  # fmt: skip


@pytest.mark.live
@pytest.mark.smoke
@pytest.mark.parametrize("tracking", ["", "server"])
def test_a_registry_and_a_folder_of_the_user_are_not_written_to(
    tracking: str, server: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .live.stacks import build

    python = build(tmp_path / "env", "3.11", *PINS)
    url, arrived = server
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "train.py").write_text(SCRIPT.format(memory=str(tmp_path / "memory")))
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", url)
    if tracking:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    before = sorted(p.name for p in (tmp_path / "work").iterdir())
    report = preflight(Request((tmp_path / "work" / "train.py",), python=python))
    registered = [o for o in report.observation.outcomes if o.stage.value == "register"]
    assert [type(o).__name__ for o in registered] == ["Passed"], registered
    assert arrived == []
    assert sorted(p.name for p in (tmp_path / "work").iterdir()) == before
    assert not (tmp_path / "memory").exists()
    # the script itself would have gone there
    subprocess.run([python, "train.py"], timeout=300, check=False, capture_output=True, env=_impatient())
    assert arrived
    assert (tmp_path / "memory").exists()


def _impatient() -> dict[str, str]:
    """Variables with which MLflow gives a server up at once."""
    return {**os.environ, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}
