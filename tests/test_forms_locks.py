"""Lock files and pyproject.toml: what each comes to on one Python, and what cannot be honoured."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from checker.errors import CannotLook, UsageError
from checker.requirements.choosing import choose_needs, markers_of
from checker.requirements.forms import read_needs
from checker.requirements.forms.markers import holds
from checker.requirements.forms.poetry_specs import poetry_specifier
from checker.requirements.needs import Choice, Manner, Needs, Source

from .forms import OLD_POETRY, OLD_PROJECT, PIPFILE, POETRY, PROJECT, PYLOCK, UV_LOCK


def needs(
    text: str, name: str, *, folder: Path = Path("/project"), python: str = "3.11.7", **choice: tuple[str, ...]
) -> Needs:
    markers = {**markers_of(python), "sys_platform": "linux"}
    return read_needs([Source(text, name, folder, folder / name)], Choice(**choice), markers)


def texts(found: Needs) -> list[str]:
    return [line.text for line in found.lines]


# --- markers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "holding"),
    [
        ("", True),
        ("python_full_version < '3.11.3'", False),
        ("extra == 'a'", True),
        ("extra == 'b' or 'a' == extra", True),
        ("extra != 'a'", False),
        ("'a' in extras and 'b' not in extras", True),
        ("'dev' in dependency_groups", True),
        ("'docs' in dependency_groups", False),
        ("sys_platform == 'win32' and extra == 'a'", False),
        ("this is no marker", True),
    ],
)
def test_whether_a_marker_holds(marker: str, holding: bool) -> None:
    markers = {**markers_of("3.11.7"), "sys_platform": "linux"}
    assert holds(marker, markers, ["a"], ["dev"]) is holding


# --- uv.lock -----------------------------------------------------------------------------------------------------

TORCH = "--extra-index-url https://download.pytorch.org/whl/cpu"
TOOL = "tool @ git+https://github.com/x/tool@abc#subdirectory=py"


def test_uv_lock_is_walked_from_the_project() -> None:
    found = needs(UV_LOCK, "uv.lock")
    assert texts(found) == [TORCH, "numpy==1.26.4", TOOL, "torch==2.4.0+cpu", "pytest==8.0"]
    assert (found.manner, found.python, found.marked) == (Manner.ALONE, ">=3.9", True)
    assert found.words == ("--no-deps", "--index-strategy", "unsafe-best-match")
    assert found.remarks == ("Left out: taxi, the project itself, since only what it depends on is installed",)
    numpy = found.lines[1]
    assert (numpy.place, numpy.release, numpy.asked) == (
        "uv.lock:24",
        "1.26.4",
        "numpy==1.26.4 --hash=sha256:bb --hash=sha256:aa",
    )
    assert found.lines[2].release == "1.0"


def test_uv_lock_has_extras_groups_and_forks() -> None:
    found = needs(UV_LOCK, "uv.lock", python="3.12.1", extras=("boost",), groups=("docs",))
    assert texts(found) == [
        TORCH,
        "numpy==2.2.6",
        TOOL,
        "torch==2.4.0+cpu",
        "lightgbm @ https://x/lightgbm-4.5.0-py3-none-any.whl",
        "pytest==8.0",
        "-e /project/libs/own",
    ]
    assert found.lines[4].hashes == ("sha256:cc",)


def test_the_groups_that_a_project_installs_by_default(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv]\ndefault-groups = []\n")
    assert "pytest==8.0" not in texts(needs(UV_LOCK, "uv.lock", folder=tmp_path))


def test_extras_that_exclude_each_other_are_marked() -> None:
    text = """version = 1
