"""One root error: a message, a hint and an exit code."""

from __future__ import annotations

#: nothing blocks / blockers found / wrong usage / could not look / our own bug
READY, BLOCKED, USAGE, CANNOT_LOOK, BUG = 0, 1, 2, 3, 70


class CheckerError(Exception):
    """Something that ends a command: `message` says what, `hint` says what to do, `code` is the exit status."""

    code = CANNOT_LOOK

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(CheckerError):
    """The command line contradicts itself or names something unknown (exit 2)."""

    code = USAGE


class CannotLook(CheckerError):
    """The patient, a file or a tool could not be reached (exit 3)."""
