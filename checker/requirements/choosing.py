"""From the files that a user names to what they ask for, on the Python that they are for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.markers import default_environment
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ..errors import CannotLook
from ..world.files import MOST_LISTED, check_files, entries, read_text, real_path
from ..world.pythons import MINORS, candidates, find, of_version, version_of
from ..world.terminal import read_stdin
from .forms import read_needs
from .needs import STDIN, Choice, Markers, Needs, Source, called

#: what a folder of an MLflow model has, the file with the most first
OF_MODEL = ("python_env.yaml", "conda.yaml", "requirements.txt")
_HINT = "save it as UTF-8; `>` of an older PowerShell writes UTF-16"


@dataclass(frozen=True)
class Chosen:
    """What files ask for, and the Python that was chosen by them: as `--python` has it, None for the usual one."""

    needs: Needs
    python: str | None = None


def choose_needs(
    files: Sequence[Path], choice: Choice, python: str | None, pythons: Sequence[Path] = (), *, static: bool = False
) -> Chosen:
    """What files ask for; a Python that they are for is chosen where `python` names none.

    `static`: no interpreter of that version has to be there. Raises CannotLook for what cannot be read or found.
    """
    sources = read_sources(files)
    first = read_needs(sources, choice, markers_of(""))
    meant = python or _python_for(first.python, pythons, static)
    if not (first.marked or first.python):
        return Chosen(first, meant)
    version = _version(meant, pythons, static)
    needs = read_needs(sources, choice, markers_of(version)) if first.marked else first
    if not admits(first.python, version):
        minor = ".".join(version.split(".")[:2])
        why = f"on {minor}, as you asked for" if python else f"on {version}, the nearest that is here"
        told = f"Not honoured: Python {first.python} is asked for, and it is looked at {why}"
        needs = replace(needs, remarks=(*needs.remarks, told))
    return Chosen(needs, meant)


def read_sources(files: Sequence[Path]) -> list[Source]:
    """The texts of files and of standard input ("-"). Raises CannotLook for those that cannot be read."""
    places = [_in_model(path) for path in files]
    check_files((), [path for path in places if str(path) != STDIN])
    if [str(path) for path in files].count(STDIN) > 1:
        raise CannotLook("standard input can be read only once", "give - only once")
    return [_source(path) for path in places]


def _in_model(path: Path) -> Path:
    """The file of an MLflow model's folder that says what it needs, with its Python where one does; else the path."""
    path = path.parent if path.name == "MLmodel" else path
    names = entries(path) if str(path) != STDIN else frozenset()
    if "MLmodel" not in names:
        return path
    return path / next((name for name in OF_MODEL if name in names), OF_MODEL[-1])


def _source(path: Path) -> Source:
    piped = str(path) == STDIN
    text = read_stdin(MOST_LISTED) if piped else read_text(path, _HINT, MOST_LISTED)
    if "\0" in text:
        raise CannotLook(f"cannot read {called(path)}: it is no text", _HINT)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return Source(text, called(path), Path(real_path(path.parent) or path.parent), None if piped else path)


def markers_of(version: str) -> Markers:
    """What markers are compared with, on a Python ("3.11.7") of this machine; "" for the checker's own."""
    told = {name: str(value) for name, value in default_environment().items()}
    minor = ".".join(version.split(".")[:2])
    return {**told, "python_version": minor, "python_full_version": version} if version else told


def admits(asked: str, version: str) -> bool:
    """Whether a range of Pythons holds one; a range that cannot be read holds any."""
    bounds = [f"=={one.strip()}" if one.strip()[:1].isdigit() else one for one in asked.split(",")]
    try:
        return SpecifierSet(",".join(bounds)).contains(version, prereleases=True)
    except InvalidSpecifier:
        return True


def _admits_some(asked: str, minor: str) -> bool:
    """Whether a range of Pythons holds any release of a minor version."""
    return any(admits(asked, f"{minor}.{last}") for last in range(40))


def _python_for(asked: str, pythons: Sequence[Path], static: bool) -> str | None:
    """The Python that files are for: None for the usual one where it fits. Raises CannotLook where there is none.

    Another release of the same minor version does, where only one is asked for and it is not here.
    """
    fitting = [minor for minor in MINORS if asked and _admits_some(asked, minor)]
    if static and len(fitting) == 1:
        return fitting[0]
    usual = version_of(next(candidates()).python) if asked else ""
    if not asked or admits(asked, usual):
        return None
    if static and fitting:
        return fitting[-1]  # the oldest: of it most was measured
    near: list[str | None] = [None] if _admits_some(asked, ".".join(usual.split(".")[:2])) else []
    for minor in fitting:
        try:
            found = of_version(minor, pythons)
        except CannotLook:
            continue
        if admits(asked, version_of(found)):
            return str(found)
        near.append(str(found))
    if near:
        return near[0]
    hint = "install one, say where interpreters are with --pythons DIR, or name another one with --python"
    raise CannotLook(f"the requirements are for Python {asked}, and none was found", hint)


def _version(python: str | None, pythons: Sequence[Path], static: bool) -> str:
    """The version of the Python that is meant; of a minor one that need not be there, its last release."""
    if static and re.fullmatch(r"3\.\d+", python or ""):
        return f"{python}.99"
    return version_of(find(python, pythons) if python else next(candidates()).python)