[[package]]
name = "taxi"
source = { virtual = "." }
[package.optional-dependencies]
cpu = [{ name = "a", marker = "extra == 'extra-4-taxi-cpu' or extra == 'extra-4-taxi-gpu'" }]
gpu = [{ name = "b", marker = "extra == 'extra-4-taxi-cpu'" }]
[[package]]
name = "a"
version = "1"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "b"
version = "1"
source = { registry = "https://pypi.org/simple" }
"""
    assert texts(needs(text, "uv.lock", extras=("cpu",))) == ["a==1"]
    assert texts(needs(text, "uv.lock", extras=("gpu",))) == []


def test_a_file_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it names is meant from there, whether it is there or not."""
    (tmp_path / "uv.lock").write_text(UV_LOCK.replace('url = "https://x/lightgbm', 'path = "dist/lightgbm'))
    monkeypatch.chdir(tmp_path)
    found = choose_needs([Path("uv.lock")], Choice(("boost",), ("docs",)), "3.11", static=True).needs
    assert f"lightgbm @ {(tmp_path / 'dist/lightgbm-4.5.0-py3-none-any.whl').as_uri()}" in texts(found)
    assert f"-e {tmp_path / 'libs/own'}" in texts(found)


def test_a_long_chain_is_walked() -> None:
    packages = [
        f'[[package]]\nname = "p{n}"\nversion = "1"\ndependencies = [{{ name = "p{n + 1}" }}]\n' for n in range(3000)
    ]
    text = 'version = 1\n[[package]]\nname = "x"\nsource = { virtual = "." }\ndependencies = [{ name = "p0" }]\n'
    assert len(texts(needs(text + "".join(packages), "uv.lock"))) == 3000


def test_the_only_index_takes_the_place_of_the_usual_one() -> None:
    text = UV_LOCK.replace("https://pypi.org/simple", "https://own/simple").replace(
        "https://download.pytorch.org/whl/cpu", "https://own/simple"
    )
    assert texts(needs(text, "uv.lock"))[0] == "--index-url https://own/simple"


# --- pylock.toml -------------------------------------------------------------------------------------------------


def test_the_standard_lock_file() -> None:
    found = needs(PYLOCK, "pylock.toml")
    own = ["tool @ git+https://github.com/x/tool@abc", "-e /project/libs/own"]
    assert texts(found) == ["numpy==1.26.4", "pytest==8.0", *own]
    assert (found.lines[0].place, found.lines[0].hashes) == ("pylock.toml:12", ("sha256:bb",))
    assert texts(needs(PYLOCK, "pylock.ci.toml", python="3.10.2", extras=("docs",))) == [
        "async-timeout==5.0.1",
        "numpy==1.26.4",
        "pytest==8.0",
        "sphinx==7.0",
        *own,
    ]


def test_files_of_no_index_are_taken_from_their_own_places() -> None:
    """The wheel that fits the Python; a package of the usual index is asked there."""
    wheels = ", ".join(
        f'{{ url = "https://own/{name}", hashes = {{ sha256 = "aa" }} }}'
        for name in ("x-1.0-py3-none-any.whl", "x-1.0-cp311-none-any.whl", "x-1.0-cp312-none-any.whl")
    )
    text = f"""lock-version = "1.0"
[[packages]]
name = "x"
version = "1.0"
wheels = [{wheels}]
[[packages]]
name = "y"
version = "2.0"
sdist = {{ path = "dist/y-2.0.tar.gz", hashes = {{ sha256 = "bb" }} }}
[[packages]]
name = "z"
version = "3.0"
wheels = [{{ url = "https://files.pythonhosted.org/packages/z-3.0-py3-none-any.whl", hashes = {{ sha256 = "cc" }} }}]
"""
    rest = ["y @ file:///project/dist/y-2.0.tar.gz", "z==3.0"]
    assert texts(needs(text, "pylock.toml")) == ["x @ https://own/x-1.0-cp311-none-any.whl", *rest]
    assert texts(needs(text, "pylock.toml", python="3.10.1")) == ["x @ https://own/x-1.0-py3-none-any.whl", *rest]


# --- poetry.lock -------------------------------------------------------------------------------------------------

GROUPS = '[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nsphinx = "*"\n'


