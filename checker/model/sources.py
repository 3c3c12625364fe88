"""The user's own files, to whose lines a report points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..names import canonicalize_name, distribution_of
from .concluded import Finding


@dataclass(frozen=True)
class Source:
    """A script, a module of the user's that it imports, a file of requirements, or what a training made."""

    #: as it is named from the working folder, "/" between
    path: str
    #: from the root of the repository, else as it is seen from anywhere, "/" between
    rooted: str
    #: the line on which something begins, from 1: a package by its canonical name, the code of a notebook by "cell 3"
    lines: Mapping[str, int] = field(default_factory=dict)
    #: whether it asks for packages, and is no script
    requires: bool = False

    @property
    def name(self) -> str:
        """Its name without the folders: places in it begin with that."""
        return self.path.rpartition("/")[2]


def packages_of(finding: Finding) -> tuple[str, ...]:
    """The distributions that a finding is about by their canonical names, the likeliest first."""
    module = finding.subject.partition(".")[0]
    named = (*finding.culprits, finding.subject, distribution_of(module) if module.isidentifier() else "")
    return tuple(dict.fromkeys(canonicalize_name(name) for name in named if name))
