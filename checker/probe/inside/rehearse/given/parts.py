"""Big files of data in part: a small file is read in the place of a big one, its rows from all over it.

A file that is sorted by class keeps its classes that way.
"""

import functools
import importlib
import os
import re
from typing import Any

from ..shadow import text_of_path

#: bytes of a file that is read in part; of a text: its beginning, places further on, and what is read at each of them
BIG, HEAD, SPOTS, SPOT = 50 << 20, 1 << 20, 400, 20000
#: of a table in columns: groups of rows that are looked into, and rows that are kept of each
GROUPS, KEEP = 8, 12500
#: names of the argument that is the file, and of those with which a script itself reads a part
ARGUMENTS = ("filepath_or_buffer", "fname", "input_file", "source", "path", "where")
LIMITS = ("nrows", "max_rows", "n_rows")
#: what is said by those who are given two tables that do not belong together any more
UNEVEN = re.compile(r"(?i)length|inconsistent|shape|dimension|same number|align|mismatch|size")
#: how a file is cut -> modules and the functions in them that read such files
READERS = {
    "lines": {
        "pandas.io.parsers pandas.io.parsers.readers": "read_csv read_table read_fwf",
        "numpy.lib.npyio numpy.lib._npyio_impl": "loadtxt genfromtxt",
        "pyarrow.csv": "read_csv",
        "polars.io.csv.functions": "read_csv scan_csv",
    },
    "groups": {
        "pandas.io.parquet": "read_parquet",
        "pyarrow.parquet pyarrow.parquet.core": "read_table",
        "polars.io.parquet.functions": "read_parquet scan_parquet",
    },
    "batches": {
        "pandas.io.feather_format": "read_feather",
        "pyarrow.feather": "read_feather read_table",
        "polars.io.ipc.functions": "read_ipc scan_ipc",
    },
}


def cut_lines(source: str, place: str) -> None:
    """The beginning of a text and whole lines from all over it; only the beginning where fields go over lines."""
    size = os.path.getsize(source)
    with open(source, "rb") as file, open(place, "wb") as out:
        head = whole_lines(file.read(HEAD))
        if b"\0" in head:
            raise ValueError("no text of one byte a letter")
        out.write(head)
        if any(line.count(b'"') % 2 for line in head.split(b"\n")):
            return
        for spot in range(1, SPOTS + 1):
            file.seek(HEAD + (size - HEAD - SPOT) * spot // SPOTS)
            file.readline()
            lines = whole_lines(file.read(SPOT))
            if not any(line.count(b'"') % 2 for line in lines.split(b"\n")):
                out.write(lines)


def whole_lines(text: bytes) -> bytes:
    """A text up to the last end of a line that is not within quotes."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return text[:end]


def cut_groups(source: str, place: str) -> None:
    """Rows from groups all over a Parquet file."""
    parquet, arrow = importlib.import_module("pyarrow.parquet"), importlib.import_module("pyarrow")
    file = parquet.ParquetFile(source)
    chosen = sorted({n * file.num_row_groups // GROUPS for n in range(GROUPS)})
    arrow_table = arrow.concat_tables([thinned(file.read_row_group(group), KEEP) for group in chosen])
    parquet.write_table(arrow_table, place)


def cut_batches(source: str, place: str) -> None:
    """Rows from all over a Feather file."""
    feather = importlib.import_module("pyarrow.feather")
    feather.write_feather(thinned(feather.read_table(source, memory_map=True), KEEP * GROUPS), place)


def thinned(table: Any, most: int) -> Any:
    """At most so many rows of a table, at even distances, the last one too."""
    step = max(1, table.num_rows // most)
    return table.take(sorted({*range(0, table.num_rows, step), table.num_rows - 1}))


#: how a file is cut -> what cuts it
CUTTERS = {"lines": cut_lines, "groups": cut_groups, "batches": cut_batches}


class Parts:
    """The small files, below a folder, in the place of big ones."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        #: (file, its size) -> the small one; what was read in part, for people
        self.made, self.told = {}, []  # type: dict, list

    def part_of(self, path: Any, how: str) -> Any:
        """The file to read: the path itself where it is not big, or cannot be cut."""
        text = text_of_path(path)
        size = os.path.getsize(text) if text and os.path.isfile(text) else 0
        if size <= BIG or how == "lines" and re.search(r"\.(gz|bz2|xz|zip|zst|tar|tgz)$", text):
            return path
        key = (os.path.abspath(text), size)
        if key not in self.made:
            self.made[key] = self.make(key, how) or path
        return self.made[key]

    def make(self, key: tuple, how: str) -> str:
        """Make the small file; "" where it cannot be made."""
        name = os.path.basename(key[0])
        folder = os.path.join(self.folder, str(len(self.made)))
        os.makedirs(folder)
        place = os.path.join(folder, name)
        try:
            CUTTERS[how](key[0], place)
        except Exception:  # no such file in truth, or nothing here reads it: the script's own call says so
            return ""
        self.told.append("%s (%d of %d MB)" % (name, -(-os.path.getsize(place) >> 20), key[1] >> 20))
        return place

    def uneven(self, error: Any) -> str:
        """Why an exception may come of reading in part, "" where it does not."""
        shapes = type(error) in (ValueError, IndexError) and UNEVEN.search(str(error))
        rows = type(error) is KeyError and str(error).isdigit()
        if not self.told or not (shapes or rows or type(error) is AssertionError):
            return ""
        return "%s was read in part, of which this may come: %s" % (self.told[-1], error)

    # --- what is hooked

    def hooks(self) -> dict:
        """Module -> what is done with it after its import."""
        found = {}
        for how, readers in READERS.items():
            for modules, functions in readers.items():
                for module in modules.split():
                    found[module] = functools.partial(self.watch, functions.split(), how)
        return found

    def watch(self, functions: list, how: str, module: Any) -> None:
        """Replace the functions of a module that read files."""
        for name in functions:
            real = getattr(module, name, None)
            if callable(real) and not hasattr(real, "reads_in_part"):
                setattr(module, name, self.reading(real, how))
        if how == "lines" and hasattr(module, "load"):
            module.load = mapped(module.load)

    def reading(self, real: Any, how: str) -> Any:
        """A function that reads a file in part."""

        @functools.wraps(real)
        def read(*arguments: Any, **named: Any) -> Any:
            if not any(named.get(limit) for limit in LIMITS):
                arguments = tuple([self.part_of(one, how) for one in arguments[:1]]) + arguments[1:]
                named = {name: self.part_of(v, how) if name in ARGUMENTS else v for name, v in named.items()}
            return real(*arguments, **named)

        read.reads_in_part = True  # type: ignore[attr-defined]
        return read


def mapped(real: Any) -> Any:
    """`numpy.load` that leaves a big array on the disk: all its rows are there, and only what is used is read."""

    @functools.wraps(real)
    def load(file: Any, mmap_mode: Any = None, *rest: Any, **named: Any) -> Any:
        text = text_of_path(file)
        if mmap_mode or not text or not os.path.isfile(text) or os.path.getsize(text) <= BIG:
            return real(file, mmap_mode, *rest, **named)
        try:
            return real(file, "c", *rest, **named)
        except ValueError:  # of Python objects
            return real(file, mmap_mode, *rest, **named)

    return load
