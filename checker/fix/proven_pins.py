"""The set of pins that was seen to work, and `--write`: the same as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import CannotLook
from ..model import Observation, Proven, Remedy, Report
from ..names import required_name
from ..remedy.solve.resolution_input import read_installed
from ..world.files import write
from ..world.project.toml import tomllib
from ..world.sandbox import scratch_folder
from ..world.uv import blame, compile_pins
from .pin_files import Form, find_form, render_conda, render_pins, select_pins, strip_credentials


def find_proven_remedy(report: Report) -> Remedy | None:
    """The first proven change of versions, None when there is none."""
    return next((r for r in report.remedies if r.kind == "pins" and r.proven and r.changes), None)


def explain_no_remedy(report: Report) -> str:
    """Why there is nothing that could be installed."""
    other = next((r for r in report.remedies if r.proven and r.kind != "pins"), None)
    what = {"code": "a change of code", "action": "an action of yours"}[other.kind] if other else ""
    return "no change of versions was proven" + (f" (what was proven is {what})" if what else "")


def find_proven_pins(report: Report) -> tuple[str, ...]:
    """What was seen to work: the environment itself where nothing blocks, else what the first proven remedy locks.

    Empty where nothing was seen to work.
    """
    if report.verdict != "blocked":
        seen = read_installed(report.observation).pins if report.observation.imported else {}
        return select_pins(f"{name}=={version}" for name, version in seen.items())
    remedy = find_proven_remedy(report)
    return select_pins(remedy.proof.lock) if remedy and isinstance(remedy.proof, Proven) else ()


def find_unpinned(report: Report, pins: Sequence[str]) -> tuple[str, ...]:
    """Names that are installed and in no set of pins, because no package index has them."""
    remedy = find_proven_remedy(report)
    gone = {c.name for c in remedy.changes if not c.to} if remedy else set()
    known = {required_name(pin) for pin in pins} | gone | {"pip"}
    return tuple(dict.fromkeys(d.name for d in report.observation.distributions if d.name not in known))


def lock_pins(pins: Sequence[str], observation: Observation) -> str:
    """The standard lock file (PEP 751) of exactly these pins for that Python; raises CannotLook when uv makes none."""
    words = ("--no-deps", "--format", "pylock.toml", "--python", sys.executable, "--python-version", observation.python)
    with scratch_folder() as folder:
        done = compile_pins(pins, words, folder, answer="pylock.toml")
    if done.returncode:
        blame(done.stderr, "no lock file could be made", "write constraints.txt instead")
    text = strip_credentials(done.stdout)
    if set(read_pylock(text)) != set(pins):
        raise CannotLook("uv locked another set of pins than the proven one", "write constraints.txt instead")
    return text


def read_pylock(text: str) -> tuple[str, ...]:
    """The pins of a standard lock file, sorted; none of a text that is no such file."""
    try:
        packages = tomllib.loads(text).get("packages", [])
    except tomllib.TOMLDecodeError:
        return ()
    return tuple(sorted(f"{p['name']}=={p['version']}" for p in packages if "version" in p))


def write_pins(report: Report, paths: Sequence[Path], say: Callable[[str], None]) -> None:
    """Write the proven set into each file, in the form that its name tells; all texts are made before any is written.

    Raises CannotLook where a text cannot be made or a file not be written.
    """
    pins, here = find_proven_pins(report), report.observation
    if not pins:
        why = "nothing is installed" if here.imported else "nothing was tried (--static)"
        say(f"checker: nothing was written: {explain_no_remedy(report) if report.verdict == 'blocked' else why}")
        return
    texts: dict[Path, str] = {}
    for path in paths:
        form = find_form(path.name)
        if form is Form.PYLOCK:
            texts[path] = lock_pins(pins, here)
        else:
            texts[path] = render_conda(pins, here.python) if form is Form.CONDA else render_pins(pins)
    for path, text in texts.items():
        write(path, text)
        say(f"checker: wrote {path}: {len(pins)} pins")
    if absent := find_unpinned(report, pins):
        say(f"checker: left out, because no package index has them: {', '.join(absent)}")
