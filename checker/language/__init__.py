"""The language of a page: each sentence of the checker's own is written in English, and looked up where it is said.

Findings, rules, stages, JSON and what machines read stay English. A page for people is rendered within
`speaking(language)`; outside of it everything is English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module

ENGLISH = "en"
#: language as --lang and the environment name it -> folder in this one with its `SENTENCES` and `MADE`
LANGUAGES = {ENGLISH: "", "ja": "japanese"}
#: variables of the environment that name it, the first that is set counts
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
#: values that are one word
WORDS = frozenset({"name", "was", "to", "number", "python", "rows", "share", "most"})
#: values that are lists
LISTS = frozenset({"kept", "versions", "subject"})
_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def say(sentence: str, /, **values: object) -> str:
    """The sentence in the language of the page, with the values at their places."""
    return sentences(_SPOKEN.get()).get(sentence, sentence).format(**values)


def say_number(number: int, one: str, many: str) -> str:
    """So many things: "1 model", "2 models"; a language may have one form for all numbers, as `{number} model`."""
    form = sentences(_SPOKEN.get()).get(f"{{number}} {one}")
    return form.format(number=number) if form else f"{number} {one if number == 1 else many}"


def reword(text: str) -> str:
    """Sentences that a report holds in English, in the language of the page; as they are, unless all are known."""
    if _SPOKEN.get() == ENGLISH:
        return text
    whole = _reworded(text.strip())
    told = [whole] if whole else [_reworded(one) for one in re.split(r"(?<=\.)\s+", text.strip())]
    return text if not all(told) else "".join(f"{one}。" for one in told)


def _reworded(sentence: str) -> str:
    """One sentence, or several that are parted by semicolons; "" where one is not known."""
    whole = sentence.rstrip(".")
    if found := _made(whole):
        return found
    told = [_made(clause) for clause in whole.split("; ")]
    return "。".join(told) if all(told) else ""


def _made(clause: str) -> str:
    for pattern, other in made(_SPOKEN.get()):
        if match := pattern.fullmatch(clause):
            return other.format(**{name: _value(name, value) for name, value in match.groupdict().items()})
    return ""


def _value(name: str, value: str) -> str:
    """What stands at a place; an error keeps its words, of a list those that join it are said."""
    if name not in LISTS:
        return value
    joined = re.sub(r" and (\d+) more$", lambda match: say(" and {number} more", number=match[1]), value)
    return joined.removeprefix("each of ").removeprefix("Each of ").replace(" and ", say(" and "))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said within is said in that language."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """The sentences of a language, by the English ones; none for English itself."""
    file = LANGUAGES[language]
    found: Mapping[str, str] = import_module(f".{file}", __name__).SENTENCES if file else {}
    return found


@cache
def made(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of English sentences, with those of the language, the most literal first."""
    file = LANGUAGES[language]
    found: Mapping[str, str] = import_module(f".{file}", __name__).MADE if file else {}
    literal_first = sorted(found, key=lambda english: -len(re.sub(r"{\w+}", "", english)))
    return tuple((_pattern(english), found[english]) for english in literal_first)


def _pattern(english: str) -> re.Pattern[str]:
    from string import Formatter

    parts = []
    for literal, name, _, _ in Formatter().parse(english):
        parts.append(re.escape(literal))
        word = r"[^;\s]+" if name in WORDS else "[^;]+?"
        parts += [rf"(?P<{name}>{word})"] * bool(name)
    return re.compile("".join(parts), re.DOTALL)


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


def foreign() -> str | None:
    """The language of what is English on a page of another one, None on an English page: what a screen reader asks."""
    return None if _SPOKEN.get() == ENGLISH else ENGLISH
