"""Interpreters that end, hang or talk before anything is asked, and installations whose own records are garbage."""

from __future__ import annotations

import os
import sys
import time
import venv
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.model import Observation, Passed
from checker.probe import observe, program
from checker.probe.inside.child import patience

from .sites import Site, site  # noqa: F401
from .test_probe import plan_of

#: what a `sitecustomize` does -> what is told of the interpreter, "" where it works all the same
STARTS = {
    "import sys; sys.exit(3)": r"sitecustomize\.py, line 1: SystemExit: 3",
    "import os; os._exit(4)": "ended with status 4 and printed nothing",
    "import sys; sys.stderr.write('no license\\n'); sys.exit(1)": r"no license; .*sitecustomize\.py, line 1: SystemExit: 1",
    "import os; os.kill(os.getpid(), 11)": "ended with status -11",
    "import time; time.sleep(600)": "was silent for 2 seconds and printed nothing",
    "raise ValueError('x')": "",
    "print('welcome'); print('{\"frame\": \"end\"}')": "",
    "import os, sys; os.write(1, b'no end of the line'); os.write(2, b'x' * 100_000)": "",
    "import sys; sys.stdout = sys.stderr = None": "",
    "import sys; sys.stdout.close()": "",
    "import sys; sys.path.append(None); sys.path.insert(0, b'x'); sys.path.append('/no/such')": "",
    "import sys; sys.setrecursionlimit(120)": "",
    "import builtins; builtins.print = None": "",
    "import os; os.environ['PYTHONPATH'] = '\\udcff'; os.environ['X'] = '\\udcff'": "",
}


