"""The text of a script that shows a failure: exact pins (PEP 723), words, and the probe's own functions, cut out."""

from __future__ import annotations

import ast
import json
import symtable
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from ..bisect.followed import shorten_paths
from ..model import Canary, Failure, Finding, Stage
from ..probe.assemble import parts, source
from ..probe.plan import canary_fields
from ..rules.evidence import first_words
from .pins import Pins

#: characters of an expression on one line
WIDTH = 100
#: what an environment has beside what it is for
_NOISE = ("pip",)
#: a requirement that is never met, to leave out what is not there
_NEVER = "python_version < '3'"
#: the file whose functions the probe takes a canary through; those of the files that it needs are cut
_FLOW = "canary.flow"
#: files of the probe that hold the steps of canaries
_STEPS = ("canary.", "story.")


@dataclass(frozen=True)
class Shown:
    """What a script is to show."""

    finding: Finding
    failure: Failure
    #: the model that fails; None: an import
    canary: Canary | None
    #: names that the script imports from the module that fails
    names: tuple[str, ...] = ()
    #: steps that are taken, the failing one last
    stages: frozenset[Stage] = frozenset()
    #: whether the model was seen when its script was rehearsed
    rehearsed: bool = False


def script(shown: Shown, pins: Pins, fixed: str = "") -> str:
    """The whole script; `fixed`: what the remedy changes, for a script that passes."""
    return "\n".join([*head(pins), _docstring(shown, fixed), "", body(shown)])


def body(shown: Shown) -> str:
    """What a script runs: the steps of a model, or the import that fails."""
    if shown.canary:
        return canary_body(shown.canary, shown.stages)
    module, names = shown.failure.subject, ", ".join(shown.names)
    return f"from {module} import {names}\n" if names else f"import {module}\n"


def head(pins: Pins) -> list[str]:
    """The block that tells uv which Python and which packages."""
    wanted = [f"{n}=={v}" for n, v in sorted(pins.releases.items()) if n not in _NOISE]
    lines = ["/// script", f'requires-python = "=={pins.python}.*"', *_array("dependencies", wanted)]
    if pins.forced:
        forced = [f"{n}=={v}" if v else f"{n} ; {_NEVER}" for n, v in sorted(pins.forced.items())]
        lines += ["", "[tool.uv]", *_array("override-dependencies", forced)]
    return [f"# {line}".rstrip() for line in [*lines, "///"]]


def _array(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} = [", *(f"    {json.dumps(value)}," for value in values), "]"]


def _docstring(shown: Shown, fixed: str) -> str:
    failure = shown.failure
    said = _plain(shown.finding.message)
    words = f"{failure.type}: {_plain(first_words(failure.text, 300))}"
    if fixed:
        tells = [said, f"This script passes: {_plain(fixed)}", f"Without that it fails at {failure.stage.value}:"]
    else:
        tells = [said, f"Run it with `uv run`. It fails at {failure.stage.value}:"]
    text = "\n\n".join([*(textwrap.fill(t, 110, break_on_hyphens=False) for t in tells), f"    {words}"])
    return f'"""{text}\n"""'


def _plain(text: str) -> str:
    """One line that cannot end a docstring; places of the machine on which it was seen are left out."""
    return " ".join(shorten_paths(text).split()).replace("\\", "/").replace('"""', "'''")


def canary_body(canary: Canary, stages: frozenset[Stage]) -> str:
    """The steps of a canary, as far as these stages go, below the functions of the probe that take them."""
    if canary.form == "graph":
        statements = [line[0] for line in canary.details["lines"]]
        return "\n".join([*(f"import {module}" for module in canary.imports), "", *statements, ""])
    known = {name for piece in pieces() for name in piece.binds}
    named = [f"step_{stage.value}" for stage in Stage if stage in stages]
    told = "step_tell" if canary.logging and canary.logging.story else "step_track"
    told = "step_files" if canary.form == "files" else told
    steps = [step for step in named if step in known] if canary.make else [told]
    cut = reached(steps)
    keys = {key for piece in cut for key in piece.keys}
    return "\n\n\n".join([_imports(canary, cut, keys), *_sections(cut), "\n".join(_flow(canary, steps, keys)) + "\n"])


def _imports(canary: Canary, cut: Sequence[Piece], keys: set[str]) -> str:
    own = {p.text.strip() for p in cut if p.imports} | ({"import tempfile"} if "folder" in keys else set())
    models = ["", *(f"import {module}" for module in canary.imports)] if canary.make else []
    return "\n".join([*sorted(own, key=lambda line: (line.startswith("from"), line)), *models])


