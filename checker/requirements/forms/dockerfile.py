"""A Dockerfile: the packages that its commands install, on the Python of its base image."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ...errors import CannotLook
from ...names import required_name
from ...script.uses.installs import VALUED, installer_arguments, split_words
from ...world.files import real_path, text_of
from ..lines import Line, parse_lines
from ..needs import Choice, Markers, Needs, Source, joined
from . import conda, pyproject
from .locks import pipfile, poetry, uv_lock

_PYTHON = re.compile(r"python[:\-]?v?(3\.\d+)|(?<![a-z])py(3\d\d?)(?!\d)", re.IGNORECASE)
#: base images that bring no packages of Python's beside an installer
_BARE = re.compile(r"(?:.*/)?(?:python|debian|ubuntu|alpine|uv|ubi\d*|fedora|scratch|buildpack-deps)(?:[:@].*)?$")
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::?-(?P<default>[^}]*))?\}|(?P<plain>\w+))")
#: options of pip that say where packages come from, or that lie in files
_KEPT = {
    **dict.fromkeys(("-r", "--requirement"), "-r"),
    **dict.fromkeys(("-c", "--constraint"), "-c"),
    **dict.fromkeys(("-i", "--index-url", "--default-index"), "--index-url"),
    **dict.fromkeys(("--extra-index-url", "--index"), "--extra-index-url"),
    **dict.fromkeys(("-f", "--find-links"), "--find-links"),
}
#: commands that install what another file says: the file that is read then
_LOCKED: tuple[tuple[str, str, Callable[[Source, Choice, Markers], Needs]], ...] = (
    (r"\buv sync\b", "uv.lock", uv_lock.read),
    (r"\bpoetry install\b", "poetry.lock", poetry.read),
    (r"\bpipenv (?:sync|install)\b", "Pipfile.lock", pipfile.read),
    (
        r"\b(?:conda|mamba|micromamba)\b.* (?:env (?:create|update)\b|(?:-f|--file)[ =]\S+\.ya?ml)",
        "environment.yml",
        conda.read,
    ),
)


@dataclass
class _Image:
    """What an image is made of, instruction by instruction."""

    source: Source
    choice: Choice
    markers: Markers
    python: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    #: file in the image, by its name alone -> where it lies beside the Dockerfile
    copied: dict[str, str] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    others: list[Needs] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def take(self, number: int, word: str, rest: str) -> None:
        """One instruction."""
        if word == "FROM":
            self._begin(self._filled(rest))
        elif word in ("ARG", "ENV"):
            self._set(rest)
        elif word in ("COPY", "ADD"):
            self._copy(self._filled(rest))
        elif word == "RUN":
            self._run(number, self._filled(_shell(rest)))

    def _begin(self, rest: str) -> None:
        words = [w for w in rest.split() if not w.startswith("--")]
        image = words[0] if words else ""
        if found := _PYTHON.search(image):
            self.python = f"=={found[1] or f'3.{found[2][1:]}'}.*"
        if image and image not in self.stages and not _BARE.match(image):
            self.remarks.append(f"What the base image {image} brings is not known")
        self.stages |= {*words[2:3]}

    def _set(self, rest: str) -> None:
        """Variables: `A=1 B=2`, or `A 1`; an argument without a value has that of before."""
        found = re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", rest) or [rest.split(None, 1)] * (" " in rest.strip())
        for name, value in found:
            self.variables[name] = self._filled(value.strip("\"'"))

    def _filled(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            told = self.variables.get(found["braced"] or found["plain"] or "")
            return told if told is not None else found["default"] if found["default"] is not None else found[0]

        return _VARIABLE.sub(value, text)

    def _copy(self, rest: str) -> None:
        words = [w for w in _words(rest) if not w.startswith("--")]
        for name in words[:-1]:
            self.copied[PurePosixPath(words[-1]).name] = name
            self.copied[PurePosixPath(name).name] = name

    def _beside(self, place: str) -> Path | None:
        """The file beside the Dockerfile that lies at a place in the image."""
        name = PurePosixPath(place).name
        for told in (self.copied.get(name, ""), place.lstrip("/"), name):
            if told and real_path(self.source.folder / told):
                return self.source.folder / told
        return None

    def _run(self, number: int, text: str) -> None:
        """The commands of one shell; what comes later wins over what came before."""
        found: list[Line] = []
        for command in re.split(r"&&|\|\||[;\n|](?![^\"']*[\"'][^\"']*$)", text):
            locked = next((row for row in _LOCKED if re.search(row[0], command)), None)
            arguments = installer_arguments(split_words(command))
            if locked:
                self._read(command, *locked[1:])
            elif arguments and re.search(r"\b(conda|mamba|micromamba) ", command):
                found += self._by_conda(number, arguments)
            elif arguments and " install " in command:
                found += parse_lines([*self._by_pip(number, arguments)], self.source.folder, self.source.name)
        names = {required_name(line.text) for line in found} - {""}
        self.lines = [line for line in self.lines if required_name(line.text) not in names] + found

    def _read(self, command: str, usual: str, read: Callable[[Source, Choice, Markers], Needs]) -> None:
        """A file that a command installs, where it lies beside the Dockerfile."""
        named = next((word for word in _words(command) if word.endswith((".yml", ".yaml"))), usual)
        self._read_file(named, read, self.choice)

    def _read_file(self, named: str, read: Callable[[Source, Choice, Markers], Needs], choice: Choice) -> None:
        place = self._beside(named)
        if not place:
            self.remarks.append(f"Not read: {named}, which does not lie beside {self.source.name}")
            return
        self.others.append(read(Source(text_of(place), place.name, place.parent, place), choice, self.markers))

    def _by_conda(self, number: int, arguments: list[str]) -> tuple[Line, ...]:
        told = [word for word in _positional(arguments) if "$" not in word]
        found = conda.of_specs(self.source, told, number)
        self.python = found.python or self.python
        self.remarks += found.remarks
        return found.lines

    def _by_pip(self, number: int, arguments: list[str]) -> Iterator[tuple[int, str]]:
        """What pip is told, a line of a requirement file each."""
        yield from ((number, text) for text in self._options(arguments))
        editable = (word for at, word in enumerate(arguments) if at and arguments[at - 1] in ("-e", "--editable"))
        for word in (*_positional(arguments), *editable):
            if project := re.match(r"(\.|\./|/app|/src)(?:\[([^\]]*)\])?$", word):
                extras = tuple(filter(None, (project[2] or "").replace(" ", "").split(",")))
                self._read_file("pyproject.toml", pyproject.read, Choice((*self.choice.extras, *extras)))
                self.remarks.append("Left out: the project itself, since only what it depends on is installed")
            elif "$" in word:
                self.remarks.append(f"Not honoured, since no value is told: {word}")
            else:
                yield number, word

    def _options(self, arguments: list[str]) -> Iterator[str]:
        for at, word in enumerate(arguments):
            option, equals, value = word.partition("=")
            if option not in _KEPT:
                continue
            value = value if equals else (arguments[at + 1] if at + 1 < len(arguments) else "")
            place = self._beside(value) if _KEPT[option] in ("-r", "-c") else None
            if place:
                yield f"{_KEPT[option]} {real_path(place)}"
            elif _KEPT[option] in ("-r", "-c"):
                self.remarks.append(f"Not read: {value}, which does not lie beside {self.source.name}")
            else:
                yield f"{_KEPT[option]} {value}"


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What is installed in all of its stages. Raises CannotLook where nothing is."""
    image = _Image(source, choice, markers)
    for number, word, rest in _instructions(source.text):
        image.take(number, word, rest)
    found = joined([*image.others, Needs(tuple(image.lines))] if image.lines else image.others)
    if not found.lines:
        why = f": {'; '.join(image.remarks)}" if image.remarks else ""
        raise CannotLook(f"{source.name} installs no package{why}", "give the requirements that it copies")
    python = ",".join(filter(None, (found.python, image.python)))
    return Needs(found.lines, python, (*found.remarks, *dict.fromkeys(image.remarks)), found.manner, found.marked)


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """(number of its first line, WORD, rest) of each; a here-document is part of its instruction."""
    begun, parts, end = 0, list[str](), ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if end:
            end = "" if line.strip() == end else end
            parts += [f"{line}\n"] * bool(end)
        elif not line.lstrip().startswith("#"):
            begun = begun if parts else number
            parts.append(re.sub(r"[\\`]\s*$", " ", line))
            end = found[1] if (found := re.search(r"<<-?[\"']?(\w+)[\"']?", line)) else ""
            end = end if re.match(r"\s*RUN\b", parts[0], re.IGNORECASE) else ""
            parts += ["\n"] * bool(end)
            if not end and re.search(r"[\\`]\s*$", line):
                continue
        if parts and not end and not line.lstrip().startswith("#"):
            word, _, rest = "".join(parts).strip().partition(" ")
            yield begun, word.upper(), rest.strip()
            parts = []


def _shell(rest: str) -> str:
    """A command as a shell has it: without the options of RUN; a list of words as one command."""
    rest = re.sub(r"^(--\w+(=\S+)?\s+)+", "", rest)
    if rest.startswith("["):
        try:
            told = json.loads(rest)
        except ValueError:
            return rest
        return " ".join(json.dumps(word) if " " in str(word) else str(word) for word in told)
    return re.sub(r"^<<-?[\"']?\w+[\"']?", "", rest)


def _words(text: str) -> list[str]:
    """The words of an instruction, written as a list or not."""
    try:
        told = json.loads(text)
        return [str(word) for word in told] if isinstance(told, list) else split_words(text)
    except ValueError:
        return split_words(text)


def _positional(arguments: list[str]) -> Iterator[str]:
    """The words that are neither options nor their values."""
    skip = False
    for word in arguments:
        if skip or word.startswith("-"):
            skip = not skip and word in VALUED
            continue
        yield word
