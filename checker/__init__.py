"""Says before training whether scikit-learn -> ONNX -> MLflow works in an environment, which stage breaks, and why."""

# nothing is imported here: an interrupt that comes before the command is there to hear it would end in a traceback
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .model import Report

    __version__: str


def preflight(
    *scripts: "Any",
    canaries: str = "quick",
    static: bool = False,
    targets: "Sequence[str]" = (),
    keep: "Sequence[str]" = (),
    wanted: "Sequence[str]" = (),
    prove: bool = True,
    budget: int = 8,
    offline: bool = False,
) -> "Report":
    """Say whether scikit-learn -> ONNX -> MLflow works in the interpreter that is running, what breaks, and why.

        import checker
        checker.preflight("train.py")

    The report is a page where it is the last value of a cell; `print` shows it as text anywhere. Meanwhile the cell
    shows what is being done. Nothing is installed or changed in this environment. In the place of scripts, an
    estimator of this kernel and rows: `checker.preflight(model, X)` for a fitted one, `checker.preflight(model, X, y)`
    for one that is to be fitted. A copy of it is fitted on at most 1000 of the rows where it is not, converted, run
    and compared, in a process of its own; nothing is changed in the kernel.

    scripts   training scripts or notebooks, `.py` or `.ipynb`: read, never run; their models are tried on made-up data
    canaries  what is tried besides: "quick", "all", or names separated by commas (`checker canaries` lists them)
    static    look at files and metadata only: nothing is imported, and no remedy is tried
    targets   places that are to score the model, for example ["onnxruntime==1.10"] (`checker targets` lists them)
    keep      names of packages that no remedy may move, for example ["scikit-learn"]
    wanted    what every remedy has to honour, for example ["onnxruntime<=1.14"]
    prove     where something blocks, try remedies in throwaway environments (1 minute or so); False: only plan them
    budget    changes of versions that are tried at most, each in an environment of its own
    offline   ask no package index: remedies are planned, and none is tried

    Of the report: `verdict` is "ready", "warnings" or "blocked"; `findings` are the causes, the worst first (`rule`,
    `message`, `evidence`); `remedies` are what to do, what was proven first (`text`, `commands`, `proven`).

    Raises checker.errors.UsageError for an unknown canary or package, checker.errors.CannotLook for a file that cannot
    be read. In a cell, `%load_ext checker` and `%preflight train.py` do the same with the options of the command line.
    """
    from .notebook.kernel import preflight as look

    return look(scripts, canaries, static, targets, keep, wanted, prove, budget, offline)


def load_ipython_extension(shell: "Any") -> None:
    """`%load_ext checker`: registers the magics `%preflight` and `%%rehearse`."""
    from .notebook.magics import load_ipython_extension as load

    load(shell)


def __getattr__(name: str) -> str:
    """`checker.__version__`, read when it is asked for."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .version import __version__

    return __version__
