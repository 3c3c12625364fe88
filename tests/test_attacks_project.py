"""A folder that somebody else has filled chooses nothing: no index, no program, no module of ours, no place to write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checker.probe.standalone import standalone_script
from checker.world.files import write
from checker.world.journal import VARIABLES, Moves, make_commands
from checker.world.process import run
from checker.world.uv import PROJECT_CONFIG, configuration, find_uv, run_uv

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, modes and scripts of POSIX")

#: what a project's folder may hold, each of which names a folder of wheels as the index
PLACES = {
    "uv.toml": "no-index = true\nfind-links = [{wheels!r}]\n",
    "pyproject.toml": "[tool.uv]\nno-index = true\nfind-links = [{wheels!r}]\n",
    "uv.toml pip": "[pip]\nno-index = true\nfind-links = [{wheels!r}]\n",
}


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stranger's folder of wheels; the machine has no configuration of uv's, and no network."""
    place = tmp_path / "wheels"
    place.mkdir()
    with zipfile.ZipFile(place / "strange-1.0-py3-none-any.whl", "w") as wheel:
        info = "strange-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: strange\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    for name in ("UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_FIND_LINKS", PROJECT_CONFIG):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work" / "deep")
    return str(place)


def resolved() -> bool:
    """Whether uv finds the stranger's package."""
    Path("asked.in").write_text("strange\n")
    done = run_uv(["pip", "compile", "-q", "--no-header", "--python", sys.executable, "asked.in"])
    return done.returncode == 0 and "strange==1.0" in done.stdout


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("folder", [".", ".."])
def test_a_project_chooses_no_index(
    place: str, folder: str, wheels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(folder, place.split()[0]).write_text(PLACES[place].format(wheels=wheels))
    assert not resolved()
    monkeypatch.setenv(PROJECT_CONFIG, "1")  # what --project-config sets
    assert resolved()


def test_the_users_own_configuration_is_followed(wheels: str, tmp_path: Path) -> None:
    own = tmp_path / "config" / "uv" / "uv.toml"
    own.parent.mkdir(parents=True)
    own.write_text(PLACES["uv.toml"].format(wheels=wheels))
    Path("uv.toml").write_text("no-index = true\n")
    assert configuration() == ("--config-file", str(own))
    assert resolved()


def test_the_file_that_the_user_names_is_followed(wheels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "named.toml").write_text(PLACES["uv.toml"].format(wheels=wheels))
    monkeypatch.setenv("UV_CONFIG_FILE", str(tmp_path / "named.toml"))
    assert resolved()


def test_the_installer_of_a_fix_is_told_the_same(wheels: str) -> None:
    moves = Moves("uv", "/env/bin/python", (("numpy", "2.2.6", "1.26.4"),))
    commands = make_commands(moves, "/scratch")
    assert all("--no-config" in command for command in (*commands.fetch, *commands.forward, *commands.back))


def test_a_file_of_the_folder_answers_for_none_of_pips_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = str(tmp_path / "env" / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    site = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    (site / "pip").mkdir()
    (site / "pip" / "__main__.py").write_text("import sys, json, rich\nprint('real', sys.argv[1:2])\n")
    (site / "pip" / "__init__.py").touch()
    (site / "rich.py").touch()
    work = tmp_path / "work"
    work.mkdir()
    for name in ("pip", "rich", "json", "runpy"):
        (work / f"{name}.py").write_text("open('MARK', 'w').close()\n")
    monkeypatch.chdir(work)
    moves = Moves("pip", python, (("numpy", "2.2.6", "1.26.4"),))
    done = subprocess.run(make_commands(moves, "/s").forward[0], capture_output=True, text=True, check=False)
    assert done.stdout == "real ['install']\n", done.stderr
    assert not (work / "MARK").exists()


EVIL = "import os\nopen(os.path.join({work!r}, 'MARK'), 'w').close()\n"


@pytest.mark.parametrize("start", [["-m", "checker"], ["command"]])
def test_a_file_of_the_folder_answers_for_none_of_our_modules(start: list[str], tmp_path: Path) -> None:
    """`rich.py`, `uv` and the rest of a cloned folder, beside a `.env`: none of it runs in our process."""
    for name in ("rich", "packaging", "platformdirs", "uv", "argparse", "json", "python_discovery"):
        (tmp_path / f"{name}.py").write_text(EVIL.format(work=str(tmp_path)))
    (tmp_path / "uv").write_text(f"#!/bin/sh\ntouch {tmp_path}/MARK\n")
    (tmp_path / "uv").chmod(0o755)
    (tmp_path / ".env").write_text("UV=./uv\nPYTHONSTARTUP=rich.py\n")
    command = [str(Path(sys.executable).with_name("checker"))] if start == ["command"] else [sys.executable, *start]
    if not shutil.which(command[0]):
        pytest.skip("the checker is not installed here")
    done = subprocess.run([*command, "explain", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    variables = {k: v for k, v in os.environ.items() if k != "UV"}
    done = subprocess.run(
        [*command, "preflight", "--static", "--python", sys.executable],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**variables, "XDG_CACHE_HOME": str(tmp_path / "c")},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert not (tmp_path / "MARK").exists()


def test_uv_is_not_taken_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uv").write_text("#!/bin/sh\n")
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Path(find_uv()).resolve().parent != tmp_path


def test_a_file_of_variables_is_not_handed_to_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`UV_ENV_FILE` may name a project's `.env`; the other variables of uv are the user's own."""
    fake = tmp_path / "told"
    fake.write_text("#!/bin/sh\nenv\n")
    fake.chmod(0o755)
    monkeypatch.setenv("UV", str(fake))
    monkeypatch.setenv("UV_ENV_FILE", ".env")
    monkeypatch.setenv("UV_OFFLINE", "1")
    told = run_uv(["pip"]).stdout.splitlines()
    assert "UV_OFFLINE=1" in told
    assert not [line for line in told if line.startswith("UV_ENV_FILE")]


@pytest.mark.parametrize("name", ["pip.conf", "pip.ini", ".env"])
def test_settings_of_pip_in_the_folder_are_not_read(name: str, wheels: str) -> None:
    text = f"PIP_FIND_LINKS={wheels}\nUV_FIND_LINKS={wheels}\n"
    Path(name).write_text(text if name == ".env" else f"[global]\nfind-links = {wheels}\n")
    assert not resolved()


#: what a project may set for pip in a file of variables
HOSTILE = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "PIP_FIND_LINKS", "PIP_TARGET", "PIP_REQUIREMENT")


@pytest.mark.parametrize("name", HOSTILE)
def test_variables_of_a_projects_file_are_handed_to_no_installer(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a `.env`, a `.envrc` or a `pip.conf` of the folder names is not set; what the user has set himself is."""
    for file in (".env", ".envrc", ".flaskenv", "pip.conf"):
        (tmp_path / file).write_text(f"export {name}=https://evil.example/\n{name}=https://evil.example/\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(name, raising=False)
    command = (sys.executable, "-c", f"import os; print(os.environ.get({name!r}))")
    assert run(command, VARIABLES).stdout == "None\n"
    monkeypatch.setenv(name, "https://mine.example/")
    assert run(command, VARIABLES).stdout == "https://mine.example/\n"


def test_a_version_is_not_a_folder_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--python 3.11` beside a folder `3.11/bin/python`, `--python python3` beside a file of that name."""
    from checker.world.pythons import find

    version = ".".join(map(str, sys.version_info[:2]))
    (tmp_path / version / "bin").mkdir(parents=True)
    for place in (tmp_path / version / "bin" / "python", tmp_path / "python3"):
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for asked in (version, "python3"):
        assert not find(asked, [Path(sys.prefix).parent]).is_relative_to(tmp_path), asked
    assert find(f"./{version}") == tmp_path / version / "bin" / "python"


# --- where reports are written -----------------------------------------------------------------------------------


def test_a_report_is_written_through_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name was planted beside the report, and even the very one that will be used, is not followed."""
    precious, report = tmp_path / "precious", tmp_path / "report.txt"
    precious.write_text("precious")
    for name in ("report.txt.partial", ".report.txt.partial", "report.txt.tmp"):
        (tmp_path / name).symlink_to(precious)
    write(report, "report\n")
    assert report.read_text() == "report\n"
    monkeypatch.setattr("secrets.token_hex", lambda size: "known")
    (tmp_path / ".checker-known").symlink_to(precious)
    with pytest.raises(Exception, match="cannot write"):
        write(report, "other\n")
    assert (precious.read_text(), report.read_text()) == ("precious", "report\n")


def test_what_was_there_keeps_its_mode(tmp_path: Path) -> None:
    real = tmp_path / "real.txt"
    real.write_text("old")
    real.chmod(0o600)
    write(real, "new")
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("new", 0o600)
    assert [p.name for p in tmp_path.iterdir()] == ["real.txt"]


@pytest.mark.parametrize("leads", ["a file", "nowhere", "a pipe", "a hard link"])
def test_a_link_at_the_reports_own_name_is_replaced(leads: str, tmp_path: Path) -> None:
    """A cloned repository may hold `junit.xml -> ~/.ssh/authorized_keys`, and git makes the link as the user's own."""
    precious, report = tmp_path / "precious", tmp_path / "report.txt"
    if leads == "a pipe":
        os.mkfifo(precious)
    elif leads != "nowhere":
        precious.write_text("precious")
    (report.hardlink_to if leads == "a hard link" else report.symlink_to)(precious)
    write(report, "report\n")
    assert (report.is_symlink(), report.read_text()) == (False, "report\n")
    assert precious.exists() == (leads != "nowhere")
    assert not precious.is_file() or precious.read_text() == "precious"


@pytest.mark.parametrize("option", ["--output", "--save", "--write"])
def test_each_option_that_writes_replaces_a_link(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.cli import main

    monkeypatch.chdir(tmp_path)
    precious, goal = tmp_path / "precious", tmp_path / "constraints.txt"
    precious.write_text("precious")
    goal.symlink_to(precious)
    assert main(["preflight", "--static", "--offline", "--python", sys.executable, option, str(goal)]) in (0, 1)
    assert precious.read_text() == "precious"
    # where something blocks and nothing is proven, there is nothing for `--write` to keep
    assert option == "--write" or not goal.is_symlink()


def test_the_systems_own_links_are_followed(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    write(Path(f"/dev/fd/{writing}"), "report\n")
    os.close(writing)
    assert os.read(reading, 100) == b"report\n"
    os.close(reading)
    with open(tmp_path / "redirected", "wb") as file:
        write(Path(f"/dev/fd/{file.fileno()}"), "report\n")
    assert (tmp_path / "redirected").read_text() == "report\n"


def test_the_script_that_looks_elsewhere_replaces_a_link(tmp_path: Path) -> None:
    precious, frames = tmp_path / "precious", tmp_path / "checker-frames.jsonl"
    precious.write_text("precious")
    frames.symlink_to(precious)
    (tmp_path / "look.py").write_text(standalone_script(None, (), static=True))
    subprocess.run([sys.executable, "look.py"], cwd=tmp_path, check=True, capture_output=True)
    assert precious.read_text() == "precious"
    assert not frames.is_symlink()
    frames.unlink()
    frames.mkdir()
    done = subprocess.run([sys.executable, "look.py"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "cannot write checker-frames.jsonl" in done.stderr
