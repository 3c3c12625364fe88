"""Notebooks in a rehearsal: their cells run one after the other in one namespace; what is IPython's own is told."""

import builtins
import linecache
import os
import re
import sys
import types
from typing import Any

from .lock import Refused

#: magics that change nothing that a rehearsal looks at, and nothing that is worth a word
SILENT = ("matplotlib", "load_ext", "reload_ext", "autoreload", "config", "precision", "md")
#: magics whose line is Python, and the options that may stand before it
TIMED, OPTIONS = ("time", "timeit", "prun", "memit"), re.compile(r"(-\w+ *\d* +)*")


class Shell:
    """What `get_ipython()` answers: it runs what is Python, and tells the rest with the line that it stands in."""

    def __init__(self, namespace: dict, tell: Any) -> None:
        self.namespace, self.tell = namespace, tell

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        """`%name line`."""
        if name in TIMED:
            exec(compile(OPTIONS.sub("", line, 1), "<%" + name + ">", "exec"), self.namespace)
        elif name in ("env", "set_env") and "=" in line:
            key, _is, value = line.partition("=")
            os.environ[key.strip()] = value.strip()
        elif name == "cd":
            os.chdir(os.path.expanduser(line.strip() or "~"))
        elif name not in SILENT:
            self.tell("%" + name + " " + line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """`%%name line` over a cell."""
        if name in ("writefile", "file"):
            with open(line.split()[-1], "a" if "-a" in line.split() else "w") as file:
                file.write(cell)
        elif name not in ("markdown", "html", "HTML", "md", "latex", "javascript", "js", "svg"):
            self.tell("%%" + name + " " + line)

    def system(self, command: str) -> None:
        """`!command`."""
        self.tell("!" + command)

    def getoutput(self, command: str, *_: Any, **__: Any) -> list:
        """`found = !command`: what it says is not known."""
        raise Refused("the rehearsal does not run !%s, whose output is used here" % command)

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Databricks:
    """What `dbutils`, or a Spark session, is here: nothing but a name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, part: str) -> Any:
        if part.startswith("__"):
            raise AttributeError(part)
        return Databricks(self.name + "." + part)

    def __call__(self, *_: Any, **__: Any) -> Any:
        if self.name != "dbutils.library.restartPython":
            raise Refused("%s() needs Databricks, which a rehearsal does not have" % self.name)


def display(*things: Any, **_: Any) -> None:
    """Print what a notebook would draw."""
    sys.stdout.write(" ".join(map(str, things)) + "\n")


def furnish(namespace: dict, databricks: bool, tell: Any) -> None:
    """Give a notebook what is there without an import."""
    shell = Shell(namespace, tell)
    builtins.get_ipython, builtins.display = (lambda: shell), display  # type: ignore[attr-defined]
    if databricks:
        namespace.update({name: Databricks(name) for name in ("dbutils", "spark", "sc")})


def run_cells(main: types.ModuleType, folder: str, cells: list) -> None:
    """Run the cells, (label, text) each; a line of them is known by its cell's label."""
    for label, text in cells:
        name = os.path.join(folder, label)
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        exec(compile(text, name, "exec", dont_inherit=True), main.__dict__)
        sys.stdout.flush()
