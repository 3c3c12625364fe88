"""Says before training whether scikit-learn -> ONNX -> MLflow works in an environment, which stage breaks, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .model import Report


def preflight(*scripts: Any, **options: Any) -> Report:
    """Look at the running interpreter; see `checker.notebook.preflight`."""
    from .notebook import preflight as look

    return look(*scripts, **options)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext checker`: registers the magic `%preflight`."""
    from .notebook import load_ipython_extension as load

    load(shell)
