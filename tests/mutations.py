"""Inputs that nobody writes by hand: good ones with a few random changes, and what the checker makes of them.

Every input is a function of two numbers, the seed and its own, so that whatever one of them does can be repeated.
`benchmarks/fuzz.py` tries many, `test_fuzz.py` a few.
"""

from __future__ import annotations

import ast
import copy
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from checker.cli import main
from checker.errors import BUG, CheckerError, UsageError
from checker.probe.inside.files import integrity, places
from checker.probe.inside.files.static import look_closely
from checker.remedy.solve.resolution_input import read_written
from checker.requirements.choosing import choose_needs
from checker.requirements.lines import read_lines
from checker.requirements.needs import Choice

from .forms import FORMS

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
#: how often each kind of input comes
KINDS = {"frames": 40, "script": 30, "notebook": 10, "requirements": 10, "forms": 10, "project": 4, "metadata": 6}
FORMATS = ("text", "json", "markdown", "html", "junit")
#: the most changes of one input, and characters of a text beyond which it is not changed any more
CHANGES, LONGEST = 4, 1_000_000

#: values that may stand anywhere in JSON; what begins with "@" is written by hand, since no library writes it
NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1 << 63, 10**400, 1e308, float("nan"), float("inf"), "", " ", "\0", "\ud800", "\ufeff", "a" * 300,
    "x" * 20_000, "y" * 3_000_000, "::error::x", "\x1b]0;x\x07", "\u202e", "١.٢.٣", "1!0.post1+local", "1.0.dev0", "..", "/", "~", "0", "-",
    "[", "%s{0}{", "\n" * 50, "numpy==1; python_version", "git+https://u:p@h/x#egg=y", [], {}, [[]], [None] * 40, {"": None}, [["a", 1]],
    "@deep 60", "@deep 5000", "@objects 500", "@number", "@list 30000",
)  # fmt: skip
#: what is put between the lines of a script
LINES = (
    "...", "x = ...", "x = [0]\nwhile True:\n    x = x + x", "s = 'ab'\nfor i in range(10**9):\n    s += s", "x = [[0] * 10**6] * 10**6",
    "def f(n):\n    return f(n - 1)\nf(10**9)", "def f(*a, **k):\n    return f(*a, *a, **k)\nf(1, 2)", "class A(A): pass", "x = 10 ** 10 ** 10",
    "x = 'a' * 10**12", "import *", "from . import x", "from .. import sklearn", "(" * 300, "x = " + "(" * 90 + ")" * 90, "x = " + "-" * 3000 + "1",
    "x = " + "+".join(["1"] * 3000), "\t\tx = 1", "  x", "# -*- coding: nonsense -*-", "\f", "\\", "'''", "%pip install x==1", "!pip install -r",
    "%%bash", "%", "x = {**x}", "x, *y = y", "lambda: (yield)", "await x", "match x:\n    case [*_]: pass", "global x", "del x",
    "x: int = x", "@x\ndef x(): pass", "async def f(): pass", "x = f'{x!r:{x}}'", "x = [a for a in a for a in a]", "import os; os.system('pip install' + 1)",
    "X = X[::-1][..., None]", "x = range(10**15)[5:10**14]", "x = sklearn.a.b.c.d(1)(2)[3]", "x = set([[]])", "x = {[]: 1}", "x = 1 / 0", "x = 'a' % 1",
    "x = []\nx.append(x)\ny = x == [x]", "class A:\n    def __init__(self): self.x = A()\nA()", "x = {}\nx[1] = x\nx.update(x)", "def f(): yield f()\nf()",
    "class A:\n    def __getattr__(self, n): return getattr(self, n + n)\nA().x", "from functools import partial\nx = partial(partial, partial)(partial)",
    "x = sorted(range(2000), key=lambda v: [v] * v)", "import json\nx = json.load(open('/dev/zero'))", "x = [1]\nfor i in range(99):\n    x.extend(x)",
    "t = ()\nfor i in range(99):\n    t = (t, t)\nx = {t: t}", "if x:\n    x = sklearn.svm.SVC()\nelse:\n    x = sklearn.svm.SVR()\nx.fit(x, x)",
    "x = 1 << 10**7", "x = '%1000000000d' % 1", "x = '{:>1000000000}'.format(1)", "x = b'' + ''", "x = not_there.columns", "x = max([])",
)  # fmt: skip
WORDS = (
    "==", "===", "~=", ">=", "<", ",", ";", "@", "[", "]", "-r", "-r requirements.txt", "-c", "-e .", "--hash=sha256:", "--index-url", "\\", "#",
    "python_version < '3'", "extra == 'x'", "git+https://x", "file:///dev/zero", "../" * 50, "numpy", "1.0", "*", "\0", "é", "\ufeff",
)  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One input: what it was, and the seeds of its changes."""

    seed: int
    number: int
    kind: str
    #: the recording that it is made of
    base: str
    form: str
    changes: tuple[int, ...]

    def fewer(self) -> Iterator[Input]:
        """The same with one change less."""
        for at in range(len(self.changes)):
            yield replace(self, changes=self.changes[:at] + self.changes[at + 1 :])


@cache
def bases() -> tuple[str, ...]:
    """The recordings that have a script of their own."""
    return tuple(sorted(p.name.removesuffix(".jsonl.gz") for p in RECORDED.glob("*.jsonl.gz") if script_of(p.name)))


def script_of(name: str) -> str:
    """The script of a recording, "" where it has none."""
    path = RECORDED / (name.removesuffix(".jsonl.gz").removesuffix("-unimported") + ".py")
    return path.read_text(encoding="utf-8") if path.exists() else ""


@cache
def frames_of(name: str) -> str:
    """The frames of a recording."""
    return gzip.decompress((RECORDED / f"{name}.jsonl.gz").read_bytes()).decode("utf-8")


def make(seed: int, number: int) -> Input:
    """The input of that number."""
    rng = random.Random(f"{seed}-{number}")
    kind = rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
    changes = tuple(rng.randrange(1 << 30) for _ in range(rng.randint(1, CHANGES)))
    return Input(seed, number, kind, rng.choice(bases()), rng.choice(FORMATS), changes)


# --- changes -----------------------------------------------------------------------------------------------------


def changed_json(value: Any, rng: random.Random) -> Any:
    """A value of JSON's types with one place in it changed; the value itself stays as it is."""
    value = copy.deepcopy(value)
    found = list(places_in(value))
    if not found:
        return rng.choice(NASTY)
    holder, key = rng.choice(found)
    what = rng.randrange(6)
    if what == 0:
        del holder[key]
    elif what == 1:
        other, there = rng.choice(found)
        holder[key] = copy.deepcopy(other[there])
    elif what == 2 and isinstance(holder[key], str):
        holder[key] = changed_text(holder[key], rng)
    elif what == 3 and isinstance(holder[key], list):
        holder[key] = holder[key] * rng.choice((0, 2, 50))
    elif what == 4 and isinstance(holder, dict):
        holder[str(rng.choice(NASTY))[:40]] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(rng.choice(NASTY))
    return value


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value that can be assigned to."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places_in(value[key])


