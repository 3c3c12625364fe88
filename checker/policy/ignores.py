"""One thing that a project has decided to live with: which, why, and until when."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from ..model import Finding, Script, Stage
from ..texts import line

# the number of a line behind the name of a script or of a cell: it moves whenever somebody edits
_LINE = re.compile(r"(?<=\S):\d+(?=\s|$)")


@dataclass(frozen=True)
class Ignore:
    """One entry."""

    rule: str
    reason: str
    #: what its findings have to be about, as patterns; empty: anything
    subjects: tuple[str, ...] = ()
    #: the day on which it ends; None: it does not
    expires: date | None = None

    def matches(self, finding: Finding, script: Script | None) -> bool:
        """Whether it is about a finding: about everything that is taken together in it."""
        return finding.rule == self.rule and (not self.subjects or all(map(self._names, subjects(finding, script))))

    def _names(self, subject: str) -> bool:
        named = [unnumbered(one) for one in self.subjects]
        return subject in named or any(fnmatchcase(subject, one) for one in named)

    def is_over(self, today: date) -> bool:
        """Whether its day has come."""
        return self.expires is not None and today >= self.expires

    @property
    def told(self) -> str:
        """Why, and until when."""
        return line(self.reason, 400) + (f" (until {self.expires})" if self.expires else "")


def unnumbered(subject: str) -> str:
    """A subject without the numbers of lines: `train.py:50 Pipeline` is `train.py Pipeline`."""
    return _LINE.sub("", subject)


def subjects(finding: Finding, script: Script | None) -> tuple[str, ...]:
    """What a finding is about, without the numbers of lines; all models where several are taken together in one.

    Of what fails for the same reason, only the script's own models count where it is about one of these.
    """
    own = {canary.name for canary in script.canaries} if script else set()
    models = [s.subject for s in finding.explains if s.stage.order > Stage.IMPORT.order]
    if finding.subject in own:
        models = [name for name in models if name in own]
    named = [finding.subject, *(models if finding.subject in models else ())]
    return tuple(dict.fromkeys(map(unnumbered, named)))


def snippet(finding: Finding, script: Script | None) -> str:
    """What a project writes into its pyproject.toml to live with a finding, once the reason is filled in.

    In a checker.toml the table is `[[ignore]]`.
    """
    about = [json.dumps(line(subject), ensure_ascii=False) for subject in subjects(finding, script)]
    rows = (
        "[[tool.checker.ignore]]",
        f"rule = {json.dumps(line(finding.rule))}",
        f"subject = {about[0] if len(about) == 1 else '[' + ', '.join(about) + ']'}",
        'reason = "..."',
    )
    return "\n".join(rows)
