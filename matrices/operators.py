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
def form(schema):
    attributes = sorted((a.name, str(a.type), a.required, str(a.default_value)) for a in schema.attributes.values())
    sides = [[(p.name, str(p.option), p.is_homogeneous) for p in side] for side in (schema.inputs, schema.outputs)]
    return attributes, sides, schema.min_input, schema.max_input, schema.min_output, schema.max_output
def kinds(schema):
    allowed = {c.type_param_str: set(c.allowed_type_strs) for c in schema.type_constraints}
    return [allowed.get(p.type_str, {p.type_str}) for side in (schema.inputs, schema.outputs) for p in side]
def only_wider(old, new):
    return form(old) == form(new) and all(a <= b for a, b in zip(kinds(old), kinds(new)))
found, widened, schemas = {}, {}, {}
for schema in defs.get_all_schemas_with_history():
    schemas.setdefault((schema.domain or "ai.onnx", schema.name), {})[schema.since_version] = schema
for (domain, name), known in schemas.items():
    versions = sorted(known)
    found.setdefault(domain, {})[name] = versions
    wider = [b for a, b in zip(versions, versions[1:]) if only_wider(known[a], known[b])]
    if wider:
        widened.setdefault(domain, {})[name] = wider
print(json.dumps([onnx.__version__, found, widened]))
"""
HEAD = """# Operators of ONNX, and the opsets at which each came or changed. Written by operators.py, never by hand.
source = "onnx.defs.get_all_schemas_with_history() of onnx {version}"
date = "{date}"
basis = "measured"
"""


def main(python: str) -> str:
    """The text of operators.toml."""
    said = subprocess.run([python, "-c", LOOK], check=True, capture_output=True, text=True).stdout
    version, *both = json.loads(said)
    lines = [HEAD.format(version=version, date=datetime.date.today().isoformat())]
    for table, found in zip(("operators", "widened"), both, strict=True):
        for domain, operators in sorted(found.items()):
            lines.append(f'[{table}."{domain}"]')
            lines += [f"{name} = {versions}" for name, versions in sorted(operators.items())]
            lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(main(sys.argv[1]), end="")
