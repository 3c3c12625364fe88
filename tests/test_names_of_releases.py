"""Names that releases have or lack: the table, what a script asks for in vain, and how the table is made."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from checker.knowledge import names
from checker.knowledge.names import Names, names_of
from checker.matrix.lacking import find_lacking
from checker.model import Import, Script, Unresolved

from .cases import seen, sound

MAKER = Path(__file__).parents[1] / "matrices" / "names.py"
LIB = Names(("1.0", "1.1", "1.2.0", "2.0"), {"lib": {"old": [[0, 1]], "new": [[2, 3]], "short": [[1, 1], [3, 3]]}})


@pytest.mark.parametrize(
    ("version", "name", "lacks", "needs"),
    [
        ("1.1", "old", False, "<=1.0"),
        ("1.2", "old", True, "<=1.1"),
        ("3.0", "old", True, "<=1.1"),
        ("1.1.5", "old", False, "<=1.0"),
        ("1.2.7", "old", True, "<=1.1"),
        ("0.9", "new", False, ""),
        ("1.0", "new", True, ">=1.2.0"),
        ("1.0.post1", "new", True, ">=1.2.0"),
        ("2.0+local", "new", False, "<=1.2.0"),
        ("1.0", "short", True, ">=1.1"),
        ("1.2", "short", True, "<=1.1"),
        ("2.0", "always", False, ""),
        ("odd", "old", False, ""),
        ("", "old", False, ""),
    ],
)
def test_a_release_that_was_not_read_is_as_both_beside_it(version: str, name: str, lacks: bool, needs: str) -> None:
    assert LIB.lacks(version, "lib", name) is lacks
    assert not lacks or LIB.needs(version, "lib", name) == needs
    assert not LIB.lacks(version, "other", name)


def test_of_what_was_not_read_nothing_is_said() -> None:
    assert not names_of("no-such-package").lacks("1.0", "lib", "old")


def asking(*imports: Import, **attributes: str) -> Script:
    return Script(("train.py",), imports, names=attributes)


@pytest.mark.parametrize(
    ("script", "module", "name"),
    [
        (asking(Import("sklearn.datasets", "load_boston", "train.py:3")), "sklearn.datasets", "load_boston"),
        (asking(Import("sklearn.externals", "joblib", "train.py:3")), "sklearn.externals", "joblib"),
        (asking(Import("sklearn.ensemble.forest", "ForestRegressor", "train.py:3")), "sklearn.ensemble", "forest"),
        (asking(Import("sklearn.ensemble.forest", "", "train.py:3")), "sklearn.ensemble", "forest"),
        (asking(**{"sklearn.metrics.plot_confusion_matrix": "train.py:3"}), "sklearn.metrics", "plot_confusion_matrix"),
        (asking(Import("sklearn.datasets", "load_boston", "train.py:3", sure=False)), "", ""),
        (asking(Import("sklearn.datasets", "load_iris", "train.py:3")), "", ""),
        (asking(Import("sklearn.datasets", "*", "train.py:3")), "", ""),
        (asking(Import(".datasets", "load_boston", "train.py:3")), "", ""),
        (asking(Import("xgboost", "load_boston", "train.py:3")), "", ""),
        (None, "", ""),
    ],
)
def test_what_a_script_asks_for_in_vain(script: Script | None, module: str, name: str) -> None:
    told = [*find_lacking(seen(stack=sound()), script)]
    lost = Unresolved("", "", "train.py", 3, "missing-name", module, name, "scikit-learn", True, (module,))
    assert told == [lost] * bool(name)


def test_an_older_release_has_it() -> None:
    old = seen(stack=sound(**{"scikit-learn": "1.1.3"}))
    assert [*find_lacking(old, asking(Import("sklearn.datasets", "load_boston", "train.py:3")))] == []


def maker() -> Any:
    """What makes the table, as a module."""
    spec = spec_from_file_location("maker_of_names", MAKER)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_read_from_the_files(tmp_path: Path) -> None:
    """Star imports are followed, and submodules are names; what may have any name is never said to lack one."""
    open_ = "def __getattr__(name): return 1\n"
    texts = {
        "1.0": {
            "__init__": "from .inner import *\nfrom os import sep\n",
            "inner": "old = 1\n",
            "gone": "",
            "any": "a = 1\n",
        },
        "2.0": {"__init__": "from .inner import *\n", "inner": "new = 1\n", "any": open_},
        "3.0": {"__init__": "from .inner import *\n", "inner": "new = 1\n", "any": "b = 1\n"},
    }
    for release, files in texts.items():
        for name, text in files.items():
            path = tmp_path / release / "lib" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / release / "lib" / "fast.cpython-39-x86_64-linux-gnu.so").write_bytes(b"")
    table = maker().read("lib", [(Version(release), tmp_path / release) for release in texts])
    assert table == {
        "releases": ["1.0", "2.0", "3.0"],
        "names": {
            "lib": {"old": [[0, 0]], "new": [[1, 2]], "gone": [[0, 0]]},
            "lib.inner": {"old": [[0, 0]], "new": [[1, 2]]},
            "lib.any": {"a": [[0, 1]], "b": [[1, 2]]},
        },
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([True, None, False], [True, True, False]),
        ([False, None, True], [False, True, True]),
        ([False, None, None, False, True], [False, False, False, False, True]),
        ([None, False], [True, False]),
        ([False, None], [False, True]),
    ],
)
def test_what_cannot_be_told_is_as_on_both_sides(told: list[bool | None], expected: list[bool]) -> None:
    assert maker().settled(told) == expected


def test_every_table_is_sound() -> None:
    """Runs of releases in order, within what was read; a name that all have is in none."""
    read = [names_of(file.name.removesuffix(".json.gz")) for file in names.PLACES[1].iterdir()]
    assert len(read) > 5
    for table in read:
        last = len(table.releases) - 1
        assert table.parsed == sorted(table.parsed)
        for within in table.names.values():
            for runs in within.values():
                flat = [place for run in runs for place in run]
                assert flat
                assert flat == sorted(flat)
                assert all(0 <= place <= last for place in flat)
                assert [*map(list, runs)] != [[0, last]]
