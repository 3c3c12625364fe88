"""JSON reports become rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from ..bisect.followed import normalize_cause, normalize_message
from ..errors import CannotLook, UsageError
from ..model import Basis, Severity, Stage
from ..world.files import entries, read_text, real_path
from .values import Found, Mend, Row, missing

#: the version of the JSON report that is read
VERSION = 1
VERDICTS = ("ready", "warnings", "blocked")
HINT = "give what `checker preflight --format json --output FILE` has written"


def read_rows(paths: Sequence[Path], expected: Sequence[str] = ()) -> tuple[Row, ...]:
    """The rows of report files, and of the *.json in folders, in that order; then those expected that have no report.

    Raises UsageError for a file that is given twice, and CannotLook for those that cannot be read or are no reports,
    all of them at once.
    """
    files = [file for path in paths for file in _files(path)]
    real = [real_path(file) or str(file) for file in files]
    if twice := [str(file) for place, file in enumerate(files) if real[place] in real[:place]]:
        raise UsageError(f"given twice: {', '.join(dict.fromkeys(twice))}", "name each report once")
    rows: list[Row] = []
    wrong: list[CannotLook] = []
    for file, name in zip(files, names_of(files), strict=True):
        try:
            rows.append(read_row(name, str(file), _data(file)))
        except CannotLook as error:
            wrong.append(error)
    if wrong:
        hints = dict.fromkeys(error.hint or HINT for error in wrong)
        raise CannotLook("; ".join(error.message for error in wrong), "; ".join(hints))
    return (*rows, *(missing(name) for name in dict.fromkeys(expected) if name not in {row.name for row in rows}))


def _files(path: Path) -> list[Path]:
    """The file, or the reports in the folder."""
    names = entries(path)
    if not names:
        return [path]
    found = sorted(path / name for name in names if name.endswith(".json") and not name.startswith("."))
    if not found:
        raise CannotLook(f"there is no *.json in {path}", HINT)
    return found


def names_of(files: Sequence[PurePath]) -> list[str]:
    """The files' stems; folders stand before them as far as it takes to tell one from the other."""
    parts = [(*file.parts[:-1], file.stem) for file in files]
    deepest = max(map(len, parts), default=1)
    for depth in range(1, deepest + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        if len({*names}) == len(names):
            return names
    return [str(file) for file in files]


def _data(file: Path) -> Any:
    text = read_text(file)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        what = "is XML: the JSON reports are merged" if text.lstrip().startswith("<") else "is not JSON"
        raise CannotLook(f"{file} {what}") from None


def read_row(name: str, path: str, data: Any) -> Row:
    """One report; raises CannotLook for what is none."""
    if not isinstance(data, dict) or "schema_version" not in data:
        raise CannotLook(f"{path} is no report")
    if data["schema_version"] != VERSION:
        told = f"has schema_version {str(data['schema_version'])[:40]}, and this checker reads {VERSION}"
        raise CannotLook(f"{path} {told}", "update the checker")
    if "rows" in data:
        raise CannotLook(f"{path} is merged already: give the reports of its rows")
    try:
        return _row(name, path, data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CannotLook(f"{path} is no report") from None


def _row(name: str, path: str, data: Mapping[str, Any]) -> Row:
    seen = data["environment"] or {"python": "", "distributions": []}
    versions: dict[str, str] = {}
    for one in seen["distributions"]:
        versions.setdefault(str(one["name"]), str(one["version"]))
    failed = {(o["stage"], o["subject"]): o for o in reversed(data["outcomes"]) if not o["passed"]}
    return Row(
        name,
        path,
        VERDICTS[VERDICTS.index(data["verdict"])],
        str(seen["python"]),
        versions,
        tuple(_found(one, failed.get((one["stage"], one["subject"]))) for one in data["findings"]),
        tuple(_mend(one) for one in data["remedies"]),
        _texts(data.get("not_looked_at", [])),
        tuple(f"{one['rule']}, {one['subject']}: {one['why']}" for one in data.get("ignored", [])),
    )


def _found(one: Mapping[str, Any], said: Mapping[str, Any] | None) -> Found:
    """A finding; the failed step that it is about tells its signature, else its own words do."""
    return Found(
        str(one["rule"]),
        Severity(one["severity"]),
        Stage(one["stage"]),
        Basis(one["basis"]),
        str(one["subject"]),
        str(one["message"]),
        _texts(one["culprits"]),
        signature_of(said) if said else normalize_message(str(one["message"])),
        said is not None and first_of(said)["type"] == "Disagreement",
        bool(one.get("out_of_scope", False)),
    )


def signature_of(said: Mapping[str, Any]) -> str:
    """Type and words of the first cause of a failed step, without what is chance in them."""
    first = first_of(said)
    return f"{first['type']}: {normalize_cause(str(first['type']), str(first['text']))}"


def first_of(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first link of the chain of a failed step."""
    first: Mapping[str, Any] = (said.get("chain") or [said])[0]
    return first


def _mend(one: Mapping[str, Any]) -> Mend:
    return Mend(
        str(one["kind"]), str(one["text"]), _texts(one["requirements"]), _texts(one["settles"]), one["proof"]["proven"]
    )


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(map(str, values))
