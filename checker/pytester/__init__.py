"""`pytest --checker`: each model of the project's scripts is a test with its own outcome.

pytest imports this file in every run where the checker is installed, so it imports nothing until it is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("checker", "scikit-learn to ONNX to MLflow")
    group.addoption(
        "--checker",
        action="store_true",
        help="each model of the project's scripts is a test: whether it converts, runs and agrees in this environment",
    )
    told = "a training script or notebook, in the place of those that the project's configuration names"
    group.addoption("--checker-script", action="append", default=[], metavar="SCRIPT", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Join in where that is asked for."""
    if config.getoption("checker"):
        from .tests import Models

        config.pluginmanager.register(Models(config), "checker-models")
