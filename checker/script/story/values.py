"""What the calls of a story give: objects whose attributes are known only when it is told again."""

from __future__ import annotations

from typing import Any

from ..values.proxies import Unknown

#: attributes that are texts, of which nothing but equality is asked
TEXTS = ("run_id", "run_uuid", "experiment_id", "model_uri", "model_id", "artifact_uri", "version")

#: steps of one story
MOST = 60


def step_of(call: str, args: list[Any], kwargs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A step as the program takes it."""
    return {"call": call, "args": args, "kwargs": kwargs or {}, **more}


class Told(str):
    """A text that stands for what a call gives; whoever takes it apart or changes it learns nothing."""

    def _no_part(self, *_: Any, **__: Any) -> Any:
        raise ValueError("it is known only when the story is told again")

    __getitem__ = __iter__ = __contains__ = split = rsplit = partition = rpartition = replace = strip = _no_part
    upper = lower = title = removeprefix = removesuffix = lstrip = rstrip = encode = splitlines = _no_part


class Made(Unknown):
    """What a call of the story gave, or an attribute of that."""

    def __init__(self, place: int, path: str = "") -> None:
        super().__init__()
        self.place, self.path = place, path

    def told(self) -> Told:
        """The text that stands for it in the arguments of later calls."""
        return Told(f"<<{self.place}{self.path}>>")

    def attribute(self, name: str) -> Any:
        """An attribute: a text, or an object again."""
        inner = Made(self.place, f"{self.path}.{name}")
        return inner.told() if name in TEXTS else inner

    def item(self, place: Any) -> Any:
        """One of several, by its number."""
        whole = isinstance(place, int) and not isinstance(place, bool)
        return Made(self.place, f"{self.path}[{place}]") if whole else Unknown()
