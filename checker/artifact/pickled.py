"""Files of pickled objects: pickle, joblib, cloudpickle and skops, followed on paper and never loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model import Artifact, Fault
from ..model.forms.pickled import Needed, Pickled
from ..world.foreign.opening import Content, kind_of, size_of
from .pickles.containers import container_of, unpacked
from .pickles.reading import read_pickle
from .pickles.skops import read_skops
from .pickles.source import Mapped
from .pickles.values import Broken, Enough

#: first bytes of a zip, which is how skops writes
ZIP = b"PK\x03\x04"
#: what loads a form, beside what stands in the file itself
LOADERS = {"joblib": Needed("joblib", "load", True), "skops": Needed("skops.io", "load", True)}
_AGAIN = "Copy the file again, or save the model again: what lies there is not the whole of what was written."


def read_pickled(content: Content) -> Pickled:
    """What a file of pickled objects tells; raises Broken, with what is wrong with it in words, where it is none."""
    stream = Mapped(content)
    if content[:4] == ZIP:
        return read_skops(stream)
    container = container_of(bytes(content[:16]))
    if not container:
        return read_pickle(stream)
    try:
        inner = unpacked(stream, container)
    except Enough as enough:
        return Pickled("joblib", container, whole=False, why=str(enough))
    found = read_pickle(inner, container)
    return replace(found, form="joblib" if found.form == "pickle" else found.form)


def read_pickled_file(path: Path, content: Content) -> Artifact:
    """A file of pickled objects, as far as it can be told without loading it."""
    try:
        found = read_pickled(content)
    except Broken as broken:
        said = f"{path.name} is no whole pickle: {broken}."
        return Artifact(str(path), "pickle", size=len(content), faults=(Fault("truncated", said, (_AGAIN,)),))
    lost = [name for name in found.beside if not _lies_beside(path, name)]
    return Artifact(
        str(path),
        found.form,
        producer=next((f"{name} {', '.join(versions)}" for name, versions in found.saved.items()), ""),
        size=len(content) + sum(size_of(path.parent / name) for name in found.beside if name not in lost),
        faults=(_lacks(path, lost),) if lost else (),
        told=tuple((name, text) for name, text in _card(found) if text),
        remarks=() if found.whole else (f"Not all read: {path.name}: {found.why}",),
        pickled=found,
    )


def _lies_beside(path: Path, name: str) -> bool:
    """Whether a file of that name lies in the same folder; a name that leads out of it does not."""
    return Path(name).name == name and kind_of(path.parent / name, follow=False) == "file"


def _lacks(path: Path, lost: list[str]) -> Fault:
    said = f"{path.name} keeps its arrays in files beside it, and {lost[0][:80]} is not there"
    more = f" (nor are {len(lost) - 1} others)" if lost[1:] else ""
    return Fault("incomplete", f"{said}{more}.", ("Copy the whole folder that joblib wrote, all files of it.",))


def _card(found: Pickled) -> Iterator[tuple[str, str]]:
    """Rows that tell what the file is."""
    yield "Holds", found.root
    yield "Saved by", "; ".join(f"{name} {', '.join(versions)}" for name, versions in found.saved.items())
    yield "Protocol", f"{found.protocol}{f', packed with {found.container}' if found.container else ''}"
    yield "Byte code", f"of Python {' or '.join(found.python)}" if found.python else ""
    tops = dict.fromkeys(n.module.partition(".")[0] for n in found.needs)
    yield "Needs", ", ".join(t for t in tops if t not in ("builtins", "copyreg", "_codecs"))
    yield "Runs when loaded", ", ".join(found.dangers[:5])


# --- what a consumer is asked ------------------------------------------------------------------------------------


def details_of(found: Pickled, brought: Collection[str] = ()) -> dict[str, Any]:
    """What is looked for where the file is to be loaded, as plain data; `brought`: modules that lie beside it."""
    loader = LOADERS.get(found.form)
    needs = (*found.needs, *((loader,) if loader else ()))

    def sought(name: str) -> bool:
        return name.partition(".")[0] not in brought

    return {
        "needs": [(n.module, n.name) for n in needs if sought(n.module)],
        "calls": [(c.module, c.name, [_written(a) for a in c.arguments]) for c in found.calls if sought(c.module)],
        "records": found.records,
        "padded": found.padded,
        "root": found.root,
        "kinds": [(k.kind, k.attributes, dict(k.settings)) for k in found.kinds if sought(k.kind)],
    }


def _written(argument: Any) -> Any:
    """An argument as JSON: a name is an object, for a text may look like one."""
    if isinstance(argument, tuple):
        return {"of": argument[0]}
    return [_written(a) for a in argument] if isinstance(argument, list) else argument
