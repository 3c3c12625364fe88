"""What a reading leaves untried: each of it is named, so that nobody takes it for looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..uses.conversion import CONVERTERS
from ..uses.estimators import Estimator, is_class, parts_of
from ..uses.record import Uses
from ..values.holders import TooLarge, leaves
from ..values.proxies import Reference, Scope

#: classes that are fitted only within another, or never
NO_MODELS = re.compile(
    r"sklearn\.(metrics|model_selection\.(?!.*CV)|gaussian_process\.kernels|utils|base|inspection)|skl2onnx"
    r"|imblearn\.(over|under|combine)"
)


def note_left(uses: Uses, scope: Scope) -> None:
    """Keep a sentence for each model that is made and not seen to be fitted, and for each that is only named."""
    if not uses.conversions and uses.handed & {Reference(name) for name in (*CONVERTERS, "skl2onnx.to_onnx")}:
        uses.exported += 1
        uses.miss("Not all read: a converter is handed to a function, and what it converts cannot be read")
    for sentence in dict.fromkeys([*_unfitted(uses), *_unmade(uses, scope)]):
        uses.miss(f"Not all tried: {sentence}")


def _unfitted(uses: Uses) -> Iterator[str]:
    """The models that are neither fitted, converted or logged, nor a part of another."""
    converted = (c.model for c in uses.conversions if isinstance(c.model, Estimator))
    used = {m.where for m in (*(fit.model for fit in uses.fits.values()), *converted, *(m for m, _, _ in uses.logged))}
    used |= {part.where for part in parts_of([value for made in uses.made for value in made.values()])}
    for made in uses.made:
        if made.where not in used and not NO_MODELS.match(made.name):
            yield f"{made.where} {made.short} is made, and not seen to be fitted"


def _unmade(uses: Uses, scope: Scope) -> Iterator[str]:
    """The classes in tables of classes of which no object is seen to be made."""
    made = {m.name for m in uses.made}
    for name, value in scope.items():
        if isinstance(value, (dict, list, tuple)) and not name.startswith("_"):
            named = [v.name for v in _parts_named(value) if is_class(v.name) and not NO_MODELS.match(v.name)]
            for one in named:
                if one not in made:
                    yield f"{one.rpartition('.')[2]} is named in {name}, and not seen to be made"


def _parts_named(value: Any) -> list[Reference]:
    try:
        return [v for v in leaves(value) if isinstance(v, Reference)]
    except TooLarge:
        return []
