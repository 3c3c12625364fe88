"""A script that imports `src`, a name that strangers have taken on the index, proposes it in no format."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from checker.pipeline import preflight
from checker.request import Remedies, Request
from tests.test_reporters import everything

#: names that folders of many projects have, and that strangers have taken on the index
TAKEN = ("src", "preprocess")
#: any way of putting a package of that name into an environment
INSTALLS = r"(?i)install[^\n.]*['\" ]{0}\b|\b{0} ?(?:==|>=|~=)|(?:name|package)\W+{0}\b\W+version"


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("name", TAKEN)
def test_a_module_of_the_project_is_proposed_in_no_format(name: str, there: bool, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "jobs").mkdir()
    if there:
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.py").write_text("raise SystemExit('it ran')\n")
    train = tmp_path / "jobs" / "train.py"
    train.write_text(f"import json\nimport {name}\nfrom {name}.settings import WIDTH\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    report = preflight(Request((train,), python=str(tmp_path / "env"), remedies=Remedies.OFFLINE))
    pages = everything(report)
    assert any(name in page for page in pages.values())
    for form, page in pages.items():
        assert not re.search(INSTALLS.format(name), page), form
        assert ("not found here" in page) <= (not there), form
    assert all(name not in str(remedy.changes) for remedy in report.remedies)
