"""What a script hands to models, signatures and sessions, and what it asks of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Given:
    """A value that a script hands to something, as far as it was read; the program makes one like it."""

    #: frame, column (one of a table), array, list, dict, literal; answers (of the session), predicted (by the fitted
    #: model); schema, with columns and tensors in it; sparse, an array; serving, what a server is sent; "" when unknown
    form: str
    #: dtype as numpy or pandas names it, or the type of a column of a schema
    dtype: str = ""
    #: lengths, None for an unknown one
    dims: tuple[int | None, ...] = ()
    missing: bool = False
    #: columns by name, values by key ("" = the name that the session itself gives), elements of a list
    parts: tuple[tuple[str, Given], ...] = ()
    #: the literal, the place of the answer (-1 = all of them), the method that predicted; bounds, or texts
    value: Any = None

    @property
    def known(self) -> bool:
        """Whether it can be made again, with all that is in it."""
        return bool(self.form) and all(part.known for _, part in self.parts)


@dataclass(frozen=True)
class Scored:
    """What is handed to a model, and what is asked of it by name: outputs of a session, keys of a prediction."""

    data: Given
    asks: tuple[str, ...] = ()
    #: what the answer is taken for: "array" where a prediction by name is none, "column" where several columns are none
    taken: str = ""
    #: parameters of `predict`; None where none are given
    params: Mapping[str, Any] | None = None
    #: the function that loads the model by its address and scores it, with more of its arguments; "" = `predict`
    by: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
