"""Applying proven pins: contradictions, refusals, and an environment that is whole whatever the installer does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from checker.errors import CannotLook
from checker.fix.apply import MB, Fix, apply, check_room, find_obstacle, freeze, read_environment
from checker.fix.fix import Console, fix
from checker.fix.proven_pins import write_pins
from checker.model import Change, Patient, Proven, Remedy, Report, Unproven
from checker.request import Request
from checker.world.locks import hold_folder
from checker.world.process import hold_signals

from .cases import dist, seen
from .reports import blocked, ready
from .test_cli import run

# --- wrong usage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--yes"], "--yes answers the question of --fix"),
        (["--fix", "--from", "x"], "--fix and --from contradict"),
        (["--fix", "--via", "x"], "--fix and --via contradict"),
        (["--fix", "--requirements", "x"], "write the proven set with --write"),
        (["--fix", "--static"], "--fix and --static contradict"),
        (["--fix", "--no-prove"], "--fix and --no-prove contradict"),
        (["--fix", "--offline", "--yes"], "--fix and --offline contradict"),
        (["--fix", "--offline", "--static"], "--fix and --static and --offline contradict"),
        (["--write", "poetry.lock"], "constraints.txt, requirements.txt, environment.yml, pylock.toml"),
        (["--write", "/no/such/folder/constraints.txt"], "cannot write to"),
    ],
)
def test_contradictions_are_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run("preflight", *arguments, capsys=capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


# --- when nothing is applied -------------------------------------------------------------------------------------

CHANGES = (Change("numpy", "2.2.6", "1.26.4"), Change("onnx", "", "1.17.0"))
LOCK = ("numpy==1.26.4", "onnx==1.17.0", "scipy==1.13.1")
PROVEN = Remedy("pins", "Move it.", CHANGES, LOCK[:2], {}, ("rule",), Proven("it was tried", 1.0, LOCK))
CODE = Remedy("code", "Write it.", (), (), {}, ("rule",), Proven("it was tried", 1.0))
HERE = replace(seen(stack=(dist("numpy", "2.2.6"),)), system={"prefix": "/env", "conda": False})
CONDA = replace(HERE, system={"prefix": "/env", "conda": True})
OUTSIDE = replace(HERE, distributions=(dist("numpy", "2.2.6", location="/usr/lib/python3/dist-packages"),))


@pytest.mark.parametrize(
    ("report", "agreed", "words"),
    [
        (ready(), True, "nothing to fix: nothing blocks"),
        (replace(blocked(), remedies=()), True, "nothing was applied: no change of versions was proven"),
        (replace(blocked(), remedies=(CODE,)), True, "what was proven is a change of code"),
        (
            replace(blocked(), remedies=(replace(PROVEN, proof=Unproven("no")),)),
            True,
            "no change of versions was proven",
        ),
        (replace(blocked(), remedies=(PROVEN,), subject=CONDA), True, "conda install --prefix /env 'numpy=1.26.4'"),
        (replace(blocked(), remedies=(PROVEN,), subject=OUTSIDE), True, "numpy lies outside the environment"),
        (replace(blocked(), remedies=(PROVEN,), subject=HERE), False, "nothing was applied: as you said"),
        (replace(blocked(), remedies=(PROVEN,), subject=HERE), None, "--yes applies it"),
    ],
    ids=["ready", "none", "code", "unproven", "conda", "outside", "declined", "no-terminal"],
)
def test_nothing_is_applied(report: Report, agreed: bool | None, words: str) -> None:
    said: list[str] = []
    assert fix(Request(), report, Console(said.append, lambda question: agreed, lambda stage, subject: None)) is None
    assert len(said) == 1
    assert words in said[0]


def test_the_question_names_what_moves() -> None:
    asked: list[str] = []
    report = replace(blocked(), remedies=(PROVEN,), subject=HERE)
    fix(Request(), report, Console(lambda text: None, lambda question: asked.append(question), lambda *step: None))
    assert asked == [f"Apply to {report.patient.label} with uv: numpy 2.2.6 -> 1.26.4, onnx none -> 1.17.0?"]


def test_what_was_before_the_fix_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page for a browser compares it with what is there afterwards."""
    module, applied = sys.modules[fix.__module__], []
    monkeypatch.setattr(module, "apply", lambda *given: applied.append(given))
    monkeypatch.setattr(module, "preflight", lambda request, progress: ready())
    report = replace(blocked(), remedies=(PROVEN,), subject=HERE)
    after = fix(Request(), report, Console(lambda text: None, lambda question: True, lambda *step: None))
    assert len(applied) == 1
    assert after == replace(ready(), before=report)


