"""The frozen values that travel from the probe to the report.

One direction: `Patient` -> `Observation` -> `Case` -> `Finding` -> `Remedy` -> `Report` -> text.
Nothing here touches the world, and what failed in the patient is a value (`Failure`), never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Stage(str, Enum):
    """A step of the path from scikit-learn to ONNX to MLflow, in causal order."""

    RESOLVE = "resolve"
    INSTALL = "install"
    IMPORT = "import"
    FIT = "fit"
    CONVERT = "convert"
    CHECK = "check"
    LOAD = "load"
    RUN = "run"
    PARITY = "parity"
    REGISTER = "register"
    TARGET = "target"

    @property
    def order(self) -> int:
        """Position on the path, 0 for `resolve`: a failure at a lower one explains those at higher ones."""
        return list(Stage).index(self)


class Basis(str, Enum):
    """How a finding is known, the strongest first."""

    SEEN = "seen"
    MEASURED = "measured"
    DECLARED = "declared"
    INFERRED = "inferred"

    @property
    def order(self) -> int:
        """Position in the ranking, 0 for `seen`."""
        return list(Basis).index(self)


class Severity(str, Enum):
    """What a finding means for the path: a blocker ends it here."""

    BLOCKER = "blocker"
    WARNING = "warning"
    NOTE = "note"

    @property
    def order(self) -> int:
        """Position in the ranking, 0 for `blocker`."""
        return list(Severity).index(self)


# --- what the probe is asked -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Patient:
    """The environment under test: a command that ends in a Python which reads its program from stdin."""

    command: tuple[str, ...]
    label: str
    #: one sentence: why this interpreter and no other
    why: str
    #: True when the patient's files are this machine's files (caches may then be kept for it)
    local: bool = True


@dataclass(frozen=True)
class Column:
    """One column of a canary's training data."""

    name: str
    #: float32, float64, int64, bool, string, text, label, category, positive, counts
    kind: str
    #: True: about a fifth of the values is missing (NaN; for strings the empty string)
    missing: bool = False


@dataclass(frozen=True)
class Logging:
    """What a canary does with MLflow after it was converted; every call goes to a throwaway store."""

    #: "log_model" or "save_model" of `mlflow.onnx`
    call: str = "log_model"
    #: literal keyword arguments of that call, as the script writes them (artifact_path, name, ...)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    signature: bool = True
    #: what the signature is inferred from: "frame" or "array"
    signature_of: str = "frame"
    example: bool = True
    #: kind of the tracking store: sqlite or file; anything else is replaced by sqlite
    store: str = "sqlite"
    #: load the model back through `mlflow.pyfunc`
    load: bool = True
    #: what is handed to `predict`: "frame", "array", the same as doubles "frame64", "array64"; "" = no prediction
    predict: str = "frame"


@dataclass(frozen=True)
class Canary:
    """One model to fit, convert, check, load, run and compare: a data row, run by one generic flow."""

    name: str
    #: constructor expression with full dotted names, e.g. "sklearn.linear_model.Ridge(alpha=2.0)"
    make: str
    #: modules to import before `make` is evaluated
    imports: tuple[str, ...]
    columns: tuple[Column, ...]
    #: matrix (one 2-D array), frame (a DataFrame), vector (1-D, the first column only)
    layout: str = "matrix"
    #: binary, three (classes), continuous, positive, targets (two outputs), strings (class names), none
    target: str = "binary"
    #: ONNX inputs as declared: (name, FloatTensorType or the like, shape or None); empty = derived from the columns
    inputs: tuple[tuple[str, str, tuple[int | None, ...] | None], ...] = ()
    #: skl2onnx.convert_sklearn, skl2onnx.to_onnx, onnxmltools.convert_xgboost, ...; "" = the script fits the model only
    converter: str = "skl2onnx.convert_sklearn"
    #: converter options keyed by the model, as literals; None = not given
    options: Mapping[str, Any] | None = None
    target_opset: int | Mapping[str, int] | None = None
    #: False: the session is made without `providers=`, as the script does
    providers: bool = True
    #: output names asked of the session; empty = all
    outputs: tuple[str, ...] = ()
    #: how the script feeds the session where that differs: float64, flat (one dimension less), one (single row)
    feed: str = ""
    #: False: the script only converts; loading and running are then not what it asks for
    runs: bool = True
    #: also run by `onnx.reference`, because the script does
    reference: bool = False
    logging: Logging | None = None
    #: scikit-learn releases that know this estimator: since <= version < until; "" is open
    since: str = ""
    until: str = ""
    #: "train.py:14" where a script asks for it, "" for the catalogue
    where: str = ""


# --- what the probe answers ------------------------------------------------------------------------------


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

    #: distribution that refers
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


