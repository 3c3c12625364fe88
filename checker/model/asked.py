"""What is asked: which patient, which canaries, what a script wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .given import Given, Scored

#: targets with which a classifier is tried when the script does not tell its number of classes -> ending of its name
FORMS = {"binary": " [binary]", "three": " [three]"}


@dataclass(frozen=True)
class Patient:
    """The environment under test: a command that ends in a Python which reads its program from stdin."""

    command: tuple[str, ...]
    label: str
    #: one sentence: why this interpreter and no other
    why: str
    #: True when the patient's files are this machine's files (caches may then be kept for it)
    local: bool = True
    #: False for an environment that is gone after the look: no command is for it
    lasts: bool = True


@dataclass(frozen=True)
class Column:
    """One column of a canary's training data."""

    name: str
    #: float32, float64, int64, bool, datetime, string, text, label, category, positive, counts, infinite (float32
    #: with infinities)
    kind: str
    #: True: about a fifth of the values is missing (NaN; for strings the empty string)
    missing: bool = False
    #: whole numbers with low <= value < high, where a script tells these bounds; else None
    low: int | None = None
    high: int | None = None
    #: texts or categories that a script writes out for it, no empty one among them; empty = they are made up
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registered:
    """A converter of a library that the script itself registers with skl2onnx; all by their dotted names."""

    #: class of the estimators that it converts
    model: str
    alias: str
    #: the function that computes the output shapes, the one that converts, and the one that parses ("" = none)
    shape: str
    convert: str
    parser: str = ""
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Logging:
    """What a canary does with MLflow; every call goes to a throwaway store."""

    #: onnx: the converted model is logged; sklearn: the fitted one is, and nothing is converted
    flavor: str = "onnx"
    #: "log_model" or "save_model" of that module of mlflow
    call: str = "log_model"
    #: literal keyword arguments of that call, as the script writes them (artifact_path, name, ...)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    signature: bool = True
    #: what the signature is inferred from: "frame" or "array"
    signature_of: str = "frame"
    example: bool = True
    #: kind of the tracking store: sqlite, file, server, or default (the script sets none); any other is sqlite
    store: str = "sqlite"
    #: the file of an sqlite store that is there already; "" for none
    database: str = ""
    #: load the model back through `mlflow.pyfunc`
    load: bool = True
    #: what is handed to `predict`: "frame", "array", the same as doubles "frame64", "array64"; "" = no prediction
    predict: str = "frame"
    #: what the signature is made of or inferred from, the answer that it is inferred from too, and the example, as the
    #: script has them; None = as the model was fitted
    signed: Given | None = None
    answered: Given | None = None
    shown: Given | None = None
    #: the parameters of `predict` in the signature, with their defaults; None = it has none
    params: Mapping[str, Any] | None = None
    #: what is handed to `predict`, one after the other; empty = what `predict` says
    scored: tuple[Scored, ...] = ()
    #: without a model: what is called of mlflow's tracking and registry (create_experiment, set_tag, search_runs, ...)
    calls: tuple[str, ...] = ()
    #: functions that switch autologging on, by their dotted names, with their literal arguments
    autologs: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    #: what the script hands to the flavor though it is of the other one: fitted, converted; "" = what the flavor wants
    logs: str = ""
    #: the address of the server of another MLflow that is tracked to, "" for one of the patient's own
    server: str = ""

    @property
    def may_be_served(self) -> bool:
        """Whether it goes to a server where there is one: the script names a server, or no store at all."""
        return self.store in ("default", "server")

    def tracked_by(self, server: str) -> Logging:
        """The same at that server; where the script names a store of another kind, that is kept."""
        return replace(self, store="server", server=server) if self.may_be_served else self

    #: without a model: the script's calls in their order, each with `call`, `args`, `kwargs`, `where`, whether it is
    #: `tried`, and whether to `skip` it; a text <<3.info.run_id>> stands for an attribute of what the fourth call gave
    story: tuple[Mapping[str, Any], ...] = ()


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
    #: binary, three (classes), strings (two class names), names (three), booleans, numbers (classes far apart),
    #: labels (two a row), continuous, positive, targets (two outputs), none
    target: str = "binary"
    #: True: a target of one column has two dimensions, (rows, 1)
    target_2d: bool = False
    #: methods that the script calls of the fitted model, beside fit and predict
    methods: tuple[str, ...] = ()
    #: ONNX inputs as declared: (name, FloatTensorType or the like, shape or None); empty = derived from the columns
    inputs: tuple[tuple[str, str, tuple[int | None, ...] | None], ...] = ()
    #: False: the script converts without types of inputs, and without rows that they could be derived from
    typed: bool = True
    #: skl2onnx.convert_sklearn, skl2onnx.to_onnx, onnxmltools.convert_xgboost, ...; "" = the script fits the model only
    converter: str = "skl2onnx.convert_sklearn"
    #: converter options keyed by the model, as literals; None = not given
    options: Mapping[str, Any] | None = None
    target_opset: int | Mapping[str, int] | None = None
    #: operators that the converter may not, or only, write (`black_op`, `white_op`)
    operators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: converters that the script registers before it converts
    registered: tuple[Registered, ...] = ()
    #: names of the outputs as the script chooses them (`final_types`); empty = the converter's
    output_names: tuple[str, ...] = ()
    #: False: the session is made without `providers=`, as the script does
    providers: bool = True
    #: output names asked of the session; empty = all
    outputs: tuple[str, ...] = ()
    #: how the script feeds the session where that differs: float32, float64 or int64, flat (one dimension less), one
    #: (single row)
    feed: str = ""
    #: input names that the script writes out where it feeds the session; empty = none is written out
    fed: tuple[str, ...] = ()
    #: what the script feeds its sessions, as far as it was read
    feeds: tuple[Scored, ...] = ()
    #: into how many names the script unpacks the session's answers; 0 = it does not
    unpacks: int = 0
    #: places of the answers that the script takes by number -> True where it does with one what only an array can
    takes: tuple[tuple[int, bool], ...] = ()
    #: False: the script only converts; loading and running are then not what it asks for
    runs: bool = True
    #: True: the session is handed the model itself, and not its bytes
    proto: bool = False
    #: how many outputs the script takes the session to have, at least
    listed: int = 0
    #: also run by `onnx.reference`, because the script does
    reference: bool = False
    logging: Logging | None = None
    #: True: the script goes on when it fails
    caught: bool = False
    #: names of the errors of its conversion after which the script goes on
    catches: tuple[str, ...] = ()
    #: what could not be read, and has its default here: target_opset, options, arguments (of the constructor)
    unread: tuple[str, ...] = ()
    #: what of it is only assumed: what that touches (data, parameters, branch), and a sentence with file and line
    guesses: tuple[tuple[str, str], ...] = ()
    #: False: no release of a converter is known to take it; that its conversion fails is what is expected
    converts: bool = True
    #: scikit-learn releases that know this estimator: since <= version < until; "" is open
    since: str = ""
    until: str = ""
    #: "train.py:14" where a script asks for it, "" for the catalogue
    where: str = ""
    #: where it is converted, in a script that was read
    converted: str = ""
    #: in place of a model: what a training made (its absolute path, and its form), to be loaded and run; or a form
    #: alone: graph, files (a story of them alone)
    artifact: str = ""
    form: str = ""
    #: a file with which a changed one is compared, "" for none
    original: str = ""
    #: what was read of it and is looked for there, as plain data by its reader's names
    details: Mapping[str, Any] = field(default_factory=dict)

    #: True: the script converts it as it was made, and fits it nowhere before
    unfitted: bool = False


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
    #: the names alone
    names: tuple[str, ...] = ()


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
    #: those of the notes that say what was not looked at: parts that were not read, models that were not tried
    unseen: tuple[str, ...] = ()
    #: top-level modules that a file or folder of the user's own project answers -> its path
    own: Mapping[str, str] = field(default_factory=dict)
    #: calls that convert a model, and those of them of which the model could be read
    conversions: int = 0
    converted: int = 0
    #: modules of the user's own project that were read with it, by the names under which they are imported
    followed: tuple[str, ...] = ()
    #: the files of these
    files: tuple[str, ...] = ()
    #: attributes of modules that it surely asks for, by their dotted names -> "train.py:9"
    names: Mapping[str, str] = field(default_factory=dict)
    #: the release of scikit-learn that saved the file of a model that stands in its place, "" where none is known
    saved: str = ""

    @property
    def all_read(self) -> bool:
        """Whether every conversion could be read that it is seen to make."""
        return self.converted >= self.conversions

    @property
    def asked(self) -> Mapping[str, str]:
        """The modules and names that it surely imports or asks for, by their dotted names -> where."""
        sure = (i for i in self.imports if i.sure and not i.module.startswith("."))
        imported = {f"{i.module}.{i.name}".rstrip(".*"): i.where for i in sure}
        return {**self.names, **imported}

    @property
    def modules(self) -> tuple[str, ...]:
        """Top-level modules that it surely imports, in order of appearance."""
        return tuple(dict.fromkeys(i.module.partition(".")[0] for i in self.imports if i.sure))

    @property
    def brings(self) -> frozenset[str]:
        """Canonical names of the distributions that it installs itself."""
        return frozenset(name for install in self.installs for name in install.names)

    def uses(self, prefix: str) -> bool:
        """Whether it imports that module or calls something in it."""
        names = [i.module for i in self.imports] + [f"{i.module}.{i.name}" for i in self.imports] + list(self.calls)
        return any(n == prefix or n.startswith(prefix + ".") for n in names)