def changed_frames(lines: list[Any], rng: random.Random) -> list[Any]:
    """Frames of which one is changed, lost, doubled, of another kind, or at another place."""
    at, what = rng.randrange(len(lines)) if lines else 0, rng.randrange(10)
    if not lines:
        return lines
    if what == 0:
        return lines[:at] + lines[at + 1 :]
    if what == 1:
        return lines[:at] + lines[at : at + 1] * rng.choice((2, 300)) + lines[at + 1 :]
    if what == 2:
        return rng.sample(lines, len(lines))
    one = changed_json(lines[at], rng)
    if what == 3 and isinstance(one, dict):
        one["frame"] = rng.choice(
            ("hello", "passed", "failure", "distribution", "step", "end", "rests-on", "loaded", "x", None)
        )
    return [*lines[:at], one, *lines[at + 1 :]]


def changed_text(text: str, rng: random.Random) -> str:
    """A text with one piece of it changed."""
    pieces = re.findall(r"\w+|\s+|[^\w\s]", text) or [""]
    at, what = rng.randrange(len(pieces)), rng.randrange(5)
    if what == 0:
        pieces[at] = ""
    elif what == 1:
        pieces[at] = pieces[at] * rng.choice((2, 1000))
    elif what == 2:
        pieces[at] = rng.choice(pieces)
    elif what == 3:
        pieces[at] = str(rng.choice(NASTY))[:2000]
    else:
        pieces = pieces[at:] + pieces[:at]
    return "".join(pieces)


