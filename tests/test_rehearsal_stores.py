"""MLflow's stores in a rehearsal: a server is never asked, what is the user's own stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Failure
from checker.probe.inside.rehearse.stores import Stores

from .rehearsals import rehearse, write

#: what of MLflow leads to a store, in its own places
MLFLOW = {
    "mlflow/__init__.py": "",
    "mlflow/exceptions.py": """
class MlflowException(Exception):
    error_code = "RESOURCE_DOES_NOT_EXIST"
""",
    "mlflow/utils/__init__.py": "",
    "mlflow/utils/uri.py": """
def is_databricks_uri(uri):
    return uri == "databricks"
""",
    "mlflow/tracking/__init__.py": "",
    "mlflow/tracking/registry.py": """
from mlflow.utils.uri import is_databricks_uri
class StoreRegistry:
    def get_store_builder(self, store_uri):
        def build(store_uri, artifact_uri=None):
            return is_databricks_uri("databricks"), store_uri, artifact_uri
        return build
""",
    "mlflow/store/artifact/artifact_repository_registry.py": """
class ArtifactRepositoryRegistry:
    def get_artifact_repository(self, artifact_uri, tracking_uri=None):
        return artifact_uri
""",
}
OPEN = """
import os
from mlflow.tracking.registry import StoreRegistry
from mlflow.exceptions import MlflowException
def opened(uri):
    return StoreRegistry().get_store_builder(uri)(store_uri=uri, artifact_uri="a")
"""


@pytest.mark.parametrize(
    "address",
    ["http://host:5000", "https://me:secret@host", "databricks", "databricks-uc", "postgresql://h/db", "azureml://x"],
)
def test_a_server_is_led_to_a_store_of_the_rehearsal(address: str) -> None:
    stores = Stores("/scratch")
    assert stores.lead(address).startswith(("sqlite:////scratch/", "file:/scratch/"))
    assert "secret" not in stores.servers[0]


@pytest.mark.parametrize(
    "address", ["./mlruns", "/home/me/mlruns", "file:///mlruns", "sqlite:///mlflow.db", "C:\\runs"]
)
def test_files_of_the_user_are_left_to_the_shadow(address: str) -> None:
    stores = Stores("/scratch")
    assert stores.lead(address) is address
    assert not stores.servers


@pytest.mark.parametrize(
    ("address", "led"),
    [
        ("s3://bucket/a/b", "file:///scratch/artifacts/s3_//bucket/a/b"),
        ("dbfs:/../x", "file:///scratch/artifacts/dbfs_/_/x"),
        ("runs:/1/model", "runs:/1/model"),
        ("models:/churn/1", "models:/churn/1"),
        ("mlruns/0", "mlruns/0"),
    ],
)
def test_artifacts_elsewhere_are_led_to_a_folder(address: str, led: str) -> None:
    assert Stores("/scratch").lead_artifacts(address) == led


def test_a_script_that_logs_to_a_server_is_rehearsed_without_one(tmp_path: Path) -> None:
    train = """
databricks, store, artifacts = opened("http://mlflow.example.com")
assert not databricks and "mlflow.example" not in store and artifacts == "a", (databricks, store)
from mlflow.store.artifact.artifact_repository_registry import ArtifactRepositoryRegistry
assert ArtifactRepositoryRegistry().get_artifact_repository("s3://b/c").startswith("file:///")
"""
    seen = rehearse(write(tmp_path, {**MLFLOW, "train.py": OPEN + train}), "train.py")
    assert [one.whole for one in seen.rehearsed] == [True], seen


@pytest.mark.parametrize(("address", "whose"), [("http://u:p@host", "the server's"), ("./mlruns", "the script's")])
def test_what_only_a_server_has_is_no_failure_of_the_script(address: str, whose: str, tmp_path: Path) -> None:
    train = OPEN + f"opened({address!r})\nraise MlflowException('no such model')\n"
    seen = rehearse(write(tmp_path, {**MLFLOW, "train.py": train}), "train.py")
    failures = [o for o in seen.outcomes if isinstance(o, Failure)]
    if whose == "the script's":
        assert len(failures) == 1
    else:
        assert not failures
        assert seen.rehearsed[0].why == "what is asked for is kept on http://host, and a rehearsal asks no server"
