"""The tutorial from end to end on this machine: asked before, trained, logged to an MLflow server, asked after.

    python examples/end_to_end.py PYTHON

PYTHON is the interpreter of an environment with scikit-learn, skl2onnx, onnxruntime, mlflow and pandas, such as
`requirements-latest.txt` makes; the checker is installed beside the Python that runs this. Everything else happens in a
folder that is removed. At the end stands the T-SQL that keeps the model in a dedicated SQL pool and scores a table.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

TARGET = "synapse-sql-predict"
TABLE = """CREATE TABLE dbo.rides (
    fareAmount real, paymentType bigint, passengerCount bigint,
    tripDistance real, tripTimeSecs bigint, pickupTimeBin nvarchar(20)
);
"""
#: fetches what the last run has logged
FETCH = """
import mlflow
run = mlflow.search_runs(search_all_experiments=True, output_format="list")[0].info.run_id
mlflow.artifacts.download_artifacts(f"runs:/{run}/nyc_taxi_tip_predict_artifact", dst_path="model")
"""


def run(*words: str, **more: Mapping[str, str] | Path) -> None:
    """Run a command as a person would, and show it; raises CalledProcessError where it fails."""
    print("\n$", " ".join(words), flush=True)
    subprocess.run(words, check=True, **more)  # type: ignore[call-overload]


@contextmanager
def served(python: str, folder: Path) -> Iterator[str]:
    """The address of an MLflow server with a database and artifacts in a folder. Raises TimeoutError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stores = (
        "--backend-store-uri",
        f"sqlite:///{folder / 'mlflow.db'}",
        "--artifacts-destination",
        str(folder / "kept"),
    )
    words = (python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", *stores)
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        yield answering(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def answering(address: str, seconds: float = 120) -> str:
    """The address, as soon as somebody answers there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(f"{address}/health", timeout=5):
                return address
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no MLflow server answers at {address}")


def main(python: str) -> None:
    """Ask, train, log, ask again."""
    checker = (sys.executable, "-m", "checker")
    training = Path(__file__).with_name("train.py").read_text()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "rides.sql").write_text(TABLE)
        with served(python, folder) as address:
            (folder / "train.py").write_text(training.replace("sqlite:///mlflow.db", address))
            run(*checker, "preflight", "train.py", "--python", python, "--target", TARGET, cwd=folder)
            run(python, "train.py", cwd=folder)
            run(python, "-c", FETCH, cwd=folder, env={**os.environ, "MLFLOW_TRACKING_URI": address})
            (model,) = (file.parent for file in (folder / "model").rglob("MLmodel"))
            run(*checker, "inspect", str(model), "--columns", "rides.sql", "--target", TARGET, cwd=folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/end_to_end.py PYTHON, the interpreter of an environment with the stack")
    main(sys.argv[1])