def changed_lines(text: str, rng: random.Random, words: tuple[str, ...]) -> str:
    """A text with one of its lines changed, lost, repeated, or with something put beside it."""
    lines = text.split("\n")
    at, what = rng.randrange(len(lines)), rng.randrange(5)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if what == 0:
        del lines[at]
    elif what == 1:
        lines[at:at] = [lines[at]] * rng.choice((1, 1000))
    elif what == 2:
        lines[at] = changed_text(lines[at], rng)
    else:
        lines[at:at] = [indent + line for line in rng.choice(words).split("\n")]
    return "\n".join(lines)


def changed_script(text: str, rng: random.Random) -> str:
    """A script with one of its expressions in the place of another, or one line of it changed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return changed_lines(text, rng, LINES)
    expressions = [n for n in ast.walk(tree) if isinstance(n, ast.expr)]
    if not expressions or rng.random() < 0.5:
        return changed_lines(text, rng, LINES)
    one, other = rng.choice(expressions), rng.choice(expressions)
    swap = {id(one): copy.deepcopy(other), id(other): copy.deepcopy(one)}
    try:
        return ast.unparse(Swap(swap).visit(tree))
    except (RecursionError, AttributeError, ValueError, TypeError, KeyError):
        return changed_lines(text, rng, LINES)


class Swap(ast.NodeTransformer):
    """Puts nodes in the place of others."""

    def __init__(self, swap: dict[int, ast.AST]) -> None:
        self.swap = swap

    def visit(self, node: ast.AST) -> Any:
        return self.swap.get(id(node)) or self.generic_visit(node)


def changed_bytes(data: bytes, rng: random.Random) -> bytes:
    """Bytes of which a few are others, lost, repeated, or more."""
    at, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 4, 64))
    piece = data[at : at + length]
    new = (
        b"",
        piece * 2,
        rng.randbytes(length),
        b"\xff\xfe",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\r",
        b'"',
        b"{" * 50,
    )
    return data[:at] + rng.choice(new) + data[at + length :]


def written(value: Any) -> str:
    """JSON, with what no library writes."""
    text = json.dumps(value)
    text = re.sub(r'"@deep (\d+)"', lambda m: "[" * int(m[1]) + "]" * int(m[1]), text)
    text = re.sub(r'"@objects (\d+)"', lambda m: '{"a":' * int(m[1]) + "1" + "}" * int(m[1]), text)
    text = re.sub(r'"@list (\d+)"', lambda m: "[" + "1," * int(m[1]) + "1]", text)
    return text.replace('"@number"', "9" * 5000)


# --- inputs ------------------------------------------------------------------------------------------------------


def apply(one: Input, value: Any, change: Callable[[Any, random.Random], Any], encode: Callable[[Any], bytes]) -> bytes:
    """The value with the input's changes: those to its structure first, then one in four to its bytes."""
    for seed in one.changes:
        if seed % 4 and not (isinstance(value, str) and len(value) > LONGEST):
            value = change(value, random.Random(seed))
    data = encode(value)
    for seed in one.changes:
        data = data if seed % 4 else changed_bytes(data, random.Random(seed))
    return data


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def write_frames(one: Input, folder: Path) -> list[str]:
    frames = [json.loads(line) for line in frames_of(one.base).splitlines()]
    data = apply(one, frames, changed_frames, lambda lines: utf8("\n".join(map(written, lines)) + "\n"))
    (folder / "frames.jsonl").write_bytes(data)
    (folder / "train.py").write_text(script_of(one.base), encoding="utf-8")
    return look(one, "train.py")