def _sections(cut: Sequence[Piece]) -> Iterator[str]:
    """What was cut, file by file, each below its title."""
    for part, own in groupby((p for p in cut if not p.imports), lambda piece: piece.part):
        title = source(part).splitlines()[0].strip('"')
        yield f"# --- {title}\n\n" + "\n".join(piece.text for piece in own).lstrip("\n")


def _flow(canary: Canary, steps: Sequence[str], keys: set[str]) -> Iterator[str]:
    """The row, as far as something reads it, the model, and one line a step."""
    row = json.loads(json.dumps(canary_fields(canary)))
    yield "# --- The model, its data, and the steps up to the one that this is about.\n\ncanary = {"
    yield from (f'    "{key}": {laid_out(repr(row[key]), 4)},' for key in row if key in keys)
    yield "}"
    yield from [f"model = {laid_out(canary.make)}"] if canary.make else []
    state = ['"model": model'] * bool(canary.make) + ['"folder": tempfile.mkdtemp()'] * ("folder" in keys)
    yield f"state = {{{', '.join(state)}}}"
    yield from (f"{step}(canary, state)" for step in steps)


@dataclass(frozen=True)
class Piece:
    """A statement at the head of a file of the probe: an import, a constant, a class or a function."""

    part: str
    #: as it stands there, with the comments and blank lines above it
    text: str
    #: names that it binds, that it needs to have been bound, and that it looks up by `["name"]` or `.get("name")`
    binds: frozenset[str]
    uses: frozenset[str]
    keys: frozenset[str]

    @property
    def imports(self) -> bool:
        """Whether it imports; a name that it binds is then its own file's."""
        return self.text.lstrip().startswith(("import ", "from "))


@cache
def pieces() -> tuple[Piece, ...]:
    """Everything that the flow of a canary is made of, in the order in which the probe has it."""
    own = [part for part in parts(_FLOW) if part.startswith(_STEPS) and part != _FLOW]
    return tuple(piece for part in own for piece in _cut(part))


def _cut(part: str) -> Iterator[Piece]:
    """The pieces of a file; its docstring is none, nor what it imports from another file of the probe."""
    lines = source(part).splitlines()
    for before, node in pairwise(ast.parse(source(part)).body):
        if not getattr(node, "level", 0):
            own = "\n".join(lines[before.end_lineno : node.end_lineno])
            yield Piece(part, own, *_names(own), frozenset(_looked_up(node)))


def _looked_up(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            yield str(part.slice.value)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "get":
            yield from (str(key.value) for key in part.args[:1] if isinstance(key, ast.Constant))


def _names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a text binds at its head, and those that it takes from there, inside functions too."""
    tables = [symtable.symtable(text, "piece", "exec")]
    for table in tables:
        tables += table.get_children()
    bound = {s.get_name() for s in tables[0].get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for table in tables for s in table.get_symbols() if s.is_global()}
    return frozenset(bound), frozenset(used)


def reached(names: Iterable[str]) -> list[Piece]:
    """The pieces that bind these names, and all that they need, in the order of the probe."""
    found = [piece for piece in pieces() if piece.binds & set(names)]
    for piece in found:
        needed = (p for p in pieces() if p.binds & piece.uses and (p.part == piece.part or not p.imports))
        found += [p for p in needed if p not in found]
    return sorted(found, key=pieces().index)


def laid_out(expression: str, indent: int = 0) -> str:
    """An expression on one line where it is short, else one argument or element a line."""
    return _laid(ast.parse(expression, mode="eval").body, indent)


def _laid(node: ast.expr, indent: int) -> str:
    text = _text(node)
    if len(text) + indent <= WIDTH or not isinstance(node, ast.Call | ast.List | ast.Tuple | ast.Dict):
        return text
    inner = indent + 4
    if isinstance(node, ast.Call):
        named = [(f"{k.arg}=" if k.arg else "**") + _laid(k.value, inner) for k in node.keywords]
        held, start, end = [*(_laid(a, inner) for a in node.args), *named], f"{_text(node.func)}(", ")"
    elif isinstance(node, ast.Dict):
        keys = [f"{_text(key)}: " if key else "**" for key in node.keys]
        held, start, end = [k + _laid(v, inner) for k, v in zip(keys, node.values, strict=True)], "{", "}"
    else:
        start, end = ("[", "]") if isinstance(node, ast.List) else ("(", ")")
        held = [_laid(e, inner) for e in node.elts]
    return "\n".join([start, *(f"{' ' * inner}{part}," for part in held), " " * indent + end])


def _text(node: ast.expr) -> str:
    """An expression on one line; in double quotes, where that changes nothing."""
    text = ast.unparse(node)
    return text if '"' in text or "\\" in text else text.replace("'", '"')
