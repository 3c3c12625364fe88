"""Steps within a step: what fails in them is told as a failure of their own stage."""

from typing import Any


class AtStage:
    """Context that marks what fails in it as a failure of that stage."""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        if isinstance(error, Exception):
            error.stage = self.stage  # type: ignore[attr-defined]