def test_poetry_lock_installs_every_group_that_is_not_optional(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(GROUPS)
    tool = "tool @ git+https://github.com/x/tool.git@abc"
    found = needs(POETRY, "poetry.lock", folder=tmp_path)
    assert texts(found) == ["numpy==1.26.4", "pytest==8.0", tool]
    assert (found.python, found.lines[0].hashes, found.manner) == (">=3.9,<4", ("sha256:bb",), Manner.ALONE)
    more = needs(POETRY, "poetry.lock", folder=tmp_path, extras=("boost",), groups=("docs",), python="3.12.1")
    assert texts(more) == [
        "--extra-index-url https://own/simple",
        "lightgbm==4.5.0",
        "pytest==8.0",
        "sphinx==7.0",
        tool,
    ]


def test_an_older_poetry_lock_is_walked_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(OLD_PROJECT)
    found = needs(OLD_POETRY, "poetry.lock", folder=tmp_path)
    assert texts(found) == ["click==8.1", "pytest==7.0", "iniconfig==2.0"]
    assert found.lines[0].hashes == ("sha256:bb",)
    assert "lightgbm==4.5.0" in texts(needs(OLD_POETRY, "poetry.lock", folder=tmp_path, extras=("boost",)))


def test_an_older_poetry_lock_alone_tells_that_groups_are_not_told_apart() -> None:
    found = needs(OLD_POETRY, "poetry.lock")
    assert texts(found) == ["click==8.1", "pytest==7.0", "iniconfig==2.0", "lightgbm==4.5.0"]
    assert "does not tell its groups apart" in found.remarks[0]


@pytest.mark.parametrize(
    ("constraint", "meant"),
    [
        ("*", ""),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("1.2.*", "==1.2.*"),
        ("1.2", "==1.2"),
        ("=1.2", "==1.2"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        (">= 1.0, < 2.0", ">=1.0,<2.0"),
        ("~=1.4", "~=1.4"),
    ],
)
def test_what_poetry_writes_as_pip_has_it(constraint: str, meant: str) -> None:
    assert poetry_specifier(constraint) == meant


# --- Pipfile.lock ------------------------------------------------------------------------------------------------


def test_pipfile_lock() -> None:
    found = needs(PIPFILE, "Pipfile.lock")
    tool = "tool @ git+https://github.com/x/tool@abc"
    own = "--extra-index-url https://own/simple"
    assert texts(found) == [own, "mlflow[extras]==2.9.2", "numpy==1.26.4", "six @ https://x/six.whl", tool]
    assert found.asked[3] == "six @ https://x/six.whl"
    assert (found.python, found.manner) == ("==3.11.*", Manner.ALONE)
    assert (found.lines[2].release, found.lines[2].hashes) == ("1.26.4", ("sha256:bb",))
    assert PIPFILE.splitlines()[found.lines[2].number - 1].strip().startswith('"numpy"')
    assert texts(needs(PIPFILE, "Pipfile.lock", groups=("dev",)))[-3:] == [
        "pytest==8.0",
        "six @ https://x/six.whl",
        tool,
    ]


# --- pyproject.toml ----------------------------------------------------------------------------------------------


def test_a_project_with_extras_groups_and_sources() -> None:
    own = ["--extra-index-url https://own/simple", "numpy<2", "tool @ git+https://github.com/x/tool@v1"]
    found = needs(PROJECT, "pyproject.toml")
    assert (texts(found), found.python, found.manner) == (own, ">=3.10", Manner.RESOLVED)
    assert found.lines[1].place == "pyproject.toml:5"
    more = needs(PROJECT, "pyproject.toml", extras=("all",), groups=("dev",))
    assert texts(more) == [*own, "xgboost", "lightgbm @ file:///project/libs/lightgbm.whl", "pytest", "sphinx"]


def test_a_project_of_poetry() -> None:
    text = OLD_PROJECT + 'tool = {git = "https://github.com/x/tool", rev = "abc"}\nold = "1 || 2"\n'
    found = needs(text, "pyproject.toml", extras=("boost",), groups=("dev",))
    tool = "tool @ git+https://github.com/x/tool@abc"
    assert texts(found) == ["click>=8,<9", "lightgbm", "pytest", tool, "old"]
    assert found.python == ">=3.7,<4"
    assert found.remarks == ("Not honoured, because pip has no word for it: old = 1 || 2",)


def test_dependencies_that_setuptools_reads_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy==1.26.4\n")
    text = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    files = '[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt"]}\n'
    found = needs(text + files, "pyproject.toml", folder=tmp_path)
    assert [(line.text, line.place) for line in found.lines] == [("numpy==1.26.4", "requirements.txt:1")]
    with pytest.raises(CannotLook, match="only when it is built"):
        needs(text, "pyproject.toml", folder=tmp_path)


def test_the_python_that_a_folder_is_pinned_to(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("3.11.7\n")
    assert needs(PROJECT, "pyproject.toml", folder=tmp_path).python == ">=3.10,==3.11.*"


# --- what is told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("version = 9\n", "uv.lock", "has version 9, and only 1 is known"),
        ('lock-version = "2.0"\n', "pylock.toml", "has lock-version 2.0, and only 1 is known"),
        ("", "pylock.toml", r"has lock-version \(none\)"),
        ('[metadata]\nlock-version = "9.9"\n', "poetry.lock", "has lock-version 9.9, and only 1.0 to 2.1 are known"),
        ("{", "Pipfile.lock", "is no JSON"),
        ("[]", "Pipfile.lock", "has pipfile-spec None"),
        ('{"_meta": {"pipfile-spec": 7}}', "Pipfile.lock", "has pipfile-spec 7, and only 6 is known"),
        ("version = ", "uv.lock", "is no TOML that can be read"),
        ("a = " + "[" * 5000, "pyproject.toml", "is no TOML that can be read"),
        ("{" * 5000, "Pipfile.lock", "is no JSON"),
        ("[build-system]\n", "pyproject.toml", "names no package"),
        ("", "pdm.lock", "a lock file of PDM"),
        ("", "Pipfile", "it is not locked"),
        ("", "setup.py", "only a build tells"),
        ("", "conda-lock.yml", "a file of conda-lock"),
    ],
)
def test_what_cannot_be_read_is_one_line(text: str, name: str, said: str) -> None:
    with pytest.raises(CannotLook, match=said) as error:
        needs(text, name)
    assert error.value.hint
    assert "\n" not in error.value.message


@pytest.mark.parametrize(
    ("text", "name", "choice", "said"),
    [
        (UV_LOCK, "uv.lock", {"extras": ("bost",)}, "did you mean boost"),
        (UV_LOCK, "uv.lock", {"groups": ("x",)}, "uv.lock has no group x"),
        (POETRY, "poetry.lock", {"extras": ("x",)}, "it has boost"),
        (PIPFILE, "Pipfile.lock", {"groups": ("x",)}, "it has develop"),
        (PIPFILE, "Pipfile.lock", {"extras": ("x",)}, "has no extras"),
        (PROJECT, "pyproject.toml", {"groups": ("doc",)}, "did you mean docs"),
    ],
)
def test_an_extra_or_group_that_is_not_there(
    text: str, name: str, choice: dict[str, tuple[str, ...]], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        needs(text, name, **choice)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text", ["[[package]]\n", "package = 3\n", '[[package]]\nname = 3\nsource = "x"\n[metadata]\n']
)
@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "poetry.lock", "pyproject.toml"])
def test_values_of_the_wrong_kind_are_no_crash(text: str, name: str) -> None:
    heads = {"uv.lock": "version = 1\n", "pylock.toml": 'lock-version = "1.0"\n'}
    end = '[metadata]\nlock-version = "2.1"\n' if name == "poetry.lock" and "metadata" not in text else ""
    with suppress(CannotLook):
        needs(heads.get(name, "") + text + end, name)
