"""The lines of requirement files, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..world.files import real_path, text_of

#: an option whose argument may be a file or folder: that of a requirement file is meant from where it lies
_PATH = re.compile(r"(?P<option>-[cf]|--(?:constraint|find-links))(?:[ =]\s*|(?=[^\s=]))(?P<path>\S+)$")
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]?\s*(?:file:(?!/))?(\S+)")
_EDITABLE = re.compile(r"(?:-e|--editable)[ =]?\s*(?P<path>\S+)$")


@dataclass(frozen=True)
class Line:
    """One line that says something, without comments and hashes."""

    text: str
    #: name of the file, and the number of the line in it, from 1
    file: str
    number: int
    hashes: tuple[str, ...] = ()
    #: the release that it comes to, where a lock file tells and the text does not
    release: str = ""
    #: whether it is left out, and told, where the package index does not have it: another tool brings it
    spare: bool = False

    @property
    def asked(self) -> str:
        """The text with its hashes, as an installer checks them; an address has one, and not those of other files."""
        told = () if " @ " in self.text and len(self.hashes) > 1 else self.hashes
        return " ".join((self.text, *(f"--hash={one}" for one in told)))

    @property
    def place(self) -> str:
        """Where it stands: "requirements.txt:3"."""
        return f"{self.file}:{self.number}"

    @property
    def is_option(self) -> bool:
        """Whether it is an option of the installer, and asks for no package by itself."""
        return self.text.startswith("-") and not _EDITABLE.match(self.text)

    @property
    def is_source(self) -> bool:
        """Whether it names sources instead of a release: a folder, an archive of sources, a repository."""
        named = self.text.partition(";")[0].partition("#")[0].strip().lower()
        place = named.partition("@")[2].strip() if re.match(r"[\w.\-\[\], ]+@ ?\S", named) else named
        if self.is_option or place.endswith(".whl"):
            return False
        return bool(_EDITABLE.match(self.text) or re.match(r"\w+\+|\w{2,}://|\.{0,2}/|\.{1,2}$|[a-z]:\\", place))


def read_lines(files: Sequence[Path]) -> tuple[Line, ...]:
    """Every line of the files and of those that they include, no file twice; paths are as seen from anywhere."""
    return tuple(_read(files, set()))


def _read(files: Sequence[Path], read: set[str]) -> Iterator[Line]:
    for file in files:
        place = real_path(file)
        if not place or place in read:
            continue
        read.add(place)
        yield from _parse(_logical(text_of(file)), file.parent, file.name, read)


def parse_lines(numbered: Iterable[tuple[int, str]], folder: Path, name: str) -> tuple[Line, ...]:
    """The lines of a text that lies in that folder; `numbered` has them with their numbers, none of them broken."""
    return tuple(_parse(numbered, folder, name, set()))


def parse_text(text: str, folder: Path, name: str) -> tuple[Line, ...]:
    """The same of a whole text."""
    return parse_lines(_logical(text), folder, name)


def _parse(numbered: Iterable[tuple[int, str]], folder: Path, name: str, read: set[str]) -> Iterator[Line]:
    for number, text in numbered:
        bare = re.sub(r"(^|\s)#.*$", "", text)
        line, hashes = re.sub(r"\s--hash[= ]\S+", "", bare).strip(), tuple(re.findall(r"\s--hash[= ](\S+)", bare))
        if included := _INCLUDED.match(line):
            yield from _read([folder / included[1]], read)
        elif (found := _PATH.match(line)) and (target := real_path(folder / found["path"])):
            yield Line(f"{found['option']} {target}", name, number)
        elif line:
            yield Line(_absolute(line, folder), name, number, hashes)


def _absolute(line: str, folder: Path) -> str:
    """A line with the folder or file of sources that it names as seen from anywhere."""
    found = _EDITABLE.match(line) or re.match(r"(?P<path>\.{1,2}(?:[/\\]\S*)?)$", line)
    target = real_path(folder / found["path"]) if found else ""
    return line.replace(found["path"], target) if found and target else line


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of everything that a backslash does not break."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun if parts else number
        parts.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            yield begun, " ".join(parts)
            parts = []
    if parts:
        yield begun, " ".join(parts)


def places_asked(lines: Sequence[Line]) -> list[str]:
    """The options of the lines that hold for any question: where packages come from, not which ones."""
    return [line.text for line in lines if line.is_option and not line.text.startswith(("-c", "--require"))]
