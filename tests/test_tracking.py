"""The store in which a canary tracks: of the script's kind, and of its database the tables without the rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from checker.model import Logging
from checker.probe.inside.canary.tracking import copy_schema
from checker.script import read

STORES = [
    ("mlflow.set_tracking_uri('http://mlflow.example:5000')", ("server", "")),
    ("mlflow.set_tracking_uri('sqlite:///runs/own.db')", ("sqlite", "runs/own.db")),
    ("mlflow.set_tracking_uri('sqlite:///absent.db')", ("sqlite", "")),
    ("mlflow.set_tracking_uri('mysql+pymysql://host/db')", ("database", "")),
    ("mlflow.set_tracking_uri('./mlruns')", ("file", "")),
    ("mlflow.MlflowClient(tracking_uri='https://mlflow.example')", ("server", "")),
    ("from mlflow.tracking import MlflowClient\nMlflowClient('sqlite:///runs/own.db')", ("sqlite", "runs/own.db")),
]


def tracked(folder: Path, text: str) -> Logging:
    (folder / "runs").mkdir()
    (folder / "runs/own.db").touch()
    (folder / "track.py").write_text(f"import mlflow\n{text}\nmlflow.log_metric('a', 1.0)\n", encoding="utf-8")
    (found,) = read([folder / "track.py"]).canaries
    assert found.logging
    return found.logging


@pytest.mark.parametrize(("text", "store"), STORES, ids=range(len(STORES)))
def test_the_kind_of_a_store_and_its_file(tmp_path: Path, text: str, store: tuple[str, str]) -> None:
    found = tracked(tmp_path, text)
    assert (found.store, found.database) == (store[0], str(tmp_path / store[1]) if store[1] else "")


def test_a_script_with_the_client_alone_tracks(tmp_path: Path) -> None:
    path = tmp_path / "track.py"
    path.write_text(
        "from mlflow import MlflowClient\nclient = MlflowClient()\nclient.create_registered_model('tip')\n"
        "run = client.create_run('0')\n",
        encoding="utf-8",
    )
    (found,) = read([path]).canaries
    assert found.logging
    assert found.logging.calls == ("create_registered_model", "create_run")


def test_of_a_database_the_tables_are_copied_and_no_row_but_its_revision(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "mlflow.db")
    old.execute("create table alembic_version (version_num varchar(32) primary key)")
    old.execute("create table runs (name text)")
    old.execute("insert into alembic_version values ('dc11669786a5')")
    old.execute("insert into runs values ('secret')")
    old.commit()
    before = (tmp_path / "mlflow.db").read_bytes()
    copy_schema(str(tmp_path / "mlflow.db"), str(tmp_path / "copy.db"))
    new = sqlite3.connect(tmp_path / "copy.db")
    assert new.execute("select version_num from alembic_version").fetchall() == [("dc11669786a5",)]
    assert new.execute("select count(*) from runs").fetchone() == (0,)
    assert (tmp_path / "mlflow.db").read_bytes() == before


def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("no database", encoding="utf-8")
    copy_schema(str(tmp_path / "mlflow.db"), str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()
