"""What conda writes behind a name, as a requirement; and which Pythons are meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...names import read_requirement

_SPEC = re.compile(r"(?:[\w./:\-]+::)?(?P<name>[A-Za-z0-9_][\w.\-]*)\s*(?:\[(?P<inside>[^\]]*)\])?\s*(?P<rest>.*)$")
_INSIDE = re.compile(r"(version|build)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\]\s]*))")
_EXACT = re.compile(r"\d[\w.!+]*$")


class Spec(NamedTuple):
    """What conda is asked for: a name, a specifier as pip has it, and the build."""

    name: str
    specifier: str
    build: str = ""
    #: what of it has no place in a requirement of pip
    lost: str = ""


def read_spec(text: str) -> Spec | None:
    """A match specification of conda: `numpy=1.21`, `numpy 1.21.*`, `conda-forge::numpy>=1.2,<2`; None for none."""
    found = _SPEC.match(text.strip())
    if not found:
        return None
    inside = {key: a or b or c for key, a, b, c in _INSIDE.findall(found["inside"] or "")}
    version, build = _parts(found["rest"].strip() or inside.get("version", ""))
    specifier = _specifier(version)
    kept = specifier if read_requirement(f"x{specifier}") else ""
    return Spec(found["name"], kept, build or inside.get("build", ""), "" if kept == specifier else version)


def _parts(rest: str) -> tuple[str, str]:
    """(version, build): `=1.21=py38_0`, `==1.21`, `1.21 py38_0`, `>=1.2, <2`. A version with a build is exact."""
    rest = re.sub(r"\s*([<>=!~,|])\s*", r"\1", rest)
    if found := re.fullmatch(r"=([^=<>!~,|]+)=(.+)", rest):
        return f"=={found[1]}", found[2]
    if found := re.fullmatch(r"(==[^=]+)=(.+)", rest):
        return found[1], found[2]
    version, _, build = rest.partition(" ")
    return (f"=={version}" if _EXACT.match(version) else version), build.strip()


def _specifier(version: str) -> str:
    """A version as conda writes it, as pip's specifier; what pip has no word for stays as it is."""
    return ",".join(filter(None, map(_clause, version.split(","))))


def _clause(text: str) -> str:
    if not text or text in ("*", "=*", "==*"):
        return ""
    operator, version = re.match(r"([<>=!~]*)(.*)", text).groups()  # type: ignore[union-attr]
    if operator in ("", "="):
        series = version.removesuffix("*").rstrip(".")
        # a release of three numbers is what people take for exact
        whole = operator == "=" and not version.endswith("*") and series.count(".") >= 2
        return f"=={series}" if whole else f"=={series}.*"
    return f"{operator}{version.removesuffix('.*')}" if operator in (">", ">=", "<", "<=") else text


def python_range(specifier: str) -> str:
    """The Pythons that a specifier means, whatever the last number of an exact one is: "==3.10.4" -> "==3.10.*"."""
    return re.sub(r"={2,3}(\d+\.\d+)(?:\.[\d*]+)?(?=,|$)", r"==\1.*", specifier.replace(" ", ""))
