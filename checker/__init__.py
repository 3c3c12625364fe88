"""Says before training whether scikit-learn -> ONNX -> MLflow works in an environment, which stage breaks, and why."""

from __future__ import annotations

from .version import __version__ as __version__

TYPE_CHECKING = False  # `typing` takes longer to import than an answer that is known takes to give

if TYPE_CHECKING:
    from typing import Any

    from .model import Report


def preflight(*scripts: Any, **options: Any) -> Report:
    """Look at the running interpreter; see `checker.notebook.preflight`."""
    from .notebook import preflight as look

    return look(*scripts, **options)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext checker`: registers the magic `%preflight`."""
    from .notebook import load_ipython_extension as load

    load(shell)
