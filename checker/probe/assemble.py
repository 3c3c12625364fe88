"""Joins the files of `inside` into the one program that runs in the patient."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

#: what every look needs, in the order of the joined program
LOOKING = ("frames", "program", "errors", "inventory", "integrity", "symbols", "linking", "interfaces", "static")
#: what imports and canaries need besides
TRYING = ("data", "compare", "register", "flow", "worker")

_RELATIVE = re.compile(r"^from \.\w+ import .*\n", re.MULTILINE)


@cache
def program(static: bool = False) -> str:
    """The program's text, without the parts that import anything when only a static look is asked for."""
    inside = Path(__file__).parent / "inside"
    parts = LOOKING + (() if static else TRYING) + ("supervisor",)
    texts = [_RELATIVE.sub("", (inside / f"{part}.py").read_text(encoding="utf-8")) for part in parts]
    return "\n\n".join([*texts, "main(PROGRAM, json.loads(PLAN))\n"])