def test_nothing_proven_is_nothing_written(tmp_path: Path) -> None:
    said: list[str] = []
    write_pins(replace(blocked(), remedies=()), [tmp_path / "constraints.txt"], said.append)
    assert said == ["checker: nothing was written: no change of versions was proven"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_written(tmp_path: Path) -> None:
    said: list[str] = []
    report = replace(blocked(), remedies=(PROVEN,), subject=HERE)
    write_pins(report, [tmp_path / "constraints.txt", tmp_path / "pool.txt"], said.append)
    assert (tmp_path / "constraints.txt").read_text() == "numpy==1.26.4\nonnx==1.17.0\nscipy==1.13.1\n"
    assert said == [f"checker: wrote {tmp_path / name}: 3 pins" for name in ("constraints.txt", "pool.txt")]


# --- an environment, and an installer that does as it is told, or does not ---------------------------------------

#: reads what it is to do from a file beside it: well, refuse, half, stuck, interrupt, vanish
FAKE = """#!{python}
import os, pathlib, shutil, signal, sys
words, site, here = sys.argv[sys.argv.index('pip') + 1:], pathlib.Path({site!r}), pathlib.Path(__file__).parent
mode = (here / "mode").read_text()
with open(here / "log", "a") as log:
    log.write(" ".join(words) + chr(10))
def drop(name):
    for folder in site.glob(name + "-*.dist-info"):
        shutil.rmtree(str(folder))
def add(pin):
    name, version = pin.split("==")
    drop(name)
    folder = site / (name + "-" + version + ".dist-info")
    folder.mkdir()
    (folder / "METADATA").write_text("Name: %s{nl}Version: %s{nl}" % (name, version))
if "--target" in words:
    place = pathlib.Path(words[words.index("--target") + 1])
    place.mkdir()
    (place / "code").write_bytes(bytes(3 * 2**20))
    sys.exit(0)
if mode == "refuse" or (mode == "stuck" and "--reinstall" in words):
    sys.exit("error: no room")
if words[0] == "uninstall":
    [drop(name) for name in words[4:]]
for pin in [w for w in words if "==" in w]:
    add(pin)
    if mode in ("half", "stuck"):
        sys.exit("error: no room")
    if mode == "interrupt" and "--reinstall" not in words:
        os.kill(os.getppid(), signal.SIGINT)
    if mode == "vanish" and "--reinstall" not in words:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fix:
    """An environment with numpy and scipy, a fake uv, and a change of numpy that brings onnx."""
    if os.name != "posix":
        pytest.skip("the fake installer is a script")
    env, tools = tmp_path / "env", tmp_path / "tools"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(env)], check=True)
    site = next((env / "lib").glob("python*/site-packages"))
    tools.mkdir()
    (tools / "uv").write_text(FAKE.format(python=sys.executable, site=str(site), nl="\\n"))
    (tools / "uv").chmod(0o755)
    (tools / "mode").write_text("well")
    monkeypatch.setenv("UV", str(tools / "uv"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, version in (("numpy", "2.2.6"), ("scipy", "1.13.1"), ("mine", "0.1")):
        (site / f"{name}-{version}.dist-info").mkdir()
        (site / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    python = str(env / "bin" / "python")
    patient = Patient((python, "-"), python, "it is a test's")
    distributions = tuple(
        dist(n, v, location=str(site)) for n, v in (("numpy", "2.2.6"), ("scipy", "1.13.1"), ("mine", "0.1"))
    )
    observation = replace(HERE, executable=python, system={"prefix": str(env)}, distributions=distributions)
    return Fix(patient, observation, CHANGES, tmp_path / "back.txt", "today")


def carried_out(job: Fix, mode: str) -> list[str]:
    """What is said while the installer behaves in that mode."""
    said: list[str] = []
    (job.back.parent / "tools" / "mode").write_text(mode)
    apply(job, LOCK, lambda stage, subject: None, said.append)
    return said


def pins(job: Fix) -> list[str]:
    return sorted(f"{name}=={version}" for name, version, _ in read_environment(job.patient))


AFTER, BEFORE = ["mine==0.1", "numpy==1.26.4", "onnx==1.17.0", "scipy==1.13.1"], ["mine==0.1", "numpy==2.2.6", "scipy==1.13.1"]  # fmt: skip


def test_the_pins_are_applied_and_the_way_back_is_written(job: Fix) -> None:
    assert job.installer == "uv"
    assert find_obstacle(job) == ""
    assert carried_out(job, "well") == [f"checker: applied with uv; how to go back is written in {job.back}"]
    assert pins(job) == AFTER
    lines = job.back.read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["numpy==2.2.6", "scipy==1.13.1"]
    assert f"#   uv pip install --no-deps --python {job.patient.label} -r {job.back}" in lines
    assert "# Not touched, because no package index has them: mine 0.1" in lines


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("refuse", ["checker: the environment is as it was"]),
        ("half", ["checker: it failed: going back", "checker: the environment is as it was"]),
        ("vanish", ["checker: it failed: going back", "checker: the environment is as it was"]),
    ],
)
def test_a_failure_leaves_the_environment_as_it_was(mode: str, says: list[str], job: Fix) -> None:
    said: list[str] = []
    (job.back.parent / "tools" / "mode").write_text(mode)
    # going back works again: only the change itself does not
    with pytest.raises(CannotLook, match="uv could not make the change"):
        apply(job, LOCK, lambda stage, subject: None, lambda text: _well_again(job, text, said))
    assert pins(job) == BEFORE
    assert said == says


def _well_again(job: Fix, text: str, said: list[str]) -> None:
    said.append(text)
    (job.back.parent / "tools" / "mode").write_text("well")


def test_where_going_back_fails_it_says_what_to_type(job: Fix) -> None:
    with pytest.raises(CannotLook, match="going back failed: error: no room") as raised:
        carried_out(job, "stuck")
    assert raised.value.hint == (
        f"type: uv pip uninstall --python {job.patient.label} onnx"
        f" && uv pip install --no-deps --python {job.patient.label} -r {job.back}"
    )


def test_an_interrupt_takes_effect_when_all_is_as_it_was(job: Fix) -> None:
    with pytest.raises(KeyboardInterrupt):
        carried_out(job, "interrupt")
    assert pins(job) == BEFORE


def test_a_changed_environment_is_left_alone(job: Fix) -> None:
    stale = replace(job, observation=replace(job.observation, distributions=job.observation.distributions[:2]))
    with pytest.raises(CannotLook, match="has changed since it was looked at"):
        carried_out(stale, "well")
    assert pins(job) == BEFORE
    assert not job.back.exists()


def test_two_at_once_are_one_after_the_other(job: Fix) -> None:
    """Whoever comes second, from whichever folder and cache, leaves the environment alone, and says so in one line."""
    with hold_folder(Path(job.observation.prefix)) as held:
        assert held
        with pytest.raises(CannotLook, match="another run is changing this environment, and nothing was applied"):
            carried_out(job, "well")
    assert pins(job) == BEFORE
    assert not job.back.exists()
    carried_out(job, "well")
    assert pins(job) == AFTER
    with hold_folder(Path(job.observation.prefix)) as held:
        assert held


def test_the_installer_goes_on_holding_the_environment(job: Fix) -> None:
    """A run that is killed leaves its installer at work: until that ends, nobody else comes in."""
    holds = "import sys; print('in', flush=True); sys.stdin.read()"
    with hold_folder(Path(job.observation.prefix)) as held:
        assert held
        installer = subprocess.Popen(
            [sys.executable, "-c", holds], pass_fds=(held,), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert installer.stdout
        installer.stdout.readline()
    with pytest.raises(CannotLook, match="another run is changing this environment"):
        carried_out(job, "well")
    installer.communicate()
    carried_out(job, "well")
    assert pins(job) == AFTER


def test_without_room_on_the_disk_nothing_is_applied(job: Fix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=MB))
    with pytest.raises(CannotLook, match="nothing was applied, the disk of the environment has 1 MB free"):
        carried_out(job, "well")
    assert pins(job) == BEFORE
    assert not job.back.exists()


def test_a_wheel_needs_the_room_of_its_contents(job: Fix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=MB))
    (tmp_path / "after").mkdir()
    check_room(job, tmp_path / "after")
    with zipfile.ZipFile(tmp_path / "after" / "numpy.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("numpy/zeros", bytes(2 * MB))
    with pytest.raises(CannotLook, match="has 1 MB free, and what comes in takes 3 MB"):
        check_room(job, tmp_path / "after")


def test_without_a_way_back_nothing_is_applied(job: Fix) -> None:
    with pytest.raises(CannotLook, match="cannot write"):
        apply(replace(job, back=job.back / "no" / "back.txt"), LOCK, lambda *step: None, lambda text: None)
    assert pins(job) == BEFORE


def test_what_lies_outside_is_not_the_environments() -> None:
    assert freeze(OUTSIDE) == frozenset()


def test_signals_that_were_held_come_afterwards() -> None:
    reached: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted(reached)
    assert reached == [signal.SIGINT]


def _interrupted(reached: list[int]) -> None:
    with hold_signals() as come:
        signal.raise_signal(signal.SIGINT)
        reached += come.numbers
