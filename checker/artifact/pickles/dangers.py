"""What a pickle may call without harm, and what would run commands or a stranger's code.

Whoever loads a pickle runs what it calls. Libraries of models call classes and helpers of their own; what reaches the
system, the interpreter or a file in the course of it was put there by hand.
"""

from __future__ import annotations

from typing import Any

from .values import Global, Made


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: functions of Python's own that plain objects are made with
_HARMLESS = {
    "builtins": _words(
        "Ellipsis NotImplemented bool bytearray bytes classmethod complex dict enumerate filter float frozenset "
        "getattr hasattr int iter list map memoryview object property range reversed set slice staticmethod str super "
        "tuple type zip"
    ),
    "functools": _words("_lru_cache_wrapper cmp_to_key partial reduce"),
    "operator": _words("add attrgetter eq ge gt itemgetter le lt methodcaller mul ne neg not_ sub"),
    "types": _words(
        "CellType CodeType FunctionType GenericAlias MappingProxyType MethodType ModuleType SimpleNamespace new_class"
    ),
}
#: modules of Python's own of which everything is harmless to call
_PLAIN = _words(
    "_codecs _collections _functools _io _operator _random _struct _thread abc array bisect calendar collections "
    "contextvars copyreg dataclasses datetime decimal enum fractions heapq inspect io ipaddress itertools json locale "
    "logging math numbers pathlib queue random re sre_compile statistics string struct textwrap threading time typing "
    "uuid warnings weakref zoneinfo"
)
#: of those all the same: what opens a file
_NOT_PLAIN = _words(
    "io.open _io.open io.FileIO _io.FileIO io.open_code _io.open_code logging.FileHandler logging.config.fileConfig"
)
#: functions of known libraries that run text, load files or fetch them, by what their names begin with
_OF_LIBRARIES = tuple(
    sorted(
        _words(
            "numpy.testing numpy.f2py numpy.distutils numpy.load numpy.fromfile numpy.lib.npyio "
            "numpy.core.records.fromfile "
            "pandas.eval pandas.read_ pandas.io. pandas.core.computation joblib.load joblib.numpy_pickle.load "
            "joblib.externals.loky.backend sklearn.utils._testing scipy.io torch.load torch.hub mlflow.pyfunc.load "
            "cloudpickle.load dill.load numexpr.evaluate sympy.sympify IPython pip. setuptools. distutils."
        )
    )
)
#: modules of Python's own that run programs or code, or reach a network: to name them is enough, whoever calls them
_HARD = _words(
    "_ctypes _pickle _posixsubprocess _socket asyncio atexit bdb builtins cProfile code codeop commands ctypes "
    "ensurepip faulthandler ftplib gc glob http idlelib imp importlib lib2to3 marshal multiprocessing nt os pdb pickle "
    "pkgutil platform posix profile pty runpy shutil signal smtplib socket subprocess sys telnetlib tempfile timeit "
    "trace turtle urllib venv webbrowser zipimport"
)
#: of those what a model may well name
_SOFT = {
    "builtins": _HARMLESS["builtins"],
    "pickle": frozenset(("PicklingError", "UnpicklingError")),
    "sys": frozenset(("intern", "maxsize")),
    "platform": frozenset(("system",)),
}


def names_danger(found: Global) -> bool:
    """Whether a name that is only taken is one that no model needs: a function that runs commands or code."""
    top = found.module.partition(".")[0]
    return top in _HARD and found.name not in _SOFT.get(found.module, ()) and not _is_exception(found)


def runs_code(of: Any) -> bool:
    """Whether what is called was made of byte code, or looked up, in the file itself."""
    return type(of) is Made and of.kind.endswith(("._make_function", "types.FunctionType", "builtins.getattr"))


def endangers(of: Any, arguments: Any, standard: frozenset[str]) -> str:
    """The dotted name of a call that reaches out of the model, "" for a harmless one.

    `standard` are the modules of Python itself; what belongs to nobody that is known is not judged.
    """
    if type(of) is not Global:
        return "a function that the file itself holds" if runs_code(of) else ""
    top = of.module.partition(".")[0]
    if of.dotted.startswith(_OF_LIBRARIES) or of.dotted in _NOT_PLAIN:
        return of.dotted
    if top not in standard or top == "__main__" or of.module in _PLAIN or top in _PLAIN:
        return ""
    if of.name in _HARMLESS.get(of.module, ()):
        return "" if of.dotted != "builtins.getattr" or _takes_plainly(arguments) else of.dotted
    return "" if _is_exception(of) else of.dotted


def _takes_plainly(arguments: Any) -> bool:
    """Whether getattr takes an attribute of a class or an object of the model's own: that is how methods are kept."""
    if type(arguments) is not tuple or len(arguments) < 2 or type(arguments[1]) is not str:
        return False
    holder, name = arguments[0], arguments[1]
    return type(holder) in (Global, Made) and not (name.startswith("__") and name.endswith("__"))


def _is_exception(of: Global) -> bool:
    return of.name.endswith(("Error", "Exception", "Warning"))
