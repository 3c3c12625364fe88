"""An environment with the onnxruntime of a place, and what came out about when that did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ..errors import CannotLook
from ..knowledge import Knowledge, Target
from ..knowledge.facts import Release
from ..model import Patient
from ..world.pythons import of_version
from ..world.sandbox import Refused, Site, empty_site
from ..world.uv import run_uv

#: how long after a release what is installed beside it may have come out: nobody builds for what is not there yet
SETTLED = timedelta(days=60)
#: packages that a place pins beside its runtime, and that the runtime meets
BESIDE = ("numpy", "protobuf")


@dataclass(frozen=True)
class Runtime:
    """The runtime of a place, made here."""

    #: None: it could not be made
    patient: Patient | None
    #: what it is: "onnxruntime 1.10.0 with numpy 1.21.6 and Python 3.9"
    told: str = ""
    #: why it could not be made
    why: str = ""
    #: of a server: where it listens
    address: str = ""


@contextmanager
def make_runtime(target: Target, knowledge: Knowledge, pythons: Sequence[Path]) -> Iterator[Runtime]:
    """The runtime of a place for as long as it is asked."""
    release = knowledge.release("onnxruntime", target.onnxruntime)
    if not release:
        yield Runtime(None, why=f"no index has onnxruntime {target.onnxruntime}")
        return
    base = _interpreter(target, release, knowledge, pythons)
    if base is None:
        yield Runtime(None, why=f"there is no Python here that onnxruntime {release.version} was built for")
        return
    with ExitStack() as stack:
        try:
            made = _filled(stack.enter_context(empty_site(base)), target, release)
        except CannotLook as error:  # of the making alone: what goes wrong while it is asked is not of here
            made = Runtime(None, why=error.message)
        yield made


def _interpreter(target: Target, release: Release, knowledge: Knowledge, pythons: Sequence[Path]) -> Path | None:
    """An interpreter of this machine that has a wheel: that of the place, else the newest."""
    built = sorted(release.pythons or (release.abi3,), key=lambda minor: [int(n) for n in minor.split(".") if n])
    own = ".".join(target.python.split(".")[:2])
    found = interpreters(dict.fromkeys((*([own] if own in built else []), *reversed(built))), pythons)
    return next((base for _, base in found), None)


def interpreters(minors: Iterable[str], pythons: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Those of these minors that this machine has, each with its interpreter."""
    for minor in minors:
        try:
            base = of_version(minor, pythons)
        except CannotLook:
            continue
        yield minor, base


def _filled(site: Site, target: Target, release: Release) -> Runtime:
    """The environment with the release in it, as it would have been made at its time."""
    pins = [f"{name}=={target.packages[name]}" for name in BESIDE if target.packages.get(name, "")[:1].isdigit()]
    # the oldest releases do not declare that they need numpy
    wanted = [f"onnxruntime=={release.version}", *(pins or ["numpy"])]
    words = () if pins else as_of(release)
    refused = site.install(wanted, words=words)
    if isinstance(refused, Refused) and words:  # an index that tells no dates
        refused = site.install(wanted)
    if isinstance(refused, Refused):
        return Runtime(None, why=f"it cannot be installed: {' '.join(refused.text.split())[:200]}")
    patient = Patient((str(site.python), "-"), target.name, "it has the runtime of that place", lasts=False)
    return Runtime(patient, _told(site, release))


def as_of(release: Release) -> tuple[str, ...]:
    """Options of an installer that takes nothing which came out long after a release, where its day is known."""
    if not release.uploaded:
        return ()
    return ("--exclude-newer", (date.fromisoformat(release.uploaded[:10]) + SETTLED).isoformat())


def _told(site: Site, release: Release) -> str:
    """What was made, in words."""
    listed = run_uv(["pip", "freeze", "--python", str(site.python)], children=site.children).stdout
    numpy = next((line.partition("==")[2] for line in listed.splitlines() if line.startswith("numpy==")), "")
    return f"onnxruntime {release.version}" + (f" with numpy {numpy}" if numpy else "")
