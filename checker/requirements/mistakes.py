"""Lines of a requirement file that no installer can read, and what was meant by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..model import Failure, Stage
from ..names import CORE, canonicalize_name, is_known, pinned_version, read_requirement
from ..texts import without_secrets
from .lines import Line

_NAME = r"(?P<name>[A-Za-z0-9][\w.\-]*?)\s*(?P<extras>\[[^\]]*\])?\s*"
_CLAUSE = r"(?:~=|===?|!=|<=|>=|<|>)\s*[^\s,;<>=!~]+"


@dataclass(frozen=True)
class Fault:
    """Something about one line, or one package, that keeps requirements from being installed as they are."""

    #: Mistyped, NoSuchRelease, NoSuchPackage, Stub, NeedsBuilding, BuildFailed; Spare of what may be left out and is
    #: only told; Refused where it has no word of its own
    kind: str
    #: canonical name, "" where none can be read
    name: str
    #: in plain words what is wrong with it; of a refusal the resolver's own
    text: str
    #: the line as it is written, and where
    asked: str = ""
    place: str = ""
    #: the requirement that is likely meant, "" where nobody can tell
    meant: str = ""

    @property
    def blocks(self) -> bool:
        """Whether nothing can be installed for it; the first releases of a stub still can."""
        return self.kind not in ("NeedsBuilding", "Spare") and not (self.kind == "Stub" and pinned_version(self.asked))

    def failure(self, label: str) -> Failure:
        """The same as a failed step; of the files as a whole, `label`, where it is about no package."""
        text, facts = without_secrets(self.text), {"asked": self.asked, "place": self.place, "meant": self.meant}
        told = {name: without_secrets(fact) for name, fact in facts.items()}
        # sources without a name are a step of their own: what else is wrong with the files is not explained by them
        sources = told["asked"] if self.kind == "NeedsBuilding" else ""
        return Failure(
            Stage.RESOLVE, self.name or sources or label, 0.0, self.kind, text, ((self.kind, text),), facts=told
        )

    @property
    def is_of_line(self) -> bool:
        """Whether the line is to be left out, or what was meant put in its place; else the package is left out."""
        return self.kind in ("Mistyped", "NoSuchRelease", "NoSuchPackage", "Stub", "Spare") or (
            not self.name and bool(self.asked)
        )


def spared(fault: Fault, lines: Iterable[Line]) -> Fault:
    """The fault, or only a word on it where another tool brings what its line asks for, and nothing hangs on it.

    The nearest release is taken of what is known: a stranger's package may be called like one of another tool.
    """
    line = next((one for one in lines if one.spare and one.text == fault.asked), None)
    if not line or fault.kind not in ("NoSuchPackage", "NoSuchRelease", "Refused", "NeedsBuilding"):
        return fault
    if fault.name in CORE and not fault.meant:
        return fault
    if fault.meant and fault.kind == "NoSuchRelease" and is_known(fault.name):
        told = f"Taken in the place of {fault.asked}, which the package index has not: {fault.meant}"
        return replace(fault, kind="Spare", text=told)
    unfit = fault.kind in ("Refused", "NeedsBuilding")
    why = "has no wheel for this Python" if unfit else "is not on the package index"
    return replace(fault, kind="Spare", text=f"Left out: {fault.asked} {why}", meant="")


def find_mistakes(lines: Iterable[Line]) -> Iterator[Fault]:
    """Every line that is no requirement, with the one that was meant."""
    for line in lines:
        if line.is_option or line.is_source or line.text.endswith(".whl") or read_requirement(line.text):
            continue
        what, meant = _repair(line.text)
        found = read_requirement(meant)
        name = canonicalize_name(found.name) if found else _first_word(line.text)
        yield Fault("Mistyped", name, what, line.text, line.place, meant)


def with_release(text: str, version: str) -> str:
    """A line that asks for that very release of the same package instead, its extras and its marker kept."""
    found = read_requirement(text)
    if found is None:
        return ""
    extras = f"[{','.join(sorted(found.extras))}]" if found.extras else ""
    return f"{canonicalize_name(found.name)}{extras}=={version}" + (f" ; {found.marker}" if found.marker else "")


def _first_word(text: str) -> str:
    found = re.match(r"[A-Za-z0-9][\w.\-]*", text)
    return canonicalize_name(found[0]) if found else ""


def _repair(text: str) -> tuple[str, str]:
    """(what is wrong in plain words, the requirement that was meant); the smallest change that can be read."""
    for what, change in _CHANGES:
        changed = change(text)
        if changed != text and read_requirement(changed):
            return what, changed
    for what, change in _CHANGES[1:]:  # and a comma is missing besides
        changed = _with_commas(change(text))
        if read_requirement(changed):
            return what, changed
    return "it cannot be read as a requirement", ""


def _with_commas(text: str) -> str:
    """Bounds that follow one another, with a comma between them; a marker stays as it is."""
    wish, semicolon, marker = text.partition(";")
    found = re.match(rf"{_NAME}(?P<bounds>{_CLAUSE}(?:[\s,]*{_CLAUSE})*)\s*$", wish)
    if not found:
        return text
    bounds = ",".join(re.sub(r"\s", "", clause) for clause in re.findall(_CLAUSE, found["bounds"]))
    return f"{found['name']}{found['extras'] or ''}{bounds}{semicolon}{marker}"


def _with_operators(text: str) -> str:
    """`=1.2` as `==1.2`, with the build of a conda package left out; `=>1.2` and `=<1.2` the other way round."""
    turned = re.sub(r"(?<![<>=!~])=\s*([<>])(?!=)", r"\1=", text)
    single = re.sub(r"(?<![<>=!~])=(?!=)\s*([^\s,;=]+)(?:=[\w.\-]+)?", r"==\1", turned)
    return single if not re.search(r"==.*==", single.partition(";")[0]) else turned


def _with_equals(text: str) -> str:
    """A release that stands behind a name without an operator."""
    return re.sub(
        rf"^{_NAME}(?<=[\s\]])v?(?P<version>\d[\w.]*)(?=\s*(?:;|$))", r"\g<name>\g<extras>==\g<version>", text
    )


#: (what is wrong, the change that mends it), the likeliest first
_CHANGES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("a comma is missing between two bounds", _with_commas),
    ("the operator is none: exact releases are asked for with ==, bounds with >= and <=", _with_operators),
    ("there is no == between the name and the release", _with_equals),
    ("quotes and commas of a program's list are left", lambda text: text.strip("\"', ")),
    (
        "a release has no x: every release of a series is asked for with .*",
        lambda text: re.sub(r"(==[\d.]*)\.x\b", r"\1.*", text),
    ),
)