def write_script(one: Input, folder: Path) -> list[str]:
    (folder / "train.py").write_bytes(apply(one, script_of(one.base), changed_script, utf8))
    return usual(one, folder, "train.py")


def write_notebook(one: Input, folder: Path) -> list[str]:
    pieces = script_of(one.base).split("\n\n")
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": p.splitlines(keepends=True)} for p in pieces
    ]

    def change(content: Any, rng: random.Random) -> Any:
        if rng.random() < 0.5 or not isinstance(content, dict) or not isinstance(content.get("cells"), list):
            return changed_json(content, rng)
        code = [c for c in content["cells"] if isinstance(c, dict) and isinstance(c.get("source"), list)]
        if not code:
            return changed_json(content, rng)
        cell = rng.choice(code)
        text = changed_script("".join(map(str, cell["source"])), rng)
        return {**content, "cells": [{**c, "source": text} if c is cell else c for c in content["cells"]]}

    whole = {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "train.ipynb").write_bytes(apply(one, whole, change, lambda value: utf8(written(value))))
    return usual(one, folder, "train.ipynb")


def write_project(one: Input, folder: Path) -> list[str]:
    text = (
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy>=1"]\n[tool.uv]\nindex-url = "https://x/simple"\n'
    )
    data = apply(one, text, lambda value, rng: changed_lines(value, rng, WORDS), utf8)
    for name in ("pyproject.toml", "uv.toml", ".env", "setup.cfg", ".python-version", "environment.yml"):
        (folder / name).write_bytes(data)
    (folder / "train.py").write_text(script_of(one.base), encoding="utf-8")
    return usual(one, folder, "train.py")


def usual(one: Input, folder: Path, script: str) -> list[str]:
    """A look at the recording as it is."""
    (folder / "frames.jsonl").write_text(frames_of(one.base), encoding="utf-8")
    return look(one, script)


def look(one: Input, script: str) -> list[str]:
    """The command."""
    return ["preflight", "--from", "frames.jsonl", "--offline", "--format", one.form, script]


def pins_of(one: Input) -> str:
    """Requirements as the recording's environment has them."""
    frames = [json.loads(line) for line in frames_of(one.base).splitlines()]
    pins = [f"{f['name']}=={f['version']}" for f in frames if f["frame"] == "distribution"]
    return "\n".join(
        [*pins[:20], "-r more.txt", "-c ./constraints.txt", "onnx>=1.14 ; python_version >= '3.8'", "-e ."]
    )


def read_requirements(one: Input, folder: Path) -> Callable[[], int]:
    """Read a requirements file that includes itself."""
    data = apply(one, pins_of(one), lambda value, rng: changed_lines(value, rng, WORDS), utf8)
    for name in ("requirements.txt", "more.txt", "constraints.txt"):
        (folder / name).write_bytes(data)
    return lambda: len(read_written(read_lines([folder / "requirements.txt"])).lines) * 0


def read_form(one: Input, folder: Path) -> Callable[[], int]:
    """Read requirements in another form, those of other forms beside it."""
    name, base = random.Random(one.number).choice([*FORMS.items()])
    (folder / "old").mkdir()
    for other, text in FORMS.items():
        (folder / other).write_text(text, encoding="utf-8")
    (folder / name).write_bytes(apply(one, base, lambda value, rng: changed_lines(value, rng, WORDS), utf8))
    choice = Choice(("boost",), ("dev",)) if one.number % 3 == 0 else Choice()

    def run() -> int:
        with suppress(UsageError):  # what is asked for is not in every form
            choose_needs([folder / name], choice, None, static=True)
        return 0

    return run


class Kept:
    """A channel that keeps what is sent."""

    def __init__(self) -> None:
        self.remarks: list[str] = []

    def send(self, frame: str, **fields: Any) -> None:
        json.dumps(fields)
        if frame == "remark":
            self.remarks.append(fields["text"])


