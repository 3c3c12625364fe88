"""Sets of versions as somebody writes them: `python==3.11 scikit-learn==1.4.2`, or the lines of a requirement file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...errors import UsageError
from ...names import STUBS, canonicalize_name, pinned_version, read_requirement

#: canonical name, or python -> version
Pins = Mapping[str, str]


def release(name: str, version: str) -> str:
    """A version as measurements tell it: of Python the minor (3.11), of a package without its local part (`+cpu`)."""
    return ".".join(version.split(".")[:2]) if name == "python" else version.partition("+")[0]


def read_pins(texts: Iterable[str]) -> Pins:
    """Requirements that ask for one release each. Raises UsageError that tells all which do not."""
    texts = [text.strip() for text in texts if text.strip()]
    found = [_pin(text) for text in texts]
    if wrong := [text for text, pin in zip(texts, found, strict=True) if not pin]:
        raise UsageError(f"{', '.join(wrong)}: no release is named", "write NAME==VERSION, such as scikit-learn==1.4.2")
    pins: dict[str, str] = {}
    for name, version in filter(None, found):
        if pins.setdefault(name, version) != version:
            raise UsageError(f"{name} is asked for as {pins[name]} and as {version}", "leave one of them out")
    return pins


def _pin(text: str) -> tuple[str, str] | None:
    """(canonical name, version), None where the text names no single release."""
    version = pinned_version(text)
    requirement = read_requirement(text)
    if not requirement or not version:
        return None
    name = canonicalize_name(requirement.name)
    name = STUBS.get(name, name)
    return name, release(name, version)