@dataclass(frozen=True)
class Passed:
    """A step that worked."""

    stage: Stage
    subject: str
    seconds: float
    #: version and file for an import, opset and IR for a conversion, differences for parity
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
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
class Observation:
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
    #: what could not be looked at, in sentences
    remarks: tuple[str, ...] = ()
    #: False: nothing was imported (`--static`)
    imported: bool = True

    def version(self, name: str) -> str | None:
        """Version of the first distribution of that canonical name on the search path, None when there is none."""
        return next((d.version for d in self.distributions if d.name == name), None)

    def owner(self, module: str) -> str:
        """Canonical name of the distribution that owns a top-level module, "" when none does."""
        top = module.partition(".")[0]
        return next((d.name for d in self.distributions if top in d.modules), "")

    def failures(self, *stages: Stage) -> tuple[Failure, ...]:
        """The failed steps, of the named stages or of all."""
        return tuple(o for o in self.outcomes if isinstance(o, Failure) and (not stages or o.stage in stages))


# --- what a script asks for ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Import:
    """An import statement of a script: `import module` or `from module import name`."""

    module: str
    name: str
    where: str
    #: False: under try, in a function, or under a condition
    sure: bool = True


@dataclass(frozen=True)
class Install:
    """A script or notebook that changes the environment while it runs."""

    #: the command as written
    command: str
    where: str
    #: canonical distribution names it installs, with their specifiers as written
    requirements: tuple[str, ...]
    #: top-level modules that the script has imported before this line
    after: tuple[str, ...]


@dataclass(frozen=True)
class Script:
    """What the user's scripts and notebooks ask for, read from their syntax trees."""

    paths: tuple[str, ...]
    imports: tuple[Import, ...] = ()
    canaries: tuple[Canary, ...] = ()
    installs: tuple[Install, ...] = ()
    #: dotted names that it calls, e.g. mlflow.onnx.log_model -> "train.py:20"
    calls: Mapping[str, str] = field(default_factory=dict)
    #: what could not be read literally, in sentences with file and line
    notes: tuple[str, ...] = ()

    @property
    def modules(self) -> tuple[str, ...]:
        """Top-level modules that it surely imports, in order of appearance."""
        return tuple(dict.fromkeys(i.module.partition(".")[0] for i in self.imports if i.sure))

    def uses(self, prefix: str) -> bool:
        """Whether it imports that module or calls something in it."""
        names = [i.module for i in self.imports] + [f"{i.module}.{i.name}" for i in self.imports] + list(self.calls)
        return any(n == prefix or n.startswith(prefix + ".") for n in names)


# --- what is concluded -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What a rule may look at."""

    observation: Observation
    #: None: nothing but the environment is in question
    script: Script | None
    #: curated knowledge: releases, signatures
    knowledge: Any


@dataclass(frozen=True)
class Advice:
    """A remedy in words, as a rule wishes for it; nothing of it has been tried."""

    #: pins, code, action
    kind: str
    text: str
    #: (canonical name, specifier such as "<2" or "==1.17.0", "" for any release)
    changes: tuple[tuple[str, str], ...] = ()
    #: shell lines or code lines to type
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One cause, with how it is known."""

    rule: str
    severity: Severity
    stage: Stage
    basis: Basis
    #: what it is about: a package, a canary, a file
    subject: str
    #: one sentence with this environment's numbers
    message: str
    #: canonical distribution names that disagree, the likeliest first
    culprits: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    #: subjects whose failure this finding explains: they print no finding of their own
    explains: tuple[str, ...] = ()
    #: True: it concerns nothing that the script asks for, and does not change the verdict
    beside: bool = False


@dataclass(frozen=True)
class Change:
    """One package moved: `was` or `to` is "" when it is absent before or after."""

    name: str
    was: str
    to: str


@dataclass(frozen=True)
class Unproven:
    """Why a remedy was not tried."""

    why: str


@dataclass(frozen=True)
class Remedy:
    """What to do, and whether it was seen to work."""

    kind: str
    text: str
    changes: tuple[Change, ...]
    #: what changes, as requirements
    requirements: tuple[str, ...]
    #: installer ("uv", "pip") or place ("code", "shell") -> what to type
    commands: Mapping[str, str]
    #: rule identifiers that it settles
    settles: tuple[str, ...]
    proof: Unproven


@dataclass(frozen=True)
class Rule:
    """A mechanism: a pure check with its explanation."""

    id: str
    title: str
    stage: Stage
    check: Callable[[Case], Any]

    @property
    def explanation(self) -> str:
        """The docstring: What happens / Why / Remedy / Not this rule."""
        return self.check.__doc__ or ""


@dataclass(frozen=True)
class Report:
    """One preflight, complete."""

    observation: Observation
    script: Script | None
    patient: Patient
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    #: seconds a phase
    timings: Mapping[str, float]
    #: date of the knowledge that ships with the tool
    matrix_date: str

    @property
    def verdict(self) -> str:
        """blocked, warnings or ready; what the script does not ask for has no say in it."""
        worst = min((f.severity.order for f in self.findings if not f.beside), default=2)
        return ("blocked", "warnings", "ready")[worst]
