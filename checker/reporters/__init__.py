"""Reporters: pure functions from a report to text, one format a file.

They are listed here, by hand, and nowhere else; a format's file, and what it needs, is imported when it renders.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..model import Report


class Reporter(NamedTuple):
    """One format."""

    #: file of this folder whose `render` makes the text, a dot between it and its folder in this one
    file: str
    #: how names of files in that format end
    suffix: str

    def render(self, report: Report) -> str:
        """The report as text."""
        text: str = import_module(f".{self.file}", __name__).render(report)
        return text


#: format as the command line names it -> its reporter
REPORTERS = {
    "text": Reporter("text", "txt"),
    "json": Reporter("as_json", "json"),
    "markdown": Reporter("markdown", "md"),
    "html": Reporter("html.page", "html"),
    "junit": Reporter("junit", "xml"),
    "short": Reporter("servers.short", "short"),
    "github": Reporter("servers.github", "github"),
    "sarif": Reporter("servers.sarif", "sarif"),
    "gitlab": Reporter("servers.gitlab", "gitlab"),
}
