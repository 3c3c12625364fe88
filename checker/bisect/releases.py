"""Which releases of a package there are for an interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from ..errors import UsageError
from ..knowledge.facts import parse
from ..remedy.prove.environments import TrialEnvironments
from ..remedy.solve.uv_solver import PATIENCE, read_pins
from ..world.uv import check_reachable, compile_pins, plain_words

#: releases that the index is asked for one by one, to either side
MOST = 250


def list_releases(package: str, now: str, environments: TrialEnvironments) -> list[str]:
    """Every release with a wheel, the present one among them, oldest first; pre-releases are left out.

    What ships with the checker tells the older ones at once; the index, asked one by one, tells those since, and all
    of a package that the checker does not know. Raises CannotLook when the index cannot be used.
    """
    seen = environments.case.subject
    released = environments.case.knowledge.releases_for_python(package, seen.python)
    known = [r.version for r in released if not r.parsed.is_prerelease]
    found = {*known, now, *_walk(environments, package, max([*known, now], key=_parse_any), up=True)}
    if not known:
        found.update(_walk(environments, package, now, up=False))
    return sorted(found, key=_parse_any)


def _parse_any(version: str) -> Version:
    return parse(version) or Version("0")


def _walk(environments: TrialEnvironments, package: str, version: str, up: bool) -> Iterator[str]:
    """The releases above or below one, each the next of the one before, whatever they need."""
    words = ("--no-deps", "--python", str(environments.base), "--resolution", "lowest-direct" if up else "highest")
    for _ in range(MOST):
        bound = f"{package}{'>' if up else '<'}{version}"
        done = compile_pins([bound], words, environments.folder, seconds=PATIENCE, children=environments.children)
        if done.returncode:
            check_reachable(plain_words(done.stderr))
            return
        version = next(iter(read_pins(done.stdout).values()), "")
        if not version:
            return
        yield version


def select_range(every: list[str], bounds: str, now: str) -> list[str]:
    """Those from OLD to NEW, `OLD..NEW`, either of which may be missing, and the present one."""
    if not bounds:
        return every
    old, dots, new = bounds.partition("..")
    low, high = parse(old or "0"), parse(new or "99999")
    if not dots or low is None or high is None:
        raise UsageError(f"--between {bounds} names no releases", "write OLD..NEW, for example 1.12..1.17.0")
    return [v for v in every if v == now or ((found := parse(v)) and low <= found <= high)]
