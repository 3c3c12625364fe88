"""What was seen of a patient; what failed in it is a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .asked import Canary
from .vocabulary import Stage


@dataclass(frozen=True)
class Distribution:
    """An installed distribution, as its metadata folder tells."""

    #: canonical name (PEP 503)
    name: str
    version: str
    #: the folder of sys.path that holds it
    location: str
    requires: tuple[str, ...] = ()
    requires_python: str = ""
    #: top-level modules that it owns
    modules: tuple[str, ...] = ()
    installer: str = ""
    #: source folder of an editable install, "" otherwise
    editable: str = ""
    #: others in the same folder that list some of its code files too: who is removed takes theirs away
    shares: tuple[str, ...] = ()


@dataclass(frozen=True)
class Damage:
    """Something wrong with the files of an installation, seen without importing."""

    #: duplicate-metadata, version-mismatch, missing-files, replaced-files, leftover, no-metadata, no-code, wrong-wheel,
    #: editable-gone, shared-folder, user-site, path-entry, broken-pth
    kind: str
    #: canonical distribution name, or the module or folder name where no distribution owns it
    distribution: str
    path: str
    #: one sentence with the numbers
    text: str
    #: up to ten examples: file names, versions, distributions, as the kind needs
    examples: tuple[str, ...] = ()
    #: top-level modules concerned
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where `import module` would be answered from, when that is not the folder of the distribution that owns it."""

    module: str
    #: file or folder that answers
    path: str
    #: what answers: script-folder, path-variable (PYTHONPATH), user-site, pth, elsewhere
    how: str
    #: distribution that owns the module, "" for the standard library or nobody
    distribution: str
    #: where it should have come from, "" when it is nowhere else
    expected: str


@dataclass(frozen=True)
class Unresolved:
    """A reference between packages that does not resolve against the installed files."""

    #: distribution that refers; "": the script itself
    consumer: str
    #: its module, file and line
    module: str
    file: str
    line: int
    #: missing-module, missing-name, removed-attribute
    kind: str
    #: dotted module that is referred to, and the name in it ("" for missing-module)
    target: str
    name: str
    #: distribution that owns `target`, "" when none does
    provider: str
    #: True: runs when the consumer is imported; False: inside a function
    eager: bool
    #: root modules (as imported by a user) whose import runs into it
    roots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interface:
    """A binary or generated file whose interface does not fit what is installed."""

    #: numpy, protobuf, protobuf-backend
    kind: str
    distribution: str
    file: str
    #: what it was built for, e.g. "numpy 1" or "protoc before 3.20"
    built: str
    #: what is installed, e.g. "numpy 2.2.6"
    runtime: str
    provider: str
    roots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """A module of a live kernel whose release is not the one on disk."""

    module: str
    distribution: str
    #: version in memory, version of the files on disk
    memory: str
    disk: str


@dataclass(frozen=True)
class Frame:
    """One line of a traceback."""

    file: str
    module: str
    function: str
    line: int


class Step(NamedTuple):
    """One step of one subject: what an outcome is about, and what a finding explains."""

    stage: Stage
    subject: str


class _Outcome:
    """What both outcomes have."""

    stage: Stage
    subject: str

    @property
    def step(self) -> Step:
        """The step that came out so."""
        return Step(self.stage, self.subject)


@dataclass(frozen=True)
class Passed(_Outcome):
    """A step that worked."""

    stage: Stage
    subject: str
    seconds: float
    #: version and file for an import, opset and IR for a conversion, differences for parity
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure(_Outcome):
    """A step that did not work, with everything said about why."""

    stage: Stage
    subject: str
    seconds: float
    #: exception type; or Crash, Killed, TimeOut, Exit, Disagreement, EdgeDisagreement, ShapeDisagreement
    type: str
    text: str
    #: the exception chain from the first cause to the last word: (type, text)
    chain: tuple[tuple[str, str], ...] = ()
    #: frames of the first cause, outermost first
    frames: tuple[Frame, ...] = ()
    #: tail of what was printed
    output: str = ""
    #: max_abs_difference, max_rel_difference, label_flips, missing module or name, opset, IR, ...
    facts: Mapping[str, Any] = field(default_factory=dict)


Outcome = Passed | Failure


@dataclass(frozen=True)
class Rehearsed:
    """How far a script came when it was run small."""

    #: its file's name
    script: str
    #: rows that a fit saw at most (0 = it was not run at all), and those of the largest one that was cut (0 = none was)
    rows: int
    of: int
    #: whether it came to its end
    whole: bool
    #: the line at which it was left, and why: "failed", "time", or what the rehearsal does not do, in a sentence
    where: str = ""
    why: str = ""
    #: big files that were read in part, as "sales.csv (9 of 480 MB)"
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Otherwise:
    """A model that came out otherwise here than where it was measured under the very same versions."""

    model: str
    #: how it came out there: works, fails at convert
    was: str
    #: where that was measured, in words, and the command that measures it again
    measured: str
    command: str


class Taken:
    """What every subject has: the steps that were taken with it."""

    outcomes: tuple[Outcome, ...]

    def failures(self, *stages: Stage) -> tuple[Failure, ...]:
        """The failed steps, of the named stages or of all."""
        return tuple(o for o in self.outcomes if isinstance(o, Failure) and (not stages or o.stage in stages))


@dataclass(frozen=True)
class Observation(Taken):
    """Everything that was seen of one patient."""

    python: str
    executable: str
    platform: str
    #: sys.prefix, implementation, search path, flags and relevant environment variables of the patient
    system: Mapping[str, Any]
    #: in search order, duplicates included
    distributions: tuple[Distribution, ...] = ()
    damages: tuple[Damage, ...] = ()
    origins: tuple[Origin, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    loaded: tuple[Loaded, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    #: the scripts that were rehearsed, and the conversions and other crossings that were seen in them
    rehearsed: tuple[Rehearsed, ...] = ()
    crossings: tuple[Canary, ...] = ()
    #: what could not be looked at, in sentences
    remarks: tuple[str, ...] = ()
    #: files and folders whose content, and nothing else, a static look tells; they are not recorded
    rests_on: tuple[str, ...] = ()
    #: False: nothing was imported (`--static`)
    imported: bool = True
    #: (model, why nothing is known of it), where nothing was run
    unmeasured: tuple[tuple[str, str], ...] = ()
    #: what came out otherwise than it was measured elsewhere
    otherwise: tuple[Otherwise, ...] = ()

    def with_remarks(self, remarks: Iterable[str]) -> Observation:
        """The same, with more that could not be looked at or honoured."""
        return replace(self, remarks=(*self.remarks, *remarks))

    @property
    def whole(self) -> bool:
        """Whether scripts were rehearsed, all of them to their end."""
        return bool(self.rehearsed) and all(one.whole for one in self.rehearsed)

    @property
    def prefix(self) -> str:
        """The environment's folder, sys.prefix."""
        return str(self.system.get("prefix", ""))

    @property
    def minor(self) -> str:
        """Its Python as knowledge and folders name it: 3.11."""
        return ".".join(self.python.split(".")[:2])

    def version(self, name: str) -> str | None:
        """Version of the first distribution of that canonical name on the search path, None when there is none."""
        return next((d.version for d in self.distributions if d.name == name), None)

    def owner(self, module: str) -> str:
        """Canonical name of the distribution that owns a top-level module, "" when none does."""
        top = module.partition(".")[0]
        return next((d.name for d in self.distributions if top in d.modules), "")
