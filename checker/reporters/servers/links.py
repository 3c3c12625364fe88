"""A page for a terminal that knows links (OSC 8): addresses and places in files can be clicked, and look as before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Report
from .told import sources_of

#: how an address ends that is followed by the end of a sentence
_ADDRESS = re.compile(r"https?://[^\s<>\x1b]*[^\s<>\x1b.,;:)\]]")


def linked(page: str, report: Report, root: str) -> str:
    """The page with its links; `root` is the address of the folder from which files are named, file:///... .

    A text that is broken at the end of a line is no link.
    """
    files = "|".join(re.escape(name) for name in sorted(dict(_files(report, root)), key=len, reverse=True))
    place = re.compile(rf"(?<![\w./\\-])(?P<file>{files}):(?:cell \d+:)?\d+(?!\d)") if files else None
    addresses = {url for finding in report.findings for url in finding.references}
    page = _ADDRESS.sub(lambda match: link(match[0], match[0]) if match[0] in addresses else match[0], page)
    where = dict(_files(report, root))
    return place.sub(lambda match: link(where[match["file"]], match[0]), page) if place else page


def link(address: str, text: str) -> str:
    """A text that leads to an address."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def _files(report: Report, root: str) -> Iterator[tuple[str, str]]:
    """How a file of the user's is named in a page -> its address; what is no plain path is left out."""
    for source in sources_of(report):
        if re.fullmatch(r"[\w./ ()@+-]+", source.path):
            path = source.path.replace(" ", "%20")
            yield source.name, f"file://{path}" if path.startswith("/") else f"{root.rstrip('/')}/{path}"
