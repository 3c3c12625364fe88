"""The forms in which people have requirements, one reader a file; and which of them a text has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...errors import CannotLook
from ..needs import Choice, Markers, Needs, Source, joined
from . import conda, dockerfile, listed, plain, pyproject
from .locks import pipfile, poetry, pylock, uv_lock


class Form(NamedTuple):
    """A form of requirements: how its files are called, whether a text looks like it, and what the text asks for."""

    named: str
    fits: Callable[[Source], bool]
    read: Callable[[Source, Choice, Markers], Needs]


#: the first whose name fits is the one, else the first whose text does; what fits none is a requirement file
FORMS = (
    Form(r"uv\.lock|.+\.py\.lock", uv_lock.fits, uv_lock.read),
    Form(r"poetry\.lock", poetry.fits, poetry.read),
    Form(r"pylock(\.[^.]+)?\.toml", pylock.fits, pylock.read),
    Form(r"Pipfile\.lock", pipfile.fits, pipfile.read),
    Form(r"pyproject\.toml", pyproject.fits, pyproject.read),
    Form(r".+\.ya?ml", conda.fits, conda.read),
    Form(r"(?i)(.+[.-])?(docker|container)file([.-].+)?", dockerfile.fits, dockerfile.read),
    Form(r"", listed.fits, listed.read),
)
#: what is no requirements, by its name and its text: what it is, and what to give instead
_OTHERS = (
    (r"^setup\.(py|cfg)$", r"", "only a build tells what it depends on", "give a requirements file or a lock file"),
    (r"^Pipfile$", r"", "it is not locked", "give Pipfile.lock beside it"),
    (r"^pdm\.lock$", r"", "it is a lock file of PDM", "make a known one of it: pdm export -o requirements.txt"),
    (r"^pixi\.(lock|toml)$", r"", "it is a file of pixi", "make a known one: pixi workspace export conda-environment"),
    (r"^conda-lock\.ya?ml$", r"", "it is a file of conda-lock", "make a list of it: conda-lock render --kind explicit"),
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
    named = (form for form in FORMS if re.fullmatch(form.named, source.name))
    form = next(named, None) or next((form for form in FORMS if form.fits(source)), None)
    try:
        return (form.read if form else plain.read)(source, choice, markers)
    except RecursionError:
        raise CannotLook(f"cannot read {source.name}: it is nested too deeply", "make it again") from None