def read_metadata(one: Input, folder: Path) -> Callable[[], int]:
    """Look at a folder of packages one of whose metadata files is changed; no question may go without its answer."""
    site, rng = folder / "site-packages", random.Random(one.changes[0] if one.changes else 0)
    files = {
        "onnx/__init__.py": "import numpy\nfrom numpy import core\n__version__ = '1.14'\n",
        "numpy/__init__.py": "__version__ = '1.26.4'\nfrom . import core\n",
        "numpy/core.py": "x = 1\n",
        "onnx-1.14.dist-info/METADATA": "Metadata-Version: 2.1\nName: onnx\nVersion: 1.14\nRequires-Dist: numpy (>=1) ; extra == 'x'\n\nText\n",
        "onnx-1.14.dist-info/RECORD": "onnx/__init__.py,sha256=x,70\n../../bin/x,,\nonnx-1.14.dist-info/METADATA,,\n",
        "onnx-1.14.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n",
        "onnx-1.14.dist-info/entry_points.txt": "[console_scripts]\nx = onnx:main\n",
        "onnx-1.14.dist-info/top_level.txt": "onnx\n",
        "onnx-1.14.dist-info/direct_url.json": '{"url": "file:///x", "dir_info": {"editable": true}}',
        "onnx-1.14.dist-info/INSTALLER": "pip\n",
        "numpy-1.26.4.egg-info/PKG-INFO": "Name: numpy\nVersion: 1.26.4\n",
        "numpy-1.26.4.egg-info/installed-files.txt": "../numpy/__init__.py\n../numpy/core.py\n",
        "numpy-1.26.4.egg-info/requires.txt": "[x]\ny\n",
        "x.pth": "/no/such/folder\nimport os\n",
        "y.egg-link": "/no/such/folder\n.\n",
    }
    victim = rng.choice(sorted(files))
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        change = lambda value, rng: changed_lines(value, rng, (*WORDS, *LINES))  # noqa: E731
        path.write_bytes(apply(one, text, change, utf8) if name == victim else utf8(text))
    return lambda: look_at(folder, site)


def look_at(folder: Path, site: Path) -> int:
    """The static look at a folder of packages."""
    usual_folders = places.site_folders
    places.site_folders = integrity.site_folders = lambda: [str(site)]
    kept = Kept()
    asked = {"roots": ["onnx", "numpy"], "folder": str(folder), "cache": "", "live": True}
    try:
        look_closely(kept, asked, [str(folder), str(site)])  # type: ignore[arg-type]
    finally:
        places.site_folders = integrity.site_folders = usual_folders
    if lost := [r for r in kept.remarks if "could not be looked at" in r]:
        raise AssertionError(lost[0])
    return 0


COMMANDS: dict[str, Callable[[Input, Path], list[str]]] = {
    "frames": write_frames, "script": write_script, "notebook": write_notebook, "project": write_project,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[[Input, Path], Callable[[], int]]] = {
    "requirements": read_requirements,
    "forms": read_form,
    "metadata": read_metadata,
}


def lay_out(one: Input, folder: Path) -> Callable[[], int]:
    """Write an input's files into a folder, which is to be the working folder; what then tries it."""
    if one.kind in COMMANDS:
        command = COMMANDS[one.kind](one, folder)
        return lambda: main(command)
    return FUNCTIONS[one.kind](one, folder)


def attempt(run: Callable[[], int]) -> tuple[int, str]:
    """The exit status that an input ends in, and what was said on standard error."""
    out, said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(said):
            return run(), said.getvalue()
    except SystemExit as error:
        return int(error.code or 0), said.getvalue()
    except CheckerError as error:
        return error.code, str(error)
    except Exception as error:
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        return BUG, f"{type(error).__name__}: {error} at {Path(last.filename).name}:{last.lineno}"[:1000]


def smallest(one: Input, bad: Callable[[Input], bool]) -> Input:
    """The same input with as few changes as are bad still."""
    while fewer := next((less for less in one.fewer() if bad(less)), None):
        one = fewer
    return one
