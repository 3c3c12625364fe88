"""An exception as a frame: its whole chain, the frames of its first cause, and what it names."""

import os
from typing import Any

from .frames import LOST, bounded_text, text_of_any

#: longest text kept of one exception, in characters; exceptions kept of one chain, from its beginning and from its end
TEXT, FIRST, LAST = 4000, 10, 30


def attribute(owner: Any, name: str, otherwise: Any = None) -> Any:
    """An attribute of what is not ours, whose look-up may do anything."""
    try:
        return getattr(owner, name, otherwise)
    except BaseException:
        return otherwise


def builtin(kind: type, name: str, owner: Any) -> Any:
    """An attribute as the interpreter itself keeps it, whatever a class has put before it."""
    return kind.__dict__[name].__get__(owner)


def is_a(thing: Any, kinds: Any) -> bool:
    """`isinstance` that asks the thing nothing: its `__class__` may be anything."""
    return issubclass(type(thing), kinds)


def name_of(kind: type) -> str:
    """The name of a class; bounded."""
    return str(builtin(type, "__name__", kind)[:200])


def chain_of(error: BaseException) -> list:
    """The exceptions from the first cause to the last word; cycles are cut, and the middle of a long chain."""
    links, seen = [], set()
    link: Any = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        links.append(link)
        hidden = builtin(BaseException, "__suppress_context__", link)
        cause = builtin(BaseException, "__cause__", link)
        link = cause if cause is not None or hidden else builtin(BaseException, "__context__", link)
    links.reverse()
    return links if len(links) <= FIRST + LAST else links[:FIRST] + links[-LAST:]


def trace_of(error: BaseException) -> Any:
    """The traceback of an exception, as the interpreter keeps it."""
    return builtin(BaseException, "__traceback__", error)


def frames_of(error: BaseException) -> list:
    """The traceback of one exception, outermost first, without the probe's own lines; at most forty frames."""
    found = []
    step = trace_of(error)
    while step is not None:
        frame, line, step = step.tb_frame, step.tb_lineno, step.tb_next
        code = frame.f_code
        if code.co_filename != "<checker probe>" and "importlib._bootstrap" not in code.co_filename:
            found.append(
                {
                    "file": code.co_filename,
                    "module": text_of_any(frame.f_globals.get("__name__", "")),
                    "function": code.co_name,
                    "line": line,
                }
            )
    return found[-40:]


#: functions of the probe that compute with what libraries gave them; whatever is raised below them is the probe's fault
COMPUTING = ("make_data", "feeds", "judge", "edge_rows", "sample")


def own_lines(error: BaseException) -> list:
    """The probe's own lines in a traceback, outermost first: "function, line N"."""
    found, step = [], trace_of(error)
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename == "<checker probe>":
            found.append("%s, line %d" % (code.co_name, step.tb_lineno))
        step = step.tb_next
    return found


def is_ours(error: BaseException) -> bool:
    """Whether an error is the probe's fault, and says nothing of the patient.

    It came out of the probe's own arithmetic, or it is a look-up that failed in the probe's own line.
    What the probe itself found wrong (it has facts), and what could not be imported, is never its fault.
    """
    foreign = is_a(error, (ImportError, MemoryError)) or not is_a(error, Exception)
    if foreign or attribute(error, "facts") is not None:
        return False
    lines = own_lines(error)
    if any(line.partition(",")[0] in COMPUTING for line in lines):
        return True
    kinds = (LookupError, NameError, UnboundLocalError, ZeroDivisionError, AssertionError)
    return bool(lines) and is_a(error, kinds) and innermost(error) == "<checker probe>"


def innermost(error: BaseException) -> str:
    """The file in which an error was raised, "" where there is no traceback."""
    step, name = trace_of(error), ""
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        step = step.tb_next
    return name


def said_by(error: BaseException) -> str:
    """What an exception says, or that it says nothing where str() itself fails; bounded."""
    try:
        return bounded_text(str.__str__(str(error)), TEXT)
    except BaseException:
        return "(no text)"


def named_by(error: BaseException) -> dict:
    """What an exception names: the module or attribute that is missing, and on what kind of object."""
    names = {}
    for key in ("name", "path", "name_from"):
        value = attribute(error, key)
        if type(value) is str:
            names["missing_" + key] = value
    owner = attribute(error, "obj") if is_a(error, AttributeError) else None
    if owner is not None:
        kind = owner if issubclass(type(owner), type) else type(owner)
        whole = text_of_any(attribute(kind, "__module__", "")) + "." + text_of_any(attribute(kind, "__qualname__", ""))
        names["on"] = text_of_any(attribute(owner, "__name__", "")) or whole
        names["on_type"] = whole
    return names


def describe(error: BaseException) -> dict:
    """The fields of a failure frame that an exception can fill. Never raises."""
    links = chain_of(error)
    first = next((link for link in links if frames_of(link)), links[0])
    facts = attribute(error, "facts")
    kind, text = name_of(type(error)), said_by(error)
    if is_a(error, SystemExit):
        kind, code = "Exit", builtin(SystemExit, "code", error)
        text = text if issubclass(type(code), str) else "it ended the process with exit status %s" % text
    return {
        "type": kind,
        "text": text,
        "chain": [[name_of(type(link)), said_by(link)] for link in links],
        "frames": frames_of(error) if first is error else frames_of(error)[:5] + frames_of(first),
        "facts": dict(named_by(error), **(facts if type(facts) is dict else {})),
    }


def death(status: int) -> tuple:
    """Type and text for a process that ended without a last word; a negative status is a signal."""
    if status < 0:
        import signal

        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = "signal %d" % -status
        kind = "Killed" if name == "SIGKILL" else "Crash"
        return kind, "the process died of %s" % name
    if status == LOST:
        return "Exit", "it closed the files that others had opened in its process, and nothing more could be said"
    return "Exit", "the process ended with status %d in the middle of the step" % status


def last_word(stage: str, subject: str, late: bool, status: int, printed: bytes) -> dict:
    """The fields of a failure frame for a process that died in a step, or that was too late with it."""
    kind, text = ("TimeOut", "no answer within the time limit") if late else death(status)
    last = tail(printed).strip().split("\n")[-1].strip()
    if kind == "Exit" and last:
        text += "; the last that it printed: " + last[:400]
    said = {"type": kind, "text": text, "chain": [[kind, text]], "frames": [], "facts": {}, "output": tail(printed)}
    return dict(said, stage=stage, subject=subject, seconds=0.0)


def tail(path_or_bytes: bytes, limit: int = 4000) -> str:
    """The last bytes of an output as text."""
    return path_or_bytes[-limit:].decode("utf-8", "replace")


def exit_status(status: int) -> int:
    """A waitpid status as subprocess writes it: negative for a signal."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
