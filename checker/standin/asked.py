"""What `--model`, `--data` and `--target-column` ask for, and what is wrong with it before anything is run."""

from __future__ import annotations

import keyword
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotLook, UsageError
from ..world.files import absolute, entries, is_file, meant_file, read_bytes

#: how names of files end that hold a model, and what reads them
MODELS = {".joblib": "joblib", ".pkl": "joblib", ".pickle": "joblib", ".skops": "skops"}
#: bytes of such a file, and how it starts: a pickle, or one that joblib has compressed
MOST_MODEL = 1 << 30
STARTS = (b"\x80", b"x", b"\x1f\x8b", b"BZ", b"\xfd7z", b"]\x00", b"\x04\x22\x4d\x18", b"c", b"(")
#: how names of files of rows end, and how they are read
ROWS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".csv.gz": "csv",
    ".parquet": "parquet",
    ".npy": "npy",
    ".npz": "npz",
    ".json": "json",
    ".jsonl": "jsonl",
}


@dataclass(frozen=True)
class Standin:
    """A model without a script, and the rows on which it is fitted where need be, and compared."""

    #: as it was named: "taxi.model:build", or a file
    model: str
    #: what reads the model: "" (it is imported), joblib, skops, or pickle for one that lives in a notebook
    form: str = ""
    #: the file of rows, "" where none was named, and how it is read
    data: str = ""
    kind: str = ""
    target: str = ""
    #: folders, besides the working folder, from which is imported
    folders: tuple[str, ...] = ()
    #: the release of scikit-learn that saved the file, "" where it is not known
    saved: str = ""
    #: what it is called, "" = as it was named
    name: str = ""
    #: cells of a notebook in the place of a model, (label, text) each
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """What reports call it: the name that was given, or the file's."""
        return self.name or (Path(self.model).name if self.form else self.model)

    @property
    def said(self) -> str:
        """The model as whoever asked knows it."""
        return self.name or f"--model {self.model}"

    @property
    def rows_said(self) -> str:
        """The rows as whoever asked knows them."""
        return "X" if self.name else f"--data {self.data}"

    @property
    def ask_target(self) -> str:
        """How the column that is predicted is named."""
        return "give y too" if self.name else "name the column that is predicted with --target-column"

    @property
    def path(self) -> str:
        """Where the script would lie that it stands for: in the working folder."""
        return absolute(Path("notebook.ipynb" if self.cells else self.label))

    @property
    def folder(self) -> str:
        """The working folder."""
        return absolute(Path())


def find_standin(model: str, data: Path | None, target: str = "") -> Standin:
    """The model and its rows as they were named. Raises UsageError and CannotLook for what cannot be meant."""
    form = ending_of(model, MODELS)
    if not form:
        check_name(model)
    gone = [path for path in ((Path(model) if form else None), data) if path and not is_file(path)]
    if gone:
        guess = next(filter(None, (meant_file(path, (path.suffix,)) for path in gone)), "check the path")
        raise CannotLook("; ".join(f"cannot read {path}: not found" for path in gone), guess)
    kind = ending_of(str(data), ROWS) if data else ""
    if data and not kind:
        raise UsageError(f"--data {data}: rows are not read from such a file", f"give {', '.join(ROWS)}")
    if target and not data:
        raise UsageError("--target-column is about --data, which is not given", "add --data")
    saved = saved_by(Path(model)) if form == "joblib" else ""
    return Standin(model, form, str(data or ""), kind, target, ("src",) * bool(entries(Path("src"))), saved)


def saved_by(path: Path) -> str:
    """The release of scikit-learn that wrote a pickle, "" where it does not tell. Raises CannotLook for no pickle."""
    content = read_bytes(path, MOST_MODEL)
    if content.startswith(b"version https://git-lfs"):
        raise CannotLook(f"{path} is a pointer of Git LFS, and not the model", "git lfs pull brings the model")
    if not content.startswith(STARTS):
        raise CannotLook(f"{path} is no pickle", "give the file that joblib or pickle has written")
    with suppress(zlib.error):
        content = zlib.decompress(content)
    found = re.search(rb"_sklearn_version[^0-9]{1,12}?(\d+(?:\.\d+)+(?:(?:a|b|rc|\.dev|\.post)\d+)?)", content)
    return found[1].decode() if found else ""


def ending_of(name: str, table: dict[str, str]) -> str:
    """What the ending of a file's name stands for in a table, "" where it is none of it."""
    return next((table[end] for end in sorted(table, key=len, reverse=True) if name.lower().endswith(end)), "")


def check_name(model: str) -> None:
    """Raises UsageError for what is neither a file of a model nor `package.module:name`."""
    hint = f"write package.module:name, or name a file that ends in {', '.join(MODELS)}"
    module, _, attribute = model.partition(":")
    if not all(is_name(part) for text in (module, attribute) for part in text.split(".")):
        raise UsageError(f"--model {model!r} names no model", hint)


def is_name(word: str) -> bool:
    """Whether a word may be a name in Python."""
    return word.isidentifier() and not keyword.iskeyword(word)
