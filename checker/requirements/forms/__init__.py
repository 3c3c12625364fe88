"""The forms in which people have requirements, one reader a file; and which of them a text has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...errors import CannotLook
from ..needs import Choice, Markers, Needs, Source, joined
from . import conda, listed, plain


class Form(NamedTuple):
    """A form of requirements: whether a text has it, and what the text then asks for."""

    fits: Callable[[Source], bool]
    read: Callable[[Source, Choice, Markers], Needs]


#: the first that fits is the one; what fits none is a requirement file
FORMS = (Form(listed.fits, listed.read), Form(conda.fits, conda.read))
#: what is no requirements, by its name or its text, and what to give instead
_OTHERS = (
    (r"\.(py|ipynb)$", r"\s*\S", "it is a script", "name scripts by themselves, and requirements with --requirements"),
    (r"", r"\s*<(!DOCTYPE|html)\b", "it is a page of the web", "download the file itself"),
)


def read_needs(sources: Sequence[Source], choice: Choice, markers: Markers) -> Needs:
    """What texts ask for together, on the Python of the markers. Raises CannotLook for what cannot be read."""
    bounds = [source for source in sources if len(sources) > 1 and plain.constrains(source)]
    return joined([plain.read_constraints(s) if s in bounds else _read(s, choice, markers) for s in sources])


def _read(source: Source, choice: Choice, markers: Markers) -> Needs:
    for name, text, what, instead in _OTHERS:
        if re.search(name, source.name) and re.match(text, source.text, re.IGNORECASE):
            raise CannotLook(f"{source.name} holds no requirements: {what}", instead)
    form = next((form for form in FORMS if form.fits(source)), None)
    return (form.read if form else plain.read)(source, choice, markers)
