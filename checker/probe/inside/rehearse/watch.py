"""What is seen of a script while it runs: where it meets the path, and what comes of it there."""

import functools
import inspect
import os
import sys
import time
from typing import Any

from ..artifact.keeping import kept_model
from ..canary.converting import described_model, resolve_options
from ..errors import attribute, chain_of, describe, trace_of
from ..frames import text_of_any
from ..worker import look_up
from .describe import describe_conversion, inputs_of_graph
from .judging.judge import fingerprint, judge_conversion, settle_doubts
from .leaving.stages import stage_of


def has_name(dotted: str) -> bool:
    """Whether a dotted name means something."""
    try:
        look_up(dotted)
    except Exception:
        return False
    return True


def changed_arguments(given: dict, change: dict) -> dict:
    """The arguments of a conversion with what is to be tried instead: options, target_opset, operators of a canary."""
    named = {name: value for name, value in given.items() if name != "kwargs"}
    if "options" in change:
        named.pop("options", None)
        if change["options"]:
            named["options"] = resolve_options(given["model"], change["options"])
    if "target_opset" in change:
        named["target_opset"] = change["target_opset"]
    if "operators" in change:
        for name in ("black_op", "white_op"):
            named.pop(name, None)
        named.update((name, set(operators)) for name, operators in change["operators"].items())
    return named


