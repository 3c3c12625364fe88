"""Attributes of packages that a script asks for: found without running it, and looked up before anything is tried."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.model import Failure, Import, Observation, Passed, Patient, Script, Stage
from checker.probe import make_plan, observe, program
from checker.probe.plan import wanted_names
from checker.rules import diagnose
from checker.script import read

from .cases import BLOCKER, case, failed
from .cases import script as asks

ASKED = [
    ("from sklearn import datasets\nd = datasets.load_boston()", "sklearn.datasets.load_boston"),
    ("import sklearn.preprocessing as p\np.Imputer()", "sklearn.preprocessing.Imputer"),
    ("import mlflow.sklearn\nmlflow.sklearn.eval_and_log_metrics(model=1)", "mlflow.sklearn.eval_and_log_metrics"),
    ("import numpy as np\nx = np.zeros(3).astype(np.float)", "numpy.float"),
    ("import numpy as np\ndef f(): return np.float\nif __name__ == '__main__': f()", "numpy.float"),
    # its near twins: it may not be asked for, or it is the script's own
    ("import numpy as np\nif hasattr(np, 'float'):\n    x = np.float", ""),
    ("import numpy as np\nx = np.float if hasattr(np, 'float') else float", ""),
    ("import numpy as np\ntry:\n    x = np.float\nexcept AttributeError:\n    x = float", ""),
    ("import numpy as np\ndef f(): return np.float", ""),
    ("import numpy as np\nnp.float = float\nx = np.float(1)", ""),
    ("import numpy as np\nsetattr(np, 'float', float)\nx = np.float(1)", ""),
    ("import sys, sklearn.svm, other\nsys.modules['sklearn.svm'] = other\nsklearn.svm.Thing()", ""),
    ("import mine\nmine.thing()", ""),
    # what a name was bound to may be something else
    ("import numpy as np\nr = np.random.default_rng(0)\nr.integers(0, 9)\nr.float", ""),
    ("try:\n    import numpy as np\nexcept ImportError:\n    np = None\nx = np.float", ""),
    ("try:\n    from numpy import float_ as f\nexcept ImportError:\n    f = 0\nx = f.float", ""),
    ("from mine import OLD\nif OLD:\n    import mlflow.sklearn as m\nelse:\n    import mine as m\nm.metrics()", ""),
    ("from numpy import *\nfrom mine import *\nx = Thing.float", ""),
    ("import numpy as np\nfrom mine import OLD\nif OLD:\n    x = 1\ny = np.float", "numpy.float"),
]


@pytest.mark.parametrize(("text", "name"), ASKED)
def test_names_that_are_asked_for(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "train.py").write_text(text + "\n")
    asked = {n["name"]: n["where"] for n in wanted_names(read([tmp_path / "train.py"]))}
    gone = [n for n in asked if n.endswith((".float", "boston", "Imputer", "metrics", "Thing", "thing"))]
    assert gone == ([name] if name else [])
    assert all(where.startswith("train.py:") for where in asked.values())


def look(site: Path, names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Observation:
    monkeypatch.setenv("PYTHONPATH", str(site))
    patient = Patient((sys.executable, "-"), "", "")
    script = Script(("train.py",), (Import("xgboost", "", "train.py:1"),), names=names)
    plan = make_plan(patient, script, (), folder=str(site.parent))
    plan["imports"] = [w for w in plan["imports"] if w["module"] == "xgboost"]
    return observe(patient, {**plan, "looks": False, "cache": "", "roots": []}, program())[0]


def test_names_are_looked_up_as_a_script_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "elsewhere" / "site-packages"
    (site / "xgboost").mkdir(parents=True)
    (site / "xgboost" / "__init__.py").write_text(
        "here = 1\nclass Kept:\n    part = 1\n"
        "def __getattr__(name):\n    if name == 'gone':\n        raise ImportError('it has gone')\n"
        "    raise AttributeError(\"module 'xgboost' has no attribute '%s'\" % name)\n"
    )
    (site / "xgboost" / "later.py").write_text("deep = 1\n")
    names = ("here", "Kept.part", "later.deep", "gone", "Kept.lost", "later.lost", "nowhere.at.all")
    seen = look(site, {f"xgboost.{n}": f"train.py:{i}" for i, n in enumerate(names, 1)}, monkeypatch)
    out = {o.subject: o.type if isinstance(o, Failure) else "" for o in seen.outcomes}
    assert out == {
        "xgboost": "",
        "xgboost.here": "",
        "xgboost.Kept.part": "",
        "xgboost.later.deep": "",
        "xgboost.gone": "ImportError",
        "xgboost.Kept.lost": "AttributeError",
        "xgboost.later.lost": "AttributeError",
        "xgboost.nowhere.at.all": "AttributeError",
    }
    assert {o.facts["where"] for o in seen.outcomes if isinstance(o, Failure)} == {
        f"train.py:{i}" for i in (4, 5, 6, 7)
    }
    assert sum(isinstance(o, Passed) for o in seen.outcomes) == 4


GONE = [
    (
        "mlflow.sklearn.eval_and_log_metrics",
        "AttributeError",
        "module 'mlflow.sklearn' has no attribute 'eval_and_log_metrics'",
        "train.py:9 uses mlflow.sklearn.eval_and_log_metrics, which mlflow 2.16.2 does not have.",
    ),
    (
        "sklearn.datasets.load_boston",
        "ImportError",
        "\n`load_boston` has been removed from scikit-learn since version 1.2.\n",
        "train.py:9 uses sklearn.datasets.load_boston, which scikit-learn 1.5.2 does not have.",
    ),
]


@pytest.mark.parametrize(("name", "kind", "text", "says"), GONE)
def test_a_name_that_is_not_there_is_told_with_its_line(name: str, kind: str, text: str, says: str) -> None:
    failure = failed(Stage.IMPORT, name, kind, text, facts={"where": "train.py:9"})
    found = diagnose(case(failure, uses=asks(imports="sklearn mlflow")))
    assert [(f.rule, f.severity, f.message) for f in found] == [("removed-name", BLOCKER, says)]
    assert found[0].evidence[0] == "train.py:9"
