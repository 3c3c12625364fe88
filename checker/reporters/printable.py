"""The words that every format uses; what others say is made safe by `texts`."""

from __future__ import annotations

from ..language import say, say_number
from ..model import Basis, Finding, Frame, Severity, Stage
from ..texts import cut as cut
from ..texts import disarmed as disarmed
from ..texts import line as line
from ..texts import safe as safe

#: how a finding is known, in words
BASIS = {
    Basis.SEEN: "seen here",
    Basis.MEASURED: "measured elsewhere",
    Basis.DECLARED: "declared in the packages' metadata",
    Basis.INFERRED: "read in the installed files; nothing was run",
}
#: the same of a finding about the place in which a model is to be used
OF_PLACES = {
    Basis.DECLARED: "documented of that place",
    Basis.INFERRED: "concluded from what is documented of that place",
}
#: severity, one and many
SEVERITY = {
    Severity.BLOCKER: ("blocker", "blockers"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.NOTE: ("note", "notes"),
}


def stage(at: Stage) -> str:
    """A stage's name."""
    return say(at.value)


def at_frame(frame: Frame) -> str:
    """A line of a traceback: "skl2onnx/helpers.py:42 in _parse"."""
    return say("{place} in {function}", place=f"{line(frame.file)}:{frame.line}", function=line(frame.function))


def placed(finding: Finding) -> str:
    """How bad it is, and where: "blocker at convert"."""
    return say("{severity} at {stage}", severity=say(SEVERITY[finding.severity][0]), stage=stage(finding.stage))


def known(finding: Finding) -> str:
    """How a finding is known."""
    if finding.stage is Stage.TARGET and finding.basis in OF_PLACES:
        return say(OF_PLACES[finding.basis])
    return finding.measured or say(BASIS[finding.basis])


def count(number: int, one: str, many: str = "") -> str:
    """`count(2, "model")` -> "2 models"."""
    return say_number(number, one, many or one + "s")


def sentence(text: object) -> str:
    """One line that ends in a full stop."""
    words = line(text)
    return words if not words or words[-1] in ".!?。" else words + "."


def clause(text: object) -> str:
    """One line without a full stop at its end, to stand after a colon."""
    return line(text).rstrip(".。")


def seconds(value: float) -> str:
    """A duration for people: "0.04 s", "12 s"."""
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
