"""The program in real interpreters: it survives whatever a package does, and leaves nothing behind."""

from __future__ import annotations

import ast
import io
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.model import Canary, Column, Failure, Logging, Passed, Patient, Stage, Step
from checker.probe import assemble, make_plan, observe, program
from checker.probe.inside import scratch
from checker.probe.plan import canary_fields

from .interpreters import MINORS, interpreter

#: what a package may do when it is imported, and what the step's failure then is
MISDEEDS = {
    "raises": ("raise ValueError('no')", "ValueError"),
    "segfaults": ("import ctypes; ctypes.string_at(0)", "Crash"),
    "aborts": ("import os; os.abort()", "Crash"),
    "exits": ("import sys; sys.exit(3)", "Exit"),
    "leaves": ("import os; os._exit(0)", "Exit"),
    "hangs": ("import time; time.sleep(600)", "TimeOut"),
    "eats": ("x = bytearray(1 << 40)", "MemoryError"),
    "is_killed": ("import os; os.kill(os.getpid(), 9)", "Killed"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages that misbehave, and of some that do not."""
    for name, (line, _) in MISDEEDS.items():
        (tmp_path / f"{name}.py").write_text(line + "\n")
    (tmp_path / "fine.py").write_text(
        "__version__ = '1'\nclass Model:\n    def __init__(self, deed=''):\n        exec(deed)\n"
    )
    (tmp_path / "floods.py").write_text(
        "import os, sys\nfor _ in range(64): os.write(1, b'x' * (1 << 20))\nprint('y' * (1 << 20), file=sys.stderr)\n"
    )
    (tmp_path / "forks.py").write_text("import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\n")
    (tmp_path / "prints_frames.py").write_text('print(\'\\n0123 {"frame": "end"}\\n\')\n')
    return tmp_path


def plan_of(
    python: str, site: Path, modules: list[str], canaries: list[Canary] | None = None, **limits: object
) -> tuple[Patient, dict[str, object]]:
    patient = Patient((python, "-"), python, "")
    plan = make_plan(patient, None, canaries or [], folder="")
    plan["imports"] = [{"module": m, "names": [], "optional": False} for m in modules]
    plan.update(roots=[], cache="", bytecode="", import_seconds=3, canary_seconds=2, **limits)
    return patient, plan


def seen(
    python: str, site: Path, modules: list[str], monkeypatch: pytest.MonkeyPatch, canaries: list[Canary] | None = None
) -> dict[str, str]:
    """subject -> failure type, or "" for what passed."""
    monkeypatch.setenv("PYTHONPATH", str(site))
    patient, plan = plan_of(python, site, modules, canaries)
    observation, _ = observe(patient, plan, program())
    return {o.subject: o.type if isinstance(o, Failure) else "" for o in observation.outcomes}


@pytest.mark.parametrize("minor", MINORS)
def test_every_python(minor: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"no Python {minor} here")
    assert seen(python, site, ["fine", "raises", "segfaults", "exits"], monkeypatch) == {
        "fine": "",
        "raises": "ValueError",
        "segfaults": "Crash",
        "exits": "Exit",
    }


@pytest.mark.parametrize("deed", MISDEEDS)
def test_a_misdeed_costs_its_own_import_only(deed: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(sys.executable, site, ["fine", deed, "json"], monkeypatch) == {
        "fine": "",
        deed: MISDEEDS[deed][1],
        "json": "",
    }


@pytest.mark.parametrize("harmless", ["floods", "forks", "prints_frames"])
def test_noise_is_no_failure(harmless: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(sys.executable, site, [harmless, "fine"], monkeypatch) == {harmless: "", "fine": ""}


def test_a_module_that_is_missing_takes_only_what_needs_it_along(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "whole").mkdir()
    (site / "whole" / "__init__.py").write_text("class Model: pass\n")
    rows = [
        Canary(name, "whole.Model()", imports, (Column("x", "float32"),), converter="")
        for name, imports in (("needs the whole", ("whole",)), ("needs the part", ("whole.gone",)))
    ]
    found = seen(sys.executable, site, ["whole.gone", "whole"], monkeypatch, rows)
    assert found.pop("whole.gone") == "ModuleNotFoundError"
    assert set(found) == {"whole", "needs the whole"}


def test_a_library_that_is_not_installed_fails_only_in_a_script(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Canary(name, "gone.Model()", ("gone",), (Column("x", "float32"),), converter="", where=where)
        for name, where in (("of the catalogue", ""), ("of a script", "train.py:3"))
    ]
    assert set(seen(sys.executable, site, ["fine"], monkeypatch, rows)) == {"fine", "of a script"}


def test_a_name_that_is_missing_takes_only_what_is_made_of_it_along(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module itself is there: a converter beside the missing name still converts."""
    (site / "whole").mkdir()
    (site / "whole" / "__init__.py").write_text("class Model: pass\n")
    names = {"whole": ["Model", "Gone", "drawer"]}
    rows = [
        Canary(name, f"whole.{name}()", ("whole",), (Column("x", "float32"),), converter="")
        for name in ("Model", "Gone")
    ]
    patient, plan = plan_of(sys.executable, site, ["whole", "json"], rows)
    plan["imports"] = [{**w, "names": names.get(w["module"], [])} for w in plan["imports"]]
    monkeypatch.setenv("PYTHONPATH", str(site))
    found = {o.subject: o for o in observe(patient, plan, program())[0].outcomes}
    assert isinstance(found["whole"], Failure)
    assert found["whole"].facts["lacking"] == ("Gone", "drawer")
    assert set(found) == {"whole", "json", "Model"}


#: what a package of MLflow's name does -> the failure that its user sees
AUTOLOGS = {
    "works": ("", "", ""),
    "cannot be switched on": ("import not_there", "", "No module named 'not_there'"),
    "fails at the fit": ("", "raise KeyError('scorer')", "'scorer'"),
    "only warns": ("try: import not_there\n    except ImportError: print('not logged')", "", ""),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="canaries are forked")
@pytest.mark.parametrize("case", AUTOLOGS)
def test_what_autologging_raises_is_its_failure(case: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is fitted under it, with the script's arguments and without logging the model; a warning is none."""
    pytest.importorskip("numpy")
    on, fitted, told = AUTOLOGS[case]
    (site / "mlflow.py").write_text(
        "import contextlib, models\nstart_run = contextlib.nullcontext\ndef set_tracking_uri(uri): pass\n"
        f"def autolog(silent=False, log_models=True):\n    {on or 'pass'}\n"
        "    assert silent and not log_models\n    models.Model.fit = under\n"
        f"def under(self, x, y):\n    {fitted or 'print(x)'}\n"
    )
    (site / "models.py").write_text("class Model:\n    def fit(self, x, y): pass\n")
    logging = Logging("", "autolog", store="default", autologs=(("mlflow.autolog", {"silent": True}),))
    rows = [
        Canary(name, make, ("models",), (Column("x", "float32"),), converter="", logging=logging)
        for name, make in (("alone", ""), ("fits", "models.Model()"))
    ]
    patient, plan = plan_of(sys.executable, site, ["mlflow"])
    plan["canaries"] = [canary_fields(row) for row in rows]
    monkeypatch.setenv("PYTHONPATH", str(site))
    found = {o.step: o for o in observe(patient, plan, program())[0].outcomes}
    ends = {name: found[Step(Stage.REGISTER, name)] for name in ("alone", "fits")}
    texts = {name: end.text if isinstance(end, Failure) else "" for name, end in ends.items()}
    assert texts == {"alone": "" if fitted else told, "fits": told}


@pytest.mark.parametrize("minor", MINORS)
def test_a_name_behind_a_guarded_import_is_told_with_its_cause(
    minor: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is bound in another way, or not at all, has no hidden cause."""
    (site / "part.py").write_text("import not_there\ndef useful(): pass\n")
    (site / "whole.py").write_text(
        "try:\n    from part import useful\nexcept ImportError:\n    pass\n"
        "try:\n    import json, not_there as other\n    def own(): pass\nexcept (ValueError, ImportError):\n    pass\n"
        "try:\n    from json import gone\nexcept KeyError:\n    pass\nexcept Exception:\n    other_way = 1\n"
    )
    patient, plan = plan_of(interpreter(minor), site, ["whole"])
    plan["imports"] = [{"module": "whole", "names": ["useful"], "optional": False}]
    plan["names"] = [{"name": f"whole.{n}", "where": "a.py:1"} for n in ("useful", "own", "gone", "nowhere")]
    monkeypatch.setenv("PYTHONPATH", str(site))
    found = {o.subject: o for o in observe(patient, plan, program())[0].outcomes if isinstance(o, Failure)}
    causes = {name: [text for _, text in f.chain[:-1]] for name, f in found.items()}
    (gone,) = causes.pop("whole.gone")
    absent = ["No module named 'not_there'"]
    assert gone.startswith("cannot import name 'gone'")
    assert causes == {"whole": absent, "whole.useful": absent, "whole.own": absent, "whole.nowhere": []}
    assert [f.facts.get("hidden") for f in found.values()] == [True, True, True, True, None]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="canaries are forked")
@pytest.mark.parametrize("deed", [d for d in MISDEEDS if d != "eats"])
def test_a_misdeed_costs_its_own_canary_only(deed: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = (Column("x", "float32"),)
    bad = Canary("bad", f"fine.Model({MISDEEDS[deed][0]!r})", ("fine",), columns, converter="fine.convert")
    worse = Canary("missing", "fine.NoSuchModel()", ("fine",), columns, converter="fine.convert")
    usual = canary_fields
    monkeypatch.setattr("checker.probe.plan.canary_fields", lambda *a: {**usual(*a), "needs": ["fine"]})
    assert seen(sys.executable, site, ["fine"], monkeypatch, [bad, worse]) == {
        "fine": "",
        "bad": MISDEEDS[deed][1],
        "missing": "AttributeError",
    }


def test_nothing_is_left_behind(
    site: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    (site / "litters.py").write_text("import tempfile\ntempfile.mkdtemp()\n")
    before = sorted(p.name for p in site.rglob("*"))
    seen(sys.executable, site, ["litters", "hangs", "segfaults"], monkeypatch)
    assert list(scratch.iterdir()) == []
    assert sorted(p.name for p in site.rglob("*")) == before
    assert not [
        line
        for line in subprocess.run(
            ["ps", "-eo", "args"], capture_output=True, text=True, check=False
        ).stdout.splitlines()
        if str(site) in line
    ]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("#!/bin/sh\necho hello\n", "did not answer as a Python does"),
        ("#!/bin/sh\necho broken install >&2; exit 1\n", "broken install"),
        ("#!/bin/sh\ncat\n", "did not answer as a Python does"),
        ("#!/bin/sh\nexec /no/such/thing\n", "did not answer"),
    ],
)
def test_what_is_not_a_python_is_told_in_a_line(start: str, words: str, tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text(start)
    fake.chmod(0o755)
    patient, plan = plan_of(str(fake), tmp_path, [])
    with pytest.raises(CannotLook, match=words):
        observe(patient, plan, program())


def test_python_2_is_named(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    pretends = "import sys; sys.version_info = (2, 7, 18); sys.version = '2.7.18 (old)'; exec(sys.stdin.read())"
    fake.write_text(f'#!/bin/sh\n{sys.executable} -c "{pretends}"\n')
    fake.chmod(0o755)
    patient, plan = plan_of(str(fake), tmp_path, [])
    with pytest.raises(CannotLook, match=r"is Python 2\.7\.18"):
        observe(patient, plan, program())


def test_a_talkative_start_tears_no_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        textwrap.dedent("""\
        import sys
        for _ in range(200):
            sys.stdout.write("x" * 20000 + "\\n")
            sys.stderr.write("y" * 20000 + "\\n")
    """)
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    patient, plan = plan_of(sys.executable, tmp_path, ["json"])
    observation, _ = observe(patient, plan, program())
    assert [type(o) for o in observation.outcomes] == [Passed]
    assert observation.outcomes[0].stage is Stage.IMPORT


def test_an_interpreter_that_never_starts_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setattr("checker.probe.asking.START_SECONDS", 0.5)
    patient, plan = plan_of(str(fake), tmp_path, [])
    with pytest.raises(CannotLook, match="did not answer"):
        observe(patient, plan, program())


@pytest.mark.parametrize("minor", [m for m in MINORS if interpreter(m)])
@pytest.mark.parametrize("deed", ["import os; os._exit(3)", "import os; os.abort()", "raise SystemExit(4)"])
def test_what_was_never_begun_is_no_answer(
    deed: str, minor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python that starts once and not again: nothing was looked at, which is not the same as nothing found."""
    python = interpreter(minor)
    assert python
    (tmp_path / "sitecustomize.py").write_text(f"import os\nif 'OMP_NUM_THREADS' in os.environ:\n    {deed}\n")
    (tmp_path / "fine.py").touch()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with pytest.raises(CannotLook, match=r"the probe could not work in .*: a process of the probe ended early"):
        seen(python, tmp_path, ["fine"], monkeypatch)
    assert not list(tmp_path.glob("checker-probe-*"))


def test_without_a_folder_for_temporary_files_nothing_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import tempfile\ndef mkdtemp(**more):\n    raise OSError(28, 'No space left on device')\ntempfile.mkdtemp = mkdtemp\n"
    )
    with pytest.raises(CannotLook, match=r"the probe could not work in .*No space left on device"):
        seen(sys.executable, tmp_path, ["json"], monkeypatch)


@pytest.mark.parametrize("minor", [m for m in MINORS if interpreter(m)])
def test_an_installation_during_the_look_is_said(minor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of one release and half of another are no finding about either."""
    python = interpreter(minor)
    assert python
    info = tmp_path / "fine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: fine\nVersion: 1.0\n")
    (tmp_path / "quiet.py").write_text(f"open({str(tmp_path / 'data.txt')!r}, 'w').close()\n")
    (tmp_path / "fine.py").write_text(
        f"import os\nos.rename({str(info)!r}, {str(tmp_path / 'fine-2.0.dist-info')!r})\n1/0\n"
    )
    assert seen(python, tmp_path, ["quiet"], monkeypatch) == {"quiet": ""}
    with pytest.raises(CannotLook, match="were changed while it was looked at"):
        seen(python, tmp_path, ["fine"], monkeypatch)


@pytest.mark.parametrize("entry", ["supervisor", "files.static", "worker", "rehearse.play"])
def test_the_parts_of_a_program_share_one_namespace(entry: str) -> None:
    """Two values of one name would stand in each other's place, wherever they are read."""
    bound: dict[str, str] = {}
    for part in assemble.parts(entry):
        for statement in ast.parse(assemble.source(part)).body:
            for name in bound_names(statement):
                assert bound.setdefault(name, part) == part, (name, bound[name], part)


@pytest.mark.parametrize("text", [assemble.program, assemble.looker, assemble.worker, assemble.rehearser])
def test_a_program_is_joined_of_whole_lines(text: Callable[[], str]) -> None:
    """An import of a neighbour over several lines would leave its rest behind."""
    compile(text(), "<program>", "exec")


def bound_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return [t.id for target in targets if target for t in ast.walk(target) if isinstance(t, ast.Name)]


def test_a_folder_in_which_somebody_still_writes_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, real, calls = tmp_path / "scratch", shutil.rmtree, list[str]()
    place.mkdir()

    def rmtree(folder: str, ignore_errors: bool) -> None:
        calls.append(folder)
        if len(calls) > 2:
            real(folder, ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", rmtree)
    scratch.remove_scratch(str(place), io.BytesIO())
    assert (place.exists(), len(calls)) == (False, 3)
