"""Whether a marker holds, with the extras and groups that are wanted."""

from __future__ import annotations

import re
from collections.abc import Collection

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

from ..needs import Markers

_EXTRA = re.compile(r"\bextra\s*(==|!=)\s*(['\"])(?P<name>[^'\"]*)\2|(['\"])(?P<turned>[^'\"]*)\4\s*==\s*extra\b")
_IN = re.compile(r"(['\"])(?P<name>[^'\"]*)\1\s+(?P<not>not\s+)?in\s+(?P<what>extras|dependency_groups)\b")
#: markers that always and never hold
_TRUE, _FALSE = 'python_version >= "0"', 'python_version < "0"'


def holds(marker: str, markers: Markers, extras: Collection[str] = (), groups: Collection[str] = ()) -> bool:
    """Whether a marker holds; one that cannot be read does: the installer will judge it.

    Extras and groups are put in its text, since a marker of packaging knows at most one extra.
    """

    def extra(found: re.Match[str]) -> str:
        there = (found["name"] or found["turned"] or "") in extras
        return _TRUE if there == (found[1] != "!=") else _FALSE

    def among(found: re.Match[str]) -> str:
        there = found["name"] in (extras if found["what"] == "extras" else groups)
        return _FALSE if there == bool(found["not"]) else _TRUE

    if not marker:
        return True
    try:
        return Marker(_IN.sub(among, _EXTRA.sub(extra, marker))).evaluate(dict(markers))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True
