"""The language of a page: each sentence of the checker's own is written in English, and looked up where it is said.

Findings, rules, stages, JSON and what machines read stay English. A page for people is rendered within
`speaking(language)`; outside of it everything is English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module

ENGLISH = "en"
#: language as --lang and the environment name it -> file of this folder with its `SENTENCES`; "" for English
LANGUAGES = {ENGLISH: "", "ja": "japanese"}
#: variables of the environment that name it, the first that is set counts
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
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
def speaking(language: str) -> Iterator[None]:
    """What is said within is said in that language."""
    before = _SPOKEN.set(sentences(language))
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def sentences(language: str) -> Mapping[str, str]:
    """The sentences of a language, by the English ones; none for English itself."""
    file = LANGUAGES[language]
    found: Mapping[str, str] = import_module(f".{file}", __name__).SENTENCES if file else {}
    return found


def find_language(environment: Mapping[str, str], encoding: str = "utf-8") -> str:
    """The language that an environment asks for, such as `LANG=ja_JP.UTF-8`, where that encoding has its letters."""
    asked = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    language = asked.partition(".")[0].partition("_")[0].lower()
    return language if language in LANGUAGES and _writes(encoding, language) else ENGLISH


def _writes(encoding: str, language: str) -> bool:
    try:
        "".join(sentences(language).values()).encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
