"""environment.yml of conda, an MLflow model's conda.yaml and python_env.yaml: read with the numbers of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from ...artifact.mlmodel.plain_yaml import NotPlain, check_events
from ...errors import CannotLook
from ..lines import Line, parse_lines
from ..needs import Choice, Manner, Markers, Needs, Source
from .conda_names import index_name
from .specs import python_range, read_spec

#: packages that are told by name
TOLD = 12
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: why what stands there can be something else than what is built
OTHER_BUILDS = "Built with wheels of the package index in the place of conda's packages, whose builds may differ"


@dataclass
class _Read:
    """What is found on the way."""

    source: Source
    lines: list[Line] = field(default_factory=list)
    python: str = ""
    #: names that only conda has, and what of a line pip has no word for
    alone: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    #: whether every package of conda is told with its build, as an export does
    exported: bool = True
    of_conda: bool = False

    def add(self, text: str, number: int) -> None:
        """One package of conda's."""
        spec = read_spec(text)
        if not spec:
            self.lost.append(text)
            return
        if spec.name == "python":
            self.python = python_range(spec.specifier)
            return
        self.exported &= bool(spec.build) or spec.name == "pip"
        name = index_name(spec.name, spec.build)
        if not name:
            self.alone.append(spec.name)
            return
        if spec.lost:
            self.lost.append(text)
        self.of_conda |= name not in ("pip", "setuptools", "wheel")
        self.lines.append(Line(f"{name}{spec.specifier}", self.source.name, number, spare=True))

    @property
    def remarks(self) -> Iterator[str]:
        """What is not as conda makes it."""
        if self.of_conda:
            yield OTHER_BUILDS
        if self.alone:
            more = f" and {len(self.alone) - TOLD} more" if len(self.alone) > TOLD else ""
            yield f"Left out: only conda has {', '.join(self.alone[:TOLD])}{more}"
        if self.lost:
            yield f"Not honoured, because only conda reads it: {'; '.join(self.lost)}"


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """Its packages, those below `pip:` among them. Raises CannotLook for what cannot be read, or has none."""
    seen = _Read(source)
    tables = {key.value: value for key, value in _root(source).value if isinstance(key, yaml.ScalarNode)}
    if python := tables.get("python"):  # python_env.yaml
        seen.python = python_range(f"=={_scalar(python)}")
    for number, text, below in _entries(source, tables.get("dependencies")):
        if below or python:
            seen.lines += parse_lines([(number, text)], source.folder, source.name)
        else:
            seen.add(text, number)
    if not seen.lines:
        raise CannotLook(f"{source.name} names no package", "give an environment.yml with `dependencies:`")
    manner = Manner.FIXED if seen.exported and seen.of_conda else Manner.RESOLVED
    return Needs(_pip_wins(seen.lines), seen.python, tuple(seen.remarks), manner)


def of_specs(source: Source, specs: Iterable[str], number: int) -> Needs:
    """What a command of conda is given, in one line of a file."""
    seen = _Read(source)
    for text in specs:
        seen.add(text, number)
    return Needs(_pip_wins(seen.lines), seen.python, tuple(seen.remarks))


def _root(source: Source) -> yaml.MappingNode:
    try:
        check_events(source.text)
        node = yaml.compose(source.text, Loader=_LOADER)
    except NotPlain as error:
        raise CannotLook(f"{source.name} is no YAML that can be read: {error}", "give the file itself") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise CannotLook(f"{source.name} is no YAML that can be read{where}", "check its indentation") from None
    if not isinstance(node, yaml.MappingNode):
        raise CannotLook(f"{source.name} names no package", "give an environment.yml with `dependencies:`")
    return node


def _entries(source: Source, node: Any) -> Iterator[tuple[int, str, bool]]:
    """(line, text, whether it stands below `pip:`) of what is depended on."""
    for entry in node.value if isinstance(node, yaml.SequenceNode) else ():
        if isinstance(entry, yaml.ScalarNode):
            yield entry.start_mark.line + 1, _scalar(entry), False
        for key, below in entry.value if isinstance(entry, yaml.MappingNode) else ():
            if _scalar(key) == "pip":
                yield from ((n, text, True) for n, text, _ in _entries(source, below))


def _scalar(node: Any) -> str:
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _pip_wins(lines: list[Line]) -> tuple[Line, ...]:
    """The lines without those of conda's packages that pip then installs anew, as it comes after conda.

    A package that conda has in several parts is asked for once.
    """
    from ...names import required_name

    by_pip = {required_name(line.text) for line in lines if not line.spare} - {""}
    first = {required_name(line.text): line for line in reversed(lines) if line.spare}
    once = [line for line in lines if not line.spare or first[required_name(line.text)] is line]
    return tuple(line for line in once if not line.spare or required_name(line.text) not in by_pip)


def of_list(source: Source, lines: list[Line], python: str, alone: list[str]) -> Needs:
    """What a list of an environment of conda comes to: everything that is there, as it is."""
    seen = _Read(source, lines, python, alone, of_conda=True)
    return Needs(tuple(lines), python, tuple(seen.remarks), Manner.FIXED)
