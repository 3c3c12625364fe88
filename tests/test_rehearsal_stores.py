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
    "mlflow/tracking/client.py": """
class MlflowClient:
    def search_model_versions(self, wanted):
        return list(wanted)
    def get_experiment_by_name(self, name):
        return None
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


#: what a script does with the answers of a store -> whether its failure may come of a store that knows nothing
ANSWERS = {
    "versions = client.search_model_versions('')\nversions[0]": True,
    "client.search_model_versions('')[0]": True,
    "def newest():\n    found = client.search_model_versions('')\n    return max(found)\nnewest()": True,
    "client.get_experiment_by_name('x').experiment_id": True,
    "e = client.get_experiment_by_name('x')\ne.experiment_id": True,
    "client.search_model_versions('')\n[][0]": False,
    "e = client.get_experiment_by_name('x')\n[][0]": False,
    "client.search_model_versions('12')[2]": False,
    "found = client.search_model_versions('')\nraise RuntimeError('no model')": False,
}


@pytest.mark.parametrize("address", ["http://host", "./mlruns"])
@pytest.mark.parametrize("asks", ANSWERS)
def test_an_empty_answer_in_the_place_of_a_server_says_nothing(asks: str, address: str, tmp_path: Path) -> None:
    train = (
        f"{OPEN}opened({address!r})\nfrom mlflow.tracking.client import MlflowClient\nclient = MlflowClient()\n{asks}\n"
    )
    (end,) = rehearse(write(tmp_path, {**MLFLOW, "train.py": train}), "train.py").rehearsed
    excused = ANSWERS[asks] and address == "http://host"
    assert (end.why != "failed") is excused, end
    assert not excused or "finds nothing here: a rehearsal asks no server, and not http://host" in end.why
