"""Writes operators.toml from an installed onnx: `python matrices/operators.py PYTHON > matrices/operators.toml`.

PYTHON is an interpreter that has the newest onnx.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys

LOOK = """
import json, onnx
from onnx import defs
found = {}
for schema in defs.get_all_schemas_with_history():
    versions = found.setdefault(schema.domain or "ai.onnx", {}).setdefault(schema.name, [])
    versions.append(schema.since_version)
print(json.dumps([onnx.__version__, found]))
"""
HEAD = """# Operators of ONNX, and the opsets at which each came or changed. Written by operators.py, never by hand.
source = "onnx.defs.get_all_schemas_with_history() of onnx {version}"
date = "{date}"
basis = "measured"
"""


def main(python: str) -> str:
    """The text of operators.toml."""
    said = subprocess.run([python, "-c", LOOK], check=True, capture_output=True, text=True).stdout
    version, found = json.loads(said)
    lines = [HEAD.format(version=version, date=datetime.date.today().isoformat())]
    for domain, operators in sorted(found.items()):
        lines.append(f'[operators."{domain}"]')
        lines += [f"{name} = {sorted(set(versions))}" for name, versions in sorted(operators.items())]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(main(sys.argv[1]), end="")
