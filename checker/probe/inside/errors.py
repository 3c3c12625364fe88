"""An exception as a frame: its whole chain, the frames of its first cause, and what it names."""

import os
from typing import Any

#: longest text kept of one exception, in characters
TEXT = 4000


def chain_of(error: BaseException) -> list:
    """The exceptions from the first cause to the last word; cycles are cut."""
    links = []  # type: list
    link: Any = error
    while isinstance(link, BaseException) and link not in links:
        links.insert(0, link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links


def frames_of(error: BaseException) -> list:
    """The traceback of one exception, outermost first, without the probe's own lines; at most forty frames."""
    found = []
    step = error.__traceback__
    while step is not None:
        frame, line, step = step.tb_frame, step.tb_lineno, step.tb_next
        code = frame.f_code
        if code.co_filename != "<checker probe>" and "importlib._bootstrap" not in code.co_filename:
            found.append(
                {
                    "file": code.co_filename,
                    "module": str(frame.f_globals.get("__name__", "")),
                    "function": code.co_name,
                    "line": line,
                }
            )
    return found[-40:]


#: functions of the probe that compute with what libraries gave them; whatever is raised below them is the probe's fault
COMPUTING = ("make_data", "feeds", "judge", "edge_rows", "sample")


def own_lines(error: BaseException) -> list:
    """The probe's own lines in a traceback, outermost first: "function, line N"."""
    found, step = [], error.__traceback__
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
    if isinstance(error, (ImportError, MemoryError)) or not isinstance(error, Exception) or hasattr(error, "facts"):
        return False
    lines = own_lines(error)
    if any(line.partition(",")[0] in COMPUTING for line in lines):
        return True
    kinds = (LookupError, NameError, UnboundLocalError, ZeroDivisionError, AssertionError)
    return bool(lines) and isinstance(error, kinds) and innermost(error) == "<checker probe>"


def innermost(error: BaseException) -> str:
    """The file in which an error was raised, "" where there is no traceback."""
    step, name = error.__traceback__, ""
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        step = step.tb_next
    return name


def said_by(error: BaseException) -> str:
    """What an exception says, or its name where str() itself fails; bounded."""
    try:
        return str(error)[:TEXT]
    except Exception:
        return "(no text)"


def named_by(error: BaseException) -> dict:
    """What an exception names: the module or attribute that is missing, and on what kind of object."""
    names = {}
    for key in ("name", "path", "name_from"):
        value = getattr(error, key, None)
        if isinstance(value, str):
            names["missing_" + key] = value
    if isinstance(error, AttributeError) and getattr(error, "obj", None) is not None:
        kind = error.obj if isinstance(error.obj, type) else type(error.obj)
        names["on"] = str(getattr(error.obj, "__name__", "")) or (kind.__module__ + "." + kind.__qualname__)
        names["on_type"] = kind.__module__ + "." + kind.__qualname__
    return names


def describe(error: BaseException) -> dict:
    """The fields of a failure frame that an exception can fill."""
    links = chain_of(error)
    first = next((link for link in links if frames_of(link)), links[0])
    name = type(error).__name__
    facts = dict(named_by(error), **{k: v for k, v in getattr(error, "facts", {}).items()})
    return {
        "type": "Exit" if isinstance(error, SystemExit) else name,
        "text": said_by(error),
        "chain": [[type(link).__name__, said_by(link)] for link in links],
        "frames": frames_of(error) if first is error else frames_of(error)[:5] + frames_of(first),
        "facts": facts,
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
    return "Exit", "the process ended with status %d in the middle of the step" % status


def last_word(stage: str, subject: str, late: bool, status: int, printed: bytes) -> dict:
    """The fields of a failure frame for a process that died in a step, or that was too late with it."""
    kind, text = ("TimeOut", "no answer within the time limit") if late else death(status)
    said = {"type": kind, "text": text, "chain": [[kind, text]], "frames": [], "facts": {}, "output": tail(printed)}
    return dict(said, stage=stage, subject=subject, seconds=0.0)


def tail(path_or_bytes: bytes, limit: int = 4000) -> str:
    """The last bytes of an output as text."""
    return path_or_bytes[-limit:].decode("utf-8", "replace")


def exit_status(status: int) -> int:
    """A waitpid status as subprocess writes it: negative for a signal."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