class Watch:
    """Records the crossings of a script, and tells them as frames."""

    def __init__(self, plan: dict, channel: Any, shadow: Any, small: Any) -> None:
        self.plan, self.channel, self.shadow, self.small = plan, channel, shadow, small
        self.script, self.busy = "", False
        #: the last exception that left a crossing -> its stage and subject
        self.left = (None, "", "")  # type: tuple
        self.names = {}  # type: dict
        #: conversions whose graph was refused, until the end; fingerprints of the graphs that the script loads itself
        self.doubts, self.sessions = [], set()  # type: list, set
        #: (line, id of a model) whose graph was not refused
        self.sound = set()  # type: set

    # --- where the script stands

    def is_own(self, file: str) -> bool:
        """Whether a file is the user's own code."""
        return file.startswith(self.shadow.root) and "-packages" not in file

    def place(self, frame: Any) -> str:
        """ "train.py:50" of the user's own line that called, "" where there is none."""
        while frame is not None and not self.is_own(frame.f_code.co_filename):
            frame = frame.f_back
        return self.line(frame.f_code.co_filename, frame.f_lineno) if frame else ""

    def line(self, file: str, number: int) -> str:
        """ "train.py:50"; what stands in for a script is known by its name alone."""
        name = os.path.basename(file)
        return name if name == self.plan["rehearsal"]["standin"] else "%s:%d" % (name, number)

    def place_of(self, error: Any) -> tuple:
        """The user's own line at which an exception left, and the calls below it as (module, function), in order."""
        line, calls = "", []  # type: str, list
        step = trace_of(error)
        while step is not None:
            code = step.tb_frame.f_code
            if self.is_own(code.co_filename):
                line, calls = self.line(code.co_filename, step.tb_lineno), []
            elif line and code.co_filename != "<checker probe>":
                calls.append((str(step.tb_frame.f_globals.get("__name__", "")), code.co_name))
            step = step.tb_next
        if not line and isinstance(error, SyntaxError) and self.is_own(error.filename or ""):
            line = "%s:%d" % (os.path.basename(error.filename or ""), error.lineno or 1)
        return line, calls

    def outermost(self, error: Any) -> str:
        """The first of the user's own lines on the way to an exception: the script's call of what failed."""
        step = trace_of(error)
        while step is not None and not self.is_own(step.tb_frame.f_code.co_filename):
            step = step.tb_next
        return self.line(step.tb_frame.f_code.co_filename, step.tb_lineno) if step is not None else ""

    # --- frames

    def begin(self, script: str) -> None:
        """A script starts."""
        self.script = os.path.basename(script)
        self.began = time.perf_counter()
        self.channel.send("step", stage="fit", subject=self.script)

    def told(self, **more: Any) -> None:
        """How far the rehearsal came, and what was made small."""
        small = self.small
        largest, saw = max(small.cuts or [0]), max(small.saw, small.rows)
        self.channel.send("rehearsed", script=self.script, rows=saw, of=largest, parts=small.parts.told, **more)

    def not_run(self, what: str) -> None:
        """A line of a notebook was left out."""
        self.channel.send("remark", text="Not run: %s (%s)" % (what.strip(), self.place(sys._getframe(1))))

    def passed(self) -> None:
        """A script came to its end."""
        settle_doubts(self)
        self.tell_loaded()
        self.channel.send("passed", stage="fit", subject=self.script, seconds=self.seconds(), facts={})
        self.told(whole=True)

    def tell_loaded(self) -> None:
        """Tell the imports and names that are asked for, and that a whole run was seen to have."""
        for name in [w["module"] for w in self.plan["imports"]]:
            module = sys.modules.get(name)
            if module is not None:
                told = {"version": attribute(module, "__version__", ""), "file": attribute(module, "__file__") or ""}
                facts = {key: text_of_any(value) for key, value in told.items()}
                self.channel.send("passed", stage="import", subject=name, seconds=0.0, facts=facts)
        for one in self.plan["names"]:
            if one["name"].partition(".")[0] in sys.modules and has_name(one["name"]):
                self.channel.send(
                    "passed", stage="import", subject=one["name"], seconds=0.0, facts={"where": one["where"]}
                )

    def seconds(self) -> float:
        """How long the script has run."""
        return time.perf_counter() - self.began

    def failed(self, error: Any, why: str) -> None:
        """A script was left by an exception: a failure of its own, unless `why` the rehearsal could not go on."""
        line, calls = self.place_of(error)
        settle_doubts(self)
        if why:
            self.told(whole=False, where=line or self.place(sys._getframe()), why=why)
            return
        known, stage, subject = self.left
        links = chain_of(error)
        if known is None or not any(known is link for link in links):
            is_import = isinstance(error, ImportError)
            within_fit = any(link is self.small.left for link in links)
            stage = "import" if is_import else "fit" if within_fit else stage_of(calls)
            subject = (getattr(error, "name", None) or "") if is_import and getattr(error, "name", None) else line
            self.describe_line(subject or self.script, line)
        said = describe(error)
        said["text"] = said["text"].replace(self.shadow.root, "")
        said["chain"] = [[kind, text.replace(self.shadow.root, "")] for kind, text in said["chain"]]
        for one in said["frames"]:
            one["file"] = self.shadow.real(one["file"])
        said["facts"].update(where=line, left=True, called=self.outermost(error))
        self.channel.send("failure", stage=stage, subject=subject or self.script, seconds=self.seconds(), **said)
        self.told(whole=False, where=line, why="failed")

    def describe_line(self, subject: str, line: str) -> None:
        """A canary for a line that is no conversion, so that it counts as the script's own."""
        self.channel.send("crossing", **dict(name=subject, make="", imports=[], columns=[], converter="", where=line))

    # --- crossings

    def name(self, where: str, model: Any) -> str:
        """The subject of a conversion: its line and what is converted; a second one at that line is counted."""
        name = "%s %s" % (where, type(model).__name__)
        self.names[name] = self.names.get(name, 0) + 1
        return name if self.names[name] == 1 else "%s (%d)" % (name, self.names[name])

    def skl2onnx(self, module: Any) -> None:
        """Watch the functions of skl2onnx that convert."""
        for name in ("convert_sklearn", "to_onnx"):
            self.watch_conversion(module, name, "skl2onnx." + name)

    def onnxmltools(self, module: Any) -> None:
        """Watch the functions of onnxmltools that convert."""
        for name in [n for n in vars(module) if n.startswith("convert_")]:
            self.watch_conversion(module, name, "onnxmltools." + name)

    def watch_conversion(self, module: Any, name: str, dotted: str) -> None:
        """Replace one function that converts."""
        real = getattr(module, name, None)
        if not inspect.isfunction(real):
            return

        @functools.wraps(real)
        def convert(*arguments: Any, **named: Any) -> Any:
            if self.busy:
                return real(*arguments, **named)
            self.busy = True
            try:
                return self.convert(real, dotted, arguments, named)
            finally:
                self.busy = False

        setattr(module, name, convert)

    def convert(self, real: Any, dotted: str, arguments: tuple, named: dict) -> Any:
        """One conversion: announced, made, and judged."""
        try:
            given = dict(inspect.signature(real).bind_partial(*arguments, **named).arguments)
        except TypeError:
            given = {}
        model = given.get("model", arguments[0] if arguments else None)
        given["model"] = model
        where = self.place(sys._getframe(2))
        subject = self.name(where, model)
        change = self.plan["rehearsal"]["changes"].get(where)
        if change and given:
            arguments, named = (), changed_arguments(given, change)
        seen = self.small.rows_of(model)
        canary = describe_conversion(subject, where, dotted, given, seen)
        self.channel.send("crossing", **canary)
        self.channel.send("step", stage="convert", subject=subject)
        start = time.perf_counter()
        try:
            onx = real(*arguments, **named)
        except BaseException as error:
            self.left = (error, "convert", subject)
            raise
        seconds = time.perf_counter() - start
        model_proto = onx[0] if isinstance(onx, tuple) else onx
        facts = described_model(model_proto)
        if self.plan.get("keeps"):
            facts.update(kept_model(model_proto))
        self.channel.send("passed", stage="convert", subject=subject, seconds=seconds, facts=facts)
        canary["inputs"] = inputs_of_graph(model_proto)
        self.channel.send("crossing", **canary)
        judge_conversion(self, canary, model, seen, model_proto)
        self.channel.send("step", stage="fit", subject=self.script)
        return onx

    def onnxruntime(self, module: Any) -> None:
        """Watch sessions being made and run, so that what fails there is told in its stage."""
        for name, stage in (("__init__", "load"), ("run", "run")):
            session = getattr(module, "InferenceSession", None)
            owner = next((c for c in getattr(session, "__mro__", ()) if name in c.__dict__), None)
            if owner is not None and owner is not object:
                setattr(owner, name, self.watched(owner.__dict__[name], stage))

    def watched(self, real: Any, stage: str) -> Any:
        """A method whose failure belongs to a stage."""

        @functools.wraps(real)
        def call(*arguments: Any, **named: Any) -> Any:
            if self.busy:  # the session is our own
                return real(*arguments, **named)
            if stage == "load":
                first = [self.shadow.lead(self.shadow.for_reading, a) for a in arguments[1:2] if isinstance(a, str)]
                arguments = arguments[:1] + tuple(first) + arguments[1 + len(first) :]
                self.sessions.add(fingerprint(arguments[1] if len(arguments) > 1 else named.get("path_or_bytes")))
            try:
                return real(*arguments, **named)
            except Exception as error:
                where = self.place(sys._getframe(1))
                self.left = (error, stage, where)
                self.describe_line(where, where)
                raise

        return call
