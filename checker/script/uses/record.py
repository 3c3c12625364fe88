"""What a script was seen to do, as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import normpath
from typing import Any

from ...model import Import, Install, Registered, Scored
from ..graphs.built import Graphs
from .estimators import Estimator


@dataclass
class Fit:
    """What an estimator was fitted on."""

    data: Any
    #: None: fit(X) without a target
    target: Any
    where: str
    #: the estimator as it was then
    model: Estimator
    #: what is assumed where it is fitted
    why: tuple[str, ...] = ()
    #: it was fitted in a script before, and only loaded in this one
    earlier: bool = False
    #: only copies of it were fitted
    of_copy: bool = False
    #: methods of the fitted estimator that are surely called
    methods: dict[str, None] = field(default_factory=dict)


@dataclass(eq=False)
class Conversion:
    """One conversion, with what is done to its result afterwards."""

    converter: str
    model: Any
    where: str
    #: literal inputs, None when they are given and could not be read
    inputs: Any = ()
    #: data that the inputs are derived from (`to_onnx(model, X[:1])`)
    sample: Any = None
    #: False: neither inputs nor data are given
    typed: bool = True
    options: Any = None
    target_opset: Any = None
    sessions: int = 0
    providers: bool = True
    outputs: tuple[str, ...] = ()
    #: calls of its sessions, and into how many names the only one is unpacked; 0 = it is not
    runs: int = 0
    unpacks: int = 0
    #: places of the answers that are taken by number -> True where only an array can be treated so
    takes: dict[int, bool] = field(default_factory=dict)
    #: what its sessions are fed: by input name ("" when it is not known), what
    feeds: list[dict[str, Any]] = field(default_factory=list)
    #: the same as values that can be made again, where all is known of one
    handed: tuple[Scored, ...] = ()
    #: True: a session is handed the model itself; and how many outputs one is taken to have, at least
    proto: bool = False
    listed: int = 0
    reference: bool = False
    #: names of the outputs, where `final_types` chooses them
    output_names: tuple[str, ...] = ()
    #: what a converter may and may not write (`black_op`, `white_op`)
    operators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: the model was made, and fitted nowhere before
    unfitted: bool = False
    #: the script goes on when it fails; names of the errors after which it does
    caught: bool = False
    catches: tuple[str, ...] = ()
    #: its arguments that could not be read
    unread: tuple[str, ...] = ()
    #: what is assumed of it
    why: tuple[str, ...] = ()
    #: keyword arguments of `model.Logging`
    logging: dict[str, Any] | None = None
    #: False: it belongs to a function that nobody was seen to call, and is over
    open: bool = True


@dataclass(eq=False)
class Answers:
    """What a session answered: a list with one array an output; with a place, one of these."""

    of: Conversion
    place: int = -1
    #: the places of the outputs that were asked for, where these are told by the session's own names; () = all
    asked: tuple[int, ...] = ()


class Files(dict[str, Any]):
    """What was written, by the name of the file; of a fitted model also what it was fitted on."""

    def __init__(self) -> None:
        self.fits: dict[int, Fit] = {}
        #: the texts that any call was handed, in scripts before too: it may have made a file or folder of that name
        self.texts: list[str] = []

    def get(self, name: Any, default: Any = None) -> Any:
        return super().get(normpath(name), default) if isinstance(name, str) else default

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(normpath(name), value)


@dataclass
class Story:
    """The calls of MLflow in their order, as the program tells them again."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    #: what comes next cannot be read, or hangs on what cannot
    over: bool = False
    #: the address of the store, where one is chosen; nothing lies in it that others have put there
    address: Any = None
    fresh: bool = False


@dataclass
class Uses:
    """Everything that a script was seen to do."""

    #: calls that convert what cannot be tried: of methods, of exporters of libraries; and conversions that were read
    exported: int = 0
    read: int = 0
    #: modules of the user's own project that were read, by the names under which they are imported
    followed: list[str] = field(default_factory=list)
    #: the files of these
    beside: list[str] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    made: list[Estimator] = field(default_factory=list)
    fits: dict[int, Fit] = field(default_factory=dict)
    conversions: list[Conversion] = field(default_factory=list)
    #: what was written to files, in scripts before too: a conversion, a table, an object kept with joblib or pickle
    files: Files = field(default_factory=lambda: Files())
    installs: list[Install] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    #: top-level modules imported so far, in order; and those imported for their effect on scikit-learn
    imported: dict[str, None] = field(default_factory=dict)
    experimental: dict[str, None] = field(default_factory=dict)
    #: attributes of what is imported, by their dotted names -> where; and those that the script sets itself
    names: dict[str, str] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)
    unseen: dict[str, None] = field(default_factory=dict)
    store: str = "default"
    #: the file of an sqlite store, where it is there
    database: str = ""
    #: converters that the script registers; class -> why its converter cannot be used here
    registered: dict[str, Registered] = field(default_factory=dict)
    own_converters: dict[str, str] = field(default_factory=dict)
    #: names and classes that are handed to any function
    handed: set[Any] = field(default_factory=set)
    #: fitted models that are logged as they are, each with its place and the keyword arguments of `model.Logging`
    logged: list[tuple[Estimator, str, dict[str, Any]]] = field(default_factory=list)
    #: calls that switch autologging on: dotted name -> place, literal arguments, whether it may not come to it
    autologs: dict[str, tuple[str, dict[str, Any], bool]] = field(default_factory=dict)

    #: the calls of MLflow
    story: Story = field(default_factory=Story)
    #: the graphs that it builds by hand
    graphs: Graphs = field(default_factory=Graphs)

    #: the model of a class of the script that was logged last, its artifacts, and whether it has a signature
    wrapped: tuple[Any, Any, bool] | None = None
    #: the numbers of the estimators that were handed to what cannot be followed: it may have fitted them
    touched: set[int] = field(default_factory=set)

    def kept_in(self) -> dict[str, Any]:
        """Where MLflow keeps what is logged: arguments of `model.Logging`."""
        return {"store": self.store, "database": self.database}

    def note(self, text: str) -> None:
        """Keep a sentence once."""
        self.notes.setdefault(text)

    def miss(self, text: str) -> None:
        """Keep a note on something that is not looked at at all."""
        self.note(text)
        self.unseen.setdefault(text)
