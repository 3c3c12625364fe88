"""What a smaller distribution of a package leaves out: the whole one of the same release says which releases fit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...model import Observation
from ...names import canonicalize_name, distribution_of, pinned_version, required_name
from ...world.uv import check_reachable, compile_pins, plain_words
from .uv_solver import PATIENCE, UvSolver


def find_whole(observation: Observation, part: str) -> str:
    """The pin of the whole package of which a distribution is a part, at its release; "" where it is none.

    A part is called like the whole with an ending (`mlflow-skinny`), and brings the same module.
    """
    for found in observation.distributions:
        for module in found.modules if found.name == part else ():
            whole = distribution_of(module)
            if whole and part.startswith(f"{whole}-") and not observation.version(whole):
                return f"{whole}=={found.version}"
    return ""


def find_required(solver: UvSolver, pin: str) -> Mapping[str, str]:
    """What one release requires directly -> its newest release that fits; nothing where it cannot be resolved.

    Raises CannotLook.
    """
    done = compile_pins(
        [*solver.input.options, pin],
        ("--python", str(solver.python), "--resolution", "highest"),
        solver.folder,
        annotated=True,
        seconds=PATIENCE,
        children=solver.children,
    )
    if done.returncode:
        check_reachable(plain_words(done.stderr))
    lines = (line.partition("# via ") for line in done.stdout.splitlines())
    asked = ((told.strip(), {canonicalize_name(n) for n in re.split(r",\s*", by.strip())}) for told, _, by in lines)
    return {required_name(told): pinned_version(told) for told, by in asked if required_name(pin) in by}
