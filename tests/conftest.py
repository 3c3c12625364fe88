"""The tests read English, whatever language the machine speaks."""

from __future__ import annotations

import os

from checker.language import VARIABLES, find_language


def pytest_configure() -> None:
    """Each variable that asks for another language asks for none."""
    for name in VARIABLES:
        if name in os.environ and find_language({name: os.environ[name]}) != "en":
            os.environ[name] = "C.UTF-8"
