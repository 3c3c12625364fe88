"""YAML of strangers as plain data: no tag makes an object, no alias multiplies, no depth or size is unbounded."""

from __future__ import annotations

from typing import Any

import yaml

#: bytes, events, and depth of one document; aliases in it
MOST_BYTES, MOST_EVENTS, MOST_DEPTH, MOST_ALIASES = 4 << 20, 200_000, 40, 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = "tag:yaml.org,2002:"


class NotPlain(Exception):
    """It is no plain data; `kind` is one word, the text says what is wrong."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def plain_yaml(data: bytes) -> Any:
    """What a document says; raises NotPlain."""
    if len(data) > MOST_BYTES:
        raise NotPlain("too-large", f"it has {len(data):,} bytes, which no such file needs")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlain("malformed", "it is no text in UTF-8") from None
    try:
        check_events(text)
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotPlain("malformed", _words(error)) from None


def check_events(text: str) -> None:
    """Raises NotPlain for what is not to be built: it is looked at before anything is."""
    depth = aliases = 0
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if number > MOST_EVENTS:
            raise NotPlain("too-large", "it holds more than any such file needs")
        if isinstance(event, yaml.events.AliasEvent):
            aliases += 1
        elif isinstance(event, (yaml.events.MappingStartEvent, yaml.events.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.events.MappingEndEvent, yaml.events.SequenceEndEvent)):
            depth -= 1
        if aliases > MOST_ALIASES or depth > MOST_DEPTH:
            raise NotPlain("bomb", "it repeats or nests its parts until they fill the memory")
        _check_tag(str(getattr(event, "tag", None) or ""))


def _check_tag(tag: str) -> None:
    if tag.startswith((f"{_PLAIN}python", "!!python")):
        raise NotPlain("code", f"it has the tag !!{tag.removeprefix(_PLAIN)[:80]}, which makes YAML run Python code")


def _words(error: Exception) -> str:
    """What is wrong with it, with its line."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error).split("\n")[0][:160]
    return f"line {mark.line + 1}: {problem}" if mark else problem
