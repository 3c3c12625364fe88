"""The language of a page: each sentence of the checker's own is written in English, and looked up where it is said.

Findings, rules, stages, JSON and what machines read stay English. A page is rendered within `speaking(language)`;
outside of it everything is English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

#: sentences of the language that is spoken, by the English ones; empty: English
_SPOKEN: ContextVar[Mapping[str, str]] = ContextVar("spoken", default={})  # noqa: B039  # nobody writes into it


def say(sentence: str, /, **values: object) -> str:
    """The sentence in the language of the page, with the values at their places."""
    return _SPOKEN.get().get(sentence, sentence).format(**values)


def say_number(number: int, one: str, many: str) -> str:
    """So many things: "1 model", "2 models"; a language may have one form for all numbers, as `{number} model`."""
    form = _SPOKEN.get().get(f"{{number}} {one}")
    return form.format(number=number) if form else f"{number} {one if number == 1 else many}"


@contextmanager
def speaking(sentences: Mapping[str, str]) -> Iterator[None]:
    """What is said within is taken from these sentences, by the English ones."""
    before = _SPOKEN.set(sentences)
    try:
        yield
    finally:
        _SPOKEN.reset(before)
