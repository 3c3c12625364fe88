"""A change of an environment that was killed in the middle: noted before it begins, taken back by the next run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .locks import BUSY, await_free, hold_lock
from .process import run

#: the note in the scratch folder
NOTE = "unfinished.json"
#: seconds for an installer that outlived its checker: two of them in one environment would tear it
PATIENCE = 120.0


@contextmanager
def note_change(
    folder: Path, label: str, back: Sequence[Sequence[str]], variables: Mapping[str, str | None]
) -> Iterator[tuple[int, ...]]:
    """Note how to go back while something is changed; gives the descriptors that installers are to inherit."""
    note = folder / NOTE
    with hold_lock(folder / BUSY) as handle:
        told = {"label": label, "back": [list(c) for c in back], "variables": dict(variables)}
        partial = note.with_suffix(".partial")
        partial.write_text(json.dumps(told), encoding="utf-8")
        partial.replace(note)
        yield (handle.fileno(),) if handle else ()
        note.unlink(missing_ok=True)


def take_back(folder: Path) -> str:
    """Take back what a killed run has begun in an environment; what was done in a sentence, "" for nothing."""
    with suppress(OSError, ValueError, KeyError):
        told = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        await_free(folder / BUSY, PATIENCE)
        done = [run(command, told["variables"]) for command in told["back"]]
        (folder / NOTE).unlink(missing_ok=True)
        said = "it is as it was before" if not done or done[-1].returncode == 0 else "going back failed, see its pins"
        return f"an earlier run was killed while it changed {told['label']}: {said}"
    return ""
