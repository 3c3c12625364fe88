"""What a script writes to, and a canary does not: places that its models' parameters name."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.script.uses.places import inside

from .test_script_conversion import START, only, script

HEAD = START + (
    "from sklearn.pipeline import Pipeline, make_pipeline\nfrom sklearn.preprocessing import OneHotEncoder\n"
    "from sklearn.feature_extraction.text import CountVectorizer\nfrom sklearn.linear_model import LogisticRegression\n"
    "from sklearn.compose import ColumnTransformer\nfrom sklearn.model_selection import GridSearchCV\n"
    "from catboost import CatBoostClassifier\nfrom lightgbm import LGBMClassifier\n"
    "from pathlib import Path\nimport os, pathlib\nPLACE = '/home/me/cache'\n"
)
STEP = "[('m', LogisticRegression())]"

#: what a script makes -> what the canary makes of its parameters, None for none
MADE = {
    f"Pipeline({STEP}, memory='/home/me/cache')": "memory='cache'",
    f"Pipeline({STEP}, memory=PLACE + '/')": "memory='cache'",
    f"Pipeline({STEP}, memory='~/cache')": "memory='cache'",
    f"Pipeline({STEP}, memory='~')": "memory='place'",
    f"Pipeline({STEP}, memory='../cache')": "memory='cache'",
    f"Pipeline({STEP}, memory='a/../../cache')": "memory='cache'",
    f"Pipeline({STEP}, memory='a/..')": "memory='place'",
    f"Pipeline({STEP}, memory=r'C:\\me\\cache')": "memory='cache'",
    f"Pipeline({STEP}, memory=r'\\\\server\\cache')": "memory='cache'",
    f"Pipeline({STEP}, memory='file:///home/me/cache')": "memory='cache'",
    f"Pipeline({STEP}, memory='cache')": "memory='cache'",
    f"Pipeline({STEP}, '/home/me/cache')": "'cache')",
    f"Pipeline([('p', Pipeline({STEP}, memory=PLACE))])": "memory='cache'",
    f"GridSearchCV(Pipeline({STEP}), {{'memory': [None, PLACE]}})": "{'memory': [None, 'cache']}",
    f"GridSearchCV(Pipeline({STEP}), {{'transformer__memory': [PLACE]}})": "{'transformer__memory': ['cache']}",
    "CatBoostClassifier(train_dir='/home/me/train')": "train_dir='train'",
    "CatBoostClassifier(**{'train_dir': '/home/me/train'})": "train_dir='train'",
    # what must be there to be read is not there for a canary
    "LGBMClassifier(forcedsplits_filename='/home/me/splits.json')": "LGBMClassifier()",
    "CatBoostClassifier(snapshot_file='snapshot')": "CatBoostClassifier()",
    # data that look like a path
    "ColumnTransformer([('a', OneHotEncoder(), ['/share', '~'])])": "['/share', '~']",
    "OneHotEncoder(categories=[['/a', '../b']])": "[['/a', '../b']]",
    "CountVectorizer(token_pattern='/[a-z]+')": "token_pattern='/[a-z]+'",
}  # fmt: skip


@pytest.mark.parametrize("made", MADE)
def test_a_place_in_a_parameter_is_kept_inside(made: str, tmp_path: Path) -> None:
    canary = only(script(tmp_path, f"{HEAD}m = {made}.fit(X, yb)\n"))
    assert MADE[made] in canary.make, canary.make
    assert "/home" not in canary.make


@pytest.mark.parametrize("path", ["/a/b/..", "..", "~", "/", "\\", "C:\\", "~root/x/../..", "file:///", "a/.."])
def test_the_last_name_never_leads_out(path: str) -> None:
    assert inside(path) in ("place", "C")