@pytest.mark.parametrize("deed", STARTS)
def test_an_interpreter_that_starts_oddly(deed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(deed + "\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    if "sleep" in deed:
        monkeypatch.setattr("checker.probe.asking.START_SECONDS", 2)
    patient, plan = plan_of(sys.executable, tmp_path, ["json"])
    if STARTS[deed]:
        with pytest.raises(CannotLook, match=STARTS[deed]):
            observe(patient, plan, program())
        return
    seen = observe(patient, plan, program())[0]
    assert [type(o) for o in seen.outcomes] == [Passed], seen.outcomes
    assert seen.remarks == ()


#: what a line of a `.pth` file does in the patient's own folder of packages -> what is told of the interpreter, "" where it works
LINES = {
    "import sys; print('welcome'); print('{\"frame\": \"end\"}'); sys.stderr.write('x' * 100_000)": "",
    "import no_such_module": "",
    "import sys; sys.exit(3)": r"SystemExit: 3|ended with status 3",
    "import os; os._exit(4)": "ended with status 4 and printed nothing",
    "import time; time.sleep(600)": "was silent for 2 seconds and printed nothing",
}


@pytest.mark.parametrize("deed", LINES)
def test_a_pth_file_that_prints_exits_or_hangs(deed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "env", symlinks=os.name == "posix")
    (python,) = (p for p in (tmp_path / "env").rglob("python*") if p.stem == "python" and p.parent.name != "lib")
    (packages,) = (tmp_path / "env").rglob("site-packages")
    (packages / "starts.pth").write_text(deed + "\n")
    if "sleep" in deed:
        monkeypatch.setattr("checker.probe.asking.START_SECONDS", 2)
    patient, plan = plan_of(str(python), tmp_path, ["json"])
    if LINES[deed]:
        with pytest.raises(CannotLook, match=LINES[deed]):
            observe(patient, plan, program())
        return
    seen = observe(patient, plan, program())[0]
    assert [type(o) for o in seen.outcomes] == [Passed], seen.outcomes
    assert seen.executable == str(python)


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell how busy it is")
@pytest.mark.parametrize(("load", "found"), [("os.cpu_count() * 4", "Passed"), ("0.1", "Failure")])
def test_a_busy_machine_is_given_more_time(
    load: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import os\nos.getloadavg = lambda: ({load}, 0, 0)\n")
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(5)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    patient, plan = plan_of(sys.executable, tmp_path, ["slow"])
    (outcome,) = observe(patient, plan, program())[0].outcomes
    assert type(outcome).__name__ == found


@pytest.mark.parametrize(
    ("load", "times"), [(0.0, 1.0), (2.0, 1.0), (6.0, 3.0), (500.0, 5.0), (AttributeError, 1.0), (OSError, 1.0)]
)
def test_how_much_more(load: object, times: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[object, ...]:
        if isinstance(load, type):
            raise load
        return (load, 0, 0)

    monkeypatch.setattr("os.getloadavg", told, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert patience() == times


def look(root: Path, monkeypatch: pytest.MonkeyPatch) -> Observation:
    """The static look at an environment that has this folder on its search path."""
    monkeypatch.setenv("PYTHONPATH", str(root))
    patient, plan = plan_of(sys.executable, root, [])
    return observe(patient, {**plan, "static": True, "roots": ["numpy", "onnx"]}, program())[0]


@pytest.mark.parametrize("name", ["ü" * 40, "模型 и данные", "a b'\"$&;", "x" * 200, "new\nline", "%s{0}"])
def test_a_folder_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / name
    while len(str(folder)) < 1500 and name.startswith("x"):
        folder = folder / name
    meta = folder / "onnx-1.14.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text("Name: onnx\nVersion: 1.14\n")
    found = [d for d in look(folder, monkeypatch).distributions if d.name == "onnx"]
    assert [(d.version, d.location) for d in found] == [("1.14", str(folder))]


GARBAGE = {
    "binary": bytes(range(256)) * 50,
    "nothing": b"",
    "one long line": b"Name: onnx\nVersion: " + b"9" * 10_000_000,
    "long name": b"Name: " + b"n" * 3_000_000 + b"\nVersion: 1\n",
    "many requirements": b"Name: onnx\nVersion: 1\n" + b"Requires-Dist: x\n" * 50_000,
    "blanks": b"Name:   \nVersion:\t\n\n\n",
    "commas and quotes": b'","",,"\n"' * 2000,
    "json": b'{"url": ' + b"[" * 20_000,
    "sections": b"[" * 1000 + b"\n[x\ny = = z\n",
    "paths": b"../" * 5000 + b"x,,\n/dev/zero,,\n\0,,\n",
}


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize(
    "file", ["METADATA", "RECORD", "WHEEL", "top_level.txt", "direct_url.json", "entry_points.txt"]
)
def test_garbage_in_metadata_costs_a_remark_at_most(file: str, garbage: str, site: Site) -> None:  # noqa: F811
    site.write({"numpy/__init__.py": "__version__ = '1'\n"})
    site.add("numpy", "1.0", {"numpy/__init__.py": "__version__ = '1.0'\n"})
    meta = site.add("onnx", "1.14", {"onnx/__init__.py": "import numpy\n"})
    (meta / file).write_bytes(GARBAGE[garbage])
    (site.folder / "garbage.pth").write_bytes(GARBAGE[garbage])
    begun = time.process_time()
    frames = site.look("onnx", "numpy")
    assert time.process_time() - begun < 2
    assert [f["version"] for kind, f in frames if kind == "distribution" and f["name"] == "numpy"] == ["1.0"]
    assert not [f["text"] for kind, f in frames if kind == "remark" and "could not be looked at" in f["text"]]


#: distributions, and milliseconds of a processor for each
MANY, EACH = 5000, 3.0


def test_thousands_of_distributions(site: Site) -> None:  # noqa: F811
    for number in range(MANY):
        meta = site.folder / f"package_{number}-1.0.dist-info"
        meta.mkdir()
        asked = "".join(f"Requires-Dist: package-{number - n}\n" for n in range(1, 6))
        (meta / "METADATA").write_text(f"Name: package-{number}\nVersion: 1.0\n{asked}\n")
        (meta / "RECORD").write_text(f"package_{number}.py,sha256=x,10\n")
        (site.folder / f"package_{number}.py").write_text("x = 1\n")
    begun = time.process_time()
    frames = site.look("package_99")
    assert len([kind for kind, _ in frames if kind == "distribution"]) == MANY
    assert time.process_time() - begun < MANY * EACH / 1000
