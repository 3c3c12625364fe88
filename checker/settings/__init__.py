"""What a project says once for all, read: words for the one parser, with every mistake by file and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ..names import meant
from ..world.files import is_below
from ..world.project.configuration import LEAVE_OUT, find_configuration, named_configuration
from .keys import KEYS, ONLY_TYPED, words_of

if TYPE_CHECKING:
    from ..model import Severity
    from ..policy import Ignore


class Settings(NamedTuple):
    """One configuration."""

    #: the file, as it is reached from the working folder
    path: Path
    #: key -> what would be typed for it
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ignores: tuple[Ignore, ...] = ()
    #: rule -> how much its findings count
    severities: Mapping[str, Severity] = MappingProxyType({})

    def called(self, key: str) -> str:
        """A key by the name that it has in its file: `tool.checker.keep`."""
        return f"tool.checker.{key}" if self.path.name == "pyproject.toml" else key

    def refuse(self, wrong: Mapping[str, str]) -> None:
        """Raises UsageError with everything that is wrong, key by key; nothing where nothing is."""
        if wrong:
            told = "; ".join(f"{self.called(key)}: {why}" for key, why in wrong.items())
            raise UsageError(f"{self.path}: {told}", LEAVE_OUT)


def find_settings(named: Path | None = None) -> Settings | None:
    """The settings of the file that is named, else of the project that is worked in; None where there are none.

    Raises UsageError for what is wrong with them, all of it at once, and CannotLook.
    """
    found = (named, named_configuration(named)) if named else find_configuration()
    if not found:
        return None
    from ..model import Severity
    from .decisions import ignore_of

    path, table = found
    settings = Settings(path, {})
    settings.refuse(dict(mistakes(table)))
    words = {key: words_of(key, value, path.parent) for key, value in table.items() if key in KEYS}
    settings.refuse(dict(led_away(words, path.parent)))
    ignores = tuple(map(ignore_of, table.get("ignore", ())))
    return Settings(path, words, ignores, {rule: Severity(word) for rule, word in table.get("severity", {}).items()})


def mistakes(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a table: keys that nobody knows, and values of another kind."""
    from .decisions import DECISIONS

    names = (*KEYS, *DECISIONS)
    known = f"known are {', '.join(names)}"
    for key, value in table.items():
        if key in DECISIONS:
            yield from DECISIONS[key](value)
        elif key == "tool":
            yield key, "here the keys stand without [tool.checker], which is for pyproject.toml"
        elif key in ONLY_TYPED:
            yield key, "it is only for the command line, so that no file of a project can ask for it"
        elif key not in KEYS:
            yield key, f"there is no such key; {meant(key, names) or known}"
        elif why := KEYS[key].mistake(value):
            yield key, why


def led_away(words: Mapping[str, tuple[str, ...]], folder: Path) -> Iterator[tuple[str, str]]:
    """What would be written out of the folder of the file that names it, because a folder of that name is a link."""
    for key in (key for key in words if KEYS[key].kind in ("output", "outputs")):
        for file in (word.rpartition("=")[2] for word in words[key]):
            if not is_below(str(Path(file).parent), str(folder)):
                yield key, f"{file}: a link leads it out of the folder of this file"
